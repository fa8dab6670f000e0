"""What template.yaml makes of each optional parameter, and that it makes none of it unasked."""

from dataclasses import dataclass
from typing import Any

import pytest

from local.intrinsics import Intrinsics
from tools.transformed_template import read_template, transform

Json = dict[str, Any]

KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
TOPIC = "arn:aws:sns:eu-central-1:111122223333:pager"
BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:latchkey/app-AbCdEf"
DOMAIN = {
    "DomainName": "auth.example.com",
    "CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/1",
}
ROLES = {"TokenExchange", "TokenRefresh", "Login", "TokenVerify", "Authorizer", "JwksRefresh"}
READ_SECRETS = {"TokenExchange", "TokenRefresh"}
VERIFY = {"TokenVerify", "Authorizer"}


@dataclass(frozen=True)
class Deployed:
    """The stack that certain parameters make."""

    template: Json
    intrinsics: Intrinsics

    def names(self) -> set[str]:
        return {name for name, each in self.template["Resources"].items() if self._made(each)}

    def of_type(self, kind: str) -> dict[str, Json]:
        return {
            name: self.intrinsics.resolve(self.template["Resources"][name].get("Properties", {}))
            for name in self.names()
            if self.template["Resources"][name]["Type"] == kind
        }

    def output(self, name: str) -> Any:
        return self.intrinsics.resolve(self.template["Outputs"][name]["Value"])

    def _made(self, resource: Json) -> bool:
        return "Condition" not in resource or self.intrinsics.holds(resource["Condition"])


def deploy(**parameters: str) -> Deployed:
    template = transform(parameters)
    return Deployed(template, Intrinsics(template, parameters))


def added(**parameters: str) -> set[str]:
    return deploy(**parameters).names() - deploy().names()


def roles_with(deployed: Deployed, policy: str) -> set[str]:
    roles = deployed.of_type("AWS::IAM::Role")
    return {
        name.removesuffix("Role")
        for name, role in roles.items()
        if policy in role["ManagedPolicyArns"]
    }


@pytest.mark.parametrize(
    ("parameters", "resources"),
    [
        pytest.param(DOMAIN, {"ApiDomain", "ApiDomainMapping"}, id="domain"),
        pytest.param(
            DOMAIN | {"HostedZoneId": "Z1"},
            {"ApiDomain", "ApiDomainMapping", "ApiDomainRecord"},
            id="domain and zone",
        ),
        pytest.param({"AlarmEmail": "ops@example.com"}, {"AlarmTopic"}, id="address"),
        pytest.param({"AlarmTopicArn": TOPIC}, set(), id="topic"),
        pytest.param({"KmsKeyArn": KEY}, {"DecryptTables", "DecryptSecrets"}, id="key"),
        pytest.param({"VerificationSecretArns": SECRET}, {"ReadVerificationSecrets"}, id="secret"),
        pytest.param({"PermissionsBoundaryArn": BOUNDARY}, set(), id="boundary"),
        pytest.param({"TokenConcurrency": "5"}, set(), id="concurrency"),
    ],
)
def test_a_parameter_adds_what_it_needs_and_nothing_else(
    parameters: dict[str, str], resources: set[str]
) -> None:
    assert added(**parameters) == resources


def test_every_condition_is_one_of_those_tried_here() -> None:
    given = {"HasAllowedOrigins", "HasPublicUrl", "IsArm64", "IsX8664"}  # tried elsewhere

    assert read_template()["Conditions"].keys() == given | {
        "HasAlarmEmail",
        "HasAlarmTopic",
        "HasDomainName",
        "HasHostedZone",
        "HasKmsKey",
        "HasKmsKeyForVerificationSecrets",
        "HasPermissionsBoundary",
        "HasTokenConcurrency",
        "HasVerificationConcurrency",
        "HasVerificationSecrets",
    }


