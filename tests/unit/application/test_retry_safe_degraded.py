"""The store fails at each single step: one container goes on alone, and no answer is lost."""

import pytest

from relying_party.application.ports import StoreUnavailable
from relying_party.errors import InvalidGrant, OAuthError, Problem, TemporarilyUnavailable
from relying_party.protocol.replay import State, claimed
from relying_party.protocol.token_endpoint import TokenResponse
from tests.grant_fakes import BUSY, CALLS, DOWN, RefreshingFleet


@pytest.fixture
def fleet() -> RefreshingFleet:
    return RefreshingFleet()


@pytest.mark.parametrize("calls", [*[(call,) for call in CALLS], CALLS], ids=str)
def test_where_the_store_is_down_at_a_step_one_container_still_asks_once_and_repeats(
    fleet: RefreshingFleet, calls: tuple[str, ...]
) -> None:
    fleet.grants.fail(DOWN, *calls)
    container = fleet.refreshing_container()

    first, replayed = fleet.refresh(container)
    assert not replayed

    fleet.grants.failures.clear()
    assert fleet.refresh(container) == (first, True)
    assert fleet.provider.times_presented(fleet.token) == 1


@pytest.mark.parametrize("calls", [("read_request", "write_request", "complete"), CALLS], ids=str)
def test_it_repeats_its_answer_while_the_store_stays_down(
    fleet: RefreshingFleet, calls: tuple[str, ...]
) -> None:
    fleet.grants.fail(DOWN, *calls)
    container = fleet.refreshing_container()
    first, _ = fleet.refresh(container)
    assert fleet.refresh(container) == (first, True)
    assert "answer_not_stored" in fleet.observed.events
    fleet.clock.advance(60)
    with pytest.raises(InvalidGrant):
        fleet.refresh(container)


@pytest.mark.parametrize("failure", [DOWN, BUSY], ids=["down", "busy"])
@pytest.mark.parametrize("call", CALLS)
def test_no_failure_of_the_store_ends_a_grant_or_hides_an_answer_from_who_asked(
    fleet: RefreshingFleet, call: str, failure: StoreUnavailable
) -> None:
    fleet.grants.fail(failure, call)
    try:
        token, _ = fleet.refresh()
    except Problem:
        assert fleet.provider.presented == []
    except OAuthError:
        pytest.fail("the app would sign its user out")
    else:
        assert fleet.provider.is_alive(token)


@pytest.mark.parametrize("call", ["write_request", "complete"])
def test_a_write_whose_answer_was_lost_counts_for_the_whole_fleet(
    fleet: RefreshingFleet, call: str
) -> None:
    fleet.grants.lost = {call}
    first, _ = fleet.refresh()
    fleet.grants.lost.clear()
    assert fleet.refresh() == (first, True)
    assert fleet.provider.times_presented(fleet.token) == 1


