"""Tables of a Markdown page, as rows by the headings of their columns."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

Row = dict[str, str]


def read_table(page: str, heading: str, last: str = "") -> list[Row]:
    """Return the rows of the table of *page* whose first column is headed *heading*.

    Where several are, the *last* column's heading tells which.
    """
    lines = iter((ROOT / page).read_text("utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |") and line.endswith(f"{last} |"):
            columns = _cells(line)
            next(lines)
            return _rows(columns, lines)
    raise LookupError(f"{page} has no table with the column {heading!r}")


def _rows(columns: list[str], lines: Iterator[str]) -> list[Row]:
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(columns, _cells(line), strict=True)))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
