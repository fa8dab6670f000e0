"""`make mutants` breaks what matters and leaves alone what does not."""

import ast
from textwrap import dedent

import pytest

from tools.mutants import mutants
from tools.mutations import faults


def broken(source: str) -> set[str]:
    return {ast.unparse(tree) for _, _, tree in faults(ast.parse(dedent(source)))}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a <= b"}),
        ("a == b == c", {"a != b == c"}),
        ("a in b", {"a not in b"}),
        ("a and b", {"a or b", "a", "b"}),
        ("not a", {"a"}),
        ("a + b", {"a - b"}),
        ("x = 1", {"x = 2", "x = 0"}),
        ("x = 'one'", {"x = 'oneX'"}),
        ("x = a if b else c", {"x = a", "x = c"}),
        ("x = [a for a in b if c]", {"x = [a for a in b]", "x = [a for a in b if not c]"}),
        ("x = Reason.EXPIRED", {"x = Reason.INACTIVE"}),
    ],
)
def test_a_fault_is_put_in(source: str, expected: set[str]) -> None:
    assert expected <= broken(source)


def test_a_statement_is_left_out() -> None:
    assert "def f():\n    pass\n    check(b)" in broken("def f():\n    check(a)\n    check(b)")


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "import one",
        "x: 'One'",
        "assert 1 == 1, 'why'",
        "def f(a: 'A' = 1): ...",
    ],
)
def test_what_changes_nothing_is_left_alone(source: str) -> None:
    assert not broken(source)


def test_the_detail_of_an_error_is_left_alone_and_its_raising_is_not() -> None:
    assert broken("raise Refused('told to the log')") == {"pass"}


def test_a_fault_is_told_with_the_function_that_it_is_in() -> None:
    source = "LIMIT = 5\n\nclass A:\n    def f(self):\n        return 1\n\ndef g():\n    return 2\n"

    assert {mutant.place for mutant in mutants("any", source)} == {"LIMIT", "A.f", "g"}
