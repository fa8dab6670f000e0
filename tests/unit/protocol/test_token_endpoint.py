"""What is asked of a token endpoint, and what each of its answers means (RFC 6749 §4.1.3-6)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import (
    ClientRefused,
    ConsentRequired,
    InteractionRequired,
    InvalidGrant,
    InvalidScope,
    IssuerFailed,
    IssuerRefusedUs,
    LoginRequired,
    OAuthError,
    Problem,
    RelyingPartyError,
    TemporarilyUnavailable,
)
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.token_endpoint import (
    build_code_request,
    build_refresh_request,
    parse_token_response,
)

URL = "https://issuer.example/token"
AUTHENTICATION = ClientAuthentication({"Authorization": "Basic eDp5"}, {"client_id": "x"})
TOKENS = {"access_token": "at-1", "token_type": "Bearer"}


def reply(status: int, body: Any = b"", **headers: str) -> HttpReply:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    lower = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpReply(status, lower, octets)


def failure_of(answer: HttpReply) -> RelyingPartyError:
    with pytest.raises(RelyingPartyError) as failure:
        parse_token_response(answer)
    return failure.value


def test_a_code_is_exchanged_with_all_that_proves_it() -> None:
    request = build_code_request(
        URL, AUTHENTICATION, code="c", redirect_uri="com.example:/cb", code_verifier="v"
    )

    assert request.url == URL
    assert request.headers == {"Authorization": "Basic eDp5"}
    assert request.fields == {
        "grant_type": "authorization_code",
        "code": "c",
        "redirect_uri": "com.example:/cb",
        "code_verifier": "v",
        "client_id": "x",
    }


def test_a_refresh_carries_what_the_app_sent_and_nothing_else() -> None:
    request = build_refresh_request(
        URL, ClientAuthentication(), refresh_token="r", scope=None, code_verifier=None
    )
    full = build_refresh_request(
        URL, AUTHENTICATION, refresh_token="r", scope="openid", code_verifier="v"
    )

    assert request.fields == {"grant_type": "refresh_token", "refresh_token": "r"}
    assert full.fields == {
        "grant_type": "refresh_token",
        "refresh_token": "r",
        "scope": "openid",
        "code_verifier": "v",
        "client_id": "x",
    }


def test_neither_request_nor_reply_shows_what_is_secret_where_it_is_printed() -> None:
    request = build_code_request(
        URL, AUTHENTICATION, code="code-1", redirect_uri="com.example:/cb", code_verifier="v-1"
    )
    answer = reply(200, {**TOKENS, "access_token": "at-secret"})

    shown = repr((request, answer, AUTHENTICATION, parse_token_response(answer)))
    assert not any(secret in shown for secret in ("code-1", "v-1", "eDp5", "at-secret"))


def test_the_standard_members_come_through_as_they_came_and_no_others() -> None:
    members = {**TOKENS, "expires_in": 3600, "refresh_token": "rt", "scope": "a b", "id_token": "x"}

    response = parse_token_response(reply(200, {**members, "ext_expires_in": 1, "user": {}}))

    assert response.members == members
    assert (response.access_token, response.id_token) == ("at-1", "x")


def test_members_that_are_null_are_absent_and_a_response_may_lack_all_that_is_optional() -> None:
    response = parse_token_response(reply(200, {**TOKENS, "refresh_token": None, "id_token": None}))

    assert response.members == TOKENS
    assert response.id_token is None


@pytest.mark.parametrize(
    ("spelt", "expected"),
    [
        (3600, 3600),
        ("3600", 3600),
        (3600.0, 3600),
        ("3600.0", 3600),
        (0, 0),
        (3599.5, None),
        (-1, None),
        ("soon", None),
        ("", None),
        (True, None),
        ([], None),
        ("\u0661", None),
        ("9" * 5000, None),
        (None, None),
    ],
)
def test_a_lifetime_that_cannot_be_read_costs_nobody_their_tokens(
    spelt: Any, expected: int | None
) -> None:
    response = parse_token_response(reply(200, {**TOKENS, "expires_in": spelt}))

    assert response.members.get("expires_in") == expected
    assert response.access_token == "at-1"


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"token_type": "Bearer"}, id="no access token"),
        pytest.param({**TOKENS, "access_token": ""}, id="an empty access token"),
        pytest.param({**TOKENS, "access_token": 1}, id="a number for an access token"),
        pytest.param({**TOKENS, "access_token": {"token": "x"}}, id="an object for one"),
        pytest.param({"access_token": "x"}, id="no token type"),
        pytest.param({**TOKENS, "refresh_token": 1}, id="a number for a refresh token"),
        pytest.param({**TOKENS, "id_token": ["x"]}, id="an array for an ID Token"),
        pytest.param({**TOKENS, "scope": ["openid"]}, id="an array for a scope"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_response_without_usable_tokens_is_the_issuers_failure(members: Any) -> None:
    assert type(failure_of(reply(200, members))) is IssuerFailed


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("invalid_grant", InvalidGrant),
        ("invalid_scope", InvalidScope),
        ("interaction_required", InteractionRequired),
        ("login_required", LoginRequired),
        ("consent_required", ConsentRequired),
        ("invalid_client", ClientRefused),
        ("invalid_request", IssuerRefusedUs),
        ("unauthorized_client", IssuerRefusedUs),
        ("unsupported_grant_type", IssuerRefusedUs),
        ("access_denied", IssuerFailed),
        ("something_else", IssuerFailed),
        ("", IssuerFailed),
        (None, IssuerFailed),
        (400, IssuerFailed),
        ({"code": "invalid_grant"}, IssuerFailed),
        (["invalid_grant"], IssuerFailed),
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_what_each_error_of_the_issuer_means_to_the_app(
    status: int, error: Any, expected: type[RelyingPartyError]
) -> None:
    assert type(failure_of(reply(status, {"error": error}))) is expected


def test_an_error_with_status_200_is_still_an_error() -> None:
    assert type(failure_of(reply(200, {**TOKENS, "error": "invalid_grant"}))) is InvalidGrant
    assert type(failure_of(reply(200, {**TOKENS, "error": None}))) is IssuerFailed


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"error": "a", "error": "b"}', b"\xff"])
@pytest.mark.parametrize("status", [200, 201, 204, 302, 400, 401, 404, 500, 502, 503])
def test_an_answer_that_is_no_json_never_looks_like_the_end_of_a_grant(
    status: int, body: bytes
) -> None:
    assert type(failure_of(reply(status, body))) is IssuerFailed


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 599])
def test_an_outage_never_looks_like_the_end_of_a_grant_whatever_its_body_says(status: int) -> None:
    assert type(failure_of(reply(status, {"error": "invalid_grant"}))) is IssuerFailed


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        pytest.param(reply(429, retry_after="17"), 17, id="429 with Retry-After"),
        pytest.param(reply(429), 1, id="429 without"),
        pytest.param(reply(429, {"error": "invalid_grant"}), 1, id="429 with an OAuth error"),
        pytest.param(reply(503, retry_after="17"), 17, id="503 with Retry-After"),
        pytest.param(reply(503, retry_after="0"), 1, id="503 with none to wait"),
        pytest.param(reply(503, retry_after="86400"), 300, id="503 for a day"),
        pytest.param(reply(429, retry_after="9" * 5000), 1, id="429 for ages"),
    ],
)
def test_an_issuer_that_says_when_to_come_back_has_not_processed_the_request(
    answer: HttpReply, seconds: int
) -> None:
    failure = failure_of(answer)

    assert type(failure) is TemporarilyUnavailable
    assert failure.retry_after == seconds


def test_any_other_failure_may_have_been_carried_out_whenever_it_says_to_come_back() -> None:
    assert type(failure_of(reply(500, retry_after="17"))) is IssuerFailed


def test_what_the_issuer_wrote_is_not_repeated() -> None:
    body = {"error": "invalid_grant", "error_description": "code code-1 of user-1 is gone"}

    failure = failure_of(reply(400, body))

    assert isinstance(failure, OAuthError)
    assert "code-1" not in failure.detail + failure.description


@given(st.integers(200, 599), st.binary() | st.from_regex(rb'\{"error": ?"[a-z_]{0,12}"\}'))
def test_only_the_very_words_end_a_grant(status: int, body: bytes) -> None:
    failure = failure_of(reply(status, body))

    assert isinstance(failure, Problem) or b'"invalid' in body or b"_required" in body
