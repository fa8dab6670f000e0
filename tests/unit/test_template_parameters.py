"""The parameters of template.yaml and the environment that they become."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "layers/relying_party/clients/default.toml"

# What the functions read beside the placeholders of the clients file.
SETTINGS = {
    "CLIENTS_FILE",
    "KEYS_TABLE",
    "SECRET_PREFIX",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
}
ENVIRONMENT_LIMIT = 3 * 1024
# A table's name is the stack's, the resource's and thirteen random characters
LONGEST = {"AWS::StackName": 128, "KeysTable": 152, "GrantsTable": 154, "IdentitiesTable": 158}
LONGEST |= {"LoginsTable": 154}
OWN = {
    "LoginFunction": {"LOGINS_TABLE", "PUBLIC_URL"},
    "TokenExchangeFunction": {"GRANTS_TABLE", "IDENTITIES_TABLE", "LOGINS_TABLE"},
    "TokenRefreshFunction": {"GRANTS_TABLE", "IDENTITIES_TABLE"},
    "TokenVerifyFunction": {"SIGNED_KEY_READS", "VERIFICATION_SECRET_ARNS"},
    "AuthorizerFunction": {
        "AUTHORIZER_SCOPE",
        "AUTHORIZER_TOKEN_USE",
        "SIGNED_KEY_READS",
        "VERIFICATION_SECRET_ARNS",
    },
    "JwksRefreshFunction": set(),
}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> Json:
    parsed: Json = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="module")
def environment(template: Json) -> Json:
    variables: Json = template["Globals"]["Function"]["Environment"]["Variables"]
    return variables


def longest(template: Json, value: Any) -> int:
    """The most characters that *value* can come to have."""
    if isinstance(value, str):
        return len(value)
    name = value["Ref"]
    if name in LONGEST:
        return LONGEST[name]
    parameter = template["Parameters"][name]
    return int(parameter.get("MaxLength") or max(map(len, parameter["AllowedValues"])))


def test_the_environment_is_the_settings_and_the_clients_file_s_placeholders(
    environment: Json,
) -> None:
    values = str(tomllib.loads(CLIENTS.read_text(encoding="utf-8")))
    placeholders = set(re.findall(r"\$\{([A-Z_]+)", values))

    assert environment.keys() == SETTINGS | placeholders


def test_events_are_never_logged(environment: Json) -> None:
    # They hold codes and tokens, and this variable would have Powertools log them whole.
    assert "POWERTOOLS_LOGGER_LOG_EVENT" not in environment


def own_environment(template: Json, function: str) -> Json:
    properties = template["Resources"][function]["Properties"]
    variables: Json = properties.get("Environment", {}).get("Variables", {})
    return variables


@pytest.mark.parametrize("function", OWN)
def test_a_function_s_own_environment_is_what_only_it_uses(template: Json, function: str) -> None:
    assert own_environment(template, function).keys() == OWN[function]


@pytest.mark.parametrize("function", OWN)
def test_the_environment_stays_under_its_limit_with_the_longest_values(
    template: Json, environment: Json, function: str
) -> None:
    variables = environment | own_environment(template, function)

    size = sum(len(name) + longest(template, value) for name, value in variables.items())

    assert size < ENVIRONMENT_LIMIT


def test_every_parameter_is_described_and_grouped(template: Json) -> None:
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]

    assert sorted(grouped) == sorted(template["Parameters"])
    assert all(parameter["Description"] for parameter in template["Parameters"].values())


def test_a_guided_deployment_asks_for_the_provider_first(template: Json) -> None:
    first = list(template["Parameters"])[:5]

    assert first == ["Issuer", "ClientId", "RedirectUris", "PkceMode", "ClientSecretName"]


@pytest.mark.parametrize(
    ("parameter", "accepted", "refused"),
    [
        ("Issuer", "https://login.example.com/tenant/", "http://login.example.com"),
        ("Issuer", "", "https://login.example.com?tenant=1"),
        ("DiscoveryUrl", "https://login.example.com/.well-known/openid-configuration", "login"),
        ("PublicUrl", "https://auth.example.com", "https://auth.example.com/"),
        ("ClientsFile", "production", "../secrets"),
        ("ClientSecretName", "app/client-secret", "it's not a value"),
        ("DomainName", "auth.example.com", "https://auth.example.com"),
        ("CertificateArn", "arn:p:acm:eu-central-1:111122223333:certificate/1", "1"),
        ("KmsKeyArn", "arn:p:kms:eu-central-1:111122223333:key/1-2", "alias/latchkey"),
        ("KmsKeyArn", "", "arn:p:kms:eu-central-1:111122223333:alias/latchkey"),
        ("AlarmTopicArn", "arn:p:sns:eu-central-1:111122223333:pager", "pager"),
        ("AlarmEmail", "ops@example.com", "a@example.com,b@example.com"),
        ("PermissionsBoundaryArn", "arn:p:iam::111122223333:policy/a/b", "a/b"),
        ("TokenConcurrency", "10", "0"),
        ("VerificationConcurrency", "", "many"),
    ],
)
def test_a_mistyped_parameter_is_refused_before_anything_is_deployed(
    template: Json, parameter: str, accepted: str, refused: str
) -> None:
    pattern = re.compile(template["Parameters"][parameter]["AllowedPattern"])

    assert pattern.fullmatch(accepted)
    assert not pattern.fullmatch(refused)


ISSUER = {"Issuer": "https://op.example"}
WHOLE = ISSUER | {"ClientId": "app", "RedirectUris": "a:/b", "ClientSecretName": "app"}
DOMAIN = {"DomainName": "auth.example.com"}
CERTIFICATE = {"CertificateArn": "arn:p:acm:eu-central-1:111122223333:certificate/1"}
TOPIC = {"AlarmTopicArn": "arn:p:sns:eu-central-1:111122223333:pager"}
NATIVE = {"PkceMode": "enforce_instead_of_client_credentials"}


@pytest.mark.parametrize(
    ("given", "complaints"),
    [
        pytest.param({}, [], id="a clients file of one's own"),
        pytest.param(WHOLE, [], id="a client with a secret"),
        pytest.param(WHOLE | NATIVE | {"ClientSecretName": ""}, [], id="a native client"),
        pytest.param(WHOLE | {"ClientId": ""}, ["ClientId is needed"], id="no client"),
        pytest.param(WHOLE | {"RedirectUris": ""}, ["RedirectUris is"], id="no redirect URI"),
        pytest.param(WHOLE | {"ClientSecretName": ""}, ["ClientSecretName is"], id="no secret"),
        pytest.param(WHOLE | NATIVE, ["ClientSecretName must be empty"], id="a secret too many"),
        pytest.param(DOMAIN | CERTIFICATE | {"HostedZoneId": "Z1"}, [], id="a domain"),
        pytest.param(DOMAIN, ["CertificateArn is needed"], id="a domain alone"),
        pytest.param(CERTIFICATE, ["CertificateArn is of no use"], id="a certificate alone"),
        pytest.param({"HostedZoneId": "Z1"}, ["HostedZoneId is of no use"], id="a zone alone"),
        pytest.param(TOPIC, [], id="a topic"),
        pytest.param(TOPIC | {"AlarmEmail": "o@e.x"}, ["AlarmEmail must be empty"], id="both"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_deployed(
    template: Json, given: dict[str, str], complaints: list[str]
) -> None:
    defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}

    said = list(broken_rules(template["Rules"], defaults | given))

    assert [text[: len(start)] for text, start in zip(said, complaints, strict=True)] == complaints


def broken_rules(rules: Json, parameters: Json) -> Iterator[str]:
    for rule in rules.values():
        if holds(rule["RuleCondition"], parameters):
            for assertion in rule["Assertions"]:
                if not holds(assertion["Assert"], parameters):
                    yield assertion["AssertDescription"]


def holds(condition: Json, parameters: Json) -> bool:
    ((function, arguments),) = condition.items()
    match function:
        case "Fn::Equals":
            return bool(parameters[arguments[0]["Ref"]] == arguments[1])
        case "Fn::Not":
            return not holds(arguments[0], parameters)
        case "Fn::Or":
            return any(holds(argument, parameters) for argument in arguments)
        case _:
            raise NotImplementedError(function)


def test_a_parameter_that_is_optional_is_left_out_by_leaving_it_empty(template: Json) -> None:
    # So that whoever is asked by `sam deploy --guided` may press Enter
    assert all("Default" in parameter for parameter in template["Parameters"].values())
    for name, parameter in template["Parameters"].items():
        pattern = parameter.get("AllowedPattern", ".*")
        assert re.fullmatch(pattern, str(parameter["Default"])), name


def test_the_partition_is_never_spelled_out() -> None:
    assert "arn:aws" not in (ROOT / "template.yaml").read_text(encoding="utf-8")
