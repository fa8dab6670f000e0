"""What is promised for every combination of faults: `python -m tests.fleet.fault_matrix`
writes it into docs/keys.md, and the tests hold the code to it.
"""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "keys.md"
_BEGIN, _END = "<!-- fault matrix: begin -->\n", "<!-- fault matrix: end -->\n"

OK, BUSY = "ok", "429"
ISSUERS = (
    OK, "500", BUSY, "HTML", "slow", "oversize", "truncated", "empty", "redirect", "down",
)  # fmt: skip
STORES = ("ok", "throttled", "down")
MEMORIES = ("empty", "fresh", "soft-stale", "hard-stale")

RETRY_AFTER = 20
"""Seconds that the issuer asks for with its 429."""


@dataclass(frozen=True)
class Outcome:
    """What becomes of one good token."""

    status: int
    requests: int
    """To the issuer."""
    events: frozenset[str]
    """What is logged and counted."""
    retry_after: int = 0

    def __str__(self) -> str:
        wait = f", `Retry-After: {self.retry_after}`" if self.retry_after else ""
        asked = f"{self.requests} request" if self.requests == 1 else f"{self.requests} requests"
        counted = ", ".join(f"`{event}`" for event in sorted(self.events)) or "nothing counted"
        return f"**{self.status}**{wait}; {asked}; {counted}"


def promised(issuer: str, store: str, memory: str) -> Outcome:
    """Return what a good token meets in a container that has not compared for a minute."""
    events = {"store_unavailable"} if store != "ok" else set()
    if memory == "fresh":
        return Outcome(200, 0, frozenset(events))
    asks = store != "throttled"  # a throttled lease counts as lost
    fetched = asks and issuer == OK
    if asks:
        events.add("keys_fetched" if fetched else "keys_fetch_failed")
    if memory == "soft-stale" and not fetched:
        events.add("stale_keys_served")
    if fetched or memory == "soft-stale":
        return Outcome(200, int(asks), frozenset(events))
    wait = RETRY_AFTER if asks and issuer == BUSY else 1
    return Outcome(503, int(asks), frozenset(events), wait)


def table() -> str:
    """Return the matrix in Markdown; issuers that come to the same share their rows."""
    lines = [
        "| The issuer | The container's memory | " + " | ".join(f"DynamoDB {s}" for s in STORES),
        "|---" * (2 + len(STORES)),
    ]
    for issuers, memory in product(_alike(), MEMORIES):
        cells = [str(promised(issuers[0], store, memory)) for store in STORES]
        lines.append(f"| {', '.join(issuers)} | {memory} | " + " | ".join(cells))
    return "".join(f"{line} |\n" for line in lines)


def _alike() -> list[tuple[str, ...]]:
    groups: dict[tuple[Outcome, ...], list[str]] = {}
    for issuer in ISSUERS:
        row = tuple(promised(issuer, store, memory) for store, memory in product(STORES, MEMORIES))
        groups.setdefault(row, []).append(issuer)
    return [tuple(group) for group in groups.values()]


def with_table(page: str) -> str:
    """Return *page* with the matrix as it is now."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{table()}\n{_END}{after}"


if __name__ == "__main__":
    DOCS.write_text(with_table(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
