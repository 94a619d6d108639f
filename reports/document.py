"""Defines a report without a format: headings, text, tables and charts, in reading order.

    Report
    ├── summary, banners
    └── sections: Section
        ├── blocks: Paragraph, Bullets, Table, or a chart (LineChart, BarChart, DayChart)
        └── sections

Numbers are already formatted, so every format shows the same digits. Text is sanitized but not escaped: each
renderer escapes all of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto

from analysis.records import WeekAnalysis


@dataclass(frozen=True, slots=True)
class TextRun:
    """A part of a sentence, with or without a link; `url` comes from `hub_url` or begins with #."""

    text: str
    url: str | None = None


RichText = tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One sentence or more."""

    text: RichText


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[RichText, ...]


class ColumnType(StrEnum):
    """The content of a column, which decides its layout."""

    NAME = auto()
    """The name of the row; a table has at most one such column."""

    NUMBER = auto()
    TEXT = auto()
    HISTORY = auto()


class Tone(StrEnum):
    """The colour of a cell; it never adds information to the text."""

    PLAIN = auto()
    UP = auto()
    DOWN = auto()
    MUTED = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its heading."""

    title: str
    type: ColumnType = ColumnType.NUMBER


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its text, optional link and second line, or a history (oldest first, None in a gap)."""

    text: str
    url: str | None = None
    detail: str = ""
    tone: Tone = Tone.PLAIN
    history: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and a note on how it was made."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The history of one entity, as days since the first point of the chart and values.

    A gap separates two segments.
    """

    label: str
    segments: tuple[tuple[tuple[float, int], ...], ...]
    imported_points: tuple[tuple[float, int], ...] = ()
    """The points from imported archives, which are drawn hollow."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Histories in panels, each on its own scale, over the same days."""

    anchor: str
    title: str
    description: str
    lines: tuple[Line, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label, and the text at its end."""

    label: str
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from a common zero."""

    anchor: str
    title: str
    description: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class DayChart:
    """A count per day; the last `marked` days are the week."""

    anchor: str
    title: str
    description: str
    days: tuple[tuple[date, int], ...]
    marked: int


Chart = LineChart | BarChart | DayChart
Block = Paragraph | Bullets | Table | LineChart | BarChart | DayChart


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report with a heading."""

    anchor: str
    """The title in lower case with dashes, as Markdown renderers derive it, for sections that are linked to."""
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one week."""

    title: str
    subtitle: str
    as_of: datetime
    summary: tuple[RichText, ...]
    banners: tuple[RichText, ...]
    basis: Section
    """The data quality in short, shown first."""
    sections: tuple[Section, ...]
    """The kinds, the watch list, the backtest, the data quality in full, and the glossary."""
    records: WeekAnalysis
    """The sanitized records that the report shows, for the formats that programs read."""


def text(*parts: str | TextRun) -> RichText:
    """Return rich text from plain text and runs."""
    return tuple(part if isinstance(part, TextRun) else TextRun(part) for part in parts)


def plain(text: RichText) -> str:
    """Return rich text without its links."""
    return "".join(run.text for run in text)
