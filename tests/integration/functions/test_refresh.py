"""POST /token/refresh: a refresh token becomes new tokens, and our mistakes never cost it."""

import pytest

from local.provider.accounts import USERS
from tests.integration.functions.answers import assert_refused
from tests.integration.functions.harness import EVENTS, REFRESH, VERIFY, Answer, Functions, sample
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand

BY_PROVIDER = {
    "400_refresh_token_made_up",
    "400_refresh_token_of_another_client",
    "400_scope_too_wide",
}
OURS = sorted({path.stem for path in (EVENTS / REFRESH).glob("400_*.json")} - BY_PROVIDER)


@pytest.mark.parametrize("case", ["200_form", "200_json"])
def test_a_refresh_token_becomes_new_tokens_of_the_same_user(
    functions: Functions, phone: PhoneInHand, case: str
) -> None:
    answer = functions.post(REFRESH, sample(REFRESH, case, phone))
    assert answer.status == 200
    assert answer.body["access_token"] != phone.held["access_token"]
    id_token = {"id_token": answer.body["id_token"]}
    verdict = functions.post(VERIFY, sample(VERIFY, "200_form", id_token))
    assert verdict.body["claims"]["sub"] == USERS[0].sub


def test_the_same_request_again_gets_the_same_tokens_from_one_refresh(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    event = sample(REFRESH, "200_form", phone)
    first, second = (functions.post(REFRESH, event) for _ in range(2))
    assert second.headers["Latchkey-Replayed"] == "true"
    assert first.body["refresh_token"] == second.body["refresh_token"]
    assert first.body["refresh_token"] != phone.held["refresh_token"], "it was not rotated"
    assert len(provider.token_requests) == 2, "the sign-in's exchange, and one refresh"


def test_where_nothing_is_replayed_an_old_refresh_token_ends_the_sign_in(
    functions: Functions, phone: PhoneInHand
) -> None:
    def refresh(refresh_token: str) -> Answer:
        event = sample(REFRESH, "200_native_app", {"native_refresh_token": refresh_token})
        return functions.post(REFRESH, event)

    first = phone.native_held["refresh_token"]
    second = refresh(first).body["refresh_token"]
    third = refresh(second).body["refresh_token"]
    assert len({first, second, third}) == 3
    for no_longer_good in (first, third):
        assert_refused(refresh(no_longer_good), "invalid_grant")


def test_the_provider_gets_the_refresh_token_with_our_credentials_and_nothing_else(
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
    secrets: dict[str, str],
) -> None:
    functions.post(REFRESH, sample(REFRESH, "200_form", phone))
    request = provider.token_requests[-1]
    assert request.form == {
        "grant_type": "refresh_token",
        "refresh_token": phone.held["refresh_token"],
    }
    assert request.basic == ("demo-app", secrets["demo-app"])


def test_scope_and_verifier_are_passed_on_where_the_app_sends_them(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    narrow = functions.post(REFRESH, sample(REFRESH, "200_narrower_scope", phone))
    assert narrow.body["scope"] == provider.token_requests[-1].form["scope"] == "openid email"
    functions.post(
        REFRESH,
        sample(
            REFRESH, "200_with_code_verifier", phone, refresh_token=narrow.body["refresh_token"]
        ),
    )
    assert provider.token_requests[-1].form["code_verifier"] == phone.signed_in.code_verifier


@pytest.mark.parametrize("case", OURS)
def test_a_mistake_that_is_ours_to_see_does_not_spend_the_refresh_token(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, case: str
) -> None:
    bad = sample(REFRESH, case, phone)
    before = len(provider.token_requests)
    assert functions.post(REFRESH, bad).status == 400
    assert len(provider.token_requests) == before, "the provider has seen it"
    assert functions.post(REFRESH, sample(REFRESH, "200_form", phone)).status == 200


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("400_refresh_token_missing", "invalid_request"),
        ("400_refresh_token_twice", "invalid_request"),
        ("400_code_verifier_too_short", "invalid_request"),
        ("400_client_id_unknown", "invalid_client"),
        ("400_client_secret_in_body", "invalid_client"),
        ("400_refresh_token_made_up", "invalid_grant"),
        ("400_refresh_token_of_another_client", "invalid_grant"),
        ("400_scope_too_wide", "invalid_scope"),
    ],
)
def test_a_refusal_says_by_its_code_whose_mistake_it_is(
    functions: Functions, phone: PhoneInHand, case: str, error: str
) -> None:
    assert_refused(functions.post(REFRESH, sample(REFRESH, case, phone)), error)
