"""The table in docs/doors.md is what the doors really answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from relying_party.errors import InvalidRequest, IssuerRefusedUs, Problem, Reason
from relying_party.protocol.access_token_profile import RULES, AccessTokenProfile
from tests.doors.door import (
    DIRECT,
    DOORS,
    HTTP_API,
    INTROSPECT,
    PYTHON,
    REST_API,
    VERIFY,
    Door,
    authorize,
    authorizer_event,
    http_event,
    iam_context,
    json_event,
    rest_event,
)
from tests.doors.markdown import read_table
from tests.doors.offline import OfflineStand
from tests.doors.specimens import (
    ACCESS_TOKEN,
    BAD,
    GOOD,
    NARROW,
    READABLE,
    Specimen,
    fleet,
    out_of_reach,
    stand_of,
)

ROWS = {row["the token"]: row for row in read_table("docs/doors.md", "the token")}
NOT_ASKED = "\u2013"
OF_A_TOKEN: Mapping[str, Specimen] = {
    "good": GOOD["access token"],
    "bad": BAD[Reason.EXPIRED],
    "good, scope not enough": NARROW,
}
UNEXAMINABLE = "not examined: keys, issuer or secret out of reach"
MISSING = "missing"
SENSELESS = "asked about senselessly"


def test_the_table_has_a_column_for_every_door_and_a_row_for_every_outcome() -> None:
    assert set(ROWS) == {*OF_A_TOKEN, UNEXAMINABLE, MISSING, SENSELESS}
    for row in ROWS.values():
        assert set(row) == {"the token", *(door.name for door in DOORS)}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize("outcome", OF_A_TOKEN)
def test_the_answer_about_a_token_is_the_documented_one(outcome: str, door: Door) -> None:
    specimen = OF_A_TOKEN[outcome]
    documented = ROWS[outcome][door.name]
    if not door.can_ask(specimen.token, specimen.asked):
        assert documented == NOT_ASKED
    else:
        said = door.ask(specimen.stand(), specimen.token, specimen.asked)
        assert f"{said.answer} " in f"{documented} "


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_answer_without_an_examination_is_the_documented_one(door: Door) -> None:
    specimen, stand = out_of_reach()["the issuer and the store are out of reach"]
    said = door.ask(stand, specimen.token, specimen.asked)
    assert f"{said.answer} " in f"{ROWS[UNEXAMINABLE][door.name]} "


@dataclass(frozen=True)
class Asking:
    """A request that no door can answer with a verdict."""

    door: Door
    send: Callable[[OfflineStand], Any]


def _rest(stand: OfflineStand) -> Any:
    return authorize(stand, {**rest_event(""), "headers": {}, "multiValueHeaders": {}}).answer


def _http(stand: OfflineStand) -> Any:
    return authorize(stand, {**authorizer_event(""), "headers": {}}).answer


def _status(answer: Mapping[str, Any]) -> str:
    return str(answer.get("statusCode", answer.get("status")))


WITHOUT_A_TOKEN = [
    Asking(VERIFY, lambda stand: _status(stand.verify(http_event("POST /token/verify")))),
    Asking(
        INTROSPECT,
        lambda stand: _status(
            stand.verify(json_event("POST /oauth2/introspect", {"a": "b"}, context=iam_context()))
        ),
    ),
    Asking(DIRECT, lambda stand: f"`status` {_status(stand.verify({}))}"),
    Asking(HTTP_API, _http),
    Asking(REST_API, _rest),
]


@pytest.mark.parametrize("asking", WITHOUT_A_TOKEN, ids=lambda asking: asking.door.name)
def test_the_answer_without_a_token_is_the_documented_one(asking: Asking) -> None:
    documented = ROWS[MISSING][asking.door.name]
    assert documented.startswith(asking.send(stand_of(fleet(), READABLE, asked=ACCESS_TOKEN)))


@pytest.mark.parametrize("door", [VERIFY, DIRECT, PYTHON], ids=lambda door: door.name)
def test_the_answer_to_a_senseless_question_is_the_documented_one(door: Door) -> None:
    said = door.ask(stand_of(fleet(), READABLE), "token", {"token_use": "refresh_token"})
    assert said.answer in ROWS[SENSELESS][door.name]


@pytest.mark.parametrize(
    "asked",
    [
        {"token_use": "refresh_token"},
        {"token_use": "id_token", "scope": "read"},
        {"token_use": "access_token", "scope": 'a"b'},
    ],
    ids=str,
)
def test_an_authorizer_that_no_token_could_satisfy_does_not_start(asked: dict[str, str]) -> None:
    for door in (HTTP_API, REST_API):
        assert ROWS[SENSELESS][door.name] == "does not start"
        with pytest.raises(InvalidRequest):
            door.ask(stand_of(fleet(), READABLE, asked=asked), GOOD["ID Token"].token, {})


def test_a_question_in_the_url_is_senseless_to_introspection() -> None:
    event = json_event("POST /oauth2/introspect", {"token": "a"}, context=iam_context())
    answer = stand_of(fleet(), READABLE).verify({**event, "rawQueryString": "token=a"})
    assert f"{answer['statusCode']} `invalid_request`" == ROWS[SENSELESS][INTROSPECT.name]


def test_every_reason_and_every_problem_is_explained() -> None:
    reasons = {row["`reason`"] for row in read_table("docs/errors.md", "`reason`", "the app")}
    assert reasons == {f"`{reason}`" for reason in Reason}
    problems = {
        (row["`reason`"], row["status"])
        for row in read_table("docs/errors.md", "`reason`", "status")
    }
    assert problems == {
        (f"`{problem.reason}`", str(problem.status))
        for problem in (*Problem.__subclasses__(), *IssuerRefusedUs.__subclasses__())
        if "reason" in vars(problem)
    }


def test_every_profile_of_access_tokens_is_described() -> None:
    described = {row["profile"] for row in read_table("docs/access-tokens.md", "profile", "scope")}
    assert described == {f"`{profile}`" for profile in RULES}
    to_configure = [
        row["`access_token_profile`"] for row in read_table("docs/access-tokens.md", "provider")
    ]
    assert sorted(to_configure) == sorted(f"`{profile}`" for profile in AccessTokenProfile)