def test_an_answer_is_stored_although_the_store_was_down_when_the_lead_was_taken(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.fail(DOWN, "read_request", "write_request")
    first, _ = fleet.refresh()
    fleet.grants.failures.clear()
    assert fleet.refresh() == (first, True)
    assert "answer_not_stored" not in fleet.observed.events


def test_where_another_leads_by_then_our_tokens_are_real_all_the_same(
    fleet: RefreshingFleet,
) -> None:
    def another_leads() -> None:
        fleet.grants.memory.requests[fleet.where.name] = claimed(
            fleet.record, "", "elsewhere", fleet.clock() + 30
        )

    fleet.grants.before["complete"] = another_leads
    token, _ = fleet.refresh()
    assert fleet.provider.is_alive(token)
    assert list(fleet.grants.memory.grants) == [f"grant of {token}"]
    assert fleet.record.revision == "elsewhere"
    assert fleet.observed.events == ["answer_not_stored"]


def test_there_too_a_revocation_is_found(fleet: RefreshingFleet) -> None:
    fleet.grants.before["complete"] = lambda: fleet.grants.memory.requests.update(
        {fleet.where.name: claimed(fleet.record, "", "elsewhere", fleet.clock() + 30)}
    )
    fleet.grants.before["keep"] = fleet.revoke_elsewhere
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    assert len(fleet.given_back) == 1


def test_a_lease_that_is_throttled_counts_as_lost(fleet: RefreshingFleet) -> None:
    fleet.grants.fail(BUSY, "write_request")
    with pytest.raises(TemporarilyUnavailable) as raised:
        fleet.refresh()
    assert fleet.provider.presented == []
    assert raised.value.retry_after == 1

    fleet.while_waiting = [fleet.grants.failures.clear]
    assert fleet.refresh()[1] is False
    assert fleet.provider.times_presented(fleet.token) == 1


def test_a_store_that_is_busy_gets_the_answer_when_it_is_not(fleet: RefreshingFleet) -> None:
    fleet.grants.fail(BUSY, "complete")
    fleet.while_waiting = [lambda: None, fleet.grants.failures.clear]
    first, _ = fleet.refresh()
    assert fleet.grants.calls["complete"] == 3
    assert fleet.refresh() == (first, True)


def test_a_busy_store_does_not_keep_the_answer_from_who_asked_for_longer_than_three_seconds(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.fail(BUSY, "complete")
    began = fleet.clock()
    container = fleet.refreshing_container()
    first, _ = fleet.refresh(container)
    assert 3 <= fleet.clock() - began < 4
    assert fleet.observed.events == ["answer_not_stored"]
    assert fleet.refresh(container) == (first, True)


def test_with_no_time_left_a_busy_store_is_asked_once(fleet: RefreshingFleet) -> None:
    def answer_late() -> TokenResponse:
        fleet.clock.advance(27)
        return fleet.provider.refresh(fleet.token)

    fleet.answer = answer_late
    fleet.grants.fail(BUSY, "complete")
    fleet.refresh()
    assert fleet.grants.calls["complete"] == 1
    assert fleet.slept == []


def test_an_answer_that_could_not_be_stored_is_taken_back_where_the_grant_was_revoked(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.fail(DOWN, "complete")
    fleet.grants.before["complete"] = fleet.revoke_elsewhere
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    assert len(fleet.given_back) == 1


@pytest.mark.parametrize("failure", [DOWN, BUSY], ids=["down", "busy"])
def test_what_the_fleet_holds_is_not_replayed_while_nobody_knows_if_it_was_revoked(
    fleet: RefreshingFleet, failure: StoreUnavailable
) -> None:
    first, _ = fleet.refresh()
    fleet.grants.fail(failure, "is_revoked")
    with pytest.raises(TemporarilyUnavailable):
        fleet.refresh()
    fleet.grants.failures.clear()
    assert fleet.refresh() == (first, True)


def test_an_answer_that_only_this_container_holds_is_not_replayed_once_it_is_known_to_be_revoked(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.fail(DOWN)
    container = fleet.refreshing_container()
    fleet.refresh(container)
    fleet.grants.failures.clear()
    fleet.revoke_elsewhere()
    with pytest.raises(InvalidGrant):
        fleet.refresh(container)


def test_freeing_a_record_in_a_store_that_is_down_frees_it_for_this_container(
    fleet: RefreshingFleet,
) -> None:
    asked = fleet.answer

    def refuse_to_connect() -> TokenResponse:
        fleet.grants.fail(DOWN)
        raise TemporarilyUnavailable("nothing was sent")

    fleet.answer = refuse_to_connect
    container = fleet.refreshing_container()
    with pytest.raises(TemporarilyUnavailable):
        fleet.refresh(container)
    fleet.answer = asked
    assert fleet.refresh(container)[1] is False
    assert fleet.slept == []


def test_a_container_keeps_a_hundred_answers_of_its_own_and_no_more(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.fail(DOWN)
    container = fleet.refreshing_container()
    for _ in range(150):
        fleet.token = fleet.provider.sign_in()
        fleet.refresh(container)
    assert len(container.records._alone) == 100
    assert fleet.where.name in container.records._alone


def test_what_a_container_did_alone_is_not_mistaken_for_a_lead_that_lasts(
    fleet: RefreshingFleet,
) -> None:
    """The issuer's outcome is unknown, and so the lease binds this container as any other."""
    fleet.grants.fail(DOWN)
    container = fleet.refreshing_container()
    asked = fleet.answer

    def break_off() -> TokenResponse:
        raise ZeroDivisionError

    fleet.answer = break_off
    with pytest.raises(ZeroDivisionError):
        fleet.refresh(container)
    assert container.records._alone[fleet.where.name].state is State.LEADING
    fleet.answer = asked
    with pytest.raises(TemporarilyUnavailable):
        fleet.refresh(container)
    fleet.clock.advance(30)
    assert fleet.refresh(container)[1] is False
    assert "grant_outcome_unknown" in fleet.observed.events
