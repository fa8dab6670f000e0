"""A container's keys when the fleet, the store or the issuer does not do what it should."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.application.ports import FetchFailed, StoreThrottled, StoreUnavailable
from relying_party.errors import KeysUnavailable
from relying_party.protocol.key_cache import (
    COMPARE_EVERY,
    DEFAULT_SOFT_AGE,
    FORCED_COOLDOWN,
    LEASE,
    SIGNATURE_COOLDOWN,
    Need,
)
from tests.fakes import Fleet
from tests.tokens import NOW, signing_key

OLD, NEW = signing_key("RS256", "old"), signing_key("ES256", "new")
NEVER = float(NOW + 10**9)
DOWN = StoreUnavailable("EndpointConnectionError")


def kids(held: object) -> list[str]:
    return [key.kid for key in held.keys.keys]  # type: ignore[attr-defined]


def test_a_purge_reaches_every_container_within_a_minute() -> None:
    fleet = Fleet(OLD)
    containers = [fleet.container() for _ in range(3)]
    for container in containers:
        container.current(NEVER)
    fleet.purge_elsewhere()
    fleet.issuer.keys = (NEW,)

    fleet.clock.advance(COMPARE_EVERY)

    assert [kids(container.current(NEVER)) for container in containers] == [["new"]] * 3
    assert fleet.issuer.fetches == 2


def test_after_a_purge_nobody_uses_the_old_set_even_if_the_fetch_fails() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    container.current(NEVER)
    fleet.purge_elsewhere()
    fleet.issuer.failure = FetchFailed("status 500")
    fleet.clock.advance(COMPARE_EVERY)

    for each in (container, fleet.container(), container):
        with pytest.raises(KeysUnavailable):
            each.current(NEVER)


def test_what_was_being_fetched_when_a_purge_came_does_not_count() -> None:
    fleet = Fleet(OLD)
    fleet.issuer.during = [fleet.purge_elsewhere]
    container = fleet.container()

    with suppress(KeysUnavailable):  # or it fetches again at once: but the first set is not used
        container.current(NEVER)

    assert fleet.container().current(NEVER).epoch == 1
    assert container.current(NEVER).epoch == 1


def test_a_fetch_that_outlived_its_lease_gives_way_to_the_one_that_took_over() -> None:
    fleet = Fleet(OLD)

    def overtaken() -> None:
        fleet.clock.advance(LEASE)
        fleet.claim_elsewhere()
        fleet.publish_elsewhere(NEW)

    fleet.issuer.during = [overtaken]

    assert kids(fleet.container().current(NEVER)) == ["new"]
    assert kids(fleet.container().current(NEVER)) == ["new"]


def test_whoever_loses_the_race_for_the_lease_waits_for_the_winner() -> None:
    fleet = Fleet(OLD)
    fleet.store.before["replace_head"] = fleet.claim_elsewhere
    fleet.while_waiting = [lambda: None, lambda: fleet.publish_elsewhere(NEW)]

    assert kids(fleet.container().current(NEVER)) == ["new"]
    assert fleet.issuer.fetches == 0


def test_a_throttled_lease_counts_as_lost_and_is_tried_again() -> None:
    fleet = Fleet(OLD)
    fleet.store.fail(StoreThrottled("ThrottlingException"), "replace_head")
    fleet.while_waiting = [lambda: None, fleet.store.failures.clear]

    assert kids(fleet.container().current(NEVER)) == ["old"]
    assert fleet.issuer.fetches == 1
    assert fleet.clock() > NOW


@pytest.mark.parametrize(
    "calls",
    [("read",), ("replace_head",), ("publish",), ("read", "replace_head", "publish"), ()],
    ids=lambda calls: " and ".join(calls) or "all",
)
def test_without_the_store_a_container_goes_to_the_issuer_itself(calls: tuple[str, ...]) -> None:
    fleet = Fleet(OLD)
    fleet.store.fail(DOWN, *calls)
    container = fleet.container()

    assert kids(container.current(NEVER)) == ["old"]
    assert kids(container.current(NEVER)) == ["old"]
    assert fleet.issuer.fetches == 1


@pytest.mark.parametrize(
    ("need", "cooldown"), [(Need.KEY, FORCED_COOLDOWN), (Need.SIGNATURE, SIGNATURE_COOLDOWN)]
)
def test_without_the_store_a_container_keeps_the_cooldown_by_itself(
    need: Need, cooldown: int
) -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    held = container.current(NEVER)
    fleet.store.fail(DOWN)
    fleet.clock.advance(5)

    newer = container.newer_than(held, need, NEVER)
    with pytest.raises(KeysUnavailable) as refused:
        container.newer_than(newer, need, NEVER)

    assert fleet.issuer.fetches == 2
    assert cooldown - 1 <= refused.value.retry_after <= cooldown + 1
    fleet.clock.advance(cooldown)
    container.newer_than(newer, need, NEVER)
    assert fleet.issuer.fetches == 3


def test_without_the_store_what_is_in_memory_goes_on() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    held = container.current(NEVER)
    fleet.store.fail(DOWN)

    fleet.clock.advance(DEFAULT_SOFT_AGE - 1)

    assert container.current(NEVER) == held
    assert fleet.issuer.fetches == 1
    assert "store_unavailable" in fleet.observed.events


def test_without_store_and_issuer_and_with_nothing_held_the_keys_are_unavailable() -> None:
    fleet = Fleet(OLD)
    fleet.store.fail(DOWN)
    fleet.issuer.failure = FetchFailed("ConnectTimeout")

    with pytest.raises(KeysUnavailable):
        fleet.container().current(NEVER)


def test_when_the_store_comes_back_the_fleets_next_set_replaces_the_private_one() -> None:
    fleet = Fleet(OLD)
    fleet.store.fail(DOWN)
    container = fleet.container()
    container.current(NEVER)

    fleet.store.failures.clear()
    fleet.publish_elsewhere(NEW)
    fleet.clock.advance(COMPARE_EVERY)

    assert kids(container.current(NEVER)) == ["new"]


def test_the_store_is_not_asked_again_for_every_token_while_it_is_down() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    container.current(NEVER)
    fleet.store.fail(DOWN)
    fleet.clock.advance(COMPARE_EVERY)
    fleet.store.calls.clear()

    for _ in range(100):
        container.current(NEVER)

    assert len(fleet.store.calls) == 1


events = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([Need.KEY, Need.SIGNATURE, None]),
        st.floats(0, 45),
        st.sampled_from(["fine", "issuer fails", "issuer fails"]),
    ),
    max_size=40,
)


@given(events)
def test_a_fleet_forces_one_fetch_per_cooldown_whatever_its_containers_are_asked(
    events: list[tuple[int, Need | None, float, str]],
) -> None:
    fleet = Fleet(OLD)
    containers = [fleet.container() for _ in range(4)]
    held = {index: container.current(NEVER) for index, container in enumerate(containers)}
    forced: dict[Need, list[float]] = {Need.KEY: [], Need.SIGNATURE: []}
    for index, need, seconds, state in events:
        fleet.clock.advance(seconds)
        fleet.issuer.failure = None if state == "fine" else FetchFailed(state)
        before = fleet.issuer.fetches
        try:
            if need is None:
                held[index] = containers[index].current(fleet.clock() + 8)
            else:
                held[index] = containers[index].newer_than(held[index], need, fleet.clock() + 8)
        except KeysUnavailable:
            pass
        if need is not None:
            forced[need] += fleet.issuer.fetched_at[before:]

    for need, cooldown in ((Need.KEY, FORCED_COOLDOWN), (Need.SIGNATURE, SIGNATURE_COOLDOWN)):
        gaps = [b - a for a, b in zip(forced[need], forced[need][1:], strict=False)]
        assert all(gap >= cooldown - 1e-6 for gap in gaps)


def test_a_container_that_holds_nothing_looks_again_at_every_request() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    fleet.issuer.failure = FetchFailed("ConnectTimeout")
    with pytest.raises(KeysUnavailable):
        container.current(NOW + 8)

    fleet.publish_elsewhere(NEW)
    assert kids(container.current(NOW + 8)) == ["new"]