def test_a_domain_of_one_s_own_speaks_tls_1_2_and_closes_the_other_way_in() -> None:
    bare, own = deploy(), deploy(**DOMAIN)

    (domain,) = own.of_type("AWS::ApiGatewayV2::DomainName").values()
    (configuration,) = domain["DomainNameConfigurations"]
    assert configuration["SecurityPolicy"] == "TLS_1_2"
    assert closed(own) is True
    assert closed(bare) is False
    assert own.output("ApiUrl") == "https://auth.example.com"
    assert own.output("CallbackUrl") == "https://auth.example.com/login/callback/NAME"
    assert ".execute-api." in bare.output("ApiUrl")


def closed(deployed: Deployed) -> bool:
    (api,) = deployed.of_type("AWS::ApiGatewayV2::Api").values()
    (server,) = api["Body"]["servers"]
    return bool(server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"])


def test_a_key_of_one_s_own_seals_every_table_and_every_log() -> None:
    deployed = deploy(KmsKeyArn=KEY)

    tables = deployed.of_type("AWS::DynamoDB::Table").values()
    logs = deployed.of_type("AWS::Logs::LogGroup").values()
    assert [table["SSESpecification"]["KMSMasterKeyId"] for table in tables] == [KEY] * 4
    assert [group["KmsKeyId"] for group in logs] == [KEY] * 7


def test_without_a_key_of_one_s_own_the_tables_have_that_of_aws() -> None:
    tables = deploy().of_type("AWS::DynamoDB::Table").values()

    assert all("KMSMasterKeyId" not in table["SSESpecification"] for table in tables)


def test_a_role_may_decrypt_for_what_it_reads_and_through_that_service_alone() -> None:
    deployed = deploy(KmsKeyArn=KEY)
    both = deploy(KmsKeyArn=KEY, VerificationSecretArns=SECRET)

    policies = deployed.of_type("AWS::IAM::ManagedPolicy")
    assert roles_with(deployed, "DecryptTables") == ROLES
    assert roles_with(deployed, "DecryptSecrets") == READ_SECRETS
    assert roles_with(both, "DecryptSecrets") == READ_SECRETS | VERIFY
    for policy, service in (("DecryptTables", "dynamodb"), ("DecryptSecrets", "secretsmanager")):
        (statement,) = policies[policy]["PolicyDocument"]["Statement"]
        via = {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}
        assert statement["Action"] == "kms:Decrypt"
        assert statement["Resource"] == KEY
        assert statement["Condition"] == {"StringEquals": via}


def test_the_boundary_is_on_every_role_or_on_none() -> None:
    roles = deploy(PermissionsBoundaryArn=BOUNDARY).of_type("AWS::IAM::Role")

    assert [role["PermissionsBoundary"] for role in roles.values()] == [BOUNDARY] * len(ROLES)
    assert not any("PermissionsBoundary" in r for r in deploy().of_type("AWS::IAM::Role").values())


def test_concurrency_is_reserved_only_where_it_is_asked_for() -> None:
    functions = deploy(TokenConcurrency="5", VerificationConcurrency="50").of_type(
        "AWS::Lambda::Function"
    )
    reserved = {
        name.removesuffix("Function"): each.get("ReservedConcurrentExecutions")
        for name, each in functions.items()
    }

    assert {name for name, number in reserved.items() if number == "5"} == READ_SECRETS | {"Login"}
    assert {name for name, number in reserved.items() if number == "50"} == VERIFY
    assert reserved["JwksRefresh"] is None
    for each in deploy().of_type("AWS::Lambda::Function").values():
        assert "ReservedConcurrentExecutions" not in each


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        pytest.param({}, [], id="nobody"),
        pytest.param({"AlarmTopicArn": TOPIC}, [TOPIC], id="a topic"),
        pytest.param({"AlarmEmail": "ops@example.com"}, ["AlarmTopic"], id="an address"),
    ],
)
def test_alarms_tell_whom_they_are_told_to_tell(
    parameters: dict[str, str], told: list[str]
) -> None:
    alarms = deploy(**parameters).of_type("AWS::CloudWatch::Alarm")

    assert alarms
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == told
        assert alarm["OKActions"] == told
