"""The two kinds of plot that the documentation shows, drawn by matplotlib into SVG files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

OURS, THEIRS = "#1a5fb4", "#9a9996"
COLOURS = (OURS, "#b3261e", "#2e7d32", "#8a6d00")

# The same figures give the same file: no date in it, no random ids; letters stay letters.
mpl.rcParams |= {"svg.hashsalt": "latchkey", "svg.fonttype": "none", "font.size": 10}

Line = Mapping[float, float]


def draw_lines(
    path: Path, title: str, lines: Mapping[str, Line], axes: tuple[str, str], *, log: bool = False
) -> None:
    """Draw each of *lines*, by name, over numbers; *axes* says what the two axes count."""
    with _plot(path, title) as plot:
        for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
            plot.plot(list(line), list(line.values()), label=name, color=colour, marker=".")
        plot.set(xlabel=axes[0], ylabel=axes[1])
        plot.set_ylim(bottom=0)
        if log:
            ticks = sorted({x for line in lines.values() for x in line})
            plot.set_xscale("log", base=2)
            plot.set_xticks(ticks, [f"{x:g}" for x in ticks])
        plot.grid(axis="y", color="#ddd")
        plot.legend(frameon=False)


def draw_bars(
    path: Path, title: str, bars: Mapping[str, float], counted: str, ours: Sequence[str]
) -> None:
    """Draw *bars*, by name, the shortest on top; *ours* are drawn in our colour."""
    ordered = dict(sorted(bars.items(), key=lambda bar: bar[1], reverse=True))
    with _plot(path, title, height=0.6 + 0.28 * len(bars)) as plot:
        drawn = plot.barh(
            list(ordered),
            list(ordered.values()),
            color=[OURS if name in ours else THEIRS for name in ordered],
        )
        plot.bar_label(drawn, fmt="{:.2f}".format, padding=3)
        plot.set(xlabel=counted)
        plot.margins(x=0.1)


@contextmanager
def _plot(path: Path, title: str, height: float = 3.6) -> Iterator[Axes]:
    figure = Figure(figsize=(7.2, height), layout="constrained")
    axes = figure.subplots()
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    yield axes
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
