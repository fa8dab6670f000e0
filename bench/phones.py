"""A month of ten thousand phones on bad networks: `python -m bench.phones`, under two minutes.

Whose users are signed out without having chosen it? The same phones, with the same bad luck,
refresh at a provider that takes a replaced refresh token for theft: once through a backend that
only passes requests on, and once through the real retry-safe code over a store in memory.
Time is virtual.
"""

import time
from pathlib import Path

from bench.month import DAYS, PASSED_ON, RETRY_SAFE, Lost, avoidable, by_cause, month
from bench.phone import World
from bench.plots import draw_lines
from bench.report import publish

PHONES = 10_000
LATE_PHONES = 1_000
PLOT = Path("docs/plots/sign-outs.svg")
TARGETS = {"phones_sign_outs_avoidable": 0}

LATE = {window: World(window=window, longest_spell=240) for window in (60, 300)}
"""Phones that are out of reach for up to four minutes."""


def day_by_day(lost: Lost) -> dict[float, float]:
    """Return how many users had been signed out by the end of each day."""
    return {
        last + 1: sum(count for (_, day), count in lost.items() if day <= last)
        for last in range(DAYS)
    }


def main() -> None:
    """Simulate, print, write down and draw."""
    began = time.monotonic()
    plain, refreshes = month(PASSED_ON, PHONES)
    safe, _ = month(RETRY_SAFE, PHONES)
    late = {window: month(world, LATE_PHONES)[0] for window, world in LATE.items()}
    figures: dict[str, float] = {
        "phones": PHONES,
        "phones_refreshes": refreshes,
        "phones_sign_outs_passed_on": plain.total(),
        **{f"phones_sign_outs_passed_on_{name}": n for name, n in by_cause(plain).items()},
        "phones_sign_outs": safe.total(),
        "phones_sign_outs_unavoidable": safe.total() - avoidable(safe),
        "phones_sign_outs_avoidable": avoidable(safe),
        **{f"phones_late_sign_outs_window_{w}": avoidable(lost) for w, lost in late.items()},
        "phones_seconds": round(time.monotonic() - began),
    }
    publish(figures, TARGETS)
    draw(plain, safe)


def draw(plain: Lost, safe: Lost) -> None:
    """Draw both months side by side."""
    draw_lines(
        PLOT,
        "Users signed out who had not chosen it, of 10,000",
        {
            "with a replay window of 60 seconds": day_by_day(safe),
            "each request passed on to the provider": day_by_day(plain),
        },
        ("day of the month", "users"),
    )


if __name__ == "__main__":
    main()
