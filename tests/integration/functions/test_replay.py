"""The same request again, from a phone that never heard the answer."""

from typing import Any

import pytest

from local.provider.accounts import USERS
from relying_party.application import retry_safe
from tests.integration.functions.answers import assert_problem, assert_refused
from tests.integration.functions.harness import EXCHANGE, REFRESH, Answer, Functions, sample
from tests.integration.functions.observed_provider import ObservedProvider, answer_with, drop
from tests.integration.functions.phone_in_hand import PhoneInHand

TOKENS = ("access_token", "refresh_token", "id_token", "scope", "token_type")


def tokens(answer: Answer) -> list[Any]:
    assert answer.status == 200, answer
    return [answer.body.get(name) for name in TOKENS]


def is_replay(answer: Answer) -> bool:
    return answer.headers.get("Latchkey-Replayed") == "true"


def erase(phone: PhoneInHand) -> dict[str, str]:
    return {"action": "erase_identity", "issuer": phone["issuer"], "subject": USERS[0].sub}


@pytest.mark.parametrize("function", [EXCHANGE, REFRESH])
def test_a_repeated_request_gets_the_same_answer_in_whichever_container(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, function: str
) -> None:
    event = sample(function, "200_form", phone)
    before = len(provider.token_requests)
    first = functions.post(function, event)
    functions.forget()
    again = functions.post(function, event)
    assert (is_replay(first), is_replay(again)) == (False, True)
    assert tokens(again) == tokens(first)
    assert first.body["expires_in"] - 20 <= again.body["expires_in"] <= first.body["expires_in"]
    assert len(provider.token_requests) == before + 1


def test_form_and_json_are_the_same_request(functions: Functions, phone: PhoneInHand) -> None:
    first = functions.post(REFRESH, sample(REFRESH, "200_form", phone))
    again = functions.post(REFRESH, sample(REFRESH, "200_json", phone))
    assert tokens(again) == tokens(first)


def test_who_lost_the_answer_to_a_first_sign_in_hears_of_it_again(
    functions: Functions, phone: PhoneInHand
) -> None:
    functions.invoke(EXCHANGE, erase(phone))
    event = sample(EXCHANGE, "200_form", phone)
    first, again = (functions.post(EXCHANGE, event) for _ in range(2))
    assert first.body["identity"]["created"] is True
    assert again.body["identity"] == first.body["identity"]


def test_an_identity_is_found_and_erased_by_direct_invocation_alone(
    functions: Functions, phone: PhoneInHand
) -> None:
    exchanged = functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone)).body["identity"]
    find = {**erase(phone), "action": "find_identity"}
    found = functions.invoke(EXCHANGE, find)
    assert found["status"] == 200
    assert found["identity"]["id"] == exchanged["id"]
    assert set(found["identity"]) == {"id", "iss", "sub", "client", "first_seen", "last_seen"}
    assert functions.invoke(EXCHANGE, erase(phone)) == {"status": 200, "erased": True}
    assert functions.invoke(EXCHANGE, erase(phone)) == {"status": 200, "erased": False}
    assert functions.invoke(EXCHANGE, find) == {"status": 200, "identity": None}


def test_another_verifier_is_another_request_and_the_providers_to_refuse(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone))
    stolen = sample(EXCHANGE, "400_code_verifier_of_another", phone)
    assert_refused(functions.post(EXCHANGE, stolen), "invalid_grant")
    assert len(provider.token_requests) == 2


def test_another_scope_after_a_rotation_is_a_conflict_and_not_the_end(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    first = functions.post(REFRESH, sample(REFRESH, "200_form", phone))
    asked = len(provider.token_requests)
    narrower = functions.post(REFRESH, sample(REFRESH, "200_narrower_scope", phone))
    assert_problem(narrower, 409, "grant_conflict")
    assert len(provider.token_requests) == asked
    assert functions.post(REFRESH, sample(REFRESH, "200_form", first.body)).status == 200


def test_while_the_outcome_is_unknown_the_app_is_asked_to_wait_and_the_secret_is_kept_back(
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retry_safe, "WAIT_AT_MOST", 0.2)
    event = sample(REFRESH, "200_form", phone)
    asked = len(provider.token_requests)
    provider.instead["/token"] = drop
    first = functions.post(REFRESH, event)
    assert_problem(first, 504, "no_answer")
    provider.instead.clear()

    again = functions.post(REFRESH, event)

    assert_problem(again, 503, "temporarily_unavailable")
    assert 15 <= int(again.headers["Retry-After"]) <= int(first.headers["Retry-After"]) <= 22
    assert len(provider.token_requests) == asked + 1


def test_a_provider_that_has_not_looked_is_asked_again_at_once(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    event = sample(REFRESH, "200_form", phone)
    provider.instead["/token"] = answer_with(429, b"", Retry_After="1")
    assert_problem(functions.post(REFRESH, event), 503, "temporarily_unavailable")
    provider.instead.clear()
    assert not is_replay(functions.post(REFRESH, event))
