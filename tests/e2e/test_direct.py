"""Direct invocation: what other functions and operators ask."""

import pytest

from tests.e2e.target import Target
from tools.release import ROOT, releases

DOORS = "docs/doors.md"
HTTP_API = {"version": "2.0", "type": "REQUEST", "headers": {}, "requestContext": {}}
REST_API = {
    "type": "REQUEST",
    "headers": {},
    "methodArn": "arn:aws:execute-api:region:0:api/s/GET/",
}


def test_a_bad_token_is_data_to_another_function(target: Target, client_id: str) -> None:
    question = {"token": "no.token.atall", "client_id": client_id}

    said = target.invoke("TokenVerifyFunction", question)

    expected = {"active": False, "status": 401, "reason": "malformed"}
    said.must("answered", expected, see=DOORS)


def test_what_is_live_is_what_is_here(target: Target) -> None:
    if target.given.get("ANOTHER_TREE"):
        pytest.skip("not asked: ANOTHER_TREE= says that the stack was deployed from elsewhere")
    here = releases(ROOT).get(target.parameters.get("ClientsFile", "default"))

    said = target.invoke("TokenVerifyFunction", {"action": "release"})

    see = "python tools/release.py prints this tree's; ANOTHER_TREE=1 if it came from elsewhere"
    said.must("answered", {"release": here}, see=see)


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer no.token.atall"}])
def test_the_authorizer_lets_nobody_through(target: Target, header: dict[str, str]) -> None:
    said = target.invoke("AuthorizerFunction", {**HTTP_API, "headers": header})

    said.must("answered", {"isAuthorized": False}, see=DOORS)


def test_the_authorizer_raises_what_a_rest_api_answers_401_to(target: Target) -> None:
    said = target.invoke("AuthorizerFunction", REST_API)

    said.must("raised", {"errorMessage": "Unauthorized"}, see=DOORS)


def test_the_schedule_s_function_has_the_issuers_keys(target: Target) -> None:
    said = target.invoke("JwksRefreshFunction", {"action": "refresh"})

    see = "docs/keys.md; the log of JwksRefreshFunction has the reason"
    said.must("answered", {"status": 200}, see=see)
    outcomes = {name: issuer["outcome"] for name, issuer in said.members["issuers"].items()}
    fetched = set(outcomes.values()) == {"fetched"}
    said.require(holds=fetched, expected=f"every issuer's keys fetched, not {outcomes}", see=see)
