"""Builds the sections that the operator defines in SQL."""

import re
from collections.abc import Container

from reports.document import (
    Bar,
    BarChart,
    Block,
    Cell,
    Column,
    ColumnType,
    CustomTable,
    Paragraph,
    Section,
    Table,
)
from reports.tables import LEAD
from reports.text.escaping import clean, cut
from reports.text.format import value_text
from reports.text.language import Language

BARS = 10
LABEL_COLUMNS = 56


def custom_section(made: CustomTable, taken: Container[str], say: Language) -> Section:
    """Return a section with the rows of a query, or with its error; no anchor in `taken` is used again."""
    title = clean(made.title)
    anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") or "section"
    while anchor in taken:
        anchor += "-1"
    if made.error is not None:
        failed = Paragraph(say.rich("This section failed: {error}", error=clean(made.error)))
        return Section(anchor, title, (failed,))
    numeric = [all(isinstance(row[at], int | float) for row in made.rows) for at in range(len(made.columns))]
    columns = tuple(
        Column(clean(name), ColumnType.NAME if at == 0 else ColumnType.NUMBER if numeric[at] else ColumnType.TEXT)
        for at, name in enumerate(made.columns)
    )
    rows = tuple(tuple(Cell(clean(value_text(value, grouped=True))) for value in row) for row in made.rows)
    blocks: tuple[Block, ...] = (Table(title, columns, rows, lead=LEAD * 2),)
    if made.bars and len(made.columns) > 1 and numeric[1] and made.rows:
        blocks = (_bars(made, anchor, title), *blocks)
    return Section(anchor, title, blocks)


def _bars(made: CustomTable, anchor: str, title: str) -> BarChart:
    bars = tuple(
        Bar(cut(clean(value_text(row[0])), LABEL_COLUMNS), round(float(str(row[1]))), value_text(row[1], grouped=True))
        for row in made.rows[:BARS]
    )
    return BarChart(f"{anchor}-chart", title, "; ".join(f"{bar.label} {bar.text}" for bar in bars), None, bars)
