"""The contract: whichever door a token is shown at, it gets one verdict, for one reason."""

from typing import Any

import pytest

from relying_party.errors import Reason
from tests.doors.door import DOORS, HTTP_API, INTROSPECT, PYTHON, REST_API, VERIFY, Door
from tests.doors.said import Verdict
from tests.doors.specimens import (
    BAD,
    GOOD,
    NARROW,
    NARROW_OPAQUE,
    OPAQUE,
    READABLE,
    Specimen,
    fleet,
    out_of_reach,
    stand_of,
)
from tests.tokens import SUBJECT

AUTHORIZERS = (HTTP_API, REST_API)
SILENT_ABOUT_REASONS = (INTROSPECT, *AUTHORIZERS)


def doors_for(specimen: Specimen) -> list[Door]:
    """Return the doors at which this can be asked; opaque tokens are not for everyone's."""
    hidden = [VERIFY.name] if specimen.client is OPAQUE else []
    return [
        door
        for door in DOORS
        if door.can_ask(specimen.token, specimen.asked) and door.name not in hidden
    ]


def test_there_is_a_bad_token_for_every_reason() -> None:
    assert set(BAD) == set(Reason)


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_token_is_good_at_every_door(kind: str) -> None:
    specimen = GOOD[kind]
    doors = doors_for(specimen)
    assert len(doors) >= 4
    for door in doors:
        said = door.ask(specimen.stand(), specimen.token, specimen.asked)
        assert (said.verdict, said.subject) == (Verdict.GOOD, SUBJECT), door


@pytest.mark.parametrize("reason", Reason)
def test_a_bad_token_is_bad_at_every_door_and_for_one_reason(reason: Reason) -> None:
    specimen = BAD[reason]
    doors = doors_for(specimen)
    assert len(doors) >= 4
    for door in doors:
        said = door.ask(specimen.stand(), specimen.token, specimen.asked)
        assert said.verdict is Verdict.BAD, door
        assert said.reason == (None if door in SILENT_ABOUT_REASONS else reason), door


@pytest.mark.parametrize("specimen", [NARROW, NARROW_OPAQUE], ids=["JWT", "opaque"])
def test_a_scope_that_is_not_enough_is_told_apart_from_a_bad_token(specimen: Specimen) -> None:
    for door in doors_for(specimen):
        said = door.ask(specimen.stand(), specimen.token, specimen.asked)
        # An HTTP API knows yes and no, and nothing in between
        known = Verdict.BAD if door is HTTP_API else Verdict.INSUFFICIENT_SCOPE
        assert said.verdict is known, door


def test_a_forged_token_is_bad_whatever_scope_it_claims() -> None:
    forged = BAD[Reason.BAD_SIGNATURE]
    asked = {**forged.asked, "scope": "more than it has"}
    for door in doors_for(Specimen(forged.token, asked)):
        said = door.ask(Specimen(forged.token, asked).stand(), forged.token, asked)
        assert said.verdict is Verdict.BAD, door
        assert said.reason in (None, Reason.BAD_SIGNATURE), door


@pytest.mark.parametrize("cause", out_of_reach())
def test_a_token_that_cannot_be_examined_is_never_called_bad(cause: str) -> None:
    specimen, _ = out_of_reach()[cause]
    for door in doors_for(specimen):
        _, stand = out_of_reach()[cause]
        said = door.ask(stand, specimen.token, specimen.asked)
        assert said.verdict is Verdict.UNEXAMINABLE, door


@pytest.mark.parametrize("reason", [Reason.EXPIRED, Reason.WRONG_AUDIENCE, Reason.MALFORMED])
def test_what_is_bad_without_a_key_is_bad_with_everything_down(reason: Reason) -> None:
    for door in doors_for(BAD[reason]):
        _, stand = out_of_reach()["the issuer and the store are out of reach"]
        assert door.ask(stand, BAD[reason].token, BAD[reason].asked).verdict is Verdict.BAD, door


def test_an_opaque_token_is_not_for_the_door_that_anyone_may_use() -> None:
    specimen = GOOD["opaque access token"]
    stand = specimen.stand()
    said = VERIFY.ask(stand, specimen.token, specimen.asked)
    assert said.answer == "400 `unauthorized_client`"
    assert not stand.issuer.requests


def test_clients_of_both_sorts_may_be_asked_about_at_once() -> None:
    asked = {"token_use": "access_token", "client_id": [READABLE.client_id, OPAQUE.client_id]}
    for kind in ("access token", "opaque access token"):
        specimen = GOOD[kind]
        for door in doors_for(Specimen(specimen.token, asked, specimen.client)):
            stand = stand_of(
                fleet(), READABLE, OPAQUE, introspected=specimen.introspected, asked=asked
            )
            said = door.ask(stand, specimen.token, asked)
            assert (said.verdict, said.subject) == (Verdict.GOOD, SUBJECT), door


@pytest.mark.parametrize(
    "asked",
    [
        {"token_use": "refresh_token"},
        {"client_id": "unheard-of"},
        {"token_use": "access_token", "nonce": "n"},
        {"token_use": "id_token", "scope": "read"},
        {"max_age": "soon"},
    ],
    ids=str,
)
def test_a_senseless_request_says_nothing_about_the_token(asked: dict[str, Any]) -> None:
    for door in DOORS:
        if door not in (INTROSPECT, PYTHON, *AUTHORIZERS):
            said = door.ask(stand_of(fleet(), READABLE), GOOD["ID Token"].token, asked)
            assert said.verdict is Verdict.SENSELESS, door
