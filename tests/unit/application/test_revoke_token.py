"""The end of a grant: forgotten here first, then at the issuer (RFC 7009)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.grant_flow import GrantFlow
from relying_party.application.refresh_tokens import RefreshTokens
from relying_party.application.revoke_token import Revocation, RevokeToken
from relying_party.error_response import build_error
from relying_party.errors import (
    InvalidClient,
    InvalidGrant,
    NoAnswer,
    RelyingPartyError,
    TemporarilyUnavailable,
    UnsupportedTokenType,
)
from relying_party.protocol.client import Client
from relying_party.protocol.http_message import FormRequest, HttpReply
from tests.fakes import METADATA, FakeTokenEndpoint, Fleet
from tests.grant_fakes import BUSY, DOWN
from tests.grants import DEADLINE, REFRESH, MemoryGrantStore, token_reply
from tests.tokens import CLIENT_ID, ISSUER

REVOKED = HttpReply(200, {}, b"")
Call = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _revocation_endpoint(fleet: Fleet) -> None:
    fleet.issuer.metadata = {**METADATA, "revocation_endpoint": f"{ISSUER}/revoke"}


@pytest.fixture
def revoke(flow: GrantFlow, issuer: FakeTokenEndpoint) -> Callable[..., None]:
    def call(token: str, reply: HttpReply | Exception = REVOKED, hint: str | None = None) -> None:
        issuer.reply = reply
        flow.revoke(Revocation(CLIENT_ID, token, hint), deadline=DEADLINE)

    return call


Revoke = Callable[..., None]


@pytest.fixture
def _refreshed(refresh: Call, issuer: FakeTokenEndpoint) -> None:
    """A sign-in whose refresh token rt-1 has become rt-2."""
    for old, number in (("rt-0", 1), ("rt-1", 2)):
        issuer.reply = token_reply(None, refresh_token=f"rt-{number}", access_token=f"at-{number}")
        refresh(replace(REFRESH, refresh_token=old))


@pytest.mark.usefixtures("_refreshed")
@pytest.mark.parametrize("token", ["rt-1", "rt-2", "at-1", "at-2"])
def test_by_any_token_of_it_a_grant_ends_for_all_of_them(
    revoke: Revoke, refresh: Call, issuer: FakeTokenEndpoint, token: str
) -> None:
    revoke(token)
    asked = len(issuer.requests)
    for refresh_token in ("rt-1", "rt-2"):
        with pytest.raises(InvalidGrant):
            refresh(replace(REFRESH, refresh_token=refresh_token))
    assert len(issuer.requests) == asked


@pytest.mark.usefixtures("_refreshed")
def test_the_issuer_is_told_with_our_credentials(
    revoke: Revoke, issuer: FakeTokenEndpoint, fleet: Fleet
) -> None:
    revoke("rt-2", hint="refresh_token")
    request = issuer.requests[-1]
    assert request.url == f"{ISSUER}/revoke"
    assert request.fields == {"token": "rt-2", "token_type_hint": "refresh_token"}
    assert "Authorization" in request.headers
    assert fleet.observed.events[-1] == "grant_revoked"


@pytest.mark.usefixtures("_refreshed")
@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (NoAnswer(), 503),
        (TemporarilyUnavailable(), 503),
        (HttpReply(500, {}, b""), 503),
        (HttpReply(401, {}, b'{"error": "invalid_client"}'), 502),
    ],
)
def test_it_is_forgotten_here_also_where_the_issuer_cannot_be_told(
    revoke: Revoke, refresh: Call, reply: HttpReply | Exception, status: int
) -> None:
    with pytest.raises(RelyingPartyError) as raised:
        revoke("rt-2", reply)
    answered, _, body = build_error(raised.value)
    assert answered == status
    assert "error" not in body
    with pytest.raises(InvalidGrant):
        refresh(replace(REFRESH, refresh_token="rt-2"))


def _assert_unsupported(failure: RelyingPartyError) -> None:
    status, _, body = build_error(failure)
    assert (status, body["error"]) == (400, "unsupported_token_type")


@pytest.mark.usefixtures("_refreshed")
def test_an_issuer_that_does_not_revoke_such_tokens_is_told_of_and_here_the_grant_has_ended(
    revoke: Revoke, refresh: Call
) -> None:
    with pytest.raises(UnsupportedTokenType) as raised:
        revoke("rt-2", HttpReply(400, {}, b'{"error": "unsupported_token_type"}'))
    _assert_unsupported(raised.value)
    with pytest.raises(InvalidGrant):
        refresh(replace(REFRESH, refresh_token="rt-2"))


def test_an_issuer_without_such_an_endpoint_too(
    revoke: Revoke, refresh: Call, fleet: Fleet, issuer: FakeTokenEndpoint
) -> None:
    fleet.issuer.metadata = METADATA
    with pytest.raises(UnsupportedTokenType) as raised:
        revoke("rt-1")
    _assert_unsupported(raised.value)
    with pytest.raises(InvalidGrant):
        refresh()
    assert issuer.requests == []


def test_a_token_that_nobody_knows_is_as_good_as_revoked(
    revoke: Revoke, refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    revoke("rt-elsewhere")
    assert issuer.requests[-1].fields["token"] == "rt-elsewhere"
    with pytest.raises(InvalidGrant):
        refresh(replace(REFRESH, refresh_token="rt-elsewhere"))


@pytest.mark.usefixtures("_refreshed")
def test_what_cannot_be_forgotten_is_not_called_revoked(
    flow: GrantFlow, store: MemoryGrantStore, issuer: FakeTokenEndpoint
) -> None:
    asked = len(issuer.requests)
    for failure in (DOWN, BUSY):
        store.failure = failure
        with pytest.raises(TemporarilyUnavailable):
            flow.revoke(Revocation(CLIENT_ID, "rt-2"), deadline=DEADLINE)
    assert len(issuer.requests) == asked
    assert store.revoked == {}


@pytest.mark.usefixtures("_refreshed")
def test_another_client_cannot_end_it(
    flow: GrantFlow, client: Client, refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    other = replace(client, name="other", client_id="other-at-issuer")
    service: RevokeToken = replace(flow.revoke, clients={other.client_id: other})
    with pytest.raises(InvalidGrant):
        service(Revocation(other.client_id, "rt-2"), deadline=DEADLINE)
    issuer.reply = token_reply(refresh_token="rt-3")
    assert refresh(replace(REFRESH, refresh_token="rt-2"))["refresh_token"] == "rt-3"


def test_only_configured_clients_may_ask(flow: GrantFlow) -> None:
    with pytest.raises(InvalidClient):
        flow.revoke(Revocation("nobody", "rt-1"), deadline=DEADLINE)


@pytest.mark.usefixtures("_refreshed")
def test_the_tombstone_outlives_every_token_of_the_family(
    revoke: Revoke, store: MemoryGrantStore, client: Client, fleet: Fleet
) -> None:
    revoke("rt-2")
    [until] = store.revoked.values()
    assert until == fleet.clock() + client.issuer.refresh_token_lifetime
    assert until >= max(grant.expires_at for grant in store.grants.values())


@pytest.mark.usefixtures("_refreshed")
@pytest.mark.parametrize(
    ("give_back", "events"),
    [
        (REVOKED, ["grant_revoked"]),
        (HttpReply(500, {}, b""), ["grant_revoked", "grant_not_given_back"]),
    ],
)
def test_a_refresh_that_is_under_way_gives_back_what_it_gets(
    flow: GrantFlow, client: Client, fleet: Fleet, give_back: HttpReply, events: list[str]
) -> None:
    revoked: list[str] = []
    fleet.observed.events.clear()

    def post(request: FormRequest, *, timeout: float) -> HttpReply:
        if request.url.endswith("/revoke"):
            revoked.append(request.fields["token"])
            return REVOKED if len(revoked) == 1 else give_back
        issuing.revoke(Revocation(CLIENT_ID, "rt-2"), deadline=DEADLINE)
        return token_reply(None, refresh_token="rt-3")

    endpoint = replace(flow.endpoint, post=post)
    issuing = replace(flow, endpoint=endpoint, revoke=replace(flow.revoke, endpoint=endpoint))
    refresh = RefreshTokens({CLIENT_ID: client}, issuing)
    with pytest.raises(InvalidGrant):
        refresh(replace(REFRESH, refresh_token="rt-2"), deadline=DEADLINE)
    assert revoked == ["rt-2", "rt-3"]
    assert fleet.observed.events == events
