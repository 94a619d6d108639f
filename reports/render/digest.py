"""Renders the digest of a report: about sixty lines of plain text for mail, chat and terminal.

headline, dateline, sentences
shares and cards
the first rows of the first list of each section
"""

import textwrap
from collections.abc import Iterator

from reports.document import Card, Cards, Cell, Column, ColumnType, Importance, Report, Section, Shares, Table, plain
from reports.text.escaping import columns, cut
from reports.text.format import UNKNOWN

WIDTH = 72
ROWS = 3
"""Rows of a list."""


def render_digest(report: Report) -> str:
    """Return the digest in lines of at most 72 columns."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from textwrap.wrap(report.headline, WIDTH)
    yield from textwrap.wrap(plain(report.dateline).rpartition(" · ")[0] or plain(report.dateline), WIDTH)
    yield ""
    if report.watermark:
        yield from (*textwrap.wrap(plain(report.watermark), WIDTH), "")
    for sentence in report.sentences:
        yield from textwrap.wrap(plain(sentence), WIDTH, initial_indent="* ", subsequent_indent="  ")
    for section in report.sections:
        lines = [*_section(section)]
        if lines:
            yield from ("", section.title.upper(), *lines)


def _section(section: Section) -> Iterator[str]:
    """Yield the shares and cards of a section, and the first rows of its first list."""
    tables = [*_tables(section)]
    for block in section.blocks:
        match block:
            case Shares():
                yield from (_row(row.label, row.text) for row in block.rows)
            case Cards(cards):
                for card in cards:
                    yield from _card(card)
    if tables:
        yield from _first_rows(tables[0])


def _tables(section: Section) -> Iterator[Table]:
    """Yield the tables that a page shows open."""
    yield from (block for block in section.blocks if isinstance(block, Table))
    for part in section.sections:
        yield from _tables(part)


def _card(card: Card) -> Iterator[str]:
    yield _row(card.name.text, card.figure)
    yield from textwrap.wrap(card.facts, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _first_rows(table: Table) -> Iterator[str]:
    for row in table.rows[:ROWS]:
        pairs = [*zip(table.columns, row, strict=True)]
        name = next((cell.text for column, cell in pairs if column.type is ColumnType.NAME), "")
        key = next((cell.text for column, cell in pairs if _is_key(column, cell)), "")
        yield _row(name, key)


def _is_key(column: Column, cell: Cell) -> bool:
    return column.importance is Importance.KEY and cell.text not in ("", UNKNOWN)


def _row(name: str, figure: str) -> str:
    """Return a line with a name, cut to fit, at its start and a number at its end."""
    name = cut(name, WIDTH - 4 - columns(figure))
    return f"  {name}{' ' * (WIDTH - 2 - columns(name) - columns(figure))}{figure}"
