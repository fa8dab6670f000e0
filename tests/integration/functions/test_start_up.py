"""What a function builds before its first event, where Lambda gives full CPU and nobody waits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.dynamodb import Emulator
from local.template import read_stack
from tests.integration.conftest import ROOT
from tests.integration.functions.test_first_verdict import PARAMETERS

PROGRAM = """
import json
import app
from relying_party import deployment
builders = {name: each for name, each in vars(deployment).items() if hasattr(each, "cache_info")}
print(json.dumps([name for name, each in builders.items() if each.cache_info().currsize]))
"""
WHO_ASKS = """
import json
from relying_party import bootstrap
doors = bootstrap.verify_request(), bootstrap.trusted_verify_request()
print(json.dumps([door.introspect is not None for door in doors]))
"""
CLIENTS_FILE = """
[issuers.op]
issuer = "https://op.example"
[clients.app]
issuer = "op"
client_id = "app"
redirect_uris = ["com.example.app:/callback"]
client_secret = "app"
access_token_profile = "{}"
"""
CLIENTS = {"_dynamodb", "_dynamodb_once", "issuer_http", "secrets_manager"}
"""Whatever takes an AWS SDK, an HTTP library or certificates to build."""


@pytest.mark.parametrize(
    ("function", "folder", "needed"),
    [
        (
            "TokenExchangeFunction",
            "token_exchange",
            {"_dynamodb", "issuer_http", "secrets_manager"},
        ),
        ("TokenRefreshFunction", "token_refresh", {"_dynamodb", "issuer_http", "secrets_manager"}),
        ("LoginFunction", "login", {"_dynamodb", "issuer_http"}),
        ("JwksRefreshFunction", "jwks_refresh", {"_dynamodb", "issuer_http"}),
        ("TokenVerifyFunction", "token_verify", set()),
        ("AuthorizerFunction", "authorizer", set()),
    ],
)
def test_a_function_builds_at_start_up_what_every_event_of_it_needs_and_nothing_else(
    aws: Emulator, function: str, folder: str, needed: set[str]
) -> None:
    paths = ROOT / "layers/relying_party", ROOT / "functions" / folder
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", PROGRAM],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "AWS_LAMBDA_FUNCTION_NAME": folder,
            **read_stack(ROOT / "template.yaml", PARAMETERS).functions[function].environment,
            **aws.environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(done.stdout.splitlines()[-1])) & CLIENTS == needed


@pytest.mark.parametrize(("profile", "asks"), [("rfc9068", False), ("opaque", True)])
def test_whom_iam_lets_in_gets_an_issuer_asked_where_there_are_opaque_tokens(
    aws: Emulator, tmp_path: Path, profile: str, *, asks: bool
) -> None:
    clients_file = tmp_path / "clients.toml"
    clients_file.write_text(CLIENTS_FILE.format(profile))
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", WHO_ASKS],
        env={
            "PYTHONPATH": str(ROOT / "layers/relying_party"),
            "CLIENTS_FILE": str(clients_file),
            "KEYS_TABLE": "keys",
            "VERIFICATION_SECRET_ARNS": "arn:aws:secretsmanager:us-east-1:1:secret:app-??????",
            **aws.environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [False, asks]
