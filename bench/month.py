"""A month of many phones: whose users are signed out without having chosen it?"""

from collections import Counter

from bench.phone import Cause, Phone, World

DAYS = 30
PASSED_ON = World(window=0)
RETRY_SAFE = World(window=60)

Lost = Counter[tuple[Cause, int]]
"""How many users were signed out, by cause and day."""


def month(world: World, phones: int) -> tuple[Lost, int]:
    """Return who was signed out of *phones* phones, and how often they refreshed."""
    lost, refreshes = Lost(), 0
    for number in range(phones):
        phone = Phone(number, world)
        phone.live(DAYS)
        lost.update(phone.signed_out)
        refreshes += phone.refreshes
    return lost, refreshes


def by_cause(lost: Lost) -> dict[str, int]:
    """Return *lost* without its days."""
    causes = dict.fromkeys(Cause, 0)
    for (cause, _), count in lost.items():
        causes[cause] += count
    return {cause.name.lower(): count for cause, count in causes.items()}


def avoidable(lost: Lost) -> int:
    """Return how many were lost whose tokens existed somewhere."""
    return sum(count for (cause, _), count in lost.items() if cause is not Cause.TOKEN_NOWHERE)
