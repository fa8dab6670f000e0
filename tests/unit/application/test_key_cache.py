"""A container's keys: from memory, from the shared store, from the issuer, in this order."""

import pytest

from relying_party.application.ports import FetchFailed
from relying_party.errors import KeysUnavailable
from relying_party.protocol.key_cache import (
    COMPARE_EVERY,
    DEFAULT_SOFT_AGE,
    HARD_AGE,
    LEASE,
    Need,
)
from tests.fakes import EXAMPLE, TOKEN_ENDPOINT, Fleet
from tests.tokens import NOW, signing_key

OLD, NEW = signing_key("RS256", "old"), signing_key("ES256", "new")
NEVER = float(NOW + 10**9)


def kids(held: object) -> list[str]:
    return [key.kid for key in held.keys.keys]  # type: ignore[attr-defined]


def test_the_first_container_fetches_once_and_the_next_ones_read_what_it_stored() -> None:
    fleet = Fleet(OLD)

    held = fleet.container().current(NOW + 8)
    others = [fleet.container().current(NOW + 8) for _ in range(5)]

    assert kids(held) == ["old"]
    assert held.metadata["token_endpoint"] == TOKEN_ENDPOINT
    assert others == [held] * 5
    assert fleet.issuer.fetches == 1
    assert fleet.observed.events == ["keys_fetched"]


def test_while_the_set_is_fresh_nobody_is_asked() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    held = container.current(NEVER)
    fleet.store.calls.clear()

    fleet.clock.advance(COMPARE_EVERY - 1)

    assert container.current(NEVER) is held
    assert fleet.store.calls == []


def test_once_a_minute_the_head_alone_is_compared() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    held = container.current(NEVER)
    fleet.store.calls.clear()

    fleet.clock.advance(COMPARE_EVERY)

    assert [container.current(NEVER) for _ in range(3)] == [held] * 3
    assert fleet.store.calls == ["read_head"]


def test_a_set_that_another_container_fetched_is_taken_over_within_a_minute() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    container.current(NEVER)
    fleet.publish_elsewhere(NEW)

    assert kids(container.current(NEVER)) == ["old"]
    fleet.clock.advance(COMPARE_EVERY)
    assert kids(container.current(NEVER)) == ["new"]
    assert fleet.issuer.fetches == 1


def test_a_stale_set_is_replaced_by_one_container_without_anybody_waiting() -> None:
    fleet = Fleet(OLD)
    containers = [fleet.container() for _ in range(5)]
    for container in containers:
        container.current(NEVER)
    fleet.issuer.keys = (NEW,)

    fleet.clock.advance(DEFAULT_SOFT_AGE)
    served = [kids(container.current(NEVER)) for container in containers]

    assert served == [["new"]] * 5
    assert fleet.issuer.fetches == 2
    assert fleet.slept == [0]  # by the very first fetch, to spread a cold fleet


def test_containers_past_the_soft_age_try_one_after_another() -> None:
    fleet = Fleet(OLD)
    fleet.luck = 1
    container = fleet.container()
    container.current(NEVER)
    soft_until = fleet.clock() + DEFAULT_SOFT_AGE

    fleet.clock.now = soft_until + 29
    container.current(NEVER)
    assert fleet.issuer.fetches == 1
    fleet.clock.now = soft_until + 30
    container.current(NEVER)
    assert fleet.issuer.fetches == 2


def test_while_another_container_fetches_a_stale_set_goes_on() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    container.current(NEVER)

    fleet.clock.advance(DEFAULT_SOFT_AGE)
    fleet.claim_elsewhere()

    assert kids(container.current(NEVER)) == ["old"]
    assert fleet.issuer.fetches == 1
    assert fleet.observed.events[-1] == "stale_keys_served"


def test_while_the_issuer_fails_a_stale_set_goes_on_until_its_last_second() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    container.current(NEVER)
    fleet.issuer.failure = FetchFailed("status 500")

    fleet.clock.now = NOW + DEFAULT_SOFT_AGE + HARD_AGE - 1
    assert kids(container.current(NEVER)) == ["old"]

    fleet.clock.advance(1)
    with pytest.raises(KeysUnavailable):
        container.current(NEVER)


