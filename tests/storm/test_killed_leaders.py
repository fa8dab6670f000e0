"""The container that leads is killed by signal, wherever it is."""

import pytest

from tests.storm.container import Answer, Container, Killed
from tests.storm.death import Death
from tests.storm.judge import assert_alive, assert_one_answer_for_all, assert_signed_out
from tests.storm.weather import HURRIED, REFRESH, Weather, present, refresh_form
from tests.storm.wire import Graceful, Held


@pytest.fixture
def others(fifty: list[Container]) -> list[Container]:
    return fifty[:10]


def after_the_death(
    storm: Weather, others: list[Container], death: Death, refresh_token: str
) -> list[Answer]:
    """Return what *others* answer once a container died while it led."""
    [leader] = storm.containers(1, death=death)
    leader.send(REFRESH, refresh_form(refresh_token), HURRIED)
    with pytest.raises(Killed):
        leader.receive()
    return present(others, refresh_token)


def while_asking(
    storm: Weather, others: list[Container], held: Held, refresh_token: str
) -> list[Answer]:
    """Return what *others* answer once a container was killed that waited for the provider."""
    [leader] = storm.containers(1)
    storm.wire.next = [held]
    leader.send(REFRESH, refresh_form(refresh_token), HURRIED)
    assert held.arrived.wait(20)
    leader.kill()
    try:
        return present(others, refresh_token)
    finally:
        held.released.set()


def test_killed_before_it_asks_the_next_one_asks_when_the_lease_is_over(
    storm: Weather, others: list[Container]
) -> None:
    held, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    answers = after_the_death(storm, others, Death.BEFORE_ASKING, held)
    assert storm.refreshes(held) == 1
    assert storm.counted("grant_outcome_unknown") == before + 1
    assert_one_answer_for_all(answers)
    assert_alive(storm, others[0], answers)


def test_killed_while_it_asks_the_grant_lives_if_the_provider_has_not_acted(
    storm: Weather, others: list[Container]
) -> None:
    refresh_token = storm.sign_in()["refresh_token"]
    answers = while_asking(storm, others, Held(acts_first=False), refresh_token)
    assert storm.refreshes(refresh_token) == 2
    assert_one_answer_for_all(answers)
    assert_alive(storm, others[0], answers)


def test_killed_while_it_asks_the_loss_is_counted_if_the_provider_has_acted(
    storm: Weather, others: list[Container]
) -> None:
    refresh_token, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    answers = while_asking(storm, others, Held(acts_first=True), refresh_token)
    assert storm.counted("grant_outcome_unknown") == before + 1
    assert_signed_out(answers)


def test_killed_between_the_answer_and_its_write_the_one_loss_is_counted(
    storm: Weather, others: list[Container]
) -> None:
    """The new token exists nowhere: no design can give it to the phone."""
    held, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    answers = after_the_death(storm, others, Death.BEFORE_STORING, held)
    assert storm.refreshes(held) == 2
    assert storm.counted("grant_outcome_unknown") == before + 1
    assert_signed_out(answers)


def test_killed_there_the_grant_lives_on_where_the_provider_has_a_grace_interval(
    storm: Weather, others: list[Container]
) -> None:
    held, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    storm.wire.usual = Graceful()
    answers = after_the_death(storm, others, Death.BEFORE_STORING, held)
    assert storm.counted("grant_outcome_unknown") == before + 1
    assert_one_answer_for_all(answers)
    assert_alive(storm, others[0], answers)


def test_killed_after_its_write_nothing_is_lost(storm: Weather, others: list[Container]) -> None:
    held, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    answers = after_the_death(storm, others, Death.AFTER_STORING, held)
    assert storm.refreshes(held) == 1
    assert storm.counted("grant_outcome_unknown") == before
    assert_one_answer_for_all(answers, led=0)
    assert_alive(storm, others[0], answers)
