"""Whatever a function sends to AWS is written down, by whichever way it goes."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.containers import ContainerPool
from local.dynamodb import Emulator
from relying_party.adapters.signed_request import SignedRequest
from tests.integration.conftest import dynamodb
from tests.local.small_function import ENVIRONMENT, write_function
from tests.permissions.aws_request import SIGNATURE, listening, send
from tests.permissions.calls import parse_call
from tests.permissions.plugin import Recording
from tests.permissions.recorder import acting_as, actions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["dynamodb"]
ROOT = Path(__file__).parents[2]
GET = "DynamoDB_20120810.GetItem"
READ = {"TableName": "KeysTable", "Key": {"issuer": {"S": "any"}, "item": {"S": "head"}}}


@pytest.fixture
def port() -> Iterator[int]:
    with listening() as port:
        yield port


def actions_since(recording: Recording, position: int) -> set[tuple[str, str]]:
    calls = recording.calls_since(position)
    return {(each.needs.function, each.needs.action) for each in calls}


def test_a_call_by_boto3_is_the_function_s_whose_handler_runs(
    recording: Recording, dynamodb: "DynamoDBClient"
) -> None:
    position = recording.position()
    for function in ("authorizer", "login"):
        with acting_as(function):
            dynamodb.get_item(TableName="KeysTable", Key=READ["Key"])  # type: ignore[arg-type]
    functions = {"AuthorizerFunction", "LoginFunction"}
    seen = actions_since(recording, position)
    assert seen == {(function, "dynamodb:GetItem") for function in functions}


def test_so_is_one_that_is_sent_without_boto3(recording: Recording, port: int) -> None:
    position = recording.position()
    with acting_as("token_verify"):
        send(port, GET, READ)
    assert actions_since(recording, position) == {("TokenVerifyFunction", "dynamodb:GetItem")}


def test_so_is_a_signed_read_of_our_own(recording: Recording, aws: Emulator) -> None:
    position = recording.position()
    endpoint = "http", aws.url.removeprefix("http://")
    with acting_as("authorizer"):
        SignedRequest(aws.environment, endpoint, None)("GetItem", READ)
    assert actions_since(recording, position) == {("AuthorizerFunction", "dynamodb:GetItem")}


def test_what_tests_do_themselves_and_what_goes_elsewhere_is_no_call(
    recording: Recording, port: int
) -> None:
    position = recording.position()
    send(port, "DynamoDB_20120810.DeleteTable", {"TableName": "KeysTable"})
    with acting_as("token_verify"), closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/token", b"grant_type=refresh_token")
    assert recording.position() == position


def test_a_call_from_a_container_is_its_function_s(
    recording: Recording, tmp_path: Path, port: int
) -> None:
    code = f"""
        import os
        import sys
        from http.client import HTTPConnection

        def lambda_handler(event, context):
            headers = {{"X-Amz-Target": "{GET}", "Authorization": "{SIGNATURE.format("dynamodb")}"}}
            connection = HTTPConnection("127.0.0.1", {port})
            connection.request("POST", "/", b'{{"TableName": "KeysTable"}}', headers)
            return [path for path in sys.path if path == "{ROOT}"], "PYTHONPATH" in os.environ
    """
    function = replace(write_function(tmp_path, code), name="TokenVerifyFunction")
    position = recording.position()
    with closing(ContainerPool(function, ENVIRONMENT)) as pool:
        found = pool.invoke({})
    assert actions_since(recording, position) == {("TokenVerifyFunction", "dynamodb:GetItem")}
    assert found == [[], False], "the function sees that it is watched"


def test_a_transaction_is_what_its_parts_would_be_alone() -> None:
    parts = ["Put", "Update", "Delete", "ConditionCheck"]
    asked = {"TransactItems": [{part: {"TableName": f"{part}s"}} for part in parts]}
    headers = {
        "authorization": SIGNATURE.format("dynamodb"),
        "x-amz-target": "D.TransactWriteItems",
    }
    assert set(actions(headers, json.dumps(asked).encode())) == {
        ("dynamodb:PutItem", "Puts"),
        ("dynamodb:UpdateItem", "Updates"),
        ("dynamodb:DeleteItem", "Deletes"),
        ("dynamodb:ConditionCheckItem", "ConditionChecks"),
    }


def test_a_table_of_a_test_s_own_is_the_one_that_the_template_has_in_its_place() -> None:
    line = '["login", "dynamodb:Query", "keys-1", {"KEYS_TABLE": "keys-1", "SECRET_PREFIX": "a/"}]'
    call = parse_call(line)
    assert call.needs.resource.endswith(":table/KeysTable")
    assert call.is_granted


@pytest.mark.parametrize(
    ("operation", "resource"),
    [
        ("dynamodb:Scan", "KeysTable"),
        ("dynamodb:GetItem", "GrantsTable"),
        ("dynamodb:Query", "KeysTable/index/any"),
        ("secretsmanager:GetSecretValue", "latchkey/app"),
        ("s3:unknown", ""),
    ],
)
def test_a_call_that_the_role_does_not_allow_is_known_as_such(
    operation: str, resource: str
) -> None:
    assert not parse_call(f'["token_verify", "{operation}", "{resource}", {{}}]').is_granted


def test_a_call_without_a_grant_fails_the_test_that_made_it_and_no_other(
    tmp_path: Path, port: int
) -> None:
    source = f"""
        from tests.permissions.aws_request import send
        from tests.permissions.recorder import acting_as

        def test_before():
            with acting_as("authorizer"):
                send({port}, "DynamoDB_20120810.GetItem", {{"TableName": "KeysTable"}})

        def test_culprit():
            with acting_as("authorizer"):
                send({port}, "DynamoDB_20120810.DeleteItem", {{"TableName": "KeysTable"}})

        def test_after():
            pass
    """
    (tmp_path / "test_three.py").write_text(textwrap.dedent(source))
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\npythonpath = {ROOT} {ROOT / 'layers' / 'relying_party'}\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "tests.permissions.plugin", str(tmp_path)]
    run = subprocess.run(  # noqa: S603 - our own interpreter and our own file
        command,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 2 passed" in run.stdout, run.stdout + run.stderr
    assert "FAILED" in run.stdout.partition("::test_culprit")[0].rpartition("\n")[2]
    assert "no grant in template.yaml for AuthorizerFunction: dynamodb:DeleteItem" in run.stdout
