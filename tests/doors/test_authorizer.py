"""The Lambda authorizer: what API Gateway sends to it, and what it can carry back."""

from typing import Any

import pytest

from relying_party.authorizer_api import Unauthorized, Unavailable
from tests.doors.door import METHOD_ARN, authorize, authorizer_event, rest_event
from tests.doors.offline import OfflineStand
from tests.doors.said import Verdict
from tests.doors.specimens import (
    ACCESS_TOKEN,
    GOOD,
    ID_TOKEN,
    NARROW,
    READABLE,
    access_token,
    fleet,
    out_of_reach,
    stand_of,
)
from tests.tokens import CLIENT_ID, ISSUER, SUBJECT

RICH = access_token(
    aud=["https://api.example", "https://other.example"],
    email_verified=True,
    level=3,
    score=0.5,
    groups=["staff", "admin"],
    address={"country": "DE"},
    mixed=["a", 1],
    nothing=None,
)


def stand(**asked: Any) -> OfflineStand:
    return stand_of(fleet(), READABLE, asked={**ACCESS_TOKEN, **asked})


@pytest.mark.parametrize("event", [authorizer_event(RICH), rest_event(RICH)], ids=["HTTP", "REST"])
def test_the_context_is_strings_numbers_and_booleans(event: dict[str, Any]) -> None:
    context = stand().authorize(event)["context"]
    assert context == {
        "client": READABLE.name,
        "issuer": ISSUER,
        "iss": ISSUER,
        "sub": SUBJECT,
        "aud": "https://api.example https://other.example",
        "client_id": CLIENT_ID,
        "scope": "read write",
        "iat": context["iat"],
        "exp": context["exp"],
        "email_verified": True,
        "level": 3,
        "score": 0.5,
        "groups": "staff admin",
    }
    assert {type(value) for value in context.values()} == {str, int, float, bool}


def test_no_claim_stands_in_the_place_of_what_we_say() -> None:
    token = access_token(client="another", issuer="https://another.example")
    context = stand().authorize(authorizer_event(token))["context"]
    assert (context["client"], context["issuer"]) == (READABLE.name, ISSUER)


def test_a_policy_is_for_this_request_and_this_user_alone() -> None:
    answer = stand().authorize(rest_event(access_token()))
    assert answer["principalId"] == SUBJECT
    assert answer["policyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": METHOD_ARN},
        ],
    }


def test_a_policy_that_denies_names_nobody_and_tells_nothing() -> None:
    specimen = NARROW
    answer = stand(scope=specimen.asked["scope"]).authorize(rest_event(specimen.token))
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", METHOD_ARN)
    assert (answer["principalId"], answer["context"]) == ("anonymous", {})


def test_what_makes_a_rest_api_answer_401_is_this_very_word() -> None:
    with pytest.raises(Unauthorized) as raised:
        stand().authorize(rest_event("bad"))
    assert str(raised.value) == "Unauthorized"


def test_nothing_that_is_raised_quotes_a_token() -> None:
    specimen, doors = out_of_reach()["the issuer and the store are out of reach"]
    with pytest.raises(Unavailable) as raised:
        doors.authorize(rest_event(specimen.token))
    assert specimen.token not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
def test_the_name_of_the_header_may_be_spelled_in_any_case(name: str) -> None:
    value = f"Bearer {access_token()}"
    rest = {**rest_event(""), "headers": {name: value}, "multiValueHeaders": {name: [value]}}
    assert authorize(stand(), rest).verdict is Verdict.GOOD
    http = {**authorizer_event(""), "headers": {name: value}}
    assert authorize(stand(), http).verdict is Verdict.GOOD


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_may_be_spelled_in_any_case(scheme: str) -> None:
    event = {**authorizer_event(""), "headers": {"authorization": f"{scheme} {access_token()}"}}
    assert authorize(stand(), event).verdict is Verdict.GOOD


def test_a_rest_request_with_two_tokens_is_refused_whichever_comes_last() -> None:
    good, forged = f"Bearer {access_token()}", "Bearer forged"
    for values in ([good, forged], [forged, good], [good, good]):
        event = {
            **rest_event(""),
            "headers": {"Authorization": values[-1]},
            "multiValueHeaders": {"Authorization": values},
        }
        assert authorize(stand(), event).verdict is Verdict.BAD


def test_two_spellings_of_the_header_are_two_tokens() -> None:
    good = f"Bearer {access_token()}"
    several = {"Authorization": [good], "authorization": ["Bearer forged"]}
    event = {**rest_event(""), "headers": {"Authorization": good}, "multiValueHeaders": several}
    assert authorize(stand(), event).verdict is Verdict.BAD


@pytest.mark.parametrize(
    "event",
    [
        {"headers": None, "multiValueHeaders": None},
        {"headers": {}, "multiValueHeaders": {}},
        {"headers": {"Authorization": "Basic YTpi"}, "multiValueHeaders": None},
        {"headers": {"Authorization": "Bearer"}, "multiValueHeaders": None},
        {"headers": {"Authorization": ""}, "multiValueHeaders": None},
    ],
    ids=str,
)
def test_a_request_without_a_token_is_refused(event: dict[str, Any]) -> None:
    assert authorize(stand(), {**rest_event(""), **event}).verdict is Verdict.BAD
    simple = {**authorizer_event(""), **event}
    assert authorize(stand(), simple).verdict is Verdict.BAD


def test_the_token_authorizer_of_a_rest_api_is_not_served() -> None:
    event = {"type": "TOKEN", "authorizationToken": "Bearer x", "methodArn": METHOD_ARN}
    assert authorize(stand(), event).verdict is Verdict.BAD


@pytest.mark.parametrize("make_event", [authorizer_event, rest_event], ids=["HTTP", "REST"])
def test_the_kind_of_token_is_configured_and_never_guessed(make_event: Any) -> None:
    access, identity = GOOD["access token"].token, GOOD["ID Token"].token
    assert authorize(stand(), make_event(access)).verdict is Verdict.GOOD
    assert authorize(stand(), make_event(identity)).verdict is Verdict.BAD
    assert authorize(stand(**ID_TOKEN), make_event(identity)).verdict is Verdict.GOOD
    assert authorize(stand(**ID_TOKEN), make_event(access)).verdict is Verdict.BAD
