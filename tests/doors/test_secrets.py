"""Tokens that take the client's secret, through the real functions and Secrets Manager."""

import hmac
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.dynamodb import Emulator
from local.template import Stack
from relying_party.errors import ConfigurationError
from relying_party.protocol import base64url
from tests.conformance.provider import CLIENT_ID, CLIENT_SECRET, SUBJECT, Provider
from tests.doors.door import DOORS, INTROSPECT, VERIFY, VERIFY_HEADER
from tests.doors.said import Verdict
from tests.doors.test_real_functions import RealStand
from tests.integration.functions.harness import VERIFY as VERIFY_FUNCTION
from tests.integration.functions.harness import Functions
from tests.integration.tables import create_keys_table
from tests.tokens import Json, encode_json, signing_key, tampered

CLIENTS = Path(__file__).with_name("clients.toml")
ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:latchkey/secretive-AbCdEf"
ID_TOKEN = {"token_use": "id_token"}
ACCESS_TOKEN = {"token_use": "access_token"}


@pytest.fixture(scope="module")
def issuer(emulator: Emulator) -> Iterator[Provider]:
    emulator.put_secret("latchkey/secretive", CLIENT_SECRET)
    with closing(Provider()) as provider:
        yield provider


@pytest.fixture
def started(
    issuer: Provider, aws: Emulator, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> Functions:
    """Functions that have not been started, and may read the one secret."""
    issuer.begin()
    function = stack.functions["TokenVerifyFunction"]
    environment = {
        **function.environment,
        "CLIENTS_FILE": str(CLIENTS),
        "SUITE": issuer.url,
        "VERIFICATION_SECRET_ARNS": ARN,
        "KEYS_TABLE": create_keys_table(aws, stack),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Functions()


def claims(issuer: Provider) -> Json:
    now = int(time.time())
    return {"iss": issuer.url, "sub": SUBJECT, "aud": CLIENT_ID, "iat": now, "exp": now + 300}


def by_secret(issuer: Provider) -> str:
    head = f"{encode_json({'alg': 'HS256'})}.{encode_json(claims(issuer))}"
    mac = hmac.digest(CLIENT_SECRET.encode(), head.encode(), "sha256")
    return f"{head}.{base64url.encode(mac)}"


def test_a_token_signed_with_the_client_s_secret_is_good_and_no_other(
    started: Functions, issuer: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = RealStand(started, monkeypatch, "id_token")
    tokens = {
        by_secret(issuer): Verdict.GOOD,
        tampered(by_secret(issuer)): Verdict.BAD,
        # The published key, and its alg, are of no account to a client that is pinned
        signing_key(kid="key-1").sign(claims(issuer)): Verdict.BAD,
    }
    for token, verdict in tokens.items():
        for door in (door for door in DOORS if door is not INTROSPECT):
            assert door.ask(stand, token, ID_TOKEN).verdict is verdict, door


def test_an_opaque_token_is_what_its_issuer_says_but_for_the_public_door(
    started: Functions, issuer: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.behaviour.introspection = {"active": True, "client_id": CLIENT_ID, "sub": SUBJECT}
    stand = RealStand(started, monkeypatch, "access_token")
    public = (VERIFY, VERIFY_HEADER)
    for door in DOORS:
        good = door.ask(stand, "opaque-1", ACCESS_TOKEN)
        assert good.verdict is (Verdict.SENSELESS if door in public else Verdict.GOOD), door
    # Asked once by each of two containers, and about the token beside it in the batch
    asked = [each.form["token"] for each in issuer.seen if each.path == "/introspect"]
    assert sorted(asked) == ["hopeless", "opaque-1", "opaque-1"]
    issuer.behaviour.introspection = {"active": False}
    for door in (door for door in DOORS if door not in public):
        assert door.ask(stand, "opaque-2", ACCESS_TOKEN).verdict is Verdict.BAD, door


def test_an_issuer_that_is_gone_makes_no_opaque_token_bad(
    started: Functions, issuer: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.behaviour.introspection = {"error": "server_error"}
    stand = RealStand(started, monkeypatch, "access_token")
    for door in (door for door in DOORS if door not in (VERIFY, VERIFY_HEADER)):
        assert door.ask(stand, "opaque-1", ACCESS_TOKEN).verdict is Verdict.UNEXAMINABLE, door


def test_without_leave_to_read_the_secret_no_function_starts(
    started: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERIFICATION_SECRET_ARNS", "")
    for function in (VERIFY_FUNCTION, "authorizer"):
        with pytest.raises(ConfigurationError, match=r"clients\.secretive .* latchkey/secretive"):
            started.invoke(function, {})
