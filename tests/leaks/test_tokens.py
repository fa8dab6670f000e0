"""Tokens that are refused: what made them bad may be a secret, and so may all that they say."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from local.containers import FunctionError
from local.dynamodb import Emulator
from local.template import Stack
from tests.integration.functions.harness import EXCHANGE, VERIFY, sample
from tests.integration.functions.observed_provider import JWKS, TOKEN, answer_with_json
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.integration.tables import create_keys_table
from tests.leaks.stage import SECRETS, Stage
from tests.tokens import encode_json, signing_key, tampered

KEY = "a-key-id-that-is-secret-here"
WRONG: tuple[Mapping[str, Any], ...] = (
    {"aud": "an-audience-that-is-secret-here"},
    {"aud": ["an-audience-that-is-secret-here", "another-that-is-secret-here"]},
    {"azp": "an-authorized-party-that-is-secret-here"},
    {"iss": "an-issuer-that-is-secret-here"},
    {"nonce": "a-nonce-of-somebody-else-s-sign-in"},
    {"exp": "an-expiry-that-is-no-number-at-all"},
    {"exp": 1},
    {"iat": 9_999_999_999},
    {"sub": ["a-subject-that-is-no-string-here"]},
    {"at_hash": "an-at-hash-of-another-access-token"},
)
"""Claims of which one is not as it should be."""


@pytest.fixture
def trusting(stage: Stage, emulator: Emulator, stack: Stack) -> Stage:
    """The stage, where our keys are the provider's, so that claims are looked at."""
    keys = [signing_key(kid=KEY).jwk, signing_key().jwk]
    stage.provider.instead[JWKS] = answer_with_json({"keys": keys})
    stage.restart(KEYS_TABLE=create_keys_table(emulator, stack))
    return stage


def claims(stage: Stage, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {
        "iss": stage.provider.url,
        "aud": "demo-app",
        "iat": now,
        "exp": now + 300,
        "sub": "a-subject-of-these-tests",
        "email": "somebody@of.these.tests",
        "nonce": "a-nonce-that-the-app-has-made-up",
        **changes,
    }
    for name, value in made.items():
        if name not in {"iss", "aud"} or name in changes:
            for each in value if isinstance(value, list) else [value]:
                stage.marks.keep("claim", each)
    stage.marks.keep("claim", KEY)
    return made


@pytest.mark.parametrize("changes", WRONG, ids="".join)
def test_an_id_token_from_the_provider_that_must_not_be_trusted(
    trusting: Stage, phone: PhoneInHand, changes: Mapping[str, Any]
) -> None:
    stage, token = trusting, signing_key(kid=KEY).sign(claims(trusting, **changes))
    tokens = {"access_token": "an-access-token-of-these-tests", "id_token": token}
    stage.marks.keep_named(tokens, SECRETS)
    event = sample(EXCHANGE, "200_form", phone)
    stage.provider.instead[TOKEN] = answer_with_json({**tokens, "token_type": "Bearer"})
    assert stage.post(EXCHANGE, event).status in {400, 502}
    assert stage.leaks() == []


def bad_tokens(stage: Stage) -> list[Any]:
    """One for each way to be no token, or not a good one."""
    good = signing_key().sign(claims(stage))
    header, payload, signature = good.split(".")
    wide = signing_key(kid=KEY)
    return [
        *(wide.sign(claims(stage, **changes)) for changes in WRONG),
        *(wide.sign(claims(stage), **{name: KEY}) for name in ("alg", "typ", "crit", "jku", "x5u")),
        tampered(good),
        good[:-20],
        f"{header}.{payload}",
        f"{header}.{payload}.",
        f"{header}.{payload}=.{signature}",
        f"{header}.{payload}.{signature}.{payload}.{signature}",
        f"{encode_json([KEY])}.{payload}.{signature}",
        f"{encode_json({'alg': 'none', 'kid': KEY})}.{payload}.",
        f"{header}.{encode_json([KEY, KEY])}.{signature}",
        f"{payload} {signature}",
        f"{signature}\n{signature}",
        f"\ud800{signature}",
        signature,
        {"a-member-that-is-secret-here": signature},
        [signature],
    ]


def test_bad_tokens_at_every_door(trusting: Stage) -> None:
    stage, tokens, reasons = trusting, bad_tokens(trusting), set()
    raised = len(stage.raised)
    for token in tokens:
        stage.marks.keep("token", token)
        for use in ("id_token", "access_token"):
            asked = {"client_id": "demo-app", "token_use": use}
            answer = stage.invoke(VERIFY, {"token": token, **asked})
            reasons.add(answer.get("reason"))
            assert answer["status"] in {200, 400, 401, 503}
        for event in events(token):
            with suppress(FunctionError):  # as a REST API wants it: Unauthorized
                stage.invoke(*event)
    assert len(reasons) >= 10
    batch = {"tokens": [{"token": token, "client_id": "demo-app"} for token in tokens]}
    assert stage.invoke(VERIFY, batch)["status"] == 200
    assert stage.leaks() == []
    for text in stage.raised[raised:]:
        assert text.endswith((": Unauthorized", ": the token could not be examined")), text


def test_what_is_asked_of_a_good_token_and_is_not_so(trusting: Stage) -> None:
    token = signing_key().sign(claims(trusting, at_hash="an-at-hash-of-another-access-token"))
    for name in ("nonce", "access_token", "scope", "acr_values"):
        trusting.marks.keep("asked", f"{name[:3]}-that-only-the-caller-said")
        asked = {"client_id": "demo-app", name: f"{name[:3]}-that-only-the-caller-said"}
        answer = trusting.invoke(VERIFY, {"token": token, **asked})
        assert answer["status"] in {400, 401, 403}, answer
    assert trusting.leaks() == []


def events(token: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every other way in."""
    values = {"id_token": token, "access_token": token} if isinstance(token, str) else {}
    cases = [
        *((VERIFY, case) for case in ("200_header", "200_introspect")),
        *(("authorizer", case) for case in ("200_http_api", "200_rest_api")),
    ]
    printable = values and token.isprintable() and token.isascii()
    return [(function, sample(function, case, values)) for function, case in cases if printable]


TYPED = "a-word-that-only-the-caller-said"
ODD: tuple[Any, ...] = (
    {"routeKey": TYPED, "headers": None, "body": TYPED},
    {"routeKey": f"POST /{TYPED}", "requestContext": {"requestId": "1"}, "body": TYPED},
    {"token": TYPED, "client_id": {TYPED: [TYPED]}},
    {"action": TYPED, "issuer": TYPED, "subject": TYPED},
    {"tokens": {TYPED: TYPED}},
    {TYPED: TYPED},
    [TYPED],
    TYPED,
)


def test_events_that_no_gateway_sends(stage: Stage) -> None:
    stage.marks.keep("typed", TYPED)
    functions = ("token_verify", "token_exchange", "token_refresh", "login", "jwks_refresh")
    for function in (*functions, "authorizer"):
        for event in ODD:
            with suppress(FunctionError):
                stage.invoke(function, event)
    assert stage.leaks() == []
