import gc
from pathlib import Path

import pytest

from local.intrinsics import Intrinsics, TemplateError
from local.template import read_stack

ROOT = Path(__file__).parents[2]
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: test}
  Wanted: {Type: String, Default: "no"}
  Origins: {Type: CommaDelimitedList, Default: "a,b"}
  Unasked: {Type: String}
Conditions:
  IsWanted: !Equals [!Ref Wanted, "yes"]
Globals:
  Function: {Handler: app.lambda_handler, Runtime: python3.13}
Resources:
  Api: {Type: AWS::Serverless::HttpApi}
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layers/some layer}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/hello/
      FunctionName: !Sub "${AWS::StackName}-hello"
      Role: !GetAtt Role.Arn
      Timeout: 7
      MemorySize: 256
      Layers: [!Ref Layer]
      Environment:
        Variables:
          STAGE: !Ref Stage
          ORIGINS: !Join ["|", !Ref Origins]
          TABLE: !Ref Table
          TABLE_ARN: !GetAtt Table.Arn
          TEXT: !Sub ["${Stage} ${AWS::Partition} ${!kept} ${More}", {More: !Ref Unasked}]
          WANTED: !If [IsWanted, "yes", !Ref AWS::NoValue]
      Events:
        Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: get, Path: "/hello/{name}"}}
  Extra:
    Type: AWS::DynamoDB::Table
    Condition: IsWanted
    Properties:
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${Stage}-table"
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      SSESpecification: {SSEEnabled: true}
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


def test_routes_come_from_the_events_of_functions(template: Path) -> None:
    (route,) = read_stack(template).routes
    assert (route.method, route.path, route.function) == ("GET", "/hello/{name}", "Hello")
    assert route.key == "GET /hello/{name}"


def test_a_function_has_its_folder_layers_and_limits(template: Path) -> None:
    function = read_stack(template).functions["Hello"]
    assert function.name == "latchkey-local-hello"
    assert function.code == template.parent / "functions" / "hello"
    assert function.layers == (template.parent / "layers" / "some layer",)
    assert (function.handler, function.timeout, function.memory) == ("app.lambda_handler", 7, 256)


def test_the_environment_is_resolved_to_text(template: Path) -> None:
    assert read_stack(template, {"Unasked": "more"}).functions["Hello"].environment == {
        "STAGE": "test",
        "ORIGINS": "a|b",
        "TABLE": "test-table",
        "TABLE_ARN": "arn:aws:dynamodb:us-east-1:000000000000:table/test-table",
        "TEXT": "test aws ${kept} more",
    }


def test_parameters_replace_their_defaults(template: Path) -> None:
    stack = read_stack(template, {"Stage": "prod", "Wanted": "yes"})
    assert stack.functions["Hello"].environment["STAGE"] == "prod"
    assert stack.functions["Hello"].environment["WANTED"] == "yes"
    assert {table.name for table in stack.tables} == {"prod-table", "Extra"}


def test_a_table_is_what_create_table_takes(template: Path) -> None:
    (table,) = read_stack(template).tables
    assert table.request == {
        "TableName": "test-table",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    }
    assert table.ttl_attribute == "expires_at"


def test_the_aws_configuration_of_this_machine_changes_nothing(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    expected = read_stack(template)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
    assert read_stack(template) == expected


def test_reading_it_says_nothing_on_the_terminal(
    template: Path, caplog: pytest.LogCaptureFixture
) -> None:
    read_stack(template)
    gc.collect()
    assert caplog.records == []


def test_conditions_combine() -> None:
    conditions = {
        "Yes": {"Fn::Equals": ["a", "a"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
        "Either": {"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]},
    }
    intrinsics = Intrinsics({"Conditions": conditions}, {})
    answers = {name: intrinsics.holds(name) for name in conditions}
    assert answers == {"Yes": True, "No": False, "Both": False, "Either": True}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Fn::ImportValue": "x"}, "does not know Fn::ImportValue"),
        ({"Ref": "Nobody"}, "refers to Nobody"),
        ({"Fn::If": ["Never", 1, 2]}, "no condition Never"),
    ],
)
def test_what_it_cannot_answer_it_names(value: object, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        Intrinsics({}, {}).resolve(value)


def test_the_real_template_can_be_read() -> None:
    stack = read_stack(ROOT / "template.yaml")
    assert {"POST /token/exchange", "POST /token/refresh", "POST /token/verify"} <= {
        route.key for route in stack.routes
    }
    for function in stack.functions.values():
        assert (function.code / "app.py").is_file()
        assert all((layer / "relying_party").is_dir() for layer in function.layers)
        assert function.environment["KEYS_TABLE"] in {table.name for table in stack.tables}
