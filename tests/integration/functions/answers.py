"""What the design says of the answers of one kind."""

from tests.integration.functions.harness import Answer

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "reason"}


def assert_problem(answer: Answer, status: int, reason: str) -> None:
    """A 5xx: RFC 9457, to be tried again, and never with the `error` that ends a sign-in."""
    assert (answer.status, answer.body.get("reason")) == (status, reason), answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Retry-After"]) >= 1
    assert set(answer.body) == PROBLEM_MEMBERS
    assert answer.body["status"] == status


def assert_refused(answer: Answer, error: str) -> None:
    """A 400 of the token doors (RFC 6749 §5.2)."""
    assert (answer.status, answer.body.get("error")) == (400, error), answer
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.body) == {"error", "error_description"}
