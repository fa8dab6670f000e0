"""What a door said about a token, so that all doors can be compared."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The rows of the table in docs/doors.md."""

    GOOD = "good"
    BAD = "bad"
    INSUFFICIENT_SCOPE = "good, but its scope is not enough"
    UNEXAMINABLE = "could not be examined"
    NO_TOKEN = "no token"
    SENSELESS = "the request makes no sense"


@dataclass(frozen=True)
class Said:
    """One answer."""

    verdict: Verdict
    answer: str
    """As the table in docs/doors.md has it."""
    reason: str | None = None
    """Why, where the door says so."""
    subject: object = None
    """Who, where the token is good."""
