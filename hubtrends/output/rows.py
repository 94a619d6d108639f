"""Formats rows as a table for people, or as JSON, CSV or Markdown for programs.

JSON, CSV and Markdown depend only on the rows, with times in UTC and plain newlines. Text of the Hub is escaped for
each format; the writers of polars do not escape it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import Self

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.text.escaping import UNSEEN, clean, csv_cell, markdown
from reports.text.format import MINUS, json_value, value_text
from reports.text.sparkline import BLOCKS

MAX_LENGTH = 1_000_000
"""Maximum characters of a value; the cells of a report have a lower limit."""

UNLIMITED_WIDTH = 100_000
"""Width of a table for a file or a pipe, in which nothing is folded."""

GAP = 2
"""Spaces between the columns of a table."""

MIN_FOLDED_WIDTH = 12
"""Minimum width of a folded column, so that a date stays in one piece."""

MIN_LINE_WIDTH = 22
"""Minimum width of a name or a title that is shortened to fit."""

NAME = re.compile(r"\S+")
"""A name or a word, which is shortened and not folded."""

CHANGES = {"+": "green", MINUS: "red"}
"""The colours of changes by their sign, on a terminal."""

SPARKS = frozenset(BLOCKS + " ")


class Format(StrEnum):
    """The output formats."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MD = "md"


class Number(str):
    """A number as people read it, such as +1,234: aligned on the right and never folded."""

    __slots__ = ()


class Line(str):
    """A name or a title that stays on its line: it is shortened to fit, not folded."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A result: column names, and rows in the same order."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    importance: Sequence[str] = ()
    """Columns that a narrow terminal keeps longest, the most important first; the others follow in their order."""

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
        rows = [[row[place] for place in places] for row in self.rows]
        return Rows([self.columns[place] for place in places], rows, self.importance)

    def fitting(self, width: int) -> tuple["Rows", list[str]]:
        """Return the rows for a terminal of this width, and the columns that it has no room for.

        The least important columns go first. Names and titles then share the room that is left.
        """
        named = [[Line(v) if type(v) is str and NAME.fullmatch(v) else v for v in row] for row in self.rows]
        order = sorted(range(len(self.columns)), key=lambda place: (self._rank(self.columns[place]), place))
        columns = [_Column.of(name, [row[place] for row in named]) for place, name in enumerate(self.columns)]
        kept = list(order)
        while len(kept) > 1 and _room(columns[place] for place in kept) > width:
            kept.pop()
        spare = max(0, width - _room(columns[place] for place in kept))
        wide: dict[int, int] = {}
        for place in kept:
            extra = min(spare, columns[place].width - columns[place].min_width)
            wide[place], spare = columns[place].min_width + extra, spare - extra
        lines = {place for place in kept if columns[place].line}
        rows = [[shorter(v, wide[p]) if p in lines else v for p, v in enumerate(row)] for row in named]
        shown = Rows(self.columns, rows, self.importance)._at(sorted(kept))
        return shown, [self.columns[place] for place in sorted(set(order) - set(kept))]

    def _rank(self, column: str) -> int:
        return self.importance.index(column) if column in self.importance else len(self.importance)


def shorter(value: object, width: int) -> object:
    """Return a text of at most `width` cells: a name loses its middle, a text with spaces its end."""
    text = "" if value is None else clean(str(value), MAX_LENGTH)
    if cell_len(text) <= width:
        return Line(text)
    if " " in text:
        return Line(set_cell_size(text, width - 1).rstrip() + "…")
    tail = set_cell_size(text[::-1], width // 2)[::-1]
    return Line(set_cell_size(text, width - 1 - width // 2) + "…" + tail)


def formatted(rows: Rows, style: Format, *, width: int | None = None, colour: bool = False) -> str:
    """Return the rows as text that ends with a newline; a table is folded to `width`."""
    match style:
        case Format.JSON:
            return _json(rows)
        case Format.CSV:
            return _csv(rows)
        case Format.MD:
            return _markdown(rows)
        case Format.TABLE:
            return _table(rows, width, colour=colour)


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


def _table(rows: Rows, width: int | None, *, colour: bool) -> str:
    columns = [_Column.of(name, [row[place] for row in rows.rows]) for place, name in enumerate(rows.columns)]
    if width is not None and _room(columns) > width:
        return _records(columns)
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(
            Text(column.name), justify="right" if column.numeric else "left", overflow="fold",
            no_wrap=column.whole, min_width=column.width if column.whole else column.min_width,
        )  # fmt: skip
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*(Text(cell, CHANGES.get(cell[:1], "")) for cell in cells))
    console = Console(file=io.StringIO(), width=width or UNLIMITED_WIDTH, highlight=False, force_terminal=colour)
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
    line: bool

    @classmethod
    def of(cls, name: str, values: Sequence[object]) -> Self:
        cells = [_shown(value) for value in values]
        numeric = all(isinstance(value, int | float | Decimal | Number | None) for value in values)
        line = not numeric and all(isinstance(value, Line | None) for value in values)
        whole = numeric or line or all(set(cell) <= SPARKS for cell in cells)
        return cls(clean(name, MAX_LENGTH), cells, numeric, whole, line)

    @property
    def width(self) -> int:
        """The width without folding."""
        return max(map(cell_len, (self.name, *self.cells)))

    @property
    def min_width(self) -> int:
        """The minimum width in a terminal."""
        if self.line:
            return min(self.width, max(MIN_LINE_WIDTH, cell_len(self.name)))
        return self.width if self.whole else min(self.width, MIN_FOLDED_WIDTH)


def _room(columns: Iterable[_Column]) -> int:
    """Return the minimum width of a table."""
    widths = [column.min_width for column in columns]
    return sum(widths) + GAP * (len(widths) - 1)


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
