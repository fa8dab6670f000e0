"""What must be true when a storm is over."""

from tests.storm.container import Answer, Container
from tests.storm.weather import Weather, distinct, present, statuses


def assert_one_answer_for_all(answers: list[Answer], *, led: int = 1) -> None:
    """All of them got the same tokens, *led* of them as the first."""
    assert statuses(answers) == {200: len(answers)}
    assert distinct(answers) == 1
    replayed = [answer for answer in answers if answer.headers.get("Latchkey-Replayed") == "true"]
    assert len(replayed) == len(answers) - led


def assert_alive(storm: Weather, container: Container, answers: list[Answer]) -> None:
    """The tokens that they got are good for another refresh."""
    refresh_token = answers[0].body["refresh_token"]
    [after] = present([container], refresh_token)
    assert (after.status, storm.refreshes(refresh_token)) == (200, 1)


def assert_signed_out(answers: list[Answer]) -> None:
    """All of them were told that the grant has ended."""
    assert statuses(answers) == {400: len(answers)}
    assert {answer.body["error"] for answer in answers} == {"invalid_grant"}
