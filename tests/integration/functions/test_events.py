"""Every sample event has a door, and gets the answer that its name and the design promise."""

import json
from typing import Any

import pytest

from local.template import Stack
from tests.integration.functions.harness import EVENTS, Answer, Functions, sample
from tests.integration.functions.phone_in_hand import PhoneInHand

# What API Gateway sends to an authorizer is no request of ours: see tests/doors
AUTHORIZER = "authorizer"
SAMPLES = sorted(path for path in EVENTS.glob("*/*.json") if path.parent.name != AUTHORIZER)
CASES = [(path.parent.name, path.stem) for path in SAMPLES]
OAUTH_ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
}


def documented_status(case: str) -> int:
    return int(case.partition("_")[0])


def is_http(event: dict[str, Any]) -> bool:
    return "routeKey" in event


def test_there_are_samples_of_success_and_of_failure_for_every_function() -> None:
    assert {AUTHORIZER, *(function for function, _ in CASES)} == {
        path.name for path in EVENTS.iterdir() if path.is_dir()
    }
    for function in ("token_exchange", "token_refresh", "token_verify"):
        statuses = {documented_status(case) for name, case in CASES if name == function}
        assert {200, 400} <= statuses, function


@pytest.mark.parametrize(("function", "case"), CASES)
def test_every_sample_has_a_route_to_its_function_or_is_a_direct_invocation(
    stack: Stack, function: str, case: str
) -> None:
    event = json.loads((EVENTS / function / f"{case}.json").read_text("utf-8"))
    routes = {route.key: stack.functions[route.function].code.name for route in stack.routes}
    if is_http(event):
        assert routes[event["routeKey"]] == function
        assert (
            event["routeKey"] == event["requestContext"]["routeKey"] == f"POST {event['rawPath']}"
        )
    else:
        assert function in {known.code.name for known in stack.functions.values()}


@pytest.mark.parametrize(("function", "case"), CASES)
def test_every_sample_gets_its_documented_answer(
    functions: Functions, phone: PhoneInHand, function: str, case: str
) -> None:
    event = sample(function, case, phone)
    if is_http(event):
        answer = functions.post(function, event)
        assert answer.status == documented_status(case), answer
        assert_shape(function, answer)
    else:
        answered = functions.invoke(function, event)
        assert answered["status"] == documented_status(case), answered
        assert answered.get("active", True) is (answered["status"] != 401)


def assert_shape(function: str, answer: Answer) -> None:
    """What the design says of every answer of that status."""
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    if answer.status == 200:
        assert "error" not in answer.body
    elif answer.status == 400:
        assert answer.body["error"] in OAUTH_ERRORS
        assert answer.body["error_description"]
    else:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["WWW-Authenticate"] == answer.body["www_authenticate"]
