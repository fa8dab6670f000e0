"""The userinfo step: about this user or refused, and nothing that a sign-in hangs on."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from relying_party.application.fetch_userinfo import CALL_BUDGET, FetchUserinfo
from relying_party.application.grant_flow import GrantedTokens
from relying_party.application.ports import FetchFailed
from relying_party.errors import UserinfoRefused
from relying_party.protocol.client import Client
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.token_endpoint import TokenResponse
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.fakes import EXAMPLE, METADATA, Fleet
from tests.tokens import CLIENT_ID, ISSUER, SUBJECT, id_token_claims, signing_key

ENDPOINT = f"{ISSUER}/userinfo"
CLIENT = Client("app", EXAMPLE, CLIENT_ID, userinfo=True)
ID_TOKEN = VerifiedToken(TokenUse.ID_TOKEN, ISSUER, "app", id_token_claims())
UNAVAILABLE = {"userinfo": None}


def answer(status: int = 200, /, **members: Any) -> HttpReply:
    return HttpReply(status, {}, json.dumps(members).encode())


@dataclass
class UserinfoEndpoint:
    """Answers as it is told to, and remembers what it was asked (``GetWithToken``)."""

    reply: HttpReply | Exception = field(default_factory=lambda: answer(sub=SUBJECT))
    asked: list[tuple[str, str, float]] = field(default_factory=list)

    def __call__(self, url: str, access_token: str, *, timeout: float) -> HttpReply:
        self.asked.append((url, access_token, timeout))
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def granted(id_token: VerifiedToken | None = ID_TOKEN, token_type: str = "Bearer") -> GrantedTokens:
    members = {"access_token": "at-1", "token_type": token_type}
    return GrantedTokens(TokenResponse(members), id_token)


@pytest.fixture
def endpoint() -> UserinfoEndpoint:
    return UserinfoEndpoint()


@pytest.fixture
def fleet() -> Fleet:
    fleet = Fleet(signing_key())
    fleet.issuer.metadata = {**METADATA, "userinfo_endpoint": ENDPOINT}
    return fleet


def fetch(
    fleet: Fleet,
    endpoint: UserinfoEndpoint,
    tokens: GrantedTokens | None = None,
    client: Client = CLIENT,
    seconds: float = 20.0,
) -> dict[str, Any]:
    caches = {EXAMPLE.name: fleet.container()}
    service = FetchUserinfo({CLIENT_ID: client}, caches, endpoint, fleet.clock, fleet.observed)
    return service(CLIENT_ID, tokens or granted(), deadline=fleet.clock() + seconds)


def test_the_claims_stand_beside_the_tokens(fleet: Fleet, endpoint: UserinfoEndpoint) -> None:
    endpoint.reply = answer(sub=SUBJECT, email="alice@example.com")
    assert fetch(fleet, endpoint) == {"userinfo": {"sub": SUBJECT, "email": "alice@example.com"}}
    assert endpoint.asked == [(ENDPOINT, "at-1", CALL_BUDGET)]


def test_nothing_is_asked_unless_the_client_is_configured_so(
    fleet: Fleet, endpoint: UserinfoEndpoint
) -> None:
    assert fetch(fleet, endpoint, client=replace(CLIENT, userinfo=False)) == {}
    assert not Client("app", EXAMPLE, CLIENT_ID).userinfo
    assert not endpoint.asked


@pytest.mark.parametrize(
    "members",
    [
        {"sub": "another"},
        {"sub": SUBJECT.upper()},
        {"sub": None},
        {"sub": [SUBJECT]},
        {},
        {"email": "alice@example.com"},
    ],
    ids=str,
)
def test_what_is_not_about_this_user_is_refused(
    fleet: Fleet, endpoint: UserinfoEndpoint, members: dict[str, Any]
) -> None:
    endpoint.reply = answer(**members)
    with pytest.raises(UserinfoRefused) as refused:
        fetch(fleet, endpoint)
    assert SUBJECT not in refused.value.detail


@pytest.mark.parametrize(
    "reply",
    [
        FetchFailed("ReadTimeout"),
        answer(401, error="invalid_token"),
        answer(403, sub=SUBJECT),
        answer(500, sub="another"),
        answer(302),
        HttpReply(200, {"content-type": "application/jwt"}, b"eyJhbGciOiJSUzI1NiJ9.e30.c2ln"),
        HttpReply(200, {}, b"<html>"),
        HttpReply(200, {}, b""),
        HttpReply(200, {}, b'["sub"]'),
        HttpReply(200, {}, b'{"sub": "a", "sub": "b"}'),
    ],
    ids=lambda reply: str(getattr(reply, "status", reply)),
)
def test_what_cannot_be_had_or_read_costs_nobody_the_sign_in(
    fleet: Fleet, endpoint: UserinfoEndpoint, reply: HttpReply | Exception
) -> None:
    endpoint.reply = reply
    assert fetch(fleet, endpoint) == UNAVAILABLE
    assert "userinfo_unavailable" in fleet.observed.events


def test_an_issuer_without_the_endpoint_is_not_asked(
    fleet: Fleet, endpoint: UserinfoEndpoint
) -> None:
    del fleet.issuer.metadata["userinfo_endpoint"]
    assert fetch(fleet, endpoint) == UNAVAILABLE
    assert not endpoint.asked


def test_without_an_id_token_there_is_nobody_to_compare_with(
    fleet: Fleet, endpoint: UserinfoEndpoint
) -> None:
    assert fetch(fleet, endpoint, granted(id_token=None)) == UNAVAILABLE
    assert not endpoint.asked


@pytest.mark.parametrize(("token_type", "asked"), [("bearer", 1), ("BEARER", 1), ("DPoP", 0)])
def test_only_a_bearer_token_is_sent_as_one(
    fleet: Fleet, endpoint: UserinfoEndpoint, token_type: str, asked: int
) -> None:
    fetch(fleet, endpoint, granted(token_type=token_type))
    assert len(endpoint.asked) == asked


def test_the_answer_to_the_app_comes_first(fleet: Fleet, endpoint: UserinfoEndpoint) -> None:
    assert fetch(fleet, endpoint, seconds=1.0) == UNAVAILABLE
    assert not endpoint.asked
    fetch(fleet, endpoint, seconds=3.0)
    ((_, _, timeout),) = endpoint.asked
    assert timeout == pytest.approx(2.0)


def test_with_keys_and_metadata_gone_the_sign_in_stands(
    fleet: Fleet, endpoint: UserinfoEndpoint
) -> None:
    fleet.issuer.failure = FetchFailed("connection refused")
    assert fetch(fleet, endpoint) == UNAVAILABLE
