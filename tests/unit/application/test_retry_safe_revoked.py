"""A grant that is revoked while it is refreshed, or after: nothing brings it back."""

from collections.abc import Callable

import pytest

from relying_party.errors import InvalidGrant
from relying_party.protocol.token_endpoint import TokenResponse
from tests.grant_fakes import RefreshingFleet


@pytest.fixture
def fleet() -> RefreshingFleet:
    return RefreshingFleet()


def refusing(error: Exception) -> Callable[[], TokenResponse]:
    def ask() -> TokenResponse:
        raise error

    return ask


def test_a_leader_that_finds_its_grant_revoked_gives_back_what_it_got(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.before["complete"] = fleet.revoke_elsewhere
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    [token] = fleet.given_back
    assert not fleet.provider.is_alive(token)
    assert fleet.grants.memory.grants == {}


def test_those_who_wait_for_such_a_leader_need_not_wait_for_its_lease(
    fleet: RefreshingFleet,
) -> None:
    fleet.grants.before["complete"] = fleet.revoke_elsewhere
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    assert fleet.slept == []
    assert fleet.provider.times_presented(fleet.token) == 1


def test_so_does_one_without_a_record(fleet: RefreshingFleet) -> None:
    fleet.grants.before["keep"] = fleet.revoke_elsewhere
    with pytest.raises(InvalidGrant):
        fleet.refresh(request=fleet.request(window=0))
    assert len(fleet.given_back) == 1


def test_a_refusal_that_meets_a_tombstone_is_the_refusal(fleet: RefreshingFleet) -> None:
    fleet.answer = refusing(InvalidGrant("the issuer's"))
    fleet.grants.before["complete"] = fleet.revoke_elsewhere
    with pytest.raises(InvalidGrant, match="the issuer's"):
        fleet.refresh()
    assert fleet.given_back == []


def test_a_revoked_grant_is_not_replayed(fleet: RefreshingFleet) -> None:
    fleet.refresh()
    fleet.revoke_elsewhere()
    with pytest.raises(InvalidGrant):
        fleet.refresh()
    assert "grant_replayed" not in fleet.observed.events
