"""Lines on paper: an SVG of its own, so that no plotting library is needed for two of them."""

from collections.abc import Iterable, Sequence

_WIDTH, _HEIGHT = 720, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 50, 70
_FONT = 'font-family="sans-serif" font-size="13" fill="#333"'

Line = tuple[str, Sequence[int], str]
"""Its name, its values, and its colour."""


def draw_lines(title: str, lines: Iterable[Line]) -> str:
    """Return an SVG of *lines* over the numbers 1, 2, 3, …"""
    drawn = list(lines)
    highest = max(max(values) for _, values, _ in drawn)
    most = -(-highest // _power(highest)) * _power(highest)
    count = max(len(values) for _, values, _ in drawn)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" {_FONT} font-weight="bold">{title}</text>',
        *_grid(most, count),
        *(_line(values, most, count, colour) for _, values, colour in drawn),
        *_legend(drawn),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _power(number: int) -> int:
    """Return 1 and as many zeros as *number* has digits after the first."""
    return int("1" + "0" * (len(str(max(number, 10))) - 1))


def _x(index: int, count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * index / max(1, count - 1)


def _y(value: float, most: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / most


def _grid(most: int, count: int) -> Iterable[str]:
    for value in range(0, most + 1, _power(most)):
        y = _y(value, most)
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" {_FONT} text-anchor="end">{value:,.0f}</text>'
    for index in range(4, count, 5):
        x = _x(index, count)
        label = f'x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 20}"'
        yield f'<text {label} {_FONT} text-anchor="middle">{index + 1}</text>'


def _line(values: Sequence[int], most: int, count: int, colour: str) -> str:
    points = " ".join(
        f"{_x(index, count):.1f},{_y(value, most):.1f}" for index, value in enumerate(values)
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def _legend(lines: Sequence[Line]) -> Iterable[str]:
    for row, (name, values, colour) in enumerate(lines):
        y = _HEIGHT - 28 + 18 * row
        yield f'<path d="M{_LEFT} {y - 4}h26" stroke="{colour}" stroke-width="2.5"/>'
        yield f'<text x="{_LEFT + 34}" y="{y}" {_FONT}>{name}: {values[-1]:,}</text>'
