"""What somebody reads when the smoke tests find something."""

import pytest

from tests.e2e.said import Said

ANSWER = Said(
    stack="latchkey in eu-central-1",
    door="POST https://api.example/token/verify",
    status=403,
    headers={},
    body='{"message": "Forbidden"}',
)


def fail(said: Said) -> str:
    with pytest.raises(pytest.fail.Exception) as failed:
        said.must(401, {"error": "invalid_token"}, see="docs/errors.md")
    return str(failed.value)


def test_it_says_where_what_was_expected_what_came_and_what_to_read() -> None:
    assert fail(ANSWER).splitlines()[1:] == [
        "  stack     latchkey in eu-central-1",
        "  door      POST https://api.example/token/verify",
        "  expected  401, error: 'invalid_token'",
        '  got       403 {"message": "Forbidden"}',
        "  see       docs/errors.md",
    ]


def test_tokens_that_came_are_not_shown() -> None:
    tokens = Said("stack", "door", 200, {}, '{"access_token": "eyJ.a.b"}')

    report = fail(tokens)

    assert "eyJ" not in report
    assert "access_token" in report


@pytest.mark.parametrize(
    "answer",
    [
        Said("stack", "door", 400, {}, '{"error": "invalid_token"}'),
        Said("stack", "door", 401, {}, '{"error": "invalid_client"}'),
        Said("stack", "door", 401, {}, "Unauthorized"),
    ],
    ids=["another status", "another member", "no JSON"],
)
def test_anything_else_fails(answer: Said) -> None:
    fail(answer)


def test_what_is_as_it_must_passes() -> None:
    said = Said("stack", "door", 401, {}, '{"error": "invalid_token", "reason": "expired"}')

    said.must(401, {"error": "invalid_token", "scope": None}, see="nothing")
