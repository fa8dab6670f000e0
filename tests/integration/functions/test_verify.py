"""POST /token/verify and direct invocation: the same verdict, mostly without asking anybody."""

from typing import Any

import pytest

from local.provider.accounts import USERS
from tests.integration.functions.answers import PROBLEM_MEMBERS, assert_problem
from tests.integration.functions.harness import VERIFY, Functions, sample
from tests.integration.functions.observed_provider import (
    JWKS,
    METADATA,
    ObservedProvider,
    answer_with,
)
from tests.integration.functions.phone_in_hand import PhoneInHand


@pytest.mark.parametrize("case", ["200_header", "200_form", "200_json"])
def test_a_good_token_is_believed_wherever_the_request_carries_it(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, case: str
) -> None:
    body = functions.post(VERIFY, sample(VERIFY, case, phone)).body
    assert set(body) == {"active", "token_use", "issuer", "client", "claims"}
    assert (body["active"], body["token_use"]) == (True, "id_token")
    assert (body["issuer"], body["client"]) == (provider.url, "demo")
    assert body["claims"]["sub"] == USERS[0].sub


def test_a_direct_invocation_gets_the_same_verdict(
    functions: Functions, phone: PhoneInHand
) -> None:
    directly = functions.invoke(VERIFY, sample(VERIFY, "200_direct", phone))
    assert directly == {
        "status": 200,
        **functions.post(VERIFY, sample(VERIFY, "200_form", phone)).body,
    }


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("401_token_malformed", "malformed"),
        ("401_token_too_large", "too_large"),
        ("401_token_tampered", "bad_signature"),
        ("401_token_expired", "expired"),
        ("401_token_of_another_client", "wrong_audience"),
        ("401_token_of_another_kind", "wrong_type"),
        ("401_nonce_of_another", "wrong_nonce"),
        ("401_access_token_of_another", "wrong_token_hash"),
        ("401_signed_in_too_long_ago", "too_old"),
    ],
)
def test_a_bad_token_is_refused_with_its_reason(
    functions: Functions, phone: PhoneInHand, case: str, reason: str
) -> None:
    answer = functions.post(VERIFY, sample(VERIFY, case, phone))
    assert (answer.body["error"], answer.body["reason"]) == ("invalid_token", reason)
    description = answer.body["error_description"]
    challenge = f'Bearer error="invalid_token", error_description="{description}"'
    assert answer.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize("case", ["401_token_missing", "401_basic_credentials_are_no_token"])
def test_without_a_token_the_challenge_is_bare(
    functions: Functions, phone: PhoneInHand, case: str
) -> None:
    answer = functions.post(VERIFY, sample(VERIFY, case, phone))
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "error" not in answer.body


@pytest.mark.parametrize(
    ("case", "reason"), [("expired", "expired"), ("tampered", "bad_signature")]
)
def test_a_bad_token_is_data_to_whoever_invokes_directly(
    functions: Functions, phone: PhoneInHand, case: str, reason: str
) -> None:
    verdict = functions.invoke(VERIFY, sample(VERIFY, f"401_direct_{case}", phone))
    assert (verdict["active"], verdict["status"], verdict["reason"]) == (False, 401, reason)


def test_keys_are_fetched_once_and_then_known(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    event = sample(VERIFY, "200_form", phone)
    for _ in range(3):
        assert functions.post(VERIFY, event).status == 200
    assert (provider.count(METADATA), provider.count(JWKS)) == (2, 1), "one of the two is the app's"


def test_a_cold_start_takes_the_keys_from_the_table(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    event = sample(VERIFY, "200_form", phone)
    functions.post(VERIFY, event)
    provider.instead = dict.fromkeys((METADATA, JWKS), answer_with(500, b"away"))
    functions.forget()
    assert functions.post(VERIFY, event).status == 200
    assert provider.count(JWKS) == 1


@pytest.mark.parametrize(
    "case",
    ["401_token_malformed", "401_token_too_large", "401_token_expired", "400_client_id_unknown"],
)
def test_a_token_that_cannot_be_good_costs_the_issuer_nothing(
    functions: Functions, provider: ObservedProvider, phone: PhoneInHand, case: str
) -> None:
    expired = phone.aged_id_token(7200)
    values = {"expired_id_token": expired, "id_token": expired, "seventeen_kib": "a" * 17 * 1024}
    functions.post(VERIFY, sample(VERIFY, case, values))
    assert (provider.count(METADATA), provider.count(JWKS)) == (0, 0)


@pytest.mark.parametrize("document", [METADATA, JWKS])
def test_a_token_that_could_not_be_examined_is_never_called_invalid(
    functions: Functions, provider: ObservedProvider, phone: PhoneInHand, document: str
) -> None:
    provider.instead[document] = answer_with(500, b"away")
    id_token = {"id_token": phone.aged_id_token(0)}
    answer = functions.post(VERIFY, sample(VERIFY, "200_form", id_token))
    assert_problem(answer, 503, "temporarily_unavailable")
    directly: dict[str, Any] = functions.invoke(VERIFY, sample(VERIFY, "200_direct", id_token))
    assert set(directly) == PROBLEM_MEMBERS | {"retry_after"}
    assert directly["status"] == 503


def test_without_the_table_keys_come_from_the_issuer(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, monkeypatch: Any
) -> None:
    monkeypatch.setenv("KEYS_TABLE", "NoSuchTable")
    id_token = {"id_token": phone.aged_id_token(0)}
    for _ in range(2):
        assert functions.post(VERIFY, sample(VERIFY, "200_form", id_token)).status == 200
    assert provider.count(JWKS) == 1
