"""Times several ways of doing the same, in turns: a machine that slows down slows all of them.

A figure is the median, over all rounds, of what a way takes in a round through what the bare way
takes in that same round. Time is the processor's: whoever else wants it while a round goes on
makes nothing look slower. The garbage collector runs as it does in a function.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time
from typing import Any, Protocol

import relying_party.cold_start  # noqa: F401 - sets the garbage collector, as in a function

ROUNDS = 61


class Way(Protocol):
    """One way of doing it."""

    def seconds(self) -> float:
        """Return how long one call took in the round that this was."""


@dataclass(frozen=True, slots=True)
class Calls:
    """A way that is a call, and what it is called with in each round."""

    begin: Callable[[], Callable[[Any], object]]
    """Returns the call as it is at the beginning of a round: it may have to forget."""
    inputs: Sequence[Any]

    def seconds(self) -> float:
        """Call it with every input."""
        call = self.begin()
        began = thread_time()
        for one in self.inputs:
            call(one)
        return (thread_time() - began) / len(self.inputs)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was measured of one way."""

    microseconds: float
    ratio: float


def same(call: Callable[[Any], object], inputs: Sequence[Any]) -> Calls:
    """Return the way that is the same *call* in every round."""
    return Calls(lambda: call, inputs)


def measure(ways: Mapping[str, Way], bare: str, rounds: int = ROUNDS) -> dict[str, Taken]:
    """Return what each of *ways* takes, and how much that is of the one called *bare*."""
    for way in ways.values():  # once to warm up
        way.seconds()
    times = [{name: way.seconds() for name, way in ways.items()} for _ in range(rounds)]
    return {
        name: Taken(
            microseconds=round(median(taken[name] for taken in times) * 1e6, 2),
            ratio=round(median(taken[name] / taken[bare] for taken in times), 3),
        )
        for name in ways
    }