def test_an_issuer_that_fails_is_left_alone_for_a_while_by_the_whole_fleet() -> None:
    fleet = Fleet(OLD)
    fleet.container().current(NEVER)
    fleet.issuer.failure = FetchFailed("status 503", retry_after=120)
    fleet.clock.advance(DEFAULT_SOFT_AGE)

    for seconds in (0, 1, 60, 119 - 61):
        fleet.clock.advance(seconds)
        assert kids(fleet.container().current(NEVER)) == ["old"]
    assert fleet.issuer.fetches == 2

    fleet.clock.advance(1)
    fleet.container().current(NEVER)
    assert fleet.issuer.fetches == 3


def test_with_nothing_held_a_failing_issuer_makes_the_keys_unavailable_and_says_how_long() -> None:
    fleet = Fleet()
    fleet.issuer.failure = FetchFailed("status 429", retry_after=120)
    with pytest.raises(KeysUnavailable, match="status 429"):
        fleet.container().current(NEVER)

    with pytest.raises(KeysUnavailable) as refused:
        fleet.container().current(NEVER)

    assert 120 <= refused.value.retry_after <= 121
    assert fleet.issuer.fetches == 1
    assert "keys_fetch_failed" in fleet.observed.events


def test_a_cold_container_waits_for_the_one_that_fetches() -> None:
    fleet = Fleet()
    fleet.claim_elsewhere()
    fleet.while_waiting = [lambda: None, lambda: None, lambda: fleet.publish_elsewhere(OLD)]

    assert kids(fleet.container().current(NOW + 8)) == ["old"]
    assert fleet.issuer.fetches == 0
    assert len(fleet.slept) == 3


def test_a_waiting_container_reads_the_head_alone_until_there_is_something_to_read() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    held = container.current(NEVER)
    fleet.claim_elsewhere(Need.KEY)
    fleet.clock.advance(1)
    fleet.store.calls.clear()
    fleet.while_waiting = [lambda: None, lambda: fleet.publish_elsewhere(NEW)]

    container.newer_than(held, Need.KEY, NEVER)

    assert fleet.store.calls == ["read_head", "read_head", "read_head", "read"]


def test_a_waiting_container_gives_up_at_its_deadline() -> None:
    fleet = Fleet(OLD)
    fleet.claim_elsewhere()

    with pytest.raises(KeysUnavailable, match="another container"):
        fleet.container().current(NOW + 8)

    assert NOW + 4 <= fleet.clock() <= NOW + 8.5
    assert fleet.issuer.fetches == 0


def test_a_container_that_died_while_fetching_is_replaced_when_its_lease_is_over() -> None:
    fleet = Fleet(OLD)
    fleet.claim_elsewhere()

    assert kids(fleet.container().current(NOW + 20)) == ["old"]
    assert NOW + LEASE <= fleet.clock() <= NOW + LEASE + 0.5


def test_a_dead_set_is_never_used_even_by_whoever_waits_for_another() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    container.current(NEVER)
    fleet.clock.advance(DEFAULT_SOFT_AGE + HARD_AGE)
    fleet.claim_elsewhere()
    fleet.while_waiting = [lambda: fleet.publish_elsewhere(NEW)]

    assert kids(container.current(NEVER)) == ["new"]


def test_a_stored_set_with_a_time_in_the_future_is_not_used() -> None:
    fleet = Fleet(NEW)
    fleet.clock.advance(3600)
    fleet.publish_elsewhere(OLD)
    fleet.clock.advance(-3600)

    assert kids(fleet.container().current(NEVER)) == ["new"]


@pytest.mark.parametrize(
    ("left", "budget"), [(8, 3.0), (3, 3.0), (1.5, 1.5), (0.2, 0.2), (0.1, 0.2), (-1, 0.2)]
)
def test_a_fetch_gets_three_seconds_or_what_is_left(left: float, budget: float) -> None:
    fleet = Fleet(OLD)

    fleet.container().current(NOW + left)

    assert fleet.issuer.timeouts == [pytest.approx(budget)]


def test_issuers_and_sources_do_not_share_keys() -> None:
    fleet = Fleet(OLD)
    fleet.container().current(NEVER)

    fleet.container(type(EXAMPLE)("example", "https://other.example")).current(NEVER)

    assert fleet.issuer.fetches == 2
