"""How the embedded provider guards its tokens."""

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from werkzeug.test import TestResponse

from local.provider.clients import RegisteredClient
from tests.local.provider_client import (
    CONFIDENTIAL,
    ISSUER,
    POSTING,
    PUBLIC,
    SECRET,
    ProviderClient,
    basic,
)


@pytest.fixture(scope="module")
def provider() -> ProviderClient:
    return ProviderClient()


def error_of(response: TestResponse) -> tuple[int, str]:
    body: Any = response.get_json()
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, body["error"]


INVALID_GRANT = (400, "invalid_grant")
INVALID_REQUEST = (400, "invalid_request")
INVALID_CLIENT = (401, "invalid_client")
INVALID_SCOPE = (400, "invalid_scope")


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
    assert (new["sub"], new["auth_time"]) == (old["sub"], old["auth_time"])
    assert "nonce" not in new


def test_a_refresh_token_used_again_ends_its_whole_family(provider: ProviderClient) -> None:
    first = provider.exchange()
    second: Any = provider.refresh(first["refresh_token"]).get_json()
    assert error_of(provider.refresh(first["refresh_token"])) == INVALID_GRANT
    assert error_of(provider.refresh(second["refresh_token"])) == INVALID_GRANT
    assert provider.userinfo(second["access_token"]).status_code == 401


def test_a_refresh_token_is_no_other_clients(provider: ProviderClient) -> None:
    tokens = provider.exchange()
    assert error_of(provider.refresh(tokens["refresh_token"], POSTING)) == INVALID_GRANT
    assert provider.refresh(tokens["refresh_token"]).status_code == 200


def test_an_access_token_does_not_refresh(provider: ProviderClient) -> None:
    assert error_of(provider.refresh(provider.exchange()["access_token"])) == INVALID_GRANT


def test_a_refresh_may_narrow_the_scope_but_not_widen_it(provider: ProviderClient) -> None:
    token = provider.exchange(scope="openid profile offline_access")["refresh_token"]
    assert error_of(provider.refresh(token, scope="openid email")) == INVALID_SCOPE
    narrowed: Any = provider.refresh(token, scope="openid").get_json()
    assert narrowed["scope"] == "openid"
    whole: Any = provider.refresh(narrowed["refresh_token"]).get_json()
    assert whole["scope"] == "openid profile offline_access"


def bearing(text: bytes) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text).decode()}"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("confidential", "wrong"),
        basic("nobody", SECRET),
        basic("public", ""),
        bearing(f"confidential:{SECRET}".encode()),  # not form-encoded
        bearing(b"confidential"),
        bearing(b"\xff:\xff"),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer " + basic("confidential", SECRET)["Authorization"][6:]},
    ],
)
def test_whoever_does_not_prove_to_be_the_client_is_refused(
    provider: ProviderClient, headers: Mapping[str, str]
) -> None:
    code = provider.sign_in()
    response = provider.token(provider.code_form(code), headers=headers)
    assert error_of(response) == INVALID_CLIENT
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert provider.token(provider.code_form(code)).status_code == 200


@pytest.mark.parametrize(
    ("client", "credentials"),
    [
        (CONFIDENTIAL, {"client_id": "confidential", "client_secret": SECRET}),
        (CONFIDENTIAL, {"client_id": "confidential"}),
        (POSTING, {"client_id": "posting"}),
        (POSTING, {"client_id": "posting", "client_secret": "wrong"}),
        (PUBLIC, {"client_id": "public", "client_secret": ""}),
        (PUBLIC, {"client_id": "public", "client_assertion": "eyJ"}),
    ],
)
def test_a_client_has_one_way_to_authenticate(
    provider: ProviderClient, client: RegisteredClient, credentials: dict[str, str]
) -> None:
    form = provider.code_form(provider.sign_in(client), client) | credentials
    assert error_of(provider.token(form, headers={})) == INVALID_CLIENT


def test_two_ways_to_authenticate_are_one_too_many(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in()) | {"client_secret": SECRET}
    assert error_of(provider.token(form)) == INVALID_REQUEST


def test_client_id_may_not_contradict_the_header(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in()) | {"client_id": "posting"}
    assert error_of(provider.token(form)) == INVALID_REQUEST


def test_parameters_in_the_query_are_refused(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in())
    headers = basic("confidential", SECRET)
    response = provider.post("/token", query_string=form, headers=headers)
    assert error_of(response) == INVALID_REQUEST
    response = provider.post("/token", data=form, query_string={"a": "b"}, headers=headers)
    assert error_of(response) == INVALID_REQUEST


def test_a_body_that_is_no_form_is_refused(provider: ProviderClient) -> None:
    headers = basic("confidential", SECRET)
    form = provider.code_form(provider.sign_in())
    assert error_of(provider.post("/token", json=form, headers=headers)) == INVALID_REQUEST


def test_a_form_that_repeats_itself_is_refused(provider: ProviderClient) -> None:
    code = provider.sign_in()
    form = provider.code_form(code) | {"code": [code, code]}
    response = provider.post("/token", data=form, headers=basic("confidential", SECRET))
    assert error_of(response) == INVALID_REQUEST


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
