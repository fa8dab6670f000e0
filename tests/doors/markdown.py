"""Tables of a Markdown page, as rows by the headings of their columns."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

Row = dict[str, str]


def read_table(page: str, heading: str, *others: str) -> list[Row]:
    """Return the rows of the table of *page* with the column *heading* first.

    Where there are several, the headings of *others* tell which.
    """
    (table,) = (table for table in read_tables(page, heading) if {*others} <= table[0].keys())
    return table


def read_tables(page: str, heading: str) -> list[list[Row]]:
    """Return every table of *page* whose first column is headed *heading*."""
    lines = iter((ROOT / page).read_text("utf-8").splitlines())
    return [list(_rows(line, lines)) for line in lines if line.startswith(f"| {heading} |")]


def _rows(head: str, lines: Iterator[str]) -> Iterator[Row]:
    columns = _cells(head)
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield dict(zip(columns, _cells(line), strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
