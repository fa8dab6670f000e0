"""template.yaml as data, after SAM's transform: who may do what, what is logged, what is open."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.transformed_template import read_template, transform

ROOT = Path(__file__).parents[2]
ORIGINS = "https://app.example,https://staging.app.example"

KEYS_TABLE = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
GRANTS_TABLE = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:ConditionCheckItem"]
IDENTITIES_TABLE = ["dynamodb:GetItem", "dynamodb:PutItem"]
LOGINS_TABLE = ["dynamodb:GetItem", "dynamodb:PutItem"]
ERASE = ["dynamodb:DeleteItem"]
OWN_LOG = ["logs:CreateLogStream", "logs:PutLogEvents"]
SECRETS = ["secretsmanager:GetSecretValue"]
MAY = {
    "TokenExchange": sorted(
        KEYS_TABLE + GRANTS_TABLE + IDENTITIES_TABLE + LOGINS_TABLE + ERASE + OWN_LOG + SECRETS
    ),
    "TokenRefresh": sorted(KEYS_TABLE + GRANTS_TABLE + IDENTITIES_TABLE + OWN_LOG + SECRETS),
    "Login": sorted(KEYS_TABLE + LOGINS_TABLE + OWN_LOG),
    "TokenVerify": sorted(KEYS_TABLE + OWN_LOG),
    "Authorizer": sorted(KEYS_TABLE + OWN_LOG),
    "JwksRefresh": sorted(KEYS_TABLE + OWN_LOG),
}
TIMEOUTS = {"TokenExchange": 28, "TokenRefresh": 28, "TokenVerify": 8}
TIMEOUTS |= {"Login": 8, "Authorizer": 8, "JwksRefresh": 60}
ROUTES = {
    "POST /token/exchange": "TokenExchangeFunction",
    "POST /token/refresh": "TokenRefreshFunction",
    "POST /token/verify": "TokenVerifyFunction",
    "POST /oauth2/token": "TokenExchangeFunction",
    "POST /login": "LoginFunction",
    "GET /login/callback/{client}": "LoginFunction",
    "POST /login/callback/{client}": "LoginFunction",
    "GET /clients/{client}/.well-known/openid-configuration": "LoginFunction",
    "POST /oauth2/revoke": "TokenRefreshFunction",
    "POST /oauth2/introspect": "TokenVerifyFunction",
}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def source() -> Json:
    """The template as written."""
    return read_template()


@pytest.fixture(scope="module")
def stack() -> Json:
    """The template as CloudFormation gets it from SAM."""
    return transform({"AllowedOrigins": ORIGINS})


def of_type(stack: Json, kind: str) -> dict[str, Json]:
    return {
        name: resource["Properties"]
        for name, resource in stack["Resources"].items()
        if resource["Type"] == kind
    }


def statements(stack: Json, role: Json) -> Iterator[Json]:
    """What *role* may always do, by its own policies and by those that it refers to."""
    documents = [policy["PolicyDocument"] for policy in role["Policies"]]
    documents.extend(
        stack["Resources"][arn["Ref"]]["Properties"]["PolicyDocument"]
        for arn in role["ManagedPolicyArns"]
        if "Ref" in arn
    )
    for document in documents:
        yield from document["Statement"]


def actions(statement: Json) -> list[str]:
    action = statement["Action"]
    return action if isinstance(action, list) else [action]


def test_the_functions_events_are_the_routes(stack: Json) -> None:
    (api,) = of_type(stack, "AWS::ApiGatewayV2::Api").values()
    integrations = {
        f"{method.upper()} {path}": str(operation["x-amazon-apigateway-integration"]["uri"])
        for path, operations in api["Body"]["paths"].items()
        for method, operation in operations.items()
    }

    assert integrations.keys() == ROUTES.keys()
    assert all(ROUTES[route] in uri for route, uri in integrations.items())


def test_every_function_folder_is_deployed(source: Json) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    deployed = {
        Path(properties["CodeUri"]).name
        for properties in of_type(source, "AWS::Serverless::Function").values()
    }

    assert deployed == folders


@pytest.mark.parametrize("function", MAY)
def test_a_function_may_do_what_it_must_and_no_more(stack: Json, function: str) -> None:
    role = stack["Resources"][f"{function}Role"]["Properties"]

    granted = sorted(action for each in statements(stack, role) for action in actions(each))

    assert granted == MAY[function]
    assert stack["Resources"][f"{function}Function"]["Properties"]["Role"] == {
        "Fn::GetAtt": [f"{function}Role", "Arn"]
    }


@pytest.mark.parametrize("function", ["TokenVerify", "Authorizer"])
def test_verification_reads_no_secret_but_those_that_are_named(stack: Json, function: str) -> None:
    arns = stack["Resources"][f"{function}Role"]["Properties"]["ManagedPolicyArns"]
    (conditional,) = (
        arn["Fn::If"]
        for arn in arns
        if "Fn::If" in arn and {"Ref": "ReadVerificationSecrets"} in arn["Fn::If"]
    )
    (statement,) = stack["Resources"]["ReadVerificationSecrets"]["Properties"]["PolicyDocument"][
        "Statement"
    ]

    assert conditional[0] == "HasVerificationSecrets"
    assert conditional[1:] == [{"Ref": "ReadVerificationSecrets"}, {"Ref": "AWS::NoValue"}]
    assert statement["Resource"] == {"Fn::Split": [",", {"Ref": "VerificationSecretArns"}]}


def test_introspection_is_for_callers_whom_iam_lets_in(stack: Json) -> None:
    (api,) = of_type(stack, "AWS::ApiGatewayV2::Api").values()
    secured = [
        path
        for path, operations in api["Body"]["paths"].items()
        if any(each.get("security") == [{"AWS_IAM": []}] for each in operations.values())
    ]

    assert secured == ["/oauth2/introspect"]


def test_sam_adds_no_role_or_policy_of_its_own(source: Json, stack: Json) -> None:
    for kind in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
        assert of_type(stack, kind).keys() == of_type(source, kind).keys()


def test_no_permission_is_for_everything(stack: Json) -> None:
    for role in of_type(stack, "AWS::IAM::Role").values():
        for statement in statements(stack, role):
            assert not any("*" in action for action in actions(statement))
            resource = statement["Resource"]
            # Two forms: a resource of this stack, and the secrets under the prefix.
            assert resource.keys() <= {"Fn::GetAtt", "Fn::Sub"}
            assert "*" not in resource.get("Fn::Sub", "").removesuffix(":${SecretPrefix}*")


def test_the_secret_prefix_is_never_the_whole_account(source: Json) -> None:
    pattern = re.compile(source["Parameters"]["SecretPrefix"]["AllowedPattern"])

    assert pattern.fullmatch("latchkey/")
    assert not any(map(pattern.fullmatch, ("", "/", "*", "latchkey", "latchkey/*")))


@pytest.mark.parametrize("function", MAY)
def test_a_function_writes_one_log_group_which_forgets(stack: Json, function: str) -> None:
    properties = stack["Resources"][f"{function}Function"]["Properties"]
    role = stack["Resources"][f"{function}Role"]["Properties"]
    group = f"{function}LogGroup"

    assert properties["LoggingConfig"] == {"LogGroup": {"Ref": group}}
    assert of_type(stack, "AWS::Logs::LogGroup")[group]["RetentionInDays"]
    (log,) = (each for each in statements(stack, role) if actions(each) == OWN_LOG)
    assert log["Resource"] == {"Fn::GetAtt": [group, "Arn"]}


@pytest.mark.parametrize("function", TIMEOUTS)
def test_a_function_is_python_3_13_and_answers_before_the_gateway_gives_up(
    stack: Json, function: str
) -> None:
    properties = stack["Resources"][f"{function}Function"]["Properties"]

    assert properties["Timeout"] == TIMEOUTS[function]
    assert properties["Timeout"] < 30 or f"{function}Function" not in ROUTES.values()
    assert properties["Runtime"] == "python3.13"
    assert properties["Handler"] == "app.lambda_handler"


def test_the_layer_is_that_of_the_functions_architecture(source: Json) -> None:
    shared = source["Globals"]["Function"]
    layers = of_type(source, "AWS::Serverless::LayerVersion")

    assert shared["Architectures"] == [{"Ref": "Architecture"}]
    assert shared["Layers"] == [
        {
            "Fn::If": [
                "IsArm64",
                {"Ref": "RelyingPartyLayerArm64"},
                {"Ref": "RelyingPartyLayerX8664"},
            ]
        }
    ]
    assert layers["RelyingPartyLayerArm64"]["CompatibleArchitectures"] == ["arm64"]
    assert layers["RelyingPartyLayerX8664"]["CompatibleArchitectures"] == ["x86_64"]


def test_routes_are_throttled(stack: Json) -> None:
    (stage,) = of_type(stack, "AWS::ApiGatewayV2::Stage").values()

    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": {"Ref": "ThrottlingRateLimit"},
        "ThrottlingBurstLimit": {"Ref": "ThrottlingBurstLimit"},
    }


def test_cors_is_off_unless_origins_are_given(stack: Json) -> None:
    (api,) = of_type(stack, "AWS::ApiGatewayV2::Api").values()

    condition, cors, otherwise = api["Body"]["x-amazon-apigateway-cors"]["Fn::If"]

    assert condition == "HasAllowedOrigins"
    assert cors["allowOrigins"] == {"Fn::Split": [",", ORIGINS]}
    assert "latchkey-replayed" in cors["exposeHeaders"]
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert stack["Parameters"]["AllowedOrigins"]["Default"] == ""


def test_the_outputs_are_what_apps_and_backends_need(stack: Json) -> None:
    assert stack["Outputs"].keys() == {
        "ApiUrl",
        "CallbackUrl",
        "DomainTarget",
        "IdentitiesTableName",
        "TokenExchangeFunctionArn",
        "TokenVerifyFunctionArn",
        "JwksRefreshFunctionArn",
        "AuthorizerFunctionArn",
        "RelyingPartyLayerArn",
    }
