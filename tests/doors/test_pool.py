"""Every token of the pool, through every door that can be asked about it: one verdict."""

from dataclasses import fields
from typing import Any

import pytest

from tests.doors.door import DOORS, HTTP_API, INTROSPECT, PYTHON, REST_API, Door
from tests.doors.offline import OfflineStand
from tests.doors.said import Said, Verdict
from tests.fakes import FakeSecrets
from tests.pool.case import ACCEPTED, INSUFFICIENT_SCOPE, UNEXAMINABLE, Asked, Case
from tests.pool.judge import build_cache, build_client
from tests.pool.pool import POOL

_VERDICTS = {
    ACCEPTED: Verdict.GOOD,
    INSUFFICIENT_SCOPE: Verdict.INSUFFICIENT_SCOPE,
    UNEXAMINABLE: Verdict.UNEXAMINABLE,
}


def parameters(asked: Asked) -> dict[str, Any]:
    """Return what a request says beside the token."""
    members = {field.name: getattr(asked, field.name) for field in fields(asked)}
    return {
        name: " ".join(sorted(value)) if isinstance(value, frozenset) else value
        for name, value in members.items()
        if value not in (None, frozenset())
    }


def stand(case: Case, asked: dict[str, Any]) -> OfflineStand:
    """Return the doors of a container that has just started, configured for *case*."""
    client = build_client(case.setting)
    cache, clock = build_cache(client.issuer, case.keys, case.now)
    secrets = FakeSecrets(app=case.setting.secret) if case.setting.secret else FakeSecrets()
    return OfflineStand(
        (client,), {client.issuer.name: cache}, clock, secrets, authorizer_asks=asked
    )


def questions(case: Case) -> list[dict[str, Any]]:
    """Return all that may be asked about the token of *case*: not every door can ask the first."""
    return [
        parameters(case.asked),
        {"token_use": case.asked.token_use},
        {"token_use": "access_token"},
    ]


def ask(door: Door, case: Case, asked: dict[str, Any]) -> Said:
    """Ask at *door*, in a container that nothing has warmed."""
    return door.ask(stand(case, asked), case.token, asked)


@pytest.mark.parametrize("case", POOL, ids=lambda case: case.name)
def test_every_door_says_the_same(case: Case) -> None:
    expected = ask(PYTHON, case, parameters(case.asked))
    assert (expected.reason or expected.verdict) in {
        _VERDICTS.get(verdict, verdict) for verdict in case.verdicts
    }
    asked_at = {PYTHON}
    for question in questions(case):
        reference = ask(PYTHON, case, question)
        for door in DOORS:
            if door not in asked_at and door.can_ask(case.token, question):
                asked_at.add(door)
                assert_same(ask(door, case, question), reference, door)


def assert_same(said: Said, reference: Said, door: Door) -> None:
    """The same verdict, about the same user; and the same reason, where the door gives one."""
    assert (said.verdict, said.subject) == (expressed(reference, door), reference.subject), door
    assert said.reason in (None, reference.reason), door.name
    assert (said.reason is None) == (
        reference.reason is None or door in (INTROSPECT, HTTP_API, REST_API)
    )


def expressed(reference: Said, door: Door) -> Verdict:
    """The verdict as far as *door* can tell: an HTTP API knows yes and no."""
    narrow = reference.verdict is Verdict.INSUFFICIENT_SCOPE
    return Verdict.BAD if narrow and door is HTTP_API else reference.verdict


def test_every_door_can_be_asked_about_most_of_the_pool() -> None:
    for door in DOORS:
        asked = [
            case
            for case in POOL
            if any(door.can_ask(case.token, question) for question in questions(case))
        ]
        assert len(asked) > 0.9 * len(POOL), door
