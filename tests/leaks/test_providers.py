"""A provider that gives back all that it was sent: in error texts, in headers, in broken HTTP."""

from secrets import token_urlsafe

import pytest

from local.dynamodb import Emulator
from local.template import Stack
from tests.integration.functions.harness import (
    EXCHANGE,
    REFRESH,
    VERIFY,
    sample,
)
from tests.integration.functions.login_in_hand import LoginInHand
from tests.integration.functions.observed_provider import (
    JWKS,
    METADATA,
    REVOCATION,
    TOKEN,
    answer_with,
    answer_with_json,
)
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.integration.tables import create_keys_table
from tests.leaks.doors import status_of
from tests.leaks.echoes import ECHOES
from tests.leaks.stage import Stage

CASES = pytest.mark.parametrize("case", ECHOES)
INTROSPECTION, USERINFO = "/introspect", "/userinfo"
SIGNING = {"client_id": "signing-app", "redirect_uri": "com.example.signing:/callback"}


@CASES
def test_the_token_endpoint_echoes(
    stage: Stage, phone: PhoneInHand, login: LoginInHand, case: str
) -> None:
    # One token for each door: the second request with one would wait for the first one's answer
    events = [
        (EXCHANGE, sample(EXCHANGE, "200_form", phone)),
        (EXCHANGE, sample(EXCHANGE, "200_login_session", phone)),
        (EXCHANGE, sample(EXCHANGE, "200_library_refresh", phone)),
        (REFRESH, sample(REFRESH, "200_form", PhoneInHand(stage.provider, stage))),
    ]
    stage.provider.instead[TOKEN] = ECHOES[case]
    code = {"code": token_urlsafe(), "code_verifier": token_urlsafe(), "nonce": token_urlsafe()}
    answers = [stage.post(*event) for event in events]
    answers.append(login.post(EXCHANGE, "POST /token/exchange", {**SIGNING, **code}))
    assert {answer.status for answer in answers} <= {400, 429, 502, 503, 504}
    assert stage.leaks() == []


@CASES
def test_the_other_endpoints_echo(stage: Stage, case: str) -> None:
    phone, another = (PhoneInHand(stage.provider, stage) for _ in range(2))
    allowed = another.sign_in("allowing-app")
    event = sample(REFRESH, "200_revoke", phone)
    stage.provider.instead |= dict.fromkeys((REVOCATION, USERINFO, INTROSPECTION), ECHOES[case])
    stage.post(REFRESH, event)
    LoginInHand(stage.provider, stage).post(EXCHANGE, "POST /token/exchange", allowed.form)
    opaque = {"token": "an-opaque-token-that-only-its-issuer-can-read", "token_use": "access_token"}
    verdict = stage.invoke(VERIFY, {**opaque, "client_id": "secretive-app"})
    assert verdict["status"] in {401, 503}
    assert stage.provider.count(USERINFO) * stage.provider.count(INTROSPECTION) > 0
    assert stage.leaks() == []


def test_keys_and_metadata_that_make_no_sense(
    stage: Stage, phone: PhoneInHand, emulator: Emulator, stack: Stack
) -> None:
    event = sample(VERIFY, "200_form", phone)
    mark = "a-word-that-only-the-provider-says"
    stage.marks.keep("word", mark)
    documents = [{"keys": [{"kty": "RSA", "n": mark, "e": mark}]}, {mark: mark}, [mark]]
    answers = [answer_with(500, mark.encode()), *map(answer_with_json, documents)]
    elsewhere = answer_with_json({"issuer": f"https://{mark}.example", "jwks_uri": mark})
    for path, answer in [(METADATA, elsewhere), *((JWKS, answer) for answer in answers)]:
        stage.provider.instead = {path: answer}
        table = create_keys_table(emulator, stack)
        stage.restart(KEYS_TABLE=table)
        assert status_of(stage.invoke(VERIFY, event)) == 503
    assert stage.leaks() == []


@pytest.mark.parametrize("function", [EXCHANGE, REFRESH])
def test_no_answer_in_time(stage: Stage, phone: PhoneInHand, function: str) -> None:
    event = sample(function, "200_form", phone)
    stage.provider.instead[TOKEN] = stage.provider.stall
    stage.provider.released.clear()
    stage.restart(timeout=7)
    assert status_of(stage.invoke(function, event)) == 504
    stage.provider.released.set()
    assert stage.leaks() == []
