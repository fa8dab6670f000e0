"""The three PKCE modes, by what the provider gets to see."""

import json
from typing import Any

import pytest

from local.phone import SignIn
from tests.integration.functions.answers import assert_refused
from tests.integration.functions.harness import (
    EXCHANGE,
    REFRESH,
    Answer,
    Event,
    Functions,
    sample,
)
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand


def exchange(functions: Functions, signed_in: SignIn, *without: str) -> Answer:
    present = {name: value for name, value in signed_in.form.items() if name not in without}
    return functions.post(EXCHANGE, as_json(sample(EXCHANGE, "200_json", signed_in.form), present))


def as_json(event: Event, body: dict[str, str]) -> Event:
    return {**event, "body": json.dumps(body)}


@pytest.mark.parametrize("client_id", ["demo-app", "demo-native-app"])
def test_an_enforcing_mode_refuses_an_exchange_without_a_verifier(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, client_id: str
) -> None:
    signed_in = phone.sign_in(client_id)
    assert_refused(exchange(functions, signed_in, "code_verifier"), "invalid_request")
    assert provider.token_requests == []
    assert exchange(functions, signed_in).status == 200


def test_alongside_credentials_the_secret_and_the_verifier_both_are_sent(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, secrets: dict[str, str]
) -> None:
    signed_in = phone.sign_in("demo-app")
    assert exchange(functions, signed_in).status == 200
    (request,) = provider.token_requests
    assert request.basic == ("demo-app", secrets["demo-app"])
    assert request.form["code_verifier"] == signed_in.code_verifier


def test_instead_of_credentials_the_verifier_is_sent_and_never_a_secret(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    signed_in = phone.sign_in("demo-native-app")
    tokens = exchange(functions, signed_in)
    event = sample(
        REFRESH, "200_native_app", {"native_refresh_token": tokens.body["refresh_token"]}
    )
    assert functions.post(REFRESH, event).status == 200
    for request in provider.token_requests:
        assert request.authorization is None
        assert request.form["client_id"] == "demo-native-app"
        assert {"client_secret", "client_assertion"}.isdisjoint(request.form)
    assert provider.token_requests[0].form["code_verifier"] == signed_in.code_verifier


def test_instead_of_credentials_no_secret_is_even_read(
    functions: Functions, phone: PhoneInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9")
    assert exchange(functions, phone.sign_in("demo-native-app")).status == 200


def test_where_pkce_is_allowed_a_verifier_that_comes_is_passed_on_beside_the_secret(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, secrets: dict[str, str]
) -> None:
    signed_in = phone.sign_in("allowing-app")
    assert exchange(functions, signed_in).status == 200
    (request,) = provider.token_requests
    assert request.authorization is None
    assert request.form["client_secret"] == secrets["allowing-app"]
    assert request.form["code_verifier"] == signed_in.code_verifier


def test_where_pkce_is_allowed_an_exchange_goes_without_a_verifier_too(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, secrets: dict[str, str]
) -> None:
    signed_in = phone.sign_in("allowing-app")
    # The embedded provider insists on PKCE; what it then finds is not what we sent
    provider.added = {"code_verifier": signed_in.code_verifier}
    assert exchange(functions, signed_in, "code_verifier").status == 200
    (request,) = provider.token_requests
    assert "code_verifier" not in request.form
    assert request.form["client_secret"] == secrets["allowing-app"]


def test_where_pkce_is_allowed_a_malformed_verifier_is_still_refused(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider
) -> None:
    form: dict[str, Any] = {**phone.sign_in("allowing-app").form, "code_verifier": "short"}
    answer = functions.post(EXCHANGE, as_json(sample(EXCHANGE, "200_json", form), form))
    assert_refused(answer, "invalid_request")
    assert provider.token_requests == []
