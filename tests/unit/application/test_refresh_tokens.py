"""A refresh token for new tokens (RFC 6749 §6, OIDC Core §12)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.ports import FetchFailed
from relying_party.errors import (
    IdTokenRefused,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    IssuerFailed,
    KeysUnavailable,
)
from relying_party.protocol.client import Client
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.pkce import PkceMode
from relying_party.protocol.profiles import PROFILES
from tests.fakes import FakeTokenEndpoint, Fleet
from tests.grants import REFRESH, VERIFIER, token_reply
from tests.tokens import CLIENT_ID, id_token_claims, signing_key

KEY = signing_key()
Refresh = Callable[..., dict[str, Any]]


def test_a_refresh_token_becomes_new_tokens(refresh: Refresh, issuer: FakeTokenEndpoint) -> None:
    issuer.reply = token_reply(refresh_token="rt-2")

    members = refresh(replace(REFRESH, scope="openid a", code_verifier=VERIFIER))

    assert (members["access_token"], members["refresh_token"]) == ("at-1", "rt-2")
    [request] = issuer.requests
    assert request.fields == {
        "grant_type": "refresh_token",
        "refresh_token": "rt-1",
        "scope": "openid a",
        "code_verifier": VERIFIER,
    }
    assert "Authorization" in request.headers


def test_an_issuer_need_send_neither_an_id_token_nor_a_new_refresh_token(
    refresh: Refresh, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(None)

    members = refresh()

    assert "id_token" not in members
    assert "refresh_token" not in members


def test_an_id_token_that_comes_is_verified_and_needs_no_nonce(
    refresh: Refresh, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(KEY.sign(id_token_claims(nonce=None)))
    assert refresh()["id_token"]

    issuer.reply = token_reply(KEY.sign(id_token_claims(aud="x")))
    with pytest.raises(IdTokenRefused):
        refresh(replace(REFRESH, refresh_token="rt-9"))


@pytest.mark.parametrize("mode", list(PkceMode))
def test_no_mode_asks_for_a_verifier_and_each_refuses_a_malformed_one(
    refresh: Refresh, issuer: FakeTokenEndpoint, mode: PkceMode
) -> None:
    issuer.reply = token_reply()

    assert refresh(pkce=mode)
    with pytest.raises(InvalidRequest, match="43 to 128"):
        refresh(replace(REFRESH, code_verifier="short"), pkce=mode)
    assert len(issuer.requests) == 1


def test_nothing_is_sent_for_a_client_that_is_not_configured(
    refresh: Refresh, issuer: FakeTokenEndpoint
) -> None:
    with pytest.raises(InvalidClient):
        refresh(replace(REFRESH, client_id="x"))

    assert issuer.requests == []


def test_no_refresh_token_is_rotated_while_its_answer_could_not_be_verified(
    fleet: Fleet, refresh: Refresh, issuer: FakeTokenEndpoint
) -> None:
    fleet.issuer.failure = FetchFailed("ConnectTimeout")

    with pytest.raises(KeysUnavailable):
        refresh()

    assert issuer.requests == []


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (HttpReply(400, {}, b'{"error":"invalid_grant"}'), InvalidGrant),
        (HttpReply(502, {}, b"<html>"), IssuerFailed),
        (HttpReply(200, {}, b"{}"), IssuerFailed),
    ],
)
def test_only_the_issuers_own_word_signs_a_user_out(
    refresh: Refresh, issuer: FakeTokenEndpoint, reply: HttpReply, expected: type[Exception]
) -> None:
    issuer.reply = reply

    with pytest.raises(expected):
        refresh()


def test_a_native_client_refreshes_by_its_name_alone(
    refresh: Refresh, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply()

    refresh(pkce=PkceMode.ENFORCE_INSTEAD, secret_name=None)

    [request] = issuer.requests
    assert request.headers == {}
    assert request.fields["client_id"] == CLIENT_ID


@pytest.mark.parametrize(
    "changes", [{"sub": "user-2"}, {"nonce": "another"}, {"azp": CLIENT_ID}], ids=str
)
def test_a_refreshed_id_token_agrees_with_the_sign_ins(
    exchange: Refresh, refresh: Refresh, issuer: FakeTokenEndpoint, changes: dict[str, Any]
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1")
    exchange()

    issuer.reply = token_reply(KEY.sign(id_token_claims(nonce=None)))
    assert refresh()
    issuer.reply = token_reply(KEY.sign(id_token_claims(**changes)))
    with pytest.raises(IdTokenRefused, match="OIDC Core"):
        refresh(replace(REFRESH, scope="openid"))


def test_a_refresh_without_a_scope_is_the_one_that_names_what_is_asked_for_by_default(
    refresh: Refresh, client: Client, issuer: FakeTokenEndpoint
) -> None:
    okta = client.issuer._replace(profile=PROFILES["okta"])
    issuer.reply = token_reply(None, refresh_token="rt-2")

    first = refresh(issuer=okta)
    again = refresh(replace(REFRESH, scope="openid"), issuer=okta)

    assert again == first
    assert len(issuer.requests) == 1
