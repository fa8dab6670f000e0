"""A token that was verified before is believed again, but only while nothing has changed."""

import pytest

from relying_party.application.ports import FetchFailed, StoreUnavailable
from relying_party.errors import KeysUnavailable, Reason
from relying_party.protocol.key_cache import (
    CLOCK_TOLERANCE,
    COMPARE_EVERY,
    DEFAULT_SOFT_AGE,
    HARD_AGE,
)
from tests.tokens import NOW, id_token_claims
from tests.unit.application.warm_container import DAY, NEW, Container, id_token


@pytest.fixture
def container() -> Container:
    return Container()


def test_a_signature_is_checked_twice_and_then_no_more(container: Container) -> None:
    answers = [container.ask(id_token()) for _ in range(9)]

    assert container.repeats.checked == 2
    assert all(answer == answers[0] for answer in answers)


def test_a_withdrawn_key_ends_it_within_a_minute(container: Container) -> None:
    container.learn(id_token())
    container.fleet.clock.advance(COMPARE_EVERY)
    container.fleet.publish_elsewhere(NEW)

    assert container.reason(id_token()) is Reason.UNKNOWN_KEY


def test_a_withdrawn_key_ends_it_at_once_where_another_token_has_shown_it(
    container: Container,
) -> None:
    container.learn(id_token())
    container.fleet.clock.advance(COMPARE_EVERY / 2)
    container.fleet.issuer.keys = (NEW,)
    container.ask(NEW.sign(id_token_claims()))

    with pytest.raises(KeysUnavailable):
        container.ask(id_token())


def test_the_fleet_is_asked_once_a_minute_however_often_a_token_comes(container: Container) -> None:
    container.learn(id_token())
    container.fleet.store.calls.clear()
    for _ in range(3 * COMPARE_EVERY):
        container.fleet.clock.advance(1)
        assert container.reason(id_token()) is None

    assert container.fleet.store.calls == ["read_head"] * 3


def test_a_purge_ends_it_even_while_the_issuer_cannot_be_asked(container: Container) -> None:
    container.learn(id_token())
    container.fleet.issuer.failure = FetchFailed("ConnectTimeout")
    container.fleet.purge_elsewhere()
    container.fleet.clock.advance(COMPARE_EVERY)

    with pytest.raises(KeysUnavailable):
        container.ask(id_token())


def test_a_purge_in_the_same_container_ends_it_at_once(container: Container) -> None:
    container.learn(id_token())
    container.fleet.issuer.failure = FetchFailed("ConnectTimeout")
    container.keys.purge()

    with pytest.raises(KeysUnavailable):
        container.ask(id_token())


def test_a_set_that_was_fetched_alone_ends_it_too(container: Container) -> None:
    """Without the store two sets can have the same generation and epoch."""
    container.learn(id_token())
    held = container.keys.current(NOW + 8)
    container.keys.fleet.hold_alone(held)
    before = container.repeats.checked

    container.ask(id_token())
    assert container.repeats.checked == before + 1


def test_while_the_store_is_down_a_token_is_known_and_the_store_asked_once_a_minute(
    container: Container,
) -> None:
    container.learn(id_token())
    container.fleet.store.fail(StoreUnavailable("down"))
    container.fleet.clock.advance(COMPARE_EVERY)
    container.ask(id_token())
    before = container.repeats.checked
    container.fleet.store.calls.clear()

    container.fleet.clock.advance(COMPARE_EVERY - 1)
    container.ask(id_token())
    assert container.repeats.checked == before
    assert container.fleet.store.calls == []


def test_a_key_set_past_its_soft_age_vouches_for_no_token_twice(container: Container) -> None:
    container.learn(id_token())
    container.fleet.issuer.failure = FetchFailed("ConnectTimeout")
    container.fleet.clock.advance(DEFAULT_SOFT_AGE)
    before = container.repeats.checked

    for count in range(1, 5):
        assert container.reason(id_token()) is None
        assert container.repeats.checked == before + count


def test_a_key_set_past_its_hard_age_vouches_for_none(container: Container) -> None:
    container.learn(id_token())
    container.fleet.issuer.failure = FetchFailed("ConnectTimeout")
    container.fleet.clock.advance(DEFAULT_SOFT_AGE + HARD_AGE)

    with pytest.raises(KeysUnavailable):
        container.ask(id_token())


def test_it_ends_in_the_second_in_which_the_token_does(container: Container) -> None:
    token = id_token(exp=NOW + 30)
    container.learn(token)
    before = container.repeats.checked

    container.fleet.clock.advance(59)
    assert container.reason(token) is None
    assert container.repeats.checked == before
    container.fleet.clock.advance(30)
    assert container.reason(token) is None
    container.fleet.clock.advance(1)
    assert container.reason(token) is Reason.EXPIRED


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iat": NOW, "nbf": NOW + 100}, Reason.NOT_YET_VALID),
        ({"iat": NOW + 100}, Reason.ISSUED_IN_FUTURE),
        ({"iat": NOW + 100, "nbf": NOW}, Reason.ISSUED_IN_FUTURE),
    ],
)
def test_a_clock_that_is_set_back_makes_a_token_early_again(
    container: Container, claims: dict[str, int], expected: Reason
) -> None:
    token, another = id_token(**claims), id_token()
    container.ask(another)
    container.fleet.clock.advance(100)
    container.learn(token)

    container.fleet.clock.advance(-60)
    container.ask(another)
    before = container.repeats.checked
    assert container.reason(token) is None
    assert container.repeats.checked == before
    container.fleet.clock.advance(-1)
    container.ask(another)
    assert container.reason(token) is expected


def test_a_clock_that_is_set_back_leaves_no_key_set_from_the_future_to_vouch(
    container: Container,
) -> None:
    fleet, token = container.fleet, id_token(iat=NOW - DAY)
    fleet.issuer.during = [lambda: fleet.clock.advance(10)]
    container.learn(token)
    before = container.repeats.checked

    fleet.clock.advance(-CLOCK_TOLERANCE)
    container.ask(token)
    assert container.repeats.checked == before
    fleet.clock.advance(-1)
    fleet.issuer.failure = FetchFailed("ConnectTimeout")
    with pytest.raises(KeysUnavailable):
        container.ask(token)


def test_a_clock_that_is_set_back_has_the_fleet_asked_at_once(container: Container) -> None:
    container.learn(id_token())
    container.fleet.clock.advance(-1)
    container.fleet.store.calls.clear()

    container.ask(id_token())
    assert container.fleet.store.calls == ["read_head"]
