"""Every token of the pool gets the verdict that it deserves, and the reason for it."""

from collections import Counter

import pytest

from relying_party.errors import Reason
from tests.pool.case import Case
from tests.pool.judge import judge
from tests.pool.pool import CLASSES, POOL

EVERY_CASE = [
    pytest.param(case, id=f"{name}: {case.name}")
    for name, cases in CLASSES.items()
    for case in cases
]


@pytest.mark.parametrize("case", EVERY_CASE)
def test_a_token_gets_its_verdict(case: Case) -> None:
    assert judge(case) in case.verdicts


def test_the_pool_is_large_and_a_good_part_of_it_is_good() -> None:
    assert len(POOL) >= 900
    assert sum(case.is_good for case in POOL) >= 150


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_tokens_of_both_kinds(name: str) -> None:
    assert len(CLASSES[name]) >= 8
    assert {case.is_good for case in CLASSES[name]} == {True, False}


@pytest.mark.parametrize("name", CLASSES)
def test_no_two_tokens_of_a_class_are_told_apart_by_nothing(name: str) -> None:
    assert Counter(case.name for case in CLASSES[name]).most_common(1)[0][1] == 1


def test_every_reason_that_needs_no_issuer_is_given_for_some_token() -> None:
    given = {verdict for case in POOL for verdict in case.verdicts}

    assert {reason.value for reason in Reason} - {Reason.INACTIVE} <= given


def test_most_tokens_have_one_right_verdict() -> None:
    assert sum(len(case.verdicts) == 1 for case in POOL) >= 0.97 * len(POOL)
