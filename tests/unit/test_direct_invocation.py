"""The edge for other functions: data in, data out, and never an exception for a bad token."""

from collections.abc import Callable
from typing import Any

import pytest

from relying_party.direct_invocation import MAX_TOKENS, answer_directly, answer_each
from relying_party.errors import (
    InvalidRequest,
    InvalidToken,
    Reason,
    RelyingPartyError,
    TemporarilyUnavailable,
)
from relying_party.protocol.parameters import Parameters
from tests.tokens import NOW
from tests.unit.conftest import LambdaContext

pytestmark = pytest.mark.usefixtures("_powertools")

Json = dict[str, Any]


def clock() -> float:
    return NOW


def echo(parameters: Parameters, deadline: float) -> Json:
    return {"active": True, "token": parameters.required("token"), "deadline": deadline}


def fail(failure: Exception) -> Callable[[Parameters, float], Json]:
    def answer(parameters: Parameters, deadline: float) -> Json:
        raise failure

    return answer


def test_the_answer_comes_with_the_status_of_the_http_door(context: LambdaContext) -> None:
    answer = answer_directly(echo, {"token": "t"}, context, clock)

    assert answer == {"status": 200, "active": True, "token": "t", "deadline": NOW + 27.5}


@pytest.mark.parametrize(
    ("failure", "status", "error"),
    [
        (InvalidToken(Reason.EXPIRED), 401, "invalid_token"),
        (InvalidRequest("token is missing"), 400, "invalid_request"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refusal_is_data(
    context: LambdaContext, failure: RelyingPartyError, status: int, error: str
) -> None:
    answer = answer_directly(fail(failure), {}, context, clock)

    assert (answer["status"], answer["error"]) == (status, error)
    assert answer.get("active", False) is False


def test_a_bad_token_says_why(context: LambdaContext) -> None:
    answer = answer_directly(fail(InvalidToken(Reason.EXPIRED)), {}, context, clock)

    assert (answer["active"], answer["reason"]) == (False, "expired")


@pytest.mark.parametrize(
    ("failure", "status"),
    [(TemporarilyUnavailable(retry_after=17), 503), (KeyError("a bug"), 500)],
    ids=lambda value: type(value).__name__,
)
def test_what_could_not_be_examined_is_neither_active_nor_inactive(
    context: LambdaContext, failure: Exception, status: int
) -> None:
    answer = answer_directly(fail(failure), {}, context, clock)

    assert answer["status"] == status
    assert answer["retry_after"] == (17 if status == 503 else 1)
    assert not {"active", "error"} & answer.keys()


def test_each_of_many_has_its_own_verdict_in_its_place(context: LambdaContext) -> None:
    requests = [{"token": "a"}, "nonsense", {}, {"token": 1}, {"token": "b"}]

    answer = answer_each(echo, requests, context, clock)

    assert answer["status"] == 200
    assert [verdict["status"] for verdict in answer["verdicts"]] == [200, 400, 400, 400, 200]
    assert [verdict.get("token") for verdict in answer["verdicts"]] == ["a", None, None, None, "b"]


@pytest.mark.parametrize("requests", [None, "a", {}, [{}] * (MAX_TOKENS + 1)], ids=type)
def test_what_is_no_list_of_at_most_a_hundred_is_refused_as_a_whole(
    context: LambdaContext, requests: Any
) -> None:
    assert answer_each(echo, requests, context, clock)["status"] == 400
    assert len(answer_each(echo, [{}] * MAX_TOKENS, context, clock)["verdicts"]) == MAX_TOKENS
