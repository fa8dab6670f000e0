"""A grant is revoked while another container refreshes it: nothing brings it back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.storm.container import Answer, Container
from tests.storm.judge import assert_signed_out
from tests.storm.weather import (
    REFRESH,
    RETRY_SAFE,
    REVOCATION,
    REVOKE,
    Weather,
    present,
    refresh_form,
)
from tests.storm.wire import Held


def revoke(container: Container, token: str) -> Answer:
    return container.post(REVOKE, {"client_id": RETRY_SAFE, "token": token})


@pytest.mark.parametrize("name", ["refresh_token", "access_token"])
def test_a_leader_gives_back_what_it_gets_for_a_grant_that_was_revoked_meanwhile(
    storm: Weather, fifty: list[Container], name: str
) -> None:
    tokens = storm.sign_in()
    held = Held(acts_first=True)
    storm.wire.next = [held]
    fifty[0].send(REFRESH, refresh_form(tokens["refresh_token"]))
    assert held.arrived.wait(20)

    revoked = revoke(fifty[1], tokens[name])
    held.released.set()
    refused = fifty[0].receive()

    assert (revoked.status, revoked.body) == (200, {})
    assert_signed_out([refused, *present(fifty[2:5], tokens["refresh_token"])])
    first, given_back = (form["token"] for form in storm.wire.forms(REVOCATION))
    assert first == tokens[name]
    assert given_back not in tokens.values()
    assert storm.refreshes(tokens["refresh_token"]) == 1
    assert storm.refreshes(given_back) == 0


def test_those_who_wait_for_it_are_refused_as_well(storm: Weather, fifty: list[Container]) -> None:
    tokens = storm.sign_in()
    held = Held(acts_first=True)
    storm.wire.next = [held]
    with ThreadPoolExecutor() as threads:
        answers = threads.submit(present, fifty[:10], tokens["refresh_token"])
        assert held.arrived.wait(20)
        assert revoke(fifty[10], tokens["refresh_token"]).status == 200
        held.released.set()
        assert_signed_out(answers.result())
    assert storm.refreshes(tokens["refresh_token"]) == 1
