"""Userinfo, revocation and the switches of the embedded provider."""

from typing import Any

import jwt
import pytest

from tests.local.provider_client import (
    INVALID_GRANT,
    PUBLIC,
    SECRET,
    ProviderClient,
    basic,
    error_of,
)


def test_userinfo_answers_an_access_token_alone(provider: ProviderClient) -> None:
    tokens = provider.exchange(scope="openid email offline_access")
    claims = {"sub": "8f3a1c52-alice", "email": "alice@example.com", "email_verified": True}
    assert provider.userinfo(tokens["access_token"]).get_json() == claims
    for wrong in (tokens["id_token"], tokens["refresh_token"], "", "made-up"):
        response = provider.userinfo(wrong)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert provider.get("/userinfo").status_code == 401
    assert provider.userinfo(provider.exchange(scope="email")["access_token"]).status_code == 403


def test_revoking_a_refresh_token_ends_the_sign_in(provider: ProviderClient) -> None:
    tokens = provider.exchange()
    form = {"token": tokens["refresh_token"]}
    assert provider.post("/revoke", data=form).status_code == 401
    response = provider.post("/revoke", data=form, headers=basic("confidential", SECRET))
    assert response.status_code == 200
    assert error_of(provider.refresh(tokens["refresh_token"])) == INVALID_GRANT
    assert provider.userinfo(tokens["access_token"]).status_code == 401


def test_revoking_an_access_token_leaves_the_refresh_token(provider: ProviderClient) -> None:
    tokens = provider.exchange(PUBLIC)
    form = {"token": tokens["access_token"], "client_id": "public"}
    assert provider.post("/revoke", data=form).status_code == 200
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.refresh(tokens["refresh_token"], PUBLIC).status_code == 200


def test_nobody_revokes_another_clients_token(provider: ProviderClient) -> None:
    tokens = provider.exchange()
    form = {"token": tokens["refresh_token"], "client_id": "public"}
    provider.post("/revoke", data=form)
    assert provider.refresh(tokens["refresh_token"]).status_code == 200


def test_revoking_what_is_unknown_is_done_at_once(provider: ProviderClient) -> None:
    form = {"token": "made-up", "client_id": "public"}
    assert provider.post("/revoke", data=form).status_code == 200


def test_a_rotated_key_stays_published_for_one_turn() -> None:
    provider = ProviderClient()
    before = provider.exchange()["id_token"]
    rotated: Any = provider.post("/admin/rotate").get_json()
    after = provider.exchange()["id_token"]
    assert jwt.get_unverified_header(after)["kid"] == rotated["kid"]
    assert provider.verify(before, "confidential")
    assert provider.verify(after, "confidential")
    provider.post("/admin/rotate")
    assert provider.verify(after, "confidential")
    with pytest.raises(KeyError):
        provider.verify(before, "confidential")


def test_an_aged_id_token_is_expired_and_well_signed(provider: ProviderClient) -> None:
    form = {"client_id": "public", "username": "bob", "age": "7200"}
    answer: Any = provider.post("/admin/id_token", data=form).get_json()
    with pytest.raises(jwt.ExpiredSignatureError):
        provider.verify(answer["id_token"], "public")
