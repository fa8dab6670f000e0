"""When a key set may be used, and who may ask the issuer for another: the pure decisions."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.key_cache import (
    CLOCK_TOLERANCE,
    DEFAULT_SOFT_AGE,
    FORCED_COOLDOWN,
    HARD_AGE,
    LEASE,
    MAX_BACKOFF,
    MAX_SOFT_AGE,
    MIN_SOFT_AGE,
    SIGNATURE_COOLDOWN,
    CachedKeySet,
    Freshness,
    Head,
    Need,
    Refusal,
    agreed,
    claimed,
    completed,
    failed,
    fetched_key_set,
    freshness,
    purged,
    refusal,
    restored_key_set,
    soft_age,
)
from tests.tokens import ISSUER, NOW, key_set, signing_key

DOCUMENT = key_set(signing_key())


def fetched(head: Head = Head(), cache_control: str = "") -> CachedKeySet:  # noqa: B008 - frozen
    return fetched_key_set(
        document=DOCUMENT.decode(),
        keys=parse_key_set(DOCUMENT),
        metadata={"issuer": ISSUER},
        headers={"cache-control": cache_control} if cache_control else {},
        head=head,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(-CLOCK_TOLERANCE - 1, Freshness.DEAD, id="fetched in the future"),
        pytest.param(-CLOCK_TOLERANCE, Freshness.FRESH, id="fetched by a clock ahead of ours"),
        pytest.param(0, Freshness.FRESH, id="just fetched"),
        pytest.param(DEFAULT_SOFT_AGE - 1, Freshness.FRESH, id="last fresh second"),
        pytest.param(DEFAULT_SOFT_AGE, Freshness.STALE, id="first stale second"),
        pytest.param(DEFAULT_SOFT_AGE + HARD_AGE - 1, Freshness.STALE, id="last second of all"),
        pytest.param(DEFAULT_SOFT_AGE + HARD_AGE, Freshness.DEAD, id="first dead second"),
    ],
)
def test_a_set_is_fresh_then_stale_then_dead(seconds: float, expected: Freshness) -> None:
    assert freshness(fetched(), NOW + seconds) is expected


def test_no_set_is_a_dead_one() -> None:
    assert freshness(None, NOW) is Freshness.DEAD


@pytest.mark.parametrize(
    ("cache_control", "expected"),
    [
        ("", DEFAULT_SOFT_AGE),
        ("public", DEFAULT_SOFT_AGE),
        ("max-age=soon", DEFAULT_SOFT_AGE),
        ("max-age=-1", DEFAULT_SOFT_AGE),
        ("s-maxage=7200", DEFAULT_SOFT_AGE),
        ("x-max-age=7200", DEFAULT_SOFT_AGE),
        ("max-age=15", MIN_SOFT_AGE),
        (f"max-age={MIN_SOFT_AGE - 1}", MIN_SOFT_AGE),
        ("max-age=7200", 7200),
        ("public, max-age=7200, must-revalidate", 7200),
        ("Public,Max-Age=7200", 7200),
        (f"max-age={38 * 86400}", MAX_SOFT_AGE),
        ("max-age=0", MIN_SOFT_AGE),
        ("no-store", MIN_SOFT_AGE),
        ("no-cache, max-age=7200", MIN_SOFT_AGE),
    ],
)
def test_the_soft_age_is_what_the_issuer_says_within_bounds(
    cache_control: str, expected: int
) -> None:
    assert soft_age(cache_control) == expected
    assert fetched(cache_control=cache_control).soft_until == NOW + expected


def test_a_fetched_set_belongs_to_the_generation_and_epoch_of_its_lease() -> None:
    key_set = fetched(Head(generation=4, epoch=2))

    assert (key_set.generation, key_set.epoch, key_set.fetched_at) == (5, 2, NOW)
    assert key_set.hard_until == key_set.soft_until + HARD_AGE


@pytest.mark.parametrize("need", list(Need))
def test_nothing_stands_in_the_way_of_the_first_fetch(need: Need) -> None:
    assert refusal(Head(), need, NOW) is None


@pytest.mark.parametrize("need", list(Need))
def test_while_one_fetches_the_others_wait_for_as_long_as_its_lease_lasts(need: Need) -> None:
    head = claimed(Head(), Need.SET, "r1", NOW)

    assert refusal(head, need, NOW + 4) == Refusal(LEASE - 4, in_progress=True)
    assert refusal(head, need, NOW + LEASE) is None


@pytest.mark.parametrize(
    ("need", "cooldown"), [(Need.KEY, FORCED_COOLDOWN), (Need.SIGNATURE, SIGNATURE_COOLDOWN)]
)
def test_a_forced_fetch_is_timed_from_the_start_of_the_last_one(need: Need, cooldown: int) -> None:
    head = completed(claimed(Head(), need, "r1", NOW), "r2")

    assert refusal(head, need, NOW + cooldown - 1) == Refusal(1)
    assert refusal(head, need, NOW + cooldown) is None


def test_each_need_has_a_budget_of_its_own() -> None:
    head = completed(claimed(Head(), Need.KEY, "r1", NOW), "r2")

    assert refusal(head, Need.KEY, NOW) is not None
    assert refusal(head, Need.SIGNATURE, NOW) is None
    assert refusal(head, Need.SET, NOW) is None


def test_a_genuine_rotation_right_after_an_ordinary_fetch_may_be_fetched_at_once() -> None:
    head = completed(claimed(Head(), Need.SET, "r1", NOW), "r2")

    assert refusal(head, Need.KEY, NOW) is None


def test_failures_back_off_further_each_time_and_a_success_forgets_them() -> None:
    head, waits = Head(), []
    for _ in range(8):
        head = failed(claimed(head, Need.SET, "r", NOW), "r", NOW, retry_after=None)
        waits.append(head.backoff_until - NOW)

    assert waits == [1, 2, 4, 8, 16, 32, MAX_BACKOFF, MAX_BACKOFF]
    assert refusal(head, Need.SET, NOW + MAX_BACKOFF - 1) == Refusal(1)
    assert refusal(completed(head, "r"), Need.SET, NOW) is None
    assert completed(head, "r").failures == 0


@pytest.mark.parametrize(("retry_after", "wait"), [(None, 1), (0, 1), (1, 1), (300, 300)])
def test_an_issuer_may_ask_for_a_longer_wait_and_not_for_a_shorter_one(
    retry_after: int | None, wait: int
) -> None:
    assert failed(Head(), "r", NOW, retry_after).backoff_until == NOW + wait


def test_a_failure_changes_nothing_but_the_backoff() -> None:
    before = Head("r1", generation=4, epoch=2, forced_at=NOW - 5, signature_forced_at=NOW - 9)

    after = failed(before, "r2", NOW, retry_after=None)

    assert after._replace(failures=0, backoff_until=0) == before._replace(revision="r2")


def test_a_purge_voids_every_set_and_lease_and_lets_anyone_fetch_at_once() -> None:
    head = failed(Head("r1", generation=4, epoch=2), "r2", NOW, retry_after=300)
    head = purged(claimed(head, Need.KEY, "r3", NOW), "r4")

    assert (head.epoch, head.generation, head.failures) == (3, 4, 0)
    assert refusal(head, Need.SET, NOW) is None
    assert refusal(head, Need.KEY, NOW) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda head: claimed(head, Need.SET, "new", NOW),
        lambda head: completed(head, "new"),
        lambda head: failed(head, "new", NOW, None),
        lambda head: purged(head, "new"),
    ],
)
def test_every_change_makes_a_new_revision(change: Callable[[Head], Head]) -> None:
    assert change(Head("old")).revision == "new"


OUTCOMES: list[Callable[[Head, float], Head]] = [
    lambda head, _: completed(head, "completed"),
    lambda head, now: failed(head, "failed", now, None),
    lambda head, now: failed(head, "failed", now, 20),
    lambda head, _: head,  # the container was killed: its lease runs out
    lambda head, _: purged(head, "purged"),
]


@given(
    st.lists(
        st.tuples(st.sampled_from(Need), st.sampled_from(OUTCOMES), st.floats(0, 40)), max_size=60
    )
)
def test_whatever_happens_there_is_one_forced_fetch_per_cooldown(
    events: list[tuple[Need, Callable[[Head, float], Head], float]],
) -> None:
    head, now = Head(), float(NOW)
    started: dict[Need, list[float]] = {need: [] for need in Need}
    for need, outcome, seconds in events:
        if refusal(head, need, now) is None:
            head = claimed(head, need, json.dumps(now), now)
            started[need].append(now)
            head = outcome(head, now)
        now += seconds

    for need, cooldown in ((Need.KEY, FORCED_COOLDOWN), (Need.SIGNATURE, SIGNATURE_COOLDOWN)):
        for one, next_one in zip(started[need], started[need][1:], strict=False):
            assert next_one - one >= cooldown - 1e-6


def test_a_store_can_shorten_a_sets_life_and_never_prolong_it() -> None:
    stored = fetched()
    forged = replace(stored, soft_until=NOW + 10**9, hard_until=NOW + 10**9)

    assert restored_key_set(stored) == stored
    assert restored_key_set(forged).soft_until == NOW + MAX_SOFT_AGE
    assert restored_key_set(forged).hard_until == NOW + MAX_SOFT_AGE + HARD_AGE
    assert restored_key_set(replace(stored, hard_until=NOW)).hard_until == NOW
    assert freshness(restored_key_set(replace(stored, hard_until=NOW)), NOW) is Freshness.DEAD
    assert restored_key_set(replace(stored, hard_until=NOW)).soft_until == NOW


def test_a_fetch_forced_alone_is_not_forgotten_and_never_lies_in_the_future() -> None:
    alone = Head(forced_at=NOW - 5, signature_forced_at=NOW - 7)
    ahead = Head(forced_at=NOW + 3600, signature_forced_at=NOW + 3600)
    stored = Head(forced_at=NOW - 90, signature_forced_at=NOW - 90)

    assert agreed(stored, alone, NOW) == alone
    # As if forced now: a cooldown from an hour ahead would be waived by everyone, again and again
    assert agreed(stored, ahead, NOW) == Head(forced_at=NOW, signature_forced_at=NOW)
