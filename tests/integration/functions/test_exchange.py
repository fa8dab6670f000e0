"""POST /token/exchange: a code becomes tokens once, and our mistakes never cost it."""

import pytest

from local.provider.accounts import USERS
from tests.integration.functions.answers import assert_refused
from tests.integration.functions.harness import EVENTS, EXCHANGE, VERIFY, Functions, sample
from tests.integration.functions.observed_provider import TOKEN, ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand

# What only the provider can tell; everything else is seen before the code is spent
BY_PROVIDER = {
    "400_code_made_up",
    "400_code_verifier_of_another",
    "400_library_code_made_up",
    "400_nonce_of_another",
}
# This one too, but only once: the refusal of a refresh token is held and given again
HELD = {"400_library_refresh_token_made_up"}
REFUSED = {path.stem for path in (EVENTS / EXCHANGE).glob("400_*.json")}
OURS = sorted(case for case in REFUSED - BY_PROVIDER - HELD if "_direct_" not in case)
MEMBERS = {
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "scope",
    "id_token",
    "identity",
}


@pytest.mark.parametrize("case", ["200_form", "200_json"])
def test_a_code_becomes_tokens_of_the_user_who_signed_in(
    functions: Functions, phone: PhoneInHand, case: str
) -> None:
    answer = functions.post(EXCHANGE, sample(EXCHANGE, case, phone))
    assert answer.status == 200
    assert set(answer.body) == MEMBERS
    verdict = functions.post(
        VERIFY, sample(VERIFY, "200_form", {"id_token": answer.body["id_token"]})
    )
    assert verdict.body["claims"]["sub"] == USERS[0].sub
    assert verdict.body["claims"]["nonce"] == phone.signed_in.nonce


@pytest.mark.parametrize("case", ["200_form", "200_json"])
def test_the_provider_gets_the_code_with_its_proof_and_our_credentials_and_nothing_else(
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
    secrets: dict[str, str],
    case: str,
) -> None:
    functions.post(EXCHANGE, sample(EXCHANGE, case, phone))
    (request,) = provider.token_requests
    assert request.form == {
        "grant_type": "authorization_code",
        "code": phone.signed_in.code,
        "redirect_uri": phone.signed_in.redirect_uri,
        "code_verifier": phone.signed_in.code_verifier,
    }
    assert request.basic == ("demo-app", secrets["demo-app"])


@pytest.mark.parametrize("case", OURS)
def test_a_mistake_that_is_ours_to_see_does_not_spend_the_code(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, case: str
) -> None:
    bad = sample(EXCHANGE, case, phone)
    before = len(provider.token_requests)  # some samples hold a token of an earlier sign-in
    assert functions.post(EXCHANGE, bad).status == 400
    assert len(provider.token_requests) == before, "the provider has seen it"
    assert functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone)).status == 200


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("400_code_missing", "invalid_request"),
        ("400_code_twice", "invalid_request"),
        ("400_code_twice_in_json", "invalid_request"),
        ("400_redirect_uri_not_registered", "invalid_request"),
        ("400_parameters_in_query", "invalid_request"),
        ("400_body_too_large", "invalid_request"),
        ("400_client_id_unknown", "invalid_client"),
        ("400_client_secret_in_body", "invalid_client"),
        ("400_client_assertion_in_body", "invalid_client"),
        ("400_iss_of_another_issuer", "invalid_grant"),
        ("400_code_verifier_of_another", "invalid_grant"),
        ("400_code_made_up", "invalid_grant"),
        ("400_nonce_of_another", "invalid_grant"),
    ],
)
def test_a_refusal_says_by_its_code_whose_mistake_it_is(
    functions: Functions, phone: PhoneInHand, case: str, error: str
) -> None:
    assert_refused(functions.post(EXCHANGE, sample(EXCHANGE, case, phone)), error)


@pytest.mark.parametrize("name", ["client_id", "code", "redirect_uri", "code_verifier", "nonce"])
def test_a_missing_parameter_is_named(functions: Functions, phone: PhoneInHand, name: str) -> None:
    answer = functions.post(EXCHANGE, sample(EXCHANGE, f"400_{name}_missing", phone))
    assert answer.body["error_description"].startswith(f"{name} is ")


@pytest.mark.parametrize("case", sorted(BY_PROVIDER))
def test_what_only_the_provider_can_tell_costs_one_request_to_it(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, case: str
) -> None:
    functions.post(EXCHANGE, sample(EXCHANGE, case, phone))
    assert provider.count(TOKEN) == 1


def test_the_same_request_again_gets_the_same_tokens_from_one_exchange(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    event = sample(EXCHANGE, "200_form", phone)
    first, second = (functions.post(EXCHANGE, event) for _ in range(2))
    assert second.headers["Latchkey-Replayed"] == "true"
    assert "Latchkey-Replayed" not in first.headers
    for name in ("access_token", "refresh_token", "id_token"):
        assert first.body[name] == second.body[name]
    assert provider.count(TOKEN) == 1


@pytest.mark.parametrize("exchanges", [0, 1])
def test_a_code_is_no_good_to_whoever_has_not_got_its_verifier(
    functions: Functions, phone: PhoneInHand, exchanges: int
) -> None:
    for _ in range(exchanges):
        phone.tokens(phone.signed_in)
    stolen = sample(EXCHANGE, "400_code_verifier_of_another", phone)
    assert_refused(functions.post(EXCHANGE, stolen), "invalid_grant")


def test_a_code_is_good_once_where_nothing_is_replayed(
    functions: Functions, phone: PhoneInHand
) -> None:
    event = sample(EXCHANGE, "200_native_app", phone)
    assert functions.post(EXCHANGE, event).status == 200
    assert_refused(functions.post(EXCHANGE, event), "invalid_grant")


def test_a_second_exchange_needs_neither_metadata_nor_keys_anew(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    for _ in range(2):
        phone.tokens(phone.sign_in())
    assert (provider.count("/jwks"), provider.count(TOKEN)) == (1, 2)
