"""How the embedded provider guards its tokens."""

import base64
import hashlib
import time
from typing import Any

import jwt
import pytest

from local.provider.clients import RegisteredClient
from tests.local.provider_client import (
    CONFIDENTIAL,
    INVALID_GRANT,
    INVALID_REQUEST,
    INVALID_SCOPE,
    ISSUER,
    POSTING,
    PUBLIC,
    ProviderClient,
    error_of,
)


@pytest.mark.parametrize("client", [CONFIDENTIAL, POSTING, PUBLIC])
def test_a_code_with_its_verifier_brings_tokens(
    provider: ProviderClient, client: RegisteredClient
) -> None:
    tokens = provider.exchange(client)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == "openid profile offline_access"
    claims = provider.verify(tokens["id_token"], client.client_id)
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (claims["nonce"], claims["name"]) == ("a nonce", "Alice Liddell")
    assert abs(claims["auth_time"] - time.time()) < 10


def test_an_access_token_is_typed_and_not_for_the_client(provider: ProviderClient) -> None:
    token = provider.exchange()["access_token"]
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    claims = provider.verify(token, f"{ISSUER}/userinfo")
    assert claims["client_id"] == "confidential"
    assert {"sub", "exp", "iat", "jti", "scope"} <= claims.keys()


def test_a_refresh_token_comes_only_with_offline_access(provider: ProviderClient) -> None:
    assert "refresh_token" not in provider.exchange(scope="openid")


def test_without_openid_there_is_no_id_token(provider: ProviderClient) -> None:
    assert "id_token" not in provider.exchange(scope="profile")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "B" * 43}, INVALID_GRANT),
        ({"code_verifier": None}, INVALID_REQUEST),
        ({"code_verifier": ""}, INVALID_REQUEST),
        ({"code_verifier": "short"}, INVALID_REQUEST),
        ({"redirect_uri": "com.example:/other"}, INVALID_GRANT),
        ({"redirect_uri": None}, INVALID_GRANT),
        ({"code": "made-up"}, INVALID_GRANT),
        ({"code": None}, INVALID_REQUEST),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": None}, (400, "unsupported_grant_type")),
    ],
)
@pytest.mark.parametrize("client", [CONFIDENTIAL, PUBLIC])
def test_a_wrong_token_request_is_refused(
    provider: ProviderClient,
    client: RegisteredClient,
    changes: dict[str, str | None],
    error: tuple[int, str],
) -> None:
    form = provider.code_form(provider.sign_in(client), client) | changes
    assert error_of(provider.token(form, client)) == error


def test_a_challenge_does_not_pass_for_its_verifier(provider: ProviderClient) -> None:
    code = provider.sign_in()
    challenge = provider.request()["code_challenge"]
    assert error_of(provider.token(provider.code_form(code, code_verifier=challenge))) == (
        INVALID_GRANT
    )


def test_a_code_is_no_other_clients(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in(CONFIDENTIAL))
    assert error_of(provider.token(form, POSTING)) == INVALID_GRANT
    assert provider.token(form).status_code == 200


def test_a_code_used_again_ends_what_it_brought(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in())
    tokens: Any = provider.token(form).get_json()
    assert provider.userinfo(tokens["access_token"]).status_code == 200
    assert error_of(provider.token(form)) == INVALID_GRANT
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert error_of(provider.refresh(tokens["refresh_token"])) == INVALID_GRANT


def test_a_code_expires(provider: ProviderClient, monkeypatch: pytest.MonkeyPatch) -> None:
    form = provider.code_form(provider.sign_in())
    later = time.time() + 3601
    monkeypatch.setattr("local.provider.memory.time.time", lambda: later)
    assert error_of(provider.token(form)) == INVALID_GRANT


def test_a_refresh_brings_a_new_refresh_token(provider: ProviderClient) -> None:
    tokens = provider.exchange()
    refreshed: Any = provider.refresh(tokens["refresh_token"]).get_json()
    assert refreshed["refresh_token"] != tokens["refresh_token"]
    old = provider.verify(tokens["id_token"], "confidential")
    new = provider.verify(refreshed["id_token"], "confidential")
    assert new["sub"] == old["sub"]
    assert "nonce" not in new


def test_a_refresh_does_not_move_the_time_of_the_sign_in(
    provider: ProviderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = provider.exchange()
    later = time.time() + 100
    monkeypatch.setattr("local.provider.issuing.time.time", lambda: later)
    refreshed: Any = provider.refresh(tokens["refresh_token"]).get_json()
    old, new = (
        jwt.decode(answer["id_token"], options={"verify_signature": False})
        for answer in (tokens, refreshed)
    )
    assert new["auth_time"] == old["auth_time"] < new["iat"] - 50


def test_a_refresh_token_used_again_ends_its_whole_family(provider: ProviderClient) -> None:
    first = provider.exchange()
    second: Any = provider.refresh(first["refresh_token"]).get_json()
    assert error_of(provider.refresh(first["refresh_token"])) == INVALID_GRANT
    assert error_of(provider.refresh(second["refresh_token"])) == INVALID_GRANT
    assert provider.userinfo(second["access_token"]).status_code == 401


def test_a_refresh_token_is_no_other_clients(provider: ProviderClient) -> None:
    tokens = provider.exchange()
    assert error_of(provider.refresh(tokens["refresh_token"], POSTING)) == INVALID_GRANT
    refreshed: Any = provider.refresh(tokens["refresh_token"]).get_json()
    assert error_of(provider.refresh(tokens["refresh_token"], POSTING)) == INVALID_GRANT
    assert provider.refresh(refreshed["refresh_token"]).status_code == 200


def test_an_access_token_does_not_refresh(provider: ProviderClient) -> None:
    assert error_of(provider.refresh(provider.exchange()["access_token"])) == INVALID_GRANT


def test_a_refresh_may_narrow_the_scope_but_not_widen_it(provider: ProviderClient) -> None:
    token = provider.exchange(scope="openid profile offline_access")["refresh_token"]
    assert error_of(provider.refresh(token, scope="openid email")) == INVALID_SCOPE
    narrowed: Any = provider.refresh(token, scope="openid").get_json()
    assert narrowed["scope"] == "openid"
    whole: Any = provider.refresh(narrowed["refresh_token"]).get_json()
    assert whole["scope"] == "openid profile offline_access"
