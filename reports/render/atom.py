"""Renders a report as an Atom feed of one entry: the summary and the first rows of each kind's first list.

The ids depend only on the time and the title of the report, so a feed reader replaces a report that is made again.
"""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from reports.document import Cell, ColumnType, Report, RichText, Table, TextRun
from reports.render.html import templates
from reports.text.escaping import HUB
from reports.text.format import UNKNOWN, iso

ROWS = 5


def render_atom(report: Report) -> str:
    """Return the report as a feed."""
    feed = uuid5(NAMESPACE_URL, f"{HUB}/#hubtrends")
    entry = uuid5(feed, f"{iso(report.as_of)} {report.title}")
    content = templates().get_template("entry.html.j2").render(report=report, lists=tuple(_lists(report)))
    return templates().get_template("feed.xml.j2").render(report=report, feed=feed, entry=entry, content=str(content))


def _lists(report: Report) -> Iterator[tuple[str, tuple[RichText, ...]]]:
    for section in report.sections:
        table = next((block for part in section.sections for block in part.blocks if isinstance(block, Table)), None)
        if table:
            yield f"{section.title}: {table.caption}", tuple(_item(table, row) for row in table.rows[:ROWS])


def _item(table: Table, row: tuple[Cell, ...]) -> RichText:
    """Return the name of a row and its first three numbers."""
    pairs = list(zip(table.columns, row, strict=True))
    name = next(cell for column, cell in pairs if column.type is ColumnType.NAME)
    numbers = [
        f"{column.title} {cell.text}"
        for column, cell in pairs
        if column.type is ColumnType.NUMBER and column.title != "#" and cell.text != UNKNOWN
    ]
    return TextRun(name.text, name.url), TextRun(f" ({', '.join(numbers[:3])})" if numbers else "")
