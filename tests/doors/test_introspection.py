"""POST /oauth2/introspect (RFC 7662): for callers whom IAM has let in, about access tokens."""

import json
from typing import Any

import pytest

from tests.doors.door import INTROSPECT, iam_context, json_event
from tests.doors.offline import OfflineStand
from tests.doors.said import Verdict
from tests.doors.specimens import (
    ACCESS_TOKEN,
    ACTIVE,
    GOOD,
    OPAQUE,
    READABLE,
    access_claims,
    access_token,
    fleet,
    stand_of,
)
from tests.tokens import SUBJECT

ROUTE = "POST /oauth2/introspect"


def introspect(stand: OfflineStand, token: str, **more: Any) -> tuple[int, dict[str, Any]]:
    event = json_event(ROUTE, {"token": token, **more}, context=iam_context())
    answer = stand.verify(event)
    return answer["statusCode"], json.loads(answer["body"])


def test_the_claims_are_members_of_the_answer() -> None:
    answer = introspect(stand_of(fleet(), READABLE), access_token())
    assert answer == (200, {**access_claims(), "active": True, "token_type": "Bearer"})


def test_no_claim_can_call_a_token_inactive_or_of_another_type() -> None:
    token = access_token(active=False, token_type="none")
    _, body = introspect(stand_of(fleet(), READABLE), token)
    assert (body["active"], body["token_type"]) == (True, "Bearer")


@pytest.mark.parametrize("token", ["bad", GOOD["ID Token"].token, access_token(exp=1)])
def test_nothing_but_inactive_is_said_about_any_other_token(token: str) -> None:
    assert introspect(stand_of(fleet(), READABLE), token) == (200, {"active": False})


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"authorizer": None},
        {"authorizer": {}},
        {"authorizer": {"iam": None}},
        {"authorizer": {"iam": {}}},
        {"authorizer": {"iam": {"userArn": ""}}},
        {"authorizer": {"iam": {"userArn": None}}},
        {"authorizer": {"lambda": {"userArn": "arn:aws:iam::123456789012:user/x"}}},
        {"authorizer": {"jwt": {"claims": {"userArn": "arn:aws:iam::123456789012:user/x"}}}},
        {"identity": {"userArn": "arn:aws:iam::123456789012:user/x"}},
    ],
    ids=str,
)
def test_whom_iam_has_not_let_in_learns_nothing(context: dict[str, Any]) -> None:
    stand = stand_of(fleet(), OPAQUE, introspected={"active": True})
    answer = stand.verify(json_event(ROUTE, {"token": "opaque-token"}, context=context))
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["error"] == "unauthorized_client"
    assert not stand.issuer.requests


def test_a_token_for_any_configured_client_is_active() -> None:
    stand = stand_of(fleet(), READABLE, OPAQUE, introspected=ACTIVE)
    for token in (access_token(), "opaque-token"):
        said = INTROSPECT.ask(stand, token, ACCESS_TOKEN)
        assert (said.verdict, said.subject) == (Verdict.GOOD, SUBJECT)


def test_what_the_caller_says_beside_the_token_changes_nothing() -> None:
    stand = stand_of(fleet(), READABLE)
    hints = {"token_type_hint": "refresh_token", "token_use": "id_token", "client_id": "unheard-of"}
    assert introspect(stand, access_token(), **hints)[1]["active"] is True
    assert introspect(stand, GOOD["ID Token"].token, **hints)[1] == {"active": False}
