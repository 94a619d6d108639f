"""What a report is before it has a format: headings, words, tables and charts, in reading order.

    Report
    ├── summary, banners
    └── sections: Section
        ├── blocks: Paragraph, Bullets, Table, or a chart (LineChart, BarChart, DayChart)
        └── sections

Numbers are already written out, so that every format shows the same digits. Text is clean and not yet escaped:
each renderer escapes all of it, ours like the Hub's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto

from analysis.records import WeekAnalysis


@dataclass(frozen=True, slots=True)
class TextRun:
    """Some words of a sentence, perhaps a link; `url` is made by `hub_url` or begins with #."""

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
    """What the cells of a column hold, hence how they are set."""

    NAME = auto()
    """Names the row: at most one in a table."""

    NUMBER = auto()
    TEXT = auto()
    HISTORY = auto()


class Tone(StrEnum):
    """The colour of a cell; it never says what the words do not."""

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
    """A cell: its text, perhaps a link and a second line, perhaps a history (oldest first, None in a gap)."""

    text: str
    url: str | None = None
    detail: str = ""
    tone: Tone = Tone.PLAIN
    history: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the caption says what it lists, the note what it rests on."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The history of one entity: days since the first one drawn, and values; a gap parts two segments."""

    label: str
    segments: tuple[tuple[tuple[float, int], ...], ...]
    imported_points: tuple[tuple[float, int], ...] = ()
    """Those of its points that are not own ones."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Histories side by side, each on its own scale, all over the same days."""

    anchor: str
    title: str
    description: str
    lines: tuple[Line, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and what is written at its end."""

    label: str
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Lengths to compare, from one zero."""

    anchor: str
    title: str
    description: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class DayChart:
    """A count for each day; the last `marked` of them are the week."""

    anchor: str
    title: str
    description: str
    days: tuple[tuple[date, int], ...]
    marked: int


Chart = LineChart | BarChart | DayChart
Block = Paragraph | Bullets | Table | LineChart | BarChart | DayChart


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading."""

    anchor: str
    """The title in lower case with dashes, as Markdown renderers make it, for the sections that are linked to."""
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
    """The data quality in short, shown before anything else."""
    sections: tuple[Section, ...]
    """The kinds, the watch list, the backtest, the data quality in full, and the glossary."""
    records: WeekAnalysis
    """The sanitized records that the report shows, for the formats that programs read."""


def text(*parts: str | TextRun) -> RichText:
    """Return words from plain text and runs."""
    return tuple(part if isinstance(part, TextRun) else TextRun(part) for part in parts)


def plain(words: RichText) -> str:
    """Return what the words say."""
    return "".join(run.text for run in words)
