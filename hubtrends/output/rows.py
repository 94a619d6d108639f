"""Formats rows as a table for people, or as JSON, CSV or Markdown for programs.

JSON, CSV and Markdown depend only on the rows, with times in UTC and plain newlines. Text of the Hub is escaped for
each format; the writers of polars do not escape it.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import Self

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.text.escaping import UNSEEN, clean, csv_cell, markdown
from reports.text.format import json_value, value_text
from reports.text.sparkline import BLOCKS

MAX_LENGTH = 1_000_000
"""Maximum characters of a value; the cells of a report have a lower limit."""

UNLIMITED_WIDTH = 100_000
"""Width of a table for a file or a pipe, in which nothing is folded."""

GAP = 2
"""Spaces between the columns of a table."""

MIN_FOLDED_WIDTH = 12
"""Minimum width of a folded column, so that a date stays in one piece."""

SPARKS = frozenset(BLOCKS + " ")


class Format(StrEnum):
    """The output formats."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"


@dataclass(frozen=True, slots=True)
class Rows:
    """A result: column names, and rows in the same order."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def without_empty_columns(self) -> "Rows":
        """Return the rows without the columns in which no row has a value."""
        if not self.rows:
            return self
        kept = [place for place in range(len(self.columns)) if any(row[place] not in (None, []) for row in self.rows)]
        return self._at(kept)

    def chosen(self, names: Sequence[str]) -> "Rows":
        """Return the rows with these columns only, in this order."""
        return self._at([list(self.columns).index(name) for name in names])

    def _at(self, places: Sequence[int]) -> "Rows":
        return Rows([self.columns[place] for place in places], [[row[place] for place in places] for row in self.rows])


def formatted(rows: Rows, style: Format, *, width: int | None = None) -> str:
    """Return the rows as text that ends with a newline; a table is folded to `width`."""
    match style:
        case Format.JSON:
            return _json(rows)
        case Format.CSV:
            return _csv(rows)
        case Format.MD:
            return _markdown(rows)
        case Format.TABLE:
            return _table(rows, width)


def _json(rows: Rows) -> str:
    columns = _distinct(rows.columns)
    records = [dict(zip(columns, map(json_value, row), strict=True)) for row in rows.rows]
    text = json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False)
    escaped = (UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], line) for line in text.split("\n"))
    return "\n".join(escaped) + "\n"


def _distinct(names: Sequence[str]) -> list[str]:
    """Return the names, with a number after repeated ones, because JSON keys must differ."""
    distinct: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in count(1))
        free = (new for new in numbered if new not in distinct and new not in names)
        distinct.append(next(free) if name in distinct else name)
    return distinct


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(csv_cell(clean(name, MAX_LENGTH)) for name in rows.columns)
    writer.writerows([_csv_value(value) for value in row] for row in rows.rows)
    return out.getvalue()


def _csv_value(value: object) -> object:
    if value is None or isinstance(value, int | float | Decimal):
        return value
    return csv_cell(clean(value_text(value), MAX_LENGTH))


def _markdown(rows: Rows) -> str:
    lines = [
        "| " + " | ".join(markdown(clean(name, MAX_LENGTH)) for name in rows.columns) + " |",
        "|" + "|".join("---" for _ in rows.columns) + "|",
        *(
            "| " + " | ".join(markdown(clean(value_text(value), MAX_LENGTH)) for value in row) + " |"
            for row in rows.rows
        ),
    ]
    return "\n".join(lines) + "\n"


def _table(rows: Rows, width: int | None) -> str:
    columns = [_Column.of(name, [row[place] for row in rows.rows]) for place, name in enumerate(rows.columns)]
    if width is not None and sum(column.min_width for column in columns) + GAP * (len(columns) - 1) > width:
        return _records(columns)
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(
            Text(column.name), justify="right" if column.numeric else "left", overflow="fold",
            no_wrap=column.whole, min_width=column.min_width,
        )  # fmt: skip
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, cells))
    console = Console(file=io.StringIO(), width=width or UNLIMITED_WIDTH, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


@dataclass(frozen=True, slots=True)
class _Column:
    """A formatted column of a table. A `whole` column is never folded, because half a number is another number."""

    name: str
    cells: Sequence[str]
    numeric: bool
    whole: bool

    @classmethod
    def of(cls, name: str, values: Sequence[object]) -> Self:
        cells = [_shown(value) for value in values]
        numeric = all(isinstance(value, int | float | Decimal | None) for value in values)
        return cls(
            clean(name, MAX_LENGTH),
            cells,
            numeric,
            numeric or all(set(cell) <= SPARKS for cell in cells),
        )

    @property
    def min_width(self) -> int:
        """The minimum width in a terminal."""
        natural = max(map(cell_len, (self.name, *self.cells)))
        return natural if self.whole else min(natural, MIN_FOLDED_WIDTH)


def _records(columns: Sequence[_Column]) -> str:
    """Return one block of lines per row, one line per value, for rows wider than the terminal."""
    longest = max(cell_len(column.name) for column in columns)
    names = [column.name + " " * (longest - cell_len(column.name) + GAP) for column in columns]
    blocks = zip(*(column.cells for column in columns), strict=True)
    return "\n".join(
        "".join(f"{name}{cell}".rstrip() + "\n" for name, cell in zip(names, block, strict=True)) for block in blocks
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clean(value_text(value, grouped=True), MAX_LENGTH)
