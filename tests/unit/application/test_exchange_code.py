"""A code for tokens: what is ours to see is seen before the code is spent."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.exchange_code import CodeExchange
from relying_party.application.ports import FetchFailed
from relying_party.errors import (
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    IssuerFailed,
    KeysUnavailable,
    OAuthError,
    Problem,
    TemporarilyUnavailable,
)
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.pkce import PkceMode
from tests.fakes import TOKEN_ENDPOINT, FakeSecrets, FakeTokenEndpoint, Fleet
from tests.grants import EXCHANGE, VERIFIER, token_reply
from tests.tokens import CLIENT_ID

Exchange = Callable[..., dict[str, Any]]


def test_a_good_code_becomes_the_issuers_tokens_with_the_id_token_verified(
    exchange: Exchange, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1", expires_in="3600")

    members = exchange()

    assert (members["access_token"], members["refresh_token"]) == ("at-1", "rt-1")
    assert members["expires_in"] == 3600
    [request] = issuer.requests
    assert request.url == TOKEN_ENDPOINT
    assert request.headers == {
        "Authorization": f"Basic {b64encode(b'app-at-issuer:s3cret').decode()}"
    }
    assert request.fields == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "com.example.app:/cb",
        "code_verifier": VERIFIER,
    }


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(replace(EXCHANGE, client_id="x"), InvalidClient, id="unknown client"),
        pytest.param(replace(EXCHANGE, redirect_uri="x"), InvalidRequest, id="redirect URI"),
        pytest.param(replace(EXCHANGE, code_verifier=None), InvalidRequest, id="no verifier"),
        pytest.param(replace(EXCHANGE, code_verifier="short"), InvalidRequest, id="short verifier"),
        pytest.param(replace(EXCHANGE, nonce=None), InvalidRequest, id="no nonce"),
        pytest.param(replace(EXCHANGE, iss="https://x"), InvalidGrant, id="another issuer's code"),
    ],
)
def test_a_mistake_that_is_ours_to_see_never_reaches_the_issuer(
    fleet: Fleet,
    exchange: Exchange,
    issuer: FakeTokenEndpoint,
    request_: CodeExchange,
    expected: type[OAuthError],
) -> None:
    with pytest.raises(expected):
        exchange(request_)

    assert issuer.requests == []
    assert fleet.issuer.fetches == 0


def test_a_mistake_of_the_app_is_told_even_while_the_issuer_is_down(
    fleet: Fleet, exchange: Exchange
) -> None:
    fleet.issuer.failure = FetchFailed("ConnectTimeout")

    with pytest.raises(InvalidRequest):
        exchange(replace(EXCHANGE, code_verifier=None))


@pytest.mark.parametrize("trouble", ["keys", "secret", "metadata", "time"])
def test_no_code_is_spent_before_all_is_at_hand_that_its_answer_will_need(
    fleet: Fleet,
    exchange: Exchange,
    issuer: FakeTokenEndpoint,
    secrets: FakeSecrets,
    trouble: str,
) -> None:
    expected: type[Problem] = TemporarilyUnavailable
    if trouble == "keys":
        fleet.issuer.failure, expected = FetchFailed("status 500"), KeysUnavailable
    elif trouble == "secret":
        secrets.secrets.clear()
    elif trouble == "metadata":
        del fleet.issuer.metadata["token_endpoint"]
        expected = IssuerFailed
    else:
        fleet.issuer.during = [lambda: fleet.clock.advance(27)]

    with pytest.raises(expected):
        exchange()

    assert issuer.requests == []


@pytest.mark.parametrize(
    ("changes", "headers", "fields"),
    [
        pytest.param(
            {"authentication": AuthenticationMethod.CLIENT_SECRET_POST},
            {},
            {"client_id": CLIENT_ID, "client_secret": "s3cret"},
            id="client_secret_post",
        ),
        pytest.param(
            {"pkce": PkceMode.ENFORCE_INSTEAD},
            {},
            {"client_id": CLIENT_ID},
            id="no secret, even if one is configured",
        ),
        pytest.param(
            {
                "pkce": PkceMode.ENFORCE_INSTEAD,
                "authentication": AuthenticationMethod.NONE,
                "secret_name": None,
            },
            {},
            {"client_id": CLIENT_ID},
            id="native client",
        ),
    ],
)
def test_a_client_proves_itself_as_it_is_configured(
    exchange: Exchange,
    issuer: FakeTokenEndpoint,
    changes: dict[str, Any],
    headers: dict[str, str],
    fields: dict[str, str],
) -> None:
    issuer.reply = token_reply()

    exchange(**changes)

    [request] = issuer.requests
    assert request.headers == headers
    assert {name: request.fields.get(name) for name in fields} == fields
    assert ("client_secret" in request.fields) is ("client_secret" in fields)


def test_without_pkce_and_nonce_the_request_goes_out_without_them_where_that_is_allowed(
    exchange: Exchange, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply()

    exchange(replace(EXCHANGE, code_verifier=None), pkce=PkceMode.ALLOW_ALONGSIDE)
    exchange(replace(EXCHANGE, nonce=None), nonce_required=False)

    assert ["code_verifier" in request.fields for request in issuer.requests] == [False, True]


@pytest.mark.parametrize(("used", "budget"), [(0, 15), (20, 3.5), (23, 0.5)])
def test_a_call_gets_fifteen_seconds_or_what_is_left_with_time_to_answer(
    fleet: Fleet, exchange: Exchange, issuer: FakeTokenEndpoint, used: float, budget: float
) -> None:
    issuer.reply = token_reply()
    fleet.issuer.during = [lambda: fleet.clock.advance(used)]

    exchange()

    assert issuer.timeouts == [pytest.approx(budget)]
