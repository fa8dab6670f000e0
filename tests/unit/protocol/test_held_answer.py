"""An answer that is kept, and how it looks when it is given again."""

from typing import Any

import pytest

from relying_party.protocol.held_answer import HeldAnswer, dump_held_answer, parse_held_answer

TOKENS = {"access_token": "at", "token_type": "Bearer", "refresh_token": "rt", "expires_in": 300}


@pytest.mark.parametrize("members", [TOKENS, {"error": "invalid_grant"}, {"access_token": "ä"}])
def test_it_comes_back_as_it_was(members: dict[str, Any]) -> None:
    held = HeldAnswer("family-1", members)
    assert parse_held_answer(dump_held_answer(held)) == held


@pytest.mark.parametrize(
    ("passed", "left"), [(0, 300), (59.9, 241), (300, 0), (301, 0), (-5, 300), (-0.5, 300)]
)
def test_expires_in_counts_from_the_first_time_and_never_grows(passed: float, left: int) -> None:
    aged = HeldAnswer("family-1", TOKENS).aged(passed)
    assert aged.members == {**TOKENS, "expires_in": left}


def test_an_answer_without_a_lifetime_gets_none() -> None:
    members = {"access_token": "at", "token_type": "Bearer"}
    assert HeldAnswer("family-1", members).aged(5).members == members


def test_a_refusal_is_told_from_tokens() -> None:
    assert HeldAnswer("family-1", {"error": "invalid_grant"}).is_refusal
    assert not HeldAnswer("family-1", TOKENS).is_refusal


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"family": "f"}', b'{"answer": {}}'])
def test_anything_else_is_no_answer(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_held_answer(data)


def test_tokens_show_in_no_text_of_it() -> None:
    assert "rt" not in repr(HeldAnswer("family-1", {"refresh_token": "rt"}))
