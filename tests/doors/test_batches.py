"""Direct invocation: one token or up to a hundred, and always data."""

from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import NoAnswer, Reason
from relying_party.protocol.http_message import FormRequest, HttpReply
from tests.doors.offline import BUDGET
from tests.doors.specimens import (
    ACCESS_TOKEN,
    BAD,
    GOOD,
    OPAQUE,
    READABLE,
    fleet,
    out_of_reach,
    stand_of,
)
from tests.fakes import Clock, FakeTokenEndpoint
from tests.tokens import NOW, SUBJECT

ASKABLE = [reason for reason in Reason if BAD[reason].client is READABLE]


def one(token: str, **asked: Any) -> dict[str, Any]:
    return {"token": token, **asked}


def test_each_token_of_a_batch_gets_its_own_verdict_in_its_own_place() -> None:
    good = one(GOOD["ID Token"].token)
    requests = [good, *(one(BAD[each].token, **BAD[each].asked) for each in ASKABLE), good]
    answer = stand_of(fleet(), READABLE).verify({"tokens": requests})
    assert answer["status"] == 200
    assert [verdict.get("reason") for verdict in answer["verdicts"]] == [None, *ASKABLE, None]
    assert [verdict["active"] for verdict in answer["verdicts"][:: len(requests) - 1]] == [
        True,
        True,
    ]


@pytest.mark.parametrize("spoiled", [None, 1, "token", [], {}, {"token": 1}, {"token": ""}])
def test_a_malformed_member_spoils_no_other(spoiled: Any) -> None:
    good = one(GOOD["ID Token"].token)
    answer = stand_of(fleet(), READABLE).verify({"tokens": [good, spoiled, good]})
    first, second, third = answer["verdicts"]
    assert (first["active"], third["active"]) == (True, True)
    assert (second["status"], second["error"]) == (400, "invalid_request")


def test_a_member_for_an_unknown_client_spoils_no_other() -> None:
    good = one(GOOD["ID Token"].token)
    unknown = one(GOOD["ID Token"].token, client_id="unheard-of")
    answer = stand_of(fleet(), READABLE).verify({"tokens": [unknown, good]})
    assert [verdict["status"] for verdict in answer["verdicts"]] == [400, 200]


def test_what_cannot_be_examined_leaves_the_rest_of_the_batch_as_it_is() -> None:
    _, stand = out_of_reach()["the issuer and the store are out of reach"]
    requests = [GOOD["ID Token"].token, BAD[Reason.EXPIRED].token, GOOD["ID Token"].token]
    answer = stand.verify({"tokens": [one(token) for token in requests]})
    statuses = [verdict["status"] for verdict in answer["verdicts"]]
    assert statuses == [503, 401, 503]
    assert all(
        verdict["retry_after"] >= 1 for verdict in answer["verdicts"] if verdict["status"] == 503
    )


def test_a_hundred_tokens_are_taken_and_none_more() -> None:
    stand = stand_of(fleet(), READABLE)
    answer = stand.verify({"tokens": [one("x")] * 100})
    assert len(answer["verdicts"]) == 100
    refused = stand.verify({"tokens": [one("x")] * 101})
    assert (refused["status"], refused["error"]) == (400, "invalid_request")
    assert "verdicts" not in refused


@pytest.mark.parametrize("tokens", [None, "token", {}, 7])
def test_a_batch_that_is_no_array_is_refused_as_a_whole(tokens: Any) -> None:
    refused = stand_of(fleet(), READABLE).verify({"tokens": tokens})
    assert (refused["status"], refused["error"]) == (400, "invalid_request")


def test_a_batch_of_none_gets_no_verdicts() -> None:
    assert stand_of(fleet(), READABLE).verify({"tokens": []}) == {"status": 200, "verdicts": []}


@pytest.mark.parametrize("event", [None, 1, "token", [], ["routeKey"], {}], ids=str)
def test_whatever_is_invoked_with_gets_data_back(event: Any) -> None:
    answer = stand_of(fleet(), READABLE).verify(event)
    assert (answer["status"], answer["error"]) == (400, "invalid_request")


def test_tokens_that_come_too_late_in_a_batch_are_not_examined_and_not_bad() -> None:
    slow_fleet = fleet()
    stand = replace(stand_of(slow_fleet, OPAQUE), issuer=SilentIssuer(slow_fleet.clock))
    context = LateContext(stand.clock)
    requests = [one(f"opaque-{number}", **ACCESS_TOKEN) for number in range(5)]
    answer = stand.verify_api({"tokens": requests}, context)
    assert [verdict["status"] for verdict in answer["verdicts"]] == [503] * 5
    assert stand.clock() <= NOW + BUDGET


class SilentIssuer(FakeTokenEndpoint):
    """Takes all the time there is, and answers nothing."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def __call__(self, request: FormRequest, *, timeout: float) -> HttpReply:
        assert timeout > 0
        self._clock.advance(timeout)
        raise NoAnswer("ReadTimeout")


class LateContext:
    """Lambda's, whose time really passes."""

    aws_request_id = "request-1"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get_remaining_time_in_millis(self) -> int:
        return int((NOW + BUDGET + 0.5 - self._clock()) * 1000)


def test_a_direct_verdict_has_what_the_http_answer_has() -> None:
    verdict = stand_of(fleet(), READABLE).verify(one(GOOD["ID Token"].token))
    assert set(verdict) == {"status", "active", "token_use", "issuer", "client", "claims"}
    assert (verdict["client"], verdict["claims"]["sub"]) == (READABLE.name, SUBJECT)
