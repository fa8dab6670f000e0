"""Where the benchmarks put their figures: `build/bench.json`, and a table for people."""

import json
from collections.abc import Mapping
from pathlib import Path

RESULTS = Path("build/bench.json")

Figures = Mapping[str, float]


def publish(figures: Figures, targets: Figures) -> None:
    """Add *figures* to what other benchmarks wrote, and print them beside their *targets*."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**read(), **figures}, indent=2, sort_keys=True) + "\n")
    print(table(figures, targets))


def read() -> dict[str, float]:
    """Return all figures that benchmarks wrote."""
    figures: dict[str, float] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return figures


def table(figures: Figures, targets: Figures) -> str:
    """Return *figures*, one a line, each with the most that it may be."""
    width = max(map(len, figures))
    lines = [f"{'':{width}}  measured    target"]
    for name, figure in figures.items():
        most = f"<= {targets[name]:g}" if name in targets else ""
        lines.append(f"{name:{width}}  {figure:8g}    {most}".rstrip())
    return "\n".join(lines)
