"""Clients whose access tokens cannot be read here, alone and beside others."""

import json
from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import InvalidRequest, InvalidToken, Reason, UnauthorizedClient
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import VerifiedToken
from tests.doors.offline import OfflineStand
from tests.doors.specimens import (
    ACTIVE,
    OPAQUE,
    READABLE,
    access_token,
    fleet,
    id_token,
    stand_of,
)
from tests.tokens import NOW, signing_key, tampered

FOREIGN_KEY = signing_key(number=5)
FOREIGN_JWT = FOREIGN_KEY.sign({"iss": "https://graph.example", "aud": "graph"}, nonce="n")


def ask(stand: OfflineStand, token: str, **asked: Any) -> VerifiedToken:
    everyone = list(stand.trusted.clients)
    parameters = Parameters({"token_use": "access_token", "client_id": everyone, **asked})
    return stand.trusted(token, parameters, deadline=NOW + 5)


def refusal(stand: OfflineStand, token: str, **asked: Any) -> Reason:
    with pytest.raises(InvalidToken) as raised:
        ask(stand, token, **asked)
    return raised.value.reason


@pytest.mark.parametrize("token", ["opaque", "a.b", "a.b.c", "a.b.c.d.e", FOREIGN_JWT])
def test_an_opaque_client_s_token_is_asked_about_whatever_it_looks_like(token: str) -> None:
    for clients in ((OPAQUE,), (READABLE, OPAQUE)):
        stand = stand_of(fleet(), *clients, introspected=ACTIVE)
        assert ask(stand, token).client == OPAQUE.name


def test_a_readable_client_s_token_is_not_shown_to_the_issuer() -> None:
    stand = stand_of(fleet(), READABLE, OPAQUE, introspected=ACTIVE)
    assert ask(stand, access_token()).client == READABLE.name
    assert not stand.issuer.requests


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (access_token(exp=NOW - 61, iat=NOW - 600), Reason.EXPIRED),
        (access_token(nbf=NOW + 61), Reason.NOT_YET_VALID),
        (access_token(iat=NOW + 61), Reason.ISSUED_IN_FUTURE),
        (tampered(access_token()), Reason.BAD_SIGNATURE),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_a_bad_token_that_is_surely_a_readable_client_s_is_not_asked_about(
    token: str, reason: Reason
) -> None:
    stand = stand_of(fleet(), READABLE, OPAQUE, introspected=ACTIVE)
    assert refusal(stand, token) is reason
    assert not stand.issuer.requests


def test_a_token_that_nobody_knows_is_inactive() -> None:
    assert refusal(stand_of(fleet(), READABLE, OPAQUE), FOREIGN_JWT) is Reason.INACTIVE


def test_the_id_tokens_of_an_opaque_client_are_read_here() -> None:
    stand = stand_of(fleet(), OPAQUE)
    verified = ask(stand, id_token(aud=OPAQUE.client_id), token_use="id_token")
    assert verified.client == OPAQUE.name
    assert not stand.issuer.requests


def test_an_opaque_token_is_no_id_token() -> None:
    stand = stand_of(fleet(), OPAQUE, introspected=ACTIVE)
    assert refusal(stand, "opaque", token_use="id_token") is Reason.MALFORMED
    assert not stand.issuer.requests


def test_several_opaque_clients_of_one_issuer_are_tried_in_turn() -> None:
    second = replace(OPAQUE, name="second", client_id="second-app")
    stand = stand_of(fleet(), OPAQUE, second)
    assert refusal(stand, "opaque") is Reason.INACTIVE
    assert len(stand.issuer.requests) == 2


def test_a_token_is_never_shown_to_an_issuer_that_may_not_be_its_own() -> None:
    elsewhere = replace(
        OPAQUE,
        name="elsewhere",
        client_id="elsewhere",
        issuer=Issuer("elsewhere", "https://elsewhere.example"),
    )
    stand = stand_of(fleet(), OPAQUE, elsewhere, introspected=ACTIVE)
    with pytest.raises(InvalidRequest):
        ask(stand, "opaque")
    assert not stand.issuer.requests
    assert ask(stand, "opaque", client_id=OPAQUE.client_id).client == OPAQUE.name


def test_the_public_door_never_asks_and_says_so() -> None:
    for clients in ((OPAQUE,), (READABLE, OPAQUE)):
        stand = stand_of(fleet(), *clients, introspected=ACTIVE)
        event = {
            "routeKey": "POST /token/verify",
            "requestContext": {"requestId": "1"},
            "headers": {"content-type": "application/json"},
            "body": json.dumps(
                {"token": "opaque", "token_use": "access_token", "client_id": [OPAQUE.client_id]}
            ),
        }
        answer = stand.verify(event)
        assert json.loads(answer["body"])["error"] == UnauthorizedClient.error
        assert not stand.issuer.requests


def test_the_public_door_does_not_call_a_token_bad_that_only_looks_like_a_jwt() -> None:
    stand = stand_of(fleet(), READABLE, OPAQUE)
    public = replace(stand.trusted, introspect=None)
    asked = Parameters({"token_use": "access_token", "client_id": list(public.clients)})
    with pytest.raises(UnauthorizedClient):
        public("ya29.a0Af_opaque.token", asked, deadline=NOW + 5)


def test_the_public_door_still_refuses_a_jwt_that_is_nobody_s() -> None:
    stand = stand_of(fleet(), READABLE, OPAQUE)
    public = replace(stand.trusted, introspect=None)
    asked = Parameters({"token_use": "access_token", "client_id": list(public.clients)})
    with pytest.raises(InvalidToken) as raised:
        public(FOREIGN_JWT, asked, deadline=NOW + 5)
    assert raised.value.reason is Reason.WRONG_TYPE
