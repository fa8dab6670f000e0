"""What DynamoDB would bill: capacity units by the size of items, and the busiest second."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

_READ_OCTETS = 4096
_WRITE_OCTETS = 1024

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one request took from the partition key that it named."""

    at: float
    key: str
    read: int = 0
    write: int = 0


def size_of(item: Item | None) -> int:
    """Return the octets that DynamoDB counts for *item*: names and values."""
    if item is None:
        return 0
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, str]) -> int:
    ((kind, held),) = value.items()
    if kind == "N":
        return len(held.strip("-").replace(".", "")) // 2 + 2  # two digits an octet, and one more
    return len(held.encode())


def read_units(*items: Item) -> int:
    """Return what one strongly consistent read of *items* costs."""
    return max(1, ceil(sum(map(size_of, items)) / _READ_OCTETS))


def write_units(*versions: Item | None) -> int:
    """Return what a write costs: the larger of the old and the new version counts."""
    return max(1, ceil(max(map(size_of, versions)) / _WRITE_OCTETS))


def peak(spent: Iterable[Spent], kind: str) -> int:
    """Return the most units of *kind* that one key took within any second."""
    busiest, totals = 0, dict[str, int]()
    window: deque[Spent] = deque()
    for one in sorted(spent, key=lambda one: one.at):
        window.append(one)
        totals[one.key] = totals.get(one.key, 0) + getattr(one, kind)
        while window[0].at <= one.at - 1:
            gone = window.popleft()
            totals[gone.key] -= getattr(gone, kind)
        busiest = max(busiest, totals[one.key])
    return busiest
