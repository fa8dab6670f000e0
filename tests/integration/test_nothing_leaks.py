"""Marked secrets go in at every door; none of them may come out in logs, metrics or refusals.

The functions run as they do in the local run, in processes of their own, at the most talkative
log level: what they print is what CloudWatch would keep.
"""

import base64
import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from local.configuration import read_configuration
from local.containers import ContainerPool, FunctionError
from local.dynamodb import Emulator
from local.server import WsgiApplication
from local.template import Stack
from tests.integration.functions.harness import EVENTS, as_the_gateway_sends, sample
from tests.integration.functions.observed_provider import (
    JWKS,
    METADATA,
    TOKEN,
    ObservedProvider,
    answer_with,
    answer_with_json,
    drop,
)
from tests.integration.tables import create_keys_table
from tests.tokens import signing_key, tampered

MARK = "lk5ecret"
"""Part of everything that is secret here, and of nothing else."""

CLIENTS = Path(__file__).with_name("clients.toml")
FUNCTIONS = {
    "token_exchange": "TokenExchangeFunction",
    "token_refresh": "TokenRefreshFunction",
    "token_verify": "TokenVerifyFunction",
}
CASES = [(path.parent.name, path.stem) for path in sorted(EVENTS.glob("token_*/*.json"))]
"""Every sample there is: good ones and bad ones."""


class Marked(dict[str, str]):
    """Fills every placeholder with something secret that carries the mark."""

    def __init__(self, issuer: str) -> None:
        super().__init__(issuer=issuer, id_token=self.token(issuer))
        self["tampered_id_token"] = tampered(self["id_token"])
        self["expired_id_token"] = self.token(issuer, exp=1)
        self["aged_id_token"] = self.token(issuer, auth_time=1)
        self["unknown_key"] = self.token(issuer, kid=f"kid-{MARK}")

    def __missing__(self, name: str) -> str:
        return f"{name}-{MARK}-{'x' * 43}"

    def token(self, issuer: str, *, kid: str = "key-1", **claims: Any) -> str:
        """An ID Token whose secret claims are marked."""
        now = int(time.time())
        marked = {"nonce": self["nonce"], "email": f"{MARK}@example.com", "sub": f"user-{MARK}"}
        times = {"iat": now, "exp": now + 3600, "auth_time": now}
        return signing_key(kid=kid).sign(
            {"iss": issuer, "aud": "demo-app", **marked, **times, **claims}
        )


@dataclass
class Driven:
    """What came of it all."""

    needles: set[str]
    printed: str = ""
    answers: list[Any] = field(default_factory=list)

    @property
    def refusals(self) -> list[Any]:
        """The answers that do not hand out what was asked for."""
        return [answer for answer in self.answers if self.status(answer) != 200]

    @staticmethod
    def status(answer: Any) -> int:
        """The status of an HTTP answer, or of a direct one."""
        return int(answer.get("statusCode", answer.get("status")))


def token_answers(values: Marked, provider: ObservedProvider) -> list[WsgiApplication]:
    """What a provider may answer, good or bad, all of it marked."""
    tokens = {"access_token": values["access_token"], "token_type": "Bearer"}
    good = {**tokens, "refresh_token": values["refresh_token"], "id_token": values["id_token"]}
    bad = [{**good, "id_token": values[name]} for name in ("tampered_id_token", "unknown_key")]
    wrong = {**good, "id_token": values.token(provider.url, aud=f"aud-{MARK}")}
    documents = [good, *bad, wrong, tokens, {**tokens, "token_type": [MARK]}]
    refusals = [
        {"error": error, "error_description": values["code"]}
        for error in ("invalid_grant", "invalid_client", MARK)
    ]
    return [
        *map(answer_with_json, documents),
        *(answer_with_json(refusal, 400) for refusal in refusals),
        answer_with(500, f"<html>{values['refresh_token']}</html>".encode()),
        answer_with(302, b"", Location=f"/{MARK}"),
        answer_with(503, b"", Retry_After=MARK),
        drop,
    ]


