"""One asks the issuer, all get its answer: what becomes of each outcome."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from relying_party.application.retry_safe import WAIT_AT_MOST
from relying_party.error_response import PROBLEM, build_error
from relying_party.errors import (
    GrantConflict,
    InvalidGrant,
    TemporarilyUnavailable,
)
from relying_party.protocol.replay import claimed
from relying_party.protocol.sealing import NONCE_OCTETS
from relying_party.protocol.token_endpoint import TokenResponse
from tests.grant_fakes import RefreshingFleet
from tests.rotating_provider import LIFETIME


@pytest.fixture
def fleet() -> RefreshingFleet:
    return RefreshingFleet()


def failing(error: Exception) -> Callable[[], TokenResponse]:
    def ask() -> TokenResponse:
        raise error

    return ask


def test_the_same_request_again_gets_the_same_tokens_from_one_request_to_the_issuer(
    fleet: RefreshingFleet,
) -> None:
    first, replayed = fleet.refresh()
    assert not replayed
    assert fleet.refresh() == (first, True)
    assert fleet.provider.times_presented(fleet.token) == 1
    assert fleet.observed.events == ["grant_replayed"]
    assert fleet.provider.is_alive(first)


def test_expires_in_is_less_by_the_time_that_has_passed(fleet: RefreshingFleet) -> None:
    fleet.refresh()
    fleet.clock.advance(40.5)

    again = fleet.refreshing_container().run(
        fleet.request(), fleet.issuing, deadline=fleet.clock() + 27.5
    )

    assert again.response.lifetime == LIFETIME - 40


def test_after_the_window_the_issuer_decides_again(fleet: RefreshingFleet) -> None:
    fleet.refresh()
    fleet.clock.advance(60)
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    assert fleet.provider.times_presented(fleet.token) == 2


def test_without_a_record_every_request_is_the_issuers_to_judge(fleet: RefreshingFleet) -> None:
    request = fleet.request(window=0)
    assert fleet.refresh(request=request)[1] is False
    with pytest.raises(InvalidGrant):
        fleet.refresh(request=request)
    assert fleet.grants.memory.requests == {}
    assert len(fleet.grants.memory.grants) == 1


def test_who_comes_while_another_asks_waits_for_its_answer(fleet: RefreshingFleet) -> None:
    fleet.grants.memory.requests[fleet.where.name] = claimed(
        fleet.record, "", "elsewhere", fleet.clock() + 30
    )
    led: list[str] = []

    def finish_elsewhere() -> None:
        fleet.grants.memory.requests.clear()
        led.append(fleet.refresh()[0])

    fleet.while_waiting = [lambda: None, lambda: None, finish_elsewhere]

    assert fleet.refresh() == (led[0], True)
    assert len(fleet.slept) == 3
    assert fleet.provider.times_presented(fleet.token) == 1


def test_a_waiter_gives_up_in_time_and_says_when_the_lease_will_be_over(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.memory.requests[fleet.where.name] = claimed(
        fleet.record, "", "elsewhere", fleet.clock() + 30
    )
    began = fleet.clock()

    with pytest.raises(TemporarilyUnavailable) as raised:
        fleet.refresh()

    waited = fleet.clock() - began
    assert WAIT_AT_MOST <= waited < WAIT_AT_MOST + 1
    assert raised.value.retry_after == pytest.approx(30 - waited, abs=1)
    status, headers, body = build_error(raised.value)
    assert (status, headers["Content-Type"]) == (503, PROBLEM)
    assert int(headers["Retry-After"]) == raised.value.retry_after
    assert "error" not in body


def test_a_waiter_with_little_time_leaves_two_seconds_of_it(fleet: RefreshingFleet) -> None:
    fleet.grants.memory.requests[fleet.where.name] = claimed(
        fleet.record, "", "elsewhere", fleet.clock() + 30
    )
    began = fleet.clock()
    with pytest.raises(TemporarilyUnavailable):
        fleet.refresh(seconds=5)
    assert 3 <= fleet.clock() - began <= 4


def test_another_scope_after_the_rotation_is_a_conflict_and_not_the_end(
    fleet: RefreshingFleet,
) -> None:
    fleet.refresh(request=fleet.request(scope="a b"))
    with pytest.raises(GrantConflict) as raised:
        fleet.refresh(request=fleet.request(scope="a"))
    status, headers, body = build_error(raised.value)
    assert (status, headers["Content-Type"]) == (409, PROBLEM)
    assert "error" not in body
    assert fleet.provider.times_presented(fleet.token) == 1


def test_another_scope_is_the_issuers_to_judge_where_the_token_goes_on(
    fleet: RefreshingFleet,
) -> None:
    fleet.answer = lambda: TokenResponse({"access_token": "at", "token_type": "Bearer"})
    fleet.refresh(request=fleet.request(scope="a b"))
    assert fleet.refresh(request=fleet.request(scope="a"))[1] is False
    assert fleet.record.rotated is False


@pytest.mark.parametrize("again", [None, "the same"])
def test_an_issuer_that_does_not_rotate_is_replayed_as_well(
    fleet: RefreshingFleet, again: str | None
) -> None:
    returned = {} if again is None else {"refresh_token": fleet.token}
    members = {"access_token": "at", "token_type": "Bearer", **returned}
    fleet.answer = lambda: TokenResponse(members)
    assert fleet.refresh()[1] is False
    fleet.answer = failing(AssertionError("asked again"))
    assert fleet.refresh()[1] is True
    assert fleet.record.rotated is False


def test_the_answer_and_the_records_of_its_tokens_are_written_as_one(
    fleet: RefreshingFleet,
) -> None:
    token, _ = fleet.refresh()
    assert list(fleet.grants.memory.grants) == [f"grant of {token}"]
    assert fleet.grants.calls["complete"] == 1
    assert fleet.grants.calls["keep"] == 0


def test_every_write_seals_anew(fleet: RefreshingFleet) -> None:
    fleet.answer = lambda: TokenResponse({"access_token": "at", "token_type": "Bearer"})
    fleet.refresh()
    first = fleet.record.sealed
    fleet.clock.advance(60)
    fleet.refresh()
    assert first[:NONCE_OCTETS] != fleet.record.sealed[:NONCE_OCTETS]


def test_a_record_that_somebody_has_tampered_with_is_not_answered_and_not_asked_again(
    fleet: RefreshingFleet,
) -> None:
    fleet.refresh()
    fleet.grants.memory.requests[fleet.where.name] = replace(fleet.record, sealed=b"x" * 40)
    with pytest.raises(ValueError, match="not sealed for this record"):
        fleet.refresh()
    assert fleet.provider.times_presented(fleet.token) == 1
