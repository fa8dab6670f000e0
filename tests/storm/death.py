"""Where a container may die."""

from enum import StrEnum


class Death(StrEnum):
    """Where a container is killed."""

    NEVER = "never"
    BEFORE_ASKING = "between its lease and its request"
    BEFORE_STORING = "between the provider's answer and its write"
    AFTER_STORING = "between its write and its own answer"
