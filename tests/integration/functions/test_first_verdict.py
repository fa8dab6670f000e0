"""A container's first verdict, in a process of its own: what it waits for, and what it does not."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.dynamodb import Emulator
from local.template import Stack, read_stack
from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import Head
from tests.integration.adapters.test_key_store import HEAD, build_key_set
from tests.integration.conftest import ROOT
from tests.integration.functions.harness import sample
from tests.integration.tables import create_keys_table
from tests.tokens import CLIENT_ID, ISSUER, id_token_claims, signing_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARAMETERS = {
    "Issuer": ISSUER,
    "ClientId": CLIENT_ID,
    "RedirectUris": "com.example.app:/callback",
    "PkceMode": "enforce_instead_of_client_credentials",
    "AuthorizerTokenUse": "id_token",
}
# Of botocore Powertools itself loads the outermost package, which is small
SDK = {"boto3", "botocore.exceptions", "botocore.session", "s3transfer"}
OTHERS = {"requests", "urllib3", "certifi", "aws_xray_sdk", "pydantic", "asyncio"}
# What PyJWT, Powertools and Python's HTTP client bring along, and no verdict calls
OTHERS |= {"cryptography.x509.name", "cryptography.hazmat.primitives.serialization.ssh"}
OTHERS |= {"jwt.api_jwk", "jwt.jwks_client", "urllib.request", "calendar", "jmespath"}
OTHERS |= {"typing_extensions", "aws_lambda_powertools.tracing", "email", "http.client"}
OTHERS |= {"html", "difflib", "encodings.idna"}
OURS = {f"adapters.{name}" for name in ("aws_clients", "issuer_http", "secrets_manager")}
OURS |= {f"application.{name}" for name in ("client_credentials", "introspect_token")}
OURS |= {
    "adapters.watchdog",
    "html_page",
    "protocol.http_message",
    "protocol.client_assertion",
    "protocol.introspection",
}
UNNEEDED = SDK | OTHERS | {f"relying_party.{name}" for name in OURS}
PROGRAM = """
import json, sys
from types import SimpleNamespace
import app
context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 8000)
answer = app.lambda_handler(json.loads(sys.argv[1]), context)
print(json.dumps({"answer": answer, "loaded": list(sys.modules)}))
"""


@pytest.fixture
def token(aws: Emulator, stack: Stack, dynamodb: "DynamoDBClient", keys_table: str) -> str:
    """Good, by a key that the fleet has."""
    now = int(time.time())
    issuer = Issuer("issuer", ISSUER)
    found = replace(
        build_key_set(issuer), fetched_at=now - 60, soft_until=now + 3600, hard_until=now + 7200
    )
    KeyStoreDynamoDb(dynamodb, keys_table).publish(issuer, HEAD, found, seen=Head())
    return signing_key().sign(id_token_claims(iat=now, exp=now + 300))


@pytest.fixture
def keys_table(aws: Emulator, stack: Stack) -> str:
    return create_keys_table(aws, stack)


def first_verdict(
    function: str, folder: str, event: Any, environment: dict[str, str], **parameters: str
) -> tuple[Any, set[str]]:
    """Return what a new container answers, and the modules that it has loaded by then."""
    stack = read_stack(ROOT / "template.yaml", PARAMETERS | parameters)
    paths = ROOT / "layers/relying_party", ROOT / "functions" / folder
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", PROGRAM, json.dumps(event)],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "AWS_LAMBDA_FUNCTION_NAME": folder,
            **stack.functions[function].environment,
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    return said["answer"], set(said["loaded"])


def test_verify_loads_nothing_that_its_first_verdict_does_not_need(
    aws: Emulator, keys_table: str, token: str
) -> None:
    environment = {**aws.environment, "KEYS_TABLE": keys_table}
    answer, loaded = first_verdict(
        "TokenVerifyFunction", "token_verify", {"token": token}, environment
    )
    assert answer["active"], answer
    assert loaded & UNNEEDED == set()


def test_the_authorizer_loads_nothing_that_its_first_verdict_does_not_need(
    aws: Emulator, keys_table: str, token: str
) -> None:
    event = sample("authorizer", "200_http_api", {}, access_token=token)
    environment = {**aws.environment, "KEYS_TABLE": keys_table}
    answer, loaded = first_verdict("AuthorizerFunction", "authorizer", event, environment)
    assert answer["isAuthorized"], answer
    assert loaded & UNNEEDED == set()


@pytest.mark.parametrize(
    ("environment", "parameters"),
    [
        ({}, {"SignedKeyReads": "false"}),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"}, {}),
    ],
)
def test_where_only_the_sdk_may_read_the_keys_it_does(
    aws: Emulator,
    keys_table: str,
    token: str,
    environment: dict[str, str],
    parameters: dict[str, str],
) -> None:
    environment = {**aws.environment, "KEYS_TABLE": keys_table, **environment}
    answer, loaded = first_verdict(
        "TokenVerifyFunction", "token_verify", {"token": token}, environment, **parameters
    )
    assert answer["active"], answer
    assert loaded >= SDK
