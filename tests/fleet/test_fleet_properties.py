"""Whatever happens, in whatever order: what never happens to a fleet."""

from itertools import pairwise

from hypothesis import given, settings

from relying_party.protocol.key_cache import (
    CLOCK_TOLERANCE,
    COMPARE_EVERY,
    FORCED_COOLDOWN,
    SETTLED_AFTER,
)
from tests.fleet.story import STRANGERS, Step, Story, steps
from tests.fleet.virtual_dynamodb import Fault
from tests.fleet.virtual_fleet import ACCEPTED, SCHEDULE
from tests.fleet.virtual_issuer import LATENCY

BETWEEN_FORCED = FORCED_COOLDOWN - CLOCK_TOLERANCE
"""Seconds, by a clock that is right: two that are wrong in opposite ways see the whole of it."""

ANY_FAULT = (None, Fault.THROTTLED, Fault.LOST_ANSWER, Fault.DOWN)


def played(sequence: list[Step]) -> Story:
    story = Story()
    story.play(sequence)
    return story


@settings(max_examples=120)
@given(steps(None, Fault.THROTTLED, Fault.LOST_ANSWER))
def test_the_fleet_forces_one_fetch_per_cooldown(sequence: list[Step]) -> None:
    story = played(sequence)
    forced = sorted(at for container in story.containers for at in container.forced_at)
    assert all(later - at >= BETWEEN_FORCED for at, later in pairwise(forced))


@settings(max_examples=120)
@given(steps(*ANY_FAULT))
def test_without_the_store_each_container_forces_one_fetch_per_cooldown(
    sequence: list[Step],
) -> None:
    for container in played(sequence).containers:
        gaps = [later - at for at, later in pairwise(container.forced_at)]
        assert all(gap >= BETWEEN_FORCED for gap in gaps)


@settings(max_examples=120)
@given(steps(*ANY_FAULT))
def test_no_verdict_is_wrong(sequence: list[Step]) -> None:
    story = played(sequence)
    for one in story.said:
        said, kind = one.verdict.said, one.kind
        if kind == "good" or (kind == "new" and one.verdict.asked_at > story.rotated_at):
            assert said in (ACCEPTED, "503"), f"a good token was refused: {said}"
        if kind in ("forged", *STRANGERS):
            assert said != ACCEPTED
        if said == "unknown_key":
            asked = [at + LATENCY for at in story.fleet.issuer.asked_at if at < one.verdict.at]
            settled = one.token.unverified_claims["iat"] + SETTLED_AFTER
            assert max(asked) >= settled - CLOCK_TOLERANCE, "nobody had looked late enough"


@settings(max_examples=120)
@given(steps(None, Fault.LOST_ANSWER, issuer=("answers",)))
def test_a_withdrawn_key_never_verifies_past_its_bound(sequence: list[Step]) -> None:
    """The bound is that of an issuer and a store that can be asked; see docs/keys.md."""
    story = played(sequence)
    bound = story.withdrawn_at + SCHEDULE + COMPARE_EVERY + CLOCK_TOLERANCE
    late = [one for one in story.said if one.kind == "withdrawn" and one.verdict.asked_at > bound]
    assert all(one.verdict.said != ACCEPTED for one in late)


@settings(max_examples=120)
@given(steps(*ANY_FAULT))
def test_when_all_is_well_again_the_fleet_knows_what_the_issuer_publishes(
    sequence: list[Step],
) -> None:
    story = played(sequence)
    last = [one for one in story.said if one.verdict.asked_at >= story.healed_at]
    assert len(last) >= 9
    for one in last:
        assert (one.verdict.said == ACCEPTED) is (one.kind in ("good", "new"))


@settings(max_examples=120)
@given(steps(None, Fault.THROTTLED, Fault.LOST_ANSWER))
def test_an_issuer_that_asks_for_patience_is_left_alone(sequence: list[Step]) -> None:
    issuer = played(sequence).fleet.issuer
    for told_at, seconds in issuer.asked_to_wait:
        until = told_at + seconds - CLOCK_TOLERANCE
        assert not [at for at in issuer.asked_at if told_at < at < until]
