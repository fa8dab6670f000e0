"""Keys that change: found at once where they are real, and never asked for without end."""

import time
from typing import Any

import pytest
import requests

from tests.integration.functions.answers import assert_problem
from tests.integration.functions.harness import EXCHANGE, VERIFY, Answer, Functions, sample
from tests.integration.functions.observed_provider import (
    JWKS,
    TOKEN,
    ObservedProvider,
    answer_with_json,
)
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.tokens import SigningKey, signing_key


def rotate(provider: ObservedProvider) -> None:
    requests.post(f"{provider.url}/admin/rotate", timeout=10).raise_for_status()


def verify(functions: Functions, id_token: str) -> Answer:
    return functions.post(VERIFY, sample(VERIFY, "200_form", {"id_token": id_token}))


def token(provider: ObservedProvider, key: SigningKey, *, age: int = 0, **claims: Any) -> str:
    """Return an ID Token of the provider's, if it had *key*."""
    now = int(time.time()) - age
    known = {"iss": provider.url, "aud": "demo-app", "sub": "user-1", "iat": now, "exp": now + 3600}
    return key.sign({**known, **claims})


def publish(provider: ObservedProvider, *keys: SigningKey) -> None:
    provider.instead[JWKS] = answer_with_json({"keys": [key.jwk for key in keys]})


def test_a_token_under_a_new_key_is_good_at_once_and_so_is_the_old_one(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    before = phone.held["id_token"]
    rotate(provider)
    after = phone.tokens(phone.sign_in())["id_token"]
    assert [verify(functions, id_token).status for id_token in (before, after)] == [200, 200]
    assert provider.count(JWKS) == 2


def test_a_made_up_key_costs_the_issuer_one_request_and_harms_nobody(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    good = phone.held["id_token"]
    for number in range(4):
        forged = token(provider, signing_key(kid=f"made-up-{number}"))
        answer = verify(functions, forged)
        assert_problem(answer, 503, "temporarily_unavailable")
        assert int(answer.headers["Retry-After"]) <= 31
    assert provider.count(JWKS) == 2
    assert verify(functions, good).status == 200


def test_a_key_that_the_issuer_has_had_time_to_publish_is_unknown_for_good(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    assert verify(functions, phone.held["id_token"]).status == 200
    answer = verify(functions, token(provider, signing_key(kid="made-up"), age=120))
    assert (answer.status, answer.body["reason"]) == (401, "unknown_key")
    assert provider.count(JWKS) == 1


def test_a_key_that_is_replaced_under_its_old_name_is_found(
    functions: Functions, provider: ObservedProvider
) -> None:
    old, new = signing_key(kid="k", number=0), signing_key(kid="k", number=1)
    publish(provider, old)
    assert verify(functions, token(provider, old)).status == 200
    publish(provider, new)
    assert verify(functions, token(provider, new)).status == 200
    assert verify(functions, token(provider, old)).body["reason"] == "bad_signature"


def test_bad_signatures_cost_the_issuer_one_request(
    functions: Functions, provider: ObservedProvider
) -> None:
    publish(provider, signing_key(kid="k", number=0))
    for _ in range(4):
        answer = verify(functions, token(provider, signing_key(kid="k", number=1)))
        assert (answer.status, answer.body["reason"]) == (401, "bad_signature")
    assert provider.count(JWKS) == 2, "the first fetch, and one to be sure"


def test_a_symmetric_key_in_the_set_verifies_nothing(
    functions: Functions, provider: ObservedProvider
) -> None:
    octets = {"kty": "oct", "kid": "k", "k": "c2VjcmV0", "alg": "HS256"}
    provider.instead[JWKS] = answer_with_json({"keys": [octets, signing_key(kid="other").jwk]})
    answer = verify(functions, token(provider, signing_key(kid="k")))
    assert answer.status != 200


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another-app"}, {"exp": 1}, {"iss": "https://somebody.example"}, {"sub": ""}],
)
def test_an_id_token_that_must_not_be_trusted_never_reaches_the_app(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, claims: dict[str, Any]
) -> None:
    key = signing_key()
    publish(provider, key)
    nonce = phone.signed_in.nonce
    for changed, status in ((claims, 502), ({}, 200)):
        answer_with_id_token(provider, token(provider, key, nonce=nonce, **changed))
        event = sample(EXCHANGE, "200_form", phone, code=f"code-{status}")
        answer = functions.post(EXCHANGE, event)
        assert answer.status == status, answer
        if changed:
            assert_problem(answer, 502, "id_token_refused")


def answer_with_id_token(provider: ObservedProvider, id_token: str) -> None:
    tokens = {"access_token": "access-token", "token_type": "Bearer", "id_token": id_token}
    provider.instead[TOKEN] = answer_with_json(tokens)


def test_an_id_token_with_a_forged_signature_never_reaches_the_app(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    publish(provider, signing_key(number=0))
    forged = token(provider, signing_key(number=1), nonce=phone.signed_in.nonce)
    answer_with_id_token(provider, forged)
    answer = functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone))
    assert_problem(answer, 502, "id_token_refused")


def test_a_sign_in_without_an_id_token_is_none(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    provider.instead[TOKEN] = answer_with_json({"access_token": "a", "token_type": "Bearer"})
    answer = functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone))
    assert_problem(answer, 502, "issuer_failed")
