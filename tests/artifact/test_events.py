"""Every sample event, handed to what was built as Lambda hands it over."""

from typing import Any

import pytest

from local.containers import FunctionError
from tests.artifact.conftest import BuiltFunctions
from tests.integration.functions.harness import EVENTS, Event, as_the_gateway_sends, sample
from tests.integration.functions.phone_in_hand import PhoneInHand

AUTHORIZER = "authorizer"
CASES = sorted((path.parent.name, path.stem) for path in EVENTS.glob("*/*.json"))


@pytest.mark.parametrize(("function", "case"), CASES)
def test_every_sample_ends_in_the_status_of_its_name(
    functions: BuiltFunctions, phone: PhoneInHand, function: str, case: str
) -> None:
    event = sample(function, case, phone)

    assert status_of(functions, function, event) == int(case.partition("_")[0])


def status_of(functions: BuiltFunctions, function: str, event: Event) -> int:
    """What the caller is told: over HTTP, behind an authorizer, or as data."""
    if function == AUTHORIZER:
        return authorized(functions, event)
    if "routeKey" not in event:
        return int(functions.invoke(function, event)["status"])
    return int(functions.invoke(function, as_the_gateway_sends(event))["statusCode"])


def authorized(functions: BuiltFunctions, event: Event) -> int:
    """What API Gateway makes of the authorizer's answer, and of what it raises."""
    try:
        answer: dict[str, Any] = functions.invoke(AUTHORIZER, event)
    except FunctionError as error:
        # It looks for this very text in what the runtime client reports
        return 401 if str(error) == "Unauthorized: Unauthorized" else 500
    if "isAuthorized" in answer:
        return 200 if answer["isAuthorized"] else 403
    (statement,) = answer["policyDocument"]["Statement"]
    return {"Allow": 200, "Deny": 403}[statement["Effect"]]
