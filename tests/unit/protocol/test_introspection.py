"""What an issuer's "active" is worth: only what else it says makes the token ours (RFC 7662)."""

from typing import Any

import pytest

from relying_party.errors import InsufficientScope, InvalidToken, Reason
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.introspection import build_introspection_request, require_introspected
from relying_party.protocol.issuer import Issuer
from tests.tokens import CLIENT_ID, ISSUER, NOW

CLIENT = Client("app", Issuer("example", ISSUER), CLIENT_ID)
STRICT = Client(
    "app",
    Issuer("example", ISSUER),
    CLIENT_ID,
    authorized_parties=frozenset({"partner"}),
    access_token_audiences=frozenset({"https://api.example"}),
)


OURS = {"client_id": CLIENT_ID}


def judge(client: Client = CLIENT, **members: Any) -> None:
    require_introspected(members, client, frozenset(), now=NOW)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"aud": CLIENT_ID},
        {"aud": ["https://another.example"]},
        {"iss": ISSUER, "exp": NOW - 59, "client_id": CLIENT_ID, "token_type": "Bearer"},
        {"token_use": "access_token", "token_type": "Bearer"},
        {"token_use": "access"},
        {"typ": "Bearer"},
        {"username": "alice", "sub": "user-1", "jti": "1"},
    ],
    ids=str,
)
def test_an_active_token_is_good_as_far_as_the_issuer_tells(members: dict[str, Any]) -> None:
    judge(**OURS | members)


@pytest.mark.parametrize("aud", [CLIENT_ID, [CLIENT_ID, "https://another.example"]], ids=str)
def test_an_audience_binds_a_token_whose_client_is_not_told(aud: str | list[str]) -> None:
    judge(aud=aud)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"sub": "victim"}, Reason.MISSING_CLAIM),
        ({"aud": None}, Reason.MISSING_CLAIM),
        ({"aud": "another-app"}, Reason.WRONG_AUDIENCE),
        ({"azp": CLIENT_ID, "username": CLIENT_ID}, Reason.MISSING_CLAIM),
    ],
    ids=str,
)
def test_a_token_that_nobody_calls_ours_may_be_any_app_s(
    members: dict[str, Any], reason: Reason
) -> None:
    with pytest.raises(InvalidToken) as raised:
        judge(**members)
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"iss": "https://another.example"}, Reason.UNKNOWN_ISSUER),
        ({"iss": 1}, Reason.UNKNOWN_ISSUER),
        ({"exp": NOW - 60}, Reason.EXPIRED),
        ({"exp": "soon"}, Reason.INVALID_CLAIM),
        ({"client_id": "another"}, Reason.WRONG_AUTHORIZED_PARTY),
        ({"client_id": 1}, Reason.INVALID_CLAIM),
        ({"scope": 1}, Reason.INVALID_CLAIM),
    ],
    ids=str,
)
def test_an_active_token_that_is_not_ours_is_bad(members: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(InvalidToken) as raised:
        judge(**OURS | members)
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    "members",
    [
        {"token_use": "refresh_token"},
        {"token_type": "refresh_token"},
        {"typ": "Refresh"},
        {"typ": "Offline"},
        {"typ": "ID"},
        {"token_use": "id"},
    ],
    ids=str,
)
def test_an_active_token_of_another_kind_is_no_access_token(members: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken) as raised:
        judge(**members)
    assert raised.value.reason is Reason.WRONG_TYPE


def test_a_client_with_apis_insists_on_one_of_them() -> None:
    judge(STRICT, aud=["https://another.example", "https://api.example"], client_id="partner")
    for aud, reason in (
        ("https://another.example", Reason.WRONG_AUDIENCE),
        ([], Reason.INVALID_CLAIM),
        (None, Reason.MISSING_CLAIM),
    ):
        with pytest.raises(InvalidToken) as raised:
            judge(STRICT, aud=aud)
        assert raised.value.reason is reason


def test_an_api_of_ours_binds_a_token_whose_client_is_not_told() -> None:
    judge(STRICT, aud="https://api.example")

    with pytest.raises(InvalidToken) as refusal:
        judge(STRICT, aud=CLIENT_ID)
    assert refusal.value.reason is Reason.WRONG_AUDIENCE


def test_the_scope_must_cover_what_is_asked() -> None:
    require_introspected({**OURS, "scope": "write read"}, CLIENT, frozenset({"read"}), now=NOW)
    for held in ({}, {"scope": ""}, {"scope": "write"}, {"scope": "reader"}):
        with pytest.raises(InsufficientScope) as raised:
            require_introspected(OURS | held, CLIENT, frozenset({"read"}), now=NOW)
        assert raised.value.scope == "read"


def test_the_request_carries_our_credentials_where_the_method_puts_them() -> None:
    authentication = ClientAuthentication(headers={"Authorization": "Basic x"})
    request = build_introspection_request(f"{ISSUER}/introspect", authentication, "a-token")
    assert request.headers == {"Accept": "application/json", "Authorization": "Basic x"}
    assert request.fields == {"token": "a-token", "token_type_hint": "access_token"}