def key_answers() -> list[tuple[str, WsgiApplication]]:
    """What a provider may answer where its keys are asked for."""
    documents = [{"keys": [{"kty": "RSA", "n": MARK, "e": MARK}]}, {MARK: MARK}]
    unusable = [answer_with(500, MARK.encode()), *map(answer_with_json, documents)]
    elsewhere = answer_with_json({"issuer": f"https://{MARK}.example", "jwks_uri": MARK})
    return [(METADATA, elsewhere), *((JWKS, answer) for answer in unusable)]


@pytest.fixture(scope="module")
def driven(emulator: Emulator, stack: Stack, tmp_path_factory: Any) -> Iterator[Driven]:
    with ExitStack() as parts:
        provider = parts.enter_context(closing(ObservedProvider()))
        configuration = read_configuration(CLIENTS, stack, provider.url)
        secrets = {name: f"{name}/+%: {MARK}" for name in configuration.secret_values()}
        for name, value in secrets.items():
            emulator.put_secret(f"{MARK}/{name}", value)
        provider.serve(configuration.registrations(secrets, ""))
        printed = tmp_path_factory.mktemp("printed") / "log"
        environment = {
            **configuration.environment,
            **emulator.environment,
            "SECRET_PREFIX": f"{MARK}/",
            "POWERTOOLS_LOG_LEVEL": "DEBUG",
        }
        values = Marked(provider.url)
        driven = Driven(needles(values, secrets))
        with printed.open("w") as log:

            def start(function: str) -> ContainerPool:
                table = {"KEYS_TABLE": create_keys_table(emulator, stack)}
                pool = ContainerPool(stack.functions[function], {**environment, **table}, log)
                return parts.enter_context(closing(pool))

            drive(driven, values, provider, start)
        driven.printed = printed.read_text()
        yield driven


def needles(values: Marked, secrets: dict[str, str]) -> set[str]:
    """What must not be found: the mark, each part of each token, each encoded secret."""
    tokens = [value for name, value in values.items() if name != "issuer"]
    segments = {segment for token in tokens for segment in token.split(".")[1:]}
    basic = {
        base64.b64encode(f"{name}:{quote_plus(secret)}".encode()).decode()
        for name, secret in secrets.items()
    }
    return {MARK, base64.b64encode(MARK.encode()).decode().rstrip("="), *segments, *basic}


def drive(driven: Driven, values: Marked, provider: ObservedProvider, start: Any) -> None:
    """Send everything to everybody."""
    provider.instead[JWKS] = answer_with_json({"keys": [signing_key().jwk]})
    pools = {name: start(logical_id) for name, logical_id in FUNCTIONS.items()}

    def send(function: str, event: Any, pool: ContainerPool | None = None) -> None:
        event = as_the_gateway_sends(event) if "routeKey" in event else event
        driven.answers.append((pool or pools[function]).invoke(event))

    for function, case in CASES:
        send(function, sample(function, case, values))
    for number, answer in enumerate(token_answers(values, provider)):
        provider.instead[TOKEN] = answer
        values |= {name: f"{name}-{MARK}-{number}" for name in ("code", "refresh_token")}
        for function in ("token_exchange", "token_refresh"):
            send(function, sample(function, "200_form", values))
    for path, answer in key_answers():
        provider.instead = {path: answer}
        cold = start(FUNCTIONS["token_verify"])
        send("token_verify", sample("token_verify", "200_form", values), cold)
    send("token_verify", {"token": values["id_token"], "client_id": {MARK: [MARK]}})
    with contextlib.suppress(FunctionError):  # what Lambda itself would log counts too
        pools["token_verify"].invoke({"routeKey": MARK, "headers": None, "body": MARK})


def test_the_doors_were_really_driven(driven: Driven) -> None:
    statuses = {driven.status(answer) for answer in driven.answers}
    assert {200, 400, 401, 502, 503, 504} <= statuses
    assert MARK in json.dumps([a for a in driven.answers if driven.status(a) == 200])
    for told in ('"refused"', '"_aws"', '"keys_fetch_failed"'):
        assert told in driven.printed


def test_logs_and_metrics_hold_nothing_secret(driven: Driven) -> None:
    lines = driven.printed.splitlines()
    assert [line for line in lines if any(needle in line for needle in driven.needles)] == []


def test_refusals_repeat_nothing_secret(driven: Driven) -> None:
    told = [json.dumps(answer) for answer in driven.refusals]
    assert [text for text in told if any(needle in text for needle in driven.needles)] == []
