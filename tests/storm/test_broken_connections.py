"""The connection to the provider breaks before, during or after its answer."""

import pytest

from tests.storm.container import Answer, Container
from tests.storm.judge import assert_alive, assert_one_answer_for_all, assert_signed_out
from tests.storm.weather import HURRIED, REFRESH, Weather, present, refresh_form
from tests.storm.wire import (
    Carry,
    Graceful,
    cut_after_the_answer,
    cut_before,
    cut_in_the_answer,
    cut_without_answer,
)

ACTED = [cut_without_answer, cut_in_the_answer]


def after_a_cut(
    storm: Weather, containers: list[Container], cut: Carry, refresh_token: str
) -> list[Answer]:
    """Return what ten containers answer once the first one's connection was cut."""
    storm.wire.next = [cut]
    first = containers[0].post(REFRESH, refresh_form(refresh_token), HURRIED)
    assert (first.status, first.body["reason"]) == (504, "no_answer")
    assert "error" not in first.body
    assert int(first.headers["Retry-After"]) > 1
    assert storm.refreshes(refresh_token) == 1, "it was sent again before the lease was over"
    return present(containers[1:11], refresh_token)


def test_where_the_provider_saw_nothing_one_asks_again_and_all_get_its_answer(
    storm: Weather, fifty: list[Container]
) -> None:
    held, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    answers = after_a_cut(storm, fifty, cut_before, held)
    assert storm.refreshes(held) == 2
    assert storm.counted("grant_outcome_unknown") == before + 1
    assert_one_answer_for_all(answers)
    assert_alive(storm, fifty[0], answers)


@pytest.mark.parametrize("cut", ACTED)
def test_where_it_acted_and_takes_reuse_for_theft_the_loss_is_counted_and_the_same_for_all(
    storm: Weather, fifty: list[Container], cut: Carry
) -> None:
    held, before = storm.sign_in()["refresh_token"], storm.counted("grant_outcome_unknown")
    answers = after_a_cut(storm, fifty, cut, held)
    assert storm.refreshes(held) == 2
    assert storm.counted("grant_outcome_unknown") == before + 1
    assert_signed_out(answers)


def test_where_it_acted_and_has_a_grace_interval_the_grant_lives_on(
    storm: Weather, fifty: list[Container]
) -> None:
    held = storm.sign_in()["refresh_token"]
    graceful = Graceful()
    storm.wire.usual = graceful
    answers = after_a_cut(storm, fifty, graceful.and_cut, held)
    assert_one_answer_for_all(answers)
    assert_alive(storm, fifty[0], answers)


def test_an_answer_that_arrived_whole_counts_however_the_connection_ends(
    storm: Weather, fifty: list[Container]
) -> None:
    held = storm.sign_in()["refresh_token"]
    storm.wire.next = [cut_after_the_answer]
    answers = present(fifty[:10], held)
    assert storm.refreshes(held) == 1
    assert_one_answer_for_all(answers)
    assert_alive(storm, fifty[0], answers)
