"""The simulated month behind the plot in docs/grants.md, with fewer phones."""

from dataclasses import replace
from typing import Any

from bench.month import PASSED_ON, RETRY_SAFE, avoidable, by_cause, month
from bench.phone import Cause, Phone, World

PHONES = 150
UNLUCKY: dict[str, Any] = {"killed": 0.02, "answer_lost": 0.01, "two_at_once": 0.05}


def test_with_the_window_nobody_is_signed_out_whose_tokens_exist_somewhere() -> None:
    lost, refreshes = month(replace(RETRY_SAFE, **UNLUCKY), PHONES)
    assert refreshes > 50 * PHONES
    assert lost.total() > PHONES / 2, "nothing went wrong: this proves nothing"
    assert avoidable(lost) == 0


def test_without_it_the_same_phones_lose_users_to_every_mishap() -> None:
    lost, _ = month(replace(PASSED_ON, **UNLUCKY), PHONES)
    causes = by_cause(lost)
    assert causes.pop("other") == 0
    assert all(count > 20 for count in causes.values()), causes


def test_the_one_case_that_cannot_be_avoided_is_as_frequent_with_it_as_without() -> None:
    worlds = (replace(world, **UNLUCKY) for world in (PASSED_ON, RETRY_SAFE))
    without, with_it = (by_cause(month(world, PHONES)[0])["token_nowhere"] for world in worlds)
    assert abs(without - with_it) < 0.1 * without


def test_who_comes_back_after_the_window_is_counted_as_such() -> None:
    late = World(window=60, longest_spell=240, killed=0, answer_lost=0)
    lost, _ = month(late, 5 * PHONES)
    assert {cause for cause, _ in lost} == {Cause.ANSWER_LOST}
    assert month(replace(late, window=300), 5 * PHONES)[0].total() == 0


def test_the_same_phone_has_the_same_luck_each_time() -> None:
    one, again = Phone(7, PASSED_ON), Phone(7, PASSED_ON)
    one.live(30)
    again.live(30)
    assert (one.refreshes, one.signed_out) == (again.refreshes, again.signed_out)
