"""Puts the figures of build/bench.json into the documentation, and shows the main ones.

`python -m bench.page`, the last step of `make bench`. A figure that is missing there is missing
in the page, so nothing old is left standing beside what is new.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.bill import PRICES
from bench.cost import MEMORY
from bench.machine import describe
from bench.report import read

PERFORMANCE, COST = Path("docs/performance.md"), Path("docs/cost.md")

ROWS = (
    ("verify an RS256 ID Token ÷ its bare signature check", "verify_rs256_ratio", 1.45),
    ("the same with ES256", "verify_es256_ratio", 1.20),
    ("the same with EdDSA", "verify_eddsa_ratio", 1.12),
    ("the same token again ÷ a bare RS256 check", "verify_repeat_ratio", 0.08),
    ("verify an RS256 access token ÷ its bare signature check", "verify_access_token_ratio", None),
    ("the same again ÷ a bare RS256 check", "verify_access_token_repeat_ratio", None),
    ("a whole direct invocation ÷ a bare RS256 check", "invoke_direct_ratio", 2.6),
    ("a whole HTTP event ÷ a bare RS256 check", "invoke_http_ratio", 4),
    ("process start → first verified token ÷ Node's", "cold_vs_node_ratio", 0.85),
    ("the same, counting by Powertools' Metrics", "cold_with_powertools_vs_node_ratio", 0.85),
    ("memory at the first verified token, MiB", "cold_rss_mib", None),
    ("the layer zipped for arm64, MiB", "layer_zip_mib", 6.6),
    ("requests to the issuer when 1,000 containers meet a rotation", "fleet_rotation_fetches", 1),
    ("most read units a second of one key meanwhile", "fleet_peak_read_units", 2000),
    ("most write units a second of one key meanwhile", "fleet_peak_write_units", 700),
    ("requests to the provider for one refresh by 50 containers", "refresh_storm_requests", 1),
)
"""What, the figure's name, and the most that it may be."""

COSTS = (
    ("a million verifications by direct invocation", "verify_direct"),
    ("a million verifications over HTTP", "verify_http"),
    ("a million sign-ins (exchange)", "exchange"),
    ("a million refreshes", "refresh"),
    ("the key schedule, every five minutes, for a month", "schedule_month"),
)
WORK = ("cpu_ms", "read_units", "write_units", "dynamodb_calls", "provider_calls", "log_octets")


def main() -> None:
    """Write both pages and print the main table."""
    figures, machine = read(), describe()
    table = summary(figures)
    put(PERFORMANCE, "summary", f"{table}\n\nMeasured on {machine}.")
    put(COST, "dollars", f"{dollars(figures)}\n\nPrices of {PRICES['read_on']}.")
    put(COST, "work", f"{work(figures)}\n\nMeasured on {machine}.")
    print(f"{table}\n\nOn {machine}; more in docs/performance.md and docs/cost.md.")


def summary(figures: Mapping[str, float]) -> str:
    """Return what issues promised beside what was measured."""
    rows = [
        (
            what,
            "" if most is None else f"≤ {most:g}",
            f"{figures[name]:g}",
            _met(figures[name], most),
        )
        for what, name, most in ROWS
        if name in figures
    ]
    return markdown(("", "target", "measured", ""), rows)


def _met(figure: float, most: float | None) -> str:
    return "**missed**" if most is not None and figure > most else ""


def dollars(figures: Mapping[str, float]) -> str:
    """Return what things cost, by memory."""
    rows = [
        (what, *(f"{figures[f'cost_{name}_{memory}_mb']:.2f}" for memory in MEMORY))
        for what, name in COSTS
    ]
    return markdown(("dollars for", *(f"{memory} MB" for memory in MEMORY)), rows)


def work(figures: Mapping[str, float]) -> str:
    """Return what one request of each kind takes."""
    names = [name.removesuffix("_month") for _, name in COSTS]
    rows = [(name, *(f"{figures[f'cost_{name}_{part}']:g}" for part in WORK)) for name in names]
    return markdown(("", *(part.replace("_", " ") for part in WORK)), rows)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put(page: Path, name: str, text: str) -> None:
    """Put *text* between the two comments of *page* that are called *name*."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"(?s)(?<={re.escape(begin)}\n).*?(?={re.escape(end)})")
    found, count = pattern.subn(lambda _: f"{text}\n", page.read_text(encoding="utf-8"))
    if count != 1:
        raise SystemExit(f"{page} has no one place for {name}")
    page.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main()
