"""One line for each thing that was seen to be as it must, and an end at the first that is not."""

import time


class UntruthError(Exception):
    """Something is not as it must be; the text says what."""


class Report:
    """Prints what was seen, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, seen: str) -> None:
        """Print one line."""
        print(f"{time.monotonic() - self._started:6.1f} s  {seen}", flush=True)


def require(truth: object, otherwise: str) -> None:
    """End the rehearsal unless it is true."""
    if not truth:
        raise UntruthError(otherwise)
