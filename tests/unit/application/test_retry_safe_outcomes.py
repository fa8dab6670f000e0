"""What becomes of a secret when the issuer answers, was not asked, or has said nothing."""

from collections.abc import Callable

import pytest

from relying_party.errors import (
    InvalidGrant,
    InvalidScope,
    IssuerFailed,
    IssuerRefusedUs,
    NoAnswer,
    RelyingPartyError,
    TemporarilyUnavailable,
)
from relying_party.protocol.token_endpoint import TokenResponse
from tests.grant_fakes import RefreshingFleet


@pytest.fixture
def fleet() -> RefreshingFleet:
    return RefreshingFleet()


def failing(error: Exception) -> Callable[[], TokenResponse]:
    def ask() -> TokenResponse:
        raise error

    return ask


def lost(fleet: RefreshingFleet) -> Callable[[], TokenResponse]:
    """The issuer acts, and its answer never comes."""

    def ask() -> TokenResponse:
        fleet.provider.refresh(fleet.token)
        raise NoAnswer("model")

    return ask


@pytest.mark.parametrize(
    "failure",
    [
        TemporarilyUnavailable("nothing was sent", retry_after=7),
        IssuerRefusedUs(),
        InvalidScope(),
    ],
)
def test_what_the_issuer_has_not_carried_out_may_be_sent_again_at_once(
    fleet: RefreshingFleet, failure: RelyingPartyError
) -> None:
    asked, fleet.answer = fleet.answer, failing(failure)
    with pytest.raises(type(failure)):
        fleet.refresh()
    fleet.answer = asked

    assert fleet.refresh()[1] is False
    assert fleet.slept == []
    assert fleet.provider.times_presented(fleet.token) == 1


@pytest.mark.parametrize("failure", [NoAnswer(), IssuerFailed(), ZeroDivisionError()])
def test_an_outcome_that_is_unknown_keeps_the_secret_back_until_the_lease_is_over(
    fleet: RefreshingFleet, failure: Exception
) -> None:
    asked, fleet.answer = fleet.answer, failing(failure)
    with pytest.raises(type(failure)):
        fleet.refresh()
    fleet.answer = asked
    with pytest.raises(TemporarilyUnavailable):
        fleet.refresh()
    assert fleet.provider.presented == []
    assert "grant_outcome_unknown" not in fleet.observed.events

    fleet.clock.advance(12.5)

    assert fleet.refresh()[1] is False
    assert fleet.observed.events == ["grant_outcome_unknown"]


def test_of_those_who_come_when_the_lease_is_over_one_asks_again(fleet: RefreshingFleet) -> None:
    asked, fleet.answer = fleet.answer, failing(NoAnswer())
    with pytest.raises(NoAnswer):
        fleet.refresh()
    fleet.answer = asked
    fleet.clock.advance(30)
    answers: list[str] = []
    fleet.grants.before["write_request"] = lambda: answers.append(fleet.refresh()[0])

    answers.append(fleet.refresh()[0])

    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert fleet.provider.times_presented(fleet.token) == 1
    assert fleet.observed.events.count("grant_outcome_unknown") == 1


@pytest.mark.parametrize("failure", [NoAnswer(), IssuerFailed()])
def test_the_app_is_told_to_come_back_when_the_lease_is_over(
    fleet: RefreshingFleet, failure: NoAnswer | IssuerFailed
) -> None:
    fleet.answer = failing(failure)
    with pytest.raises(type(failure)) as raised:
        fleet.refresh()
    assert raised.value.retry_after == 30


def test_with_a_grace_interval_a_lost_answer_is_asked_for_again_at_once(
    fleet: RefreshingFleet,
) -> None:
    fleet.provider.grace = 60
    asked, fleet.answer = fleet.answer, lost(fleet)
    request = fleet.request(grace=60)
    with pytest.raises(NoAnswer) as raised:
        fleet.refresh(request=request)
    assert raised.value.retry_after == 1
    fleet.answer = asked

    token, _ = fleet.refresh(request=request)

    assert fleet.provider.is_alive(token)
    assert fleet.slept == []
    assert fleet.observed.events == ["grant_outcome_unknown"]


def test_a_refusal_is_shared_with_all_who_ask_within_the_window(fleet: RefreshingFleet) -> None:
    fleet.answer = failing(InvalidGrant())
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    fleet.answer = failing(AssertionError("asked again"))
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    assert fleet.observed.events == ["grant_replayed"]
