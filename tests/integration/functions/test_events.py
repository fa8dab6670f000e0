"""Every sample event has a door, and gets the answer that its name and the design promise."""

import json
from typing import Any

import pytest

from local.template import Stack
from tests.integration.functions.harness import (
    EVENTS,
    Answer,
    Event,
    Functions,
    as_the_gateway_sends,
    sample,
)
from tests.integration.functions.phone_in_hand import PhoneInHand

# What API Gateway sends to an authorizer is no request of ours: see tests/doors
AUTHORIZER = "authorizer"
SAMPLES = sorted(path for path in EVENTS.glob("*/*.json") if path.parent.name != AUTHORIZER)
CASES = [(path.parent.name, path.stem) for path in SAMPLES]
PAGES = "/login/callback/{client}"
"""Where a browser is answered, and not an app."""
OAUTH_ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
}


def documented_status(case: str) -> int:
    return int(case.partition("_")[0])


def is_http(event: dict[str, Any]) -> bool:
    return "routeKey" in event


def unfilled(function: str, case: str) -> Event:
    event: Event = json.loads((EVENTS / function / f"{case}.json").read_text("utf-8"))
    return event


def test_there_are_samples_of_success_and_of_failure_for_every_route(stack: Stack) -> None:
    seen: dict[str, set[bool]] = {route.key: set() for route in stack.routes}
    for function, case in CASES:
        if is_http(event := unfilled(function, case)):
            seen[event["routeKey"]].add(documented_status(case) < 400)
    assert [route for route, outcomes in seen.items() if outcomes != {True, False}] == []


def test_there_are_samples_of_success_and_of_failure_for_every_direct_invocation() -> None:
    direct = {
        function: {documented_status(case) < 400 for name, case in CASES if name == function}
        for function, case in CASES
        if not is_http(unfilled(function, case))
    }
    every = {True, False}
    assert direct == {"jwks_refresh": every, "token_exchange": every, "token_verify": every}


def test_every_function_has_a_folder_of_samples(stack: Stack) -> None:
    folders = {path.name for path in EVENTS.iterdir() if path.is_dir()}
    assert folders == {function.code.name for function in stack.functions.values()}


@pytest.mark.parametrize(("function", "case"), CASES)
def test_every_sample_has_a_route_to_its_function_or_is_a_direct_invocation(
    stack: Stack, function: str, case: str
) -> None:
    event = unfilled(function, case)
    if is_http(event):
        (route,) = (route for route in stack.routes if route.key == event["routeKey"])
        context = event["requestContext"]
        assert stack.functions[route.function].code.name == function
        assert context["routeKey"] == route.key
        assert context["http"]["method"] == route.method
        assert event["rawPath"] == context["http"]["path"]
        assert event["rawPath"] == route.path.format(**event.get("pathParameters", {}))
    else:
        assert function in {known.code.name for known in stack.functions.values()}


@pytest.mark.parametrize(("function", "case"), CASES)
def test_every_sample_gets_its_documented_answer(
    functions: Functions, phone: PhoneInHand, function: str, case: str
) -> None:
    event = sample(function, case, phone)
    if not is_http(event):
        answered = functions.invoke(function, event)
        assert answered["status"] == documented_status(case), answered
        assert answered.get("active", True) is (answered["status"] != 401)
    elif event["routeKey"].endswith(PAGES):
        page = functions.invoke(function, as_the_gateway_sends(event))
        assert page["statusCode"] == documented_status(case), page
        assert_page(page)
    else:
        answer = functions.post(function, event)
        assert answer.status == documented_status(case), answer
        assert_shape(answer)


def assert_page(page: dict[str, Any]) -> None:
    """What a browser is shown, and that it is sent on only where something was decided."""
    assert page["headers"]["Cache-Control"] == "no-store"
    assert page["headers"]["Content-Type"].startswith("text/html")
    assert ("Location" in page["headers"]) is (page["statusCode"] == 303)


def assert_shape(answer: Answer) -> None:
    """What the design says of every answer of that status."""
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    if answer.status == 200:
        assert "error" not in answer.body
    elif answer.status == 400 or answer.body.get("error") == "invalid_client":
        assert answer.body["error"] in OAUTH_ERRORS
        assert answer.body["error_description"]
    else:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["WWW-Authenticate"] == answer.body["www_authenticate"]
