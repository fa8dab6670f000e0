"""Who may do what, as IAM decides it: over HTTP, and what each role of the stack is allowed.

`iam:SimulatePrincipalPolicy` counts the role's policies and its permissions boundary, and not
what AWS Organizations adds to them.
"""

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.api import Api
from tests.e2e.said import Said
from tests.e2e.target import Target

SEE = "docs/permissions.md"
INTROSPECT = "docs/doors.md: the route takes IAM's callers alone"
TABLES = ["KeysTable", "GrantsTable", "IdentitiesTable", "LoginsTable"]
USES = {
    "TokenExchangeRole": set(TABLES),
    "TokenRefreshRole": {"KeysTable", "GrantsTable", "IdentitiesTable"},
    "LoginRole": {"KeysTable", "LoginsTable"},
    "TokenVerifyRole": {"KeysTable"},
    "AuthorizerRole": {"KeysTable"},
    "JwksRefreshRole": {"KeysTable"},
}
READERS_OF_SECRETS = {"TokenExchangeRole", "TokenRefreshRole"}
READ = "secretsmanager:GetSecretValue"
SCAN, DROP = "dynamodb:Scan", "dynamodb:DeleteTable"
GET, PUT, DELETE = "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"


def decisions(target: Target, role: str, actions: list[str], resource: str) -> set[str]:
    """The actions that IAM would allow to the role."""
    source = f"arn:{target.partition}:iam::{target.account}:role/{target.resources[role]}"
    try:
        answer = boto3.client("iam").simulate_principal_policy(
            PolicySourceArn=source, ActionNames=actions, ResourceArns=[resource]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}:
            pytest.skip("not asked: your credentials lack iam:SimulatePrincipalPolicy")
        raise
    results = answer["EvaluationResults"]
    return {each["EvalActionName"] for each in results if each["EvalDecision"] == "allowed"}


def judge(target: Target, door: str, allowed: set[str], expected: set[str]) -> None:
    said = Said(target.place, door, f"allowed: {sorted(allowed)}", {}, "")
    said.require(holds=allowed == expected, expected=f"allowed: {sorted(expected)}", see=SEE)


def secret(target: Target, prefix: str) -> str:
    place = f"{target.region}:{target.account}"
    return f"arn:{target.partition}:secretsmanager:{place}:secret:{prefix}any-AbCdEf"


def test_introspection_is_closed_to_who_does_not_sign(api: Api) -> None:
    api.post("/oauth2/introspect", {"token": "none"}).must(403, see=INTROSPECT)


def test_introspection_is_open_to_a_caller_with_a_policy_for_it(api: Api) -> None:
    said = api.post_signed("/oauth2/introspect", {"token": "no.token.atall"})

    said.must(200, {"active": False}, see=f"{INTROSPECT}, who need execute-api:Invoke")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", USES)
def test_a_role_uses_its_tables_and_no_others(target: Target, role: str, table: str) -> None:
    place = f"{target.region}:{target.account}"
    resource = f"arn:{target.partition}:dynamodb:{place}:table/{target.resources[table]}"
    erases = (role, table) == ("TokenExchangeRole", "IdentitiesTable")
    expected = {GET, PUT} if table in USES[role] else set()

    allowed = decisions(target, role, [GET, PUT, DELETE, SCAN, DROP], resource)

    judge(target, f"{role} at {table}", allowed, expected | ({DELETE} if erases else set()))


@pytest.mark.parametrize("role", USES)
def test_a_role_reads_the_secrets_of_the_prefix_or_none(target: Target, role: str) -> None:
    prefix = target.parameters["SecretPrefix"]

    ours = decisions(target, role, [READ], secret(target, prefix))
    others = decisions(target, role, [READ], secret(target, f"not-{prefix}"))

    expected = {READ} if role in READERS_OF_SECRETS else set()
    judge(target, f"{role} at a secret of {prefix}", ours, expected)
    judge(target, f"{role} at a secret not of {prefix}", others, set())
