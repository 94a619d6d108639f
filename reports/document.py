"""Defines a report without a format: headings, text, tables and charts, in reading order.

    Report
    ├── headline, dateline, banners
    └── sections: Section
        ├── blocks: Paragraph, Bullets, Table, Shares, Cards, Folded, or a chart (BarChart,
        │           DayChart, WeekChart, SizeChart, RankChart, AgeChart)
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

    PLACE = auto()
    """The place of the row in its list."""

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


class Importance(StrEnum):
    """How a narrow page shows a column."""

    KEY = auto()
    """Next to the name; a table has at most one such column."""

    SHOWN = auto()
    """Below the name, after its heading."""

    WIDE = auto()
    """On wide pages only."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its heading."""

    title: str
    type: ColumnType = ColumnType.NUMBER
    importance: Importance = Importance.SHOWN


@dataclass(frozen=True, slots=True)
class WeekBar:
    """The gain of one week; None where unknown, below zero where the counter fell."""

    gain: int | None
    sure: bool = True
    """Whether the week was compared with our own snapshots over 5 to 9 days."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its text, optional link and second line, or the gains of the last weeks, oldest first."""

    text: str
    url: str | None = None
    detail: str = ""
    tone: Tone = Tone.PLAIN
    history: tuple[WeekBar, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and a note on how it was made."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    lead: int | None = None
    """How many rows a page shows; it folds the others. None shows all."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One part of a whole: its name, an optional remark, and its share as a fraction."""

    label: str
    share: float
    text: str
    """The share as text."""
    remark: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a whole as bars, largest first."""

    title: str
    rows: tuple[ShareRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A summary of one entity or family."""

    name: TextRun
    figure: str
    """The gain for which it was chosen, as text."""
    facts: str
    """Its attributes: kind, task, size, licence."""
    sentences: tuple[RichText, ...]
    """Sentences on its numbers before and now, and on why it counts."""
    gain: int = 0
    """The gain of `figure` as a number; 0 if its unit is not likes."""


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of the entities to know."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks behind a line that opens them; a printed page shows them open."""

    summary: str
    blocks: tuple["Block", ...]


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
    numbers: Table | None
    """None if a table stands next to the chart."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class DayChart:
    """A count per day; the last `marked` days are the week."""

    anchor: str
    title: str
    description: str
    numbers: Table
    days: tuple[tuple[date, int], ...]
    marked: int


@dataclass(frozen=True, slots=True)
class WeekPanel:
    """The gains of one entity in the last weeks, the text at its end, and its usual week."""

    label: str
    text: str
    bars: tuple[WeekBar, ...]
    usual: float | None


@dataclass(frozen=True, slots=True)
class WeekChart:
    """Weekly gains in panels with one common scale."""

    anchor: str
    title: str
    description: str
    numbers: Table
    panels: tuple[WeekPanel, ...]
    ends: tuple[date, ...]
    """The last day of each week."""


@dataclass(frozen=True, slots=True)
class SizePoint:
    """An entity by its counter and its gain."""

    label: str
    level: int
    gain: int
    new: bool
    """Whether it was created in the week."""


@dataclass(frozen=True, slots=True)
class SizeChart:
    """Gains against counters, both on logarithmic axes."""

    anchor: str
    title: str
    description: str
    numbers: Table
    points: tuple[SizePoint, ...]
    """The largest gain first."""
    level_label: str
    gain_label: str
    new_label: str


@dataclass(frozen=True, slots=True)
class RankLine:
    """The places of one entity over time; None where unknown."""

    label: str
    ranks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class RankChart:
    """Places over time."""

    anchor: str
    title: str
    description: str
    numbers: Table
    lines: tuple[RankLine, ...]
    """In the order of their last places, which are 1, 2, ..."""
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class AgeLine:
    """Counters of one entity by age; None where unknown."""

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class AgeChart:
    """Counters by age against the middle half of all entities, on a logarithmic axis."""

    anchor: str
    title: str
    description: str
    numbers: Table
    ages: tuple[int, ...]
    band: tuple[tuple[int, int, int], ...]
    """The lower quartile, the median and the upper quartile at each age."""
    lines: tuple[AgeLine, ...]
    age_label: str
    band_label: str


Chart = BarChart | DayChart | WeekChart | SizeChart | RankChart | AgeChart
Block = Paragraph | Bullets | Table | Shares | Cards | Folded | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report with a heading."""

    anchor: str
    """The anchor of a section that is linked to: the title in lower case with dashes, as Markdown renderers derive
    it."""
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class CustomTable:
    """The answer of an operator's SQL file, whose texts are not clean yet."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    bars: bool
    """Whether the first two columns are drawn as bars."""
    error: str | None
    """Why there are no rows."""


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one week."""

    week: str
    """The ISO week that holds most of the reported days: 2026-W19. It names the files."""
    language: str
    """The code of its language: en, zh_Hans."""
    headline: str
    """The finding of the week."""
    dateline: RichText
    """The compared period, its span, and the number of compared models."""
    as_of: datetime
    watermark: RichText | None
    """Why the basis is unsure; None if it is sure."""
    sentences: tuple[RichText, ...]
    """The week in five sentences."""
    banners: tuple[RichText, ...]
    """Warnings that change the meaning of the numbers."""
    sections: tuple[Section, ...]
    """Where the gains went, the entities to know, the kinds, the watch list, data quality and glossary."""
    records: WeekAnalysis
    """The sanitized records that the report shows, for the formats that programs read."""


def text(*parts: str | TextRun) -> RichText:
    """Return rich text from plain text and runs."""
    return tuple(part if isinstance(part, TextRun) else TextRun(part) for part in parts)


def plain(text: RichText) -> str:
    """Return rich text without its links."""
    return "".join(run.text for run in text)
