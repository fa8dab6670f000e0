"""When a request is sent to the issuer: the rules as a table, and what follows from them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.replay import (
    GrantRequestRecord,
    State,
    Step,
    answered,
    canonical_scope,
    claimed,
    next_step,
    released,
)

NOW = 1000.0
FREE = GrantRequestRecord()
LEADING = claimed(FREE, "a b", "r-1", NOW + 30)
ANSWERED = answered(LEADING, "r-2", b"sealed", rotated=True, now=NOW, window=60)
UNROTATED = replace(ANSWERED, rotated=False)

states = st.sampled_from(State)
times = st.floats(0, 2000, allow_nan=False)
records = st.builds(
    GrantRequestRecord,
    state=states,
    revision=st.text(max_size=4),
    scope=st.sampled_from(["", "a", "a b"]),
    until=times,
    answered_at=times,
    rotated=st.booleans(),
    sealed=st.binary(max_size=4),
)


@pytest.mark.parametrize(
    ("record", "scope", "after", "step"),
    [
        (FREE, "a", 0, Step.LEAD),
        (LEADING, "a b", 0, Step.WAIT),
        (LEADING, "a", 0, Step.WAIT),
        (LEADING, "a b", 29.999, Step.WAIT),
        (LEADING, "a b", 30, Step.LEAD_AGAIN),
        (LEADING, "a", 86400, Step.LEAD_AGAIN),
        (ANSWERED, "a b", 0, Step.REPLAY),
        (ANSWERED, "a b", -5, Step.REPLAY),
        (ANSWERED, "a b", 59.999, Step.REPLAY),
        (ANSWERED, "a b", 60, Step.LEAD),
        (ANSWERED, "a", 0, Step.CONFLICT),
        (ANSWERED, "", 59.999, Step.CONFLICT),
        (ANSWERED, "a", 60, Step.LEAD),
        (UNROTATED, "a b", 0, Step.REPLAY),
        (UNROTATED, "a", 0, Step.LEAD),
        (released(LEADING, "r-2"), "a b", 0, Step.LEAD),
    ],
)
def test_what_a_request_does_follows_from_the_record_and_the_time(
    record: GrantRequestRecord, scope: str, after: float, step: Step
) -> None:
    assert next_step(record, scope, NOW + after) is step


@given(records, st.sampled_from(["", "a", "a b"]), times)
def test_while_a_lease_or_a_window_runs_no_secret_that_was_rotated_is_sent(
    record: GrantRequestRecord, scope: str, now: float
) -> None:
    step = next_step(record, scope, now)
    running = record.state is not State.FREE and now < record.until
    if running and (record.state is State.LEADING or record.rotated):
        assert step in (Step.WAIT, Step.REPLAY, Step.CONFLICT)
    if not running:
        assert step in (Step.LEAD, Step.LEAD_AGAIN)


@given(records, times)
def test_an_outcome_is_unknown_only_where_somebody_led_and_never_said_how_it_ended(
    record: GrantRequestRecord, now: float
) -> None:
    again = next_step(record, record.scope, now) is Step.LEAD_AGAIN
    assert again is (record.state is State.LEADING and now >= record.until)


@given(records, times, times)
def test_a_step_to_ask_stays_one_as_time_goes_on(
    record: GrantRequestRecord, now: float, later: float
) -> None:
    asks = {Step.LEAD, Step.LEAD_AGAIN}
    if next_step(record, record.scope, now) in asks:
        assert next_step(record, record.scope, max(now, later)) in asks


@given(records, st.text(), st.text(), times)
def test_who_claims_makes_everybody_else_wait_and_leaves_nothing_of_an_earlier_answer(
    record: GrantRequestRecord, scope: str, revision: str, now: float
) -> None:
    new = claimed(record, scope, revision, now + 1)
    assert next_step(new, scope, now) is Step.WAIT
    assert (new.revision, new.scope, new.sealed, new.rotated) == (revision, scope, b"", False)


@given(record=records, rotated=st.booleans(), now=times, window=st.floats(1, 300))
def test_an_answer_is_replayed_for_its_scope_and_its_window(
    record: GrantRequestRecord, *, rotated: bool, now: float, window: float
) -> None:
    new = answered(record, "r", b"new", rotated=rotated, now=now, window=window)
    assert next_step(new, record.scope, now) is Step.REPLAY
    assert next_step(new, record.scope, now + window) is Step.LEAD
    assert (new.answered_at, new.sealed, new.rotated) == (now, b"new", rotated)


@given(records, times)
def test_what_is_released_is_as_if_nothing_had_been_asked(
    record: GrantRequestRecord, now: float
) -> None:
    assert next_step(released(record, "r"), record.scope, now) is Step.LEAD
    assert released(record, "r").sealed == b""


def test_a_sealed_answer_shows_in_no_text_of_a_record() -> None:
    assert "sealed" not in repr(ANSWERED)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a b", "b a"), ("a b", "a  b a"), (None, ""), (None, "  ")],
)
def test_scopes_are_the_same_where_their_sets_are(one: str | None, other: str | None) -> None:
    assert canonical_scope(one) == canonical_scope(other)


@pytest.mark.parametrize(("one", "other"), [("a b", "a"), ("a", ""), ("a", "A"), ("ab", "a b")])
def test_scopes_differ_where_their_sets_do(one: str, other: str) -> None:
    assert canonical_scope(one) != canonical_scope(other)
