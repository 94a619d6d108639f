"""Renders a report as Markdown: the same sentences and tables, with sparklines instead of charts."""

from collections.abc import Iterator

from reports.document import Bullets, Cell, Column, ColumnType, Paragraph, Report, RichText, Section, Table
from reports.text.escaping import markdown, markdown_within
from reports.text.sparkline import sparkline

SPARKLINE_WIDTH = 24


def render_markdown(report: Report) -> str:
    """Return the report as Markdown."""
    return "\n\n".join(_report(report)) + "\n"


def _report(report: Report) -> Iterator[str]:
    yield f"# {markdown(report.title)}"
    yield f"*{markdown(report.subtitle)}*"
    yield " ".join(map(_rich, report.summary))
    yield from (f"> **Note.** {_rich(banner)}" for banner in report.banners)
    yield " · ".join(f"[{markdown(section.title)}](#{section.anchor})" for section in report.sections)
    for section in (report.basis, *report.sections):
        yield from _section(section, 2)


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * level} {markdown(section.title)}"
    for block in section.blocks:
        match block:
            case Paragraph(text):
                yield _rich(text)
            case Bullets(items):
                yield "\n".join(f"- {_rich(item)}" for item in items)
            case Table():
                yield from _table(block)
    for part in section.sections:
        yield from _section(part, level + 1)


def _table(table: Table) -> Iterator[str]:
    yield f"**{markdown(table.caption)}**" + (f" – {markdown(table.note)}" if table.note else "")
    heads = [markdown_within(column.title) for column in table.columns]
    rules = ["---:" if column.type is ColumnType.NUMBER else "---" for column in table.columns]
    rows = [[_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    yield "\n".join("| " + " | ".join(row) + " |" for row in (heads, rules, *rows))


def _cell(cell: Cell, column: Column) -> str:
    if column.type is ColumnType.HISTORY:
        return sparkline(cell.history, SPARKLINE_WIDTH)
    text = _link(markdown_within(cell.text), cell.url)
    if not cell.detail:
        return text
    detail = markdown_within(cell.detail)
    return f"{text} – {detail}" if column.type is ColumnType.NAME else f"{text} ({detail})"


def _rich(text: RichText) -> str:
    return "".join(_link(markdown(run.text), run.url) for run in text)


def _link(text: str, url: str | None) -> str:
    return text if url is None else f"[{text}]({url})"
