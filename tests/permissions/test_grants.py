"""The reader of roles: what it understands it tells in full, and the rest it refuses."""

from pathlib import Path

import pytest

from local.intrinsics import TemplateError
from tools.grants import Permission, read_grants

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Key: {Type: String, Default: ""}
  Arns: {Type: String, Default: ""}
Conditions:
  HasKey: !Not [!Equals [!Ref Key, ""]]
  HasArns: !Not [!Equals [!Ref Arns, ""]]
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/hello/
      Handler: app.lambda_handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - !If [HasKey, !Ref Decrypt, !Ref AWS::NoValue]
        - !If [HasArns, !Ref Read, !Ref AWS::NoValue]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:PutItem]
                Resource: !GetAtt Table.Arn
  Decrypt:
    Type: AWS::IAM::ManagedPolicy
    Condition: HasKey
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: kms:Decrypt
            Resource: !Ref Key
            Condition:
              StringEquals: {"kms:ViaService": !Sub "dynamodb.${AWS::Region}.amazonaws.com"}
  Read:
    Type: AWS::IAM::ManagedPolicy
    Condition: HasArns
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: secretsmanager:GetSecretValue
            Resource: !Split [",", !Ref Arns]
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {}
"""
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/Table"
OWN = {Permission("Hello", f"dynamodb:{name}", TABLE) for name in ("GetItem", "PutItem")}
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


def test_policies_whose_condition_is_not_met_grant_nothing(template: Path) -> None:
    assert read_grants(template) == OWN


def test_a_managed_policy_grants_with_its_condition(template: Path) -> None:
    decrypt = Permission("Hello", "kms:Decrypt", "arn:key", "dynamodb.us-east-1.amazonaws.com")
    assert read_grants(template, {"Key": "arn:key"}) == {*OWN, decrypt}


def test_a_list_of_arns_in_one_parameter_is_one_grant_each(template: Path) -> None:
    granted = read_grants(template, {"Arns": "arn:a,arn:b"}) - OWN
    assert {each.resource for each in granted} == {"arn:a", "arn:b"}


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("Effect: Allow", "Effect: Deny"),
        ("Action: [", "NotAction: ["),
        ("kms:ViaService", "kms:EncryptionContext:a"),
        ("StringEquals", "StringNotEquals"),
        (
            "- !If [HasKey, !Ref Decrypt, !Ref AWS::NoValue]",
            "- arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
        ("Type: AWS::IAM::ManagedPolicy", "Type: AWS::IAM::Policy"),
    ],
)
def test_what_it_cannot_judge_it_refuses(template: Path, written: str, instead: str) -> None:
    assert written in TEMPLATE
    template.write_text(TEMPLATE.replace(written, instead))
    with pytest.raises((TemplateError, KeyError)):
        read_grants(template, {"Key": "arn:key", "Arns": "arn:a"})


@pytest.mark.parametrize(
    ("granted", "asked", "covered"),
    [
        (f"{SECRET}latchkey/*", f"{SECRET}latchkey/app-??????", True),
        (f"{SECRET}latchkey/app-AbCdEf", f"{SECRET}latchkey/app-??????", True),
        (f"{SECRET}latchkey/app-??????", f"{SECRET}latchkey/app-??????", True),
        (f"{SECRET}latchkey/app", f"{SECRET}latchkey/app-??????", False),
        (f"{SECRET}latchkey/app-AbCdEf", f"{SECRET}latchkey/other-??????", False),
        (f"{SECRET}latchkey/*", f"{SECRET}payroll/app-??????", False),
        (TABLE, TABLE, True),
        (TABLE, f"{TABLE}/index/by-user", False),
        (TABLE, f"{TABLE}2", False),
    ],
)
def test_a_grant_covers_what_iam_would_let_through(granted: str, asked: str, covered: bool) -> None:  # noqa: FBT001
    grant = Permission("Hello", "any:Action", granted)
    assert grant.covers(Permission("Hello", "any:Action", asked)) is covered


def test_a_grant_is_one_function_s_for_one_action_by_one_way() -> None:
    grant = Permission("Hello", "kms:Decrypt", "arn:key", "dynamodb.us-east-1.amazonaws.com")
    assert grant.covers(grant)
    assert not grant.covers(Permission("Other", grant.action, grant.resource, grant.via))
    assert not grant.covers(Permission("Hello", "kms:Encrypt", grant.resource, grant.via))
    assert not grant.covers(Permission("Hello", grant.action, grant.resource))
