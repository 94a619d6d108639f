"""Renders a report as Markdown: the same sentences and tables, with sparklines instead of charts."""

import json
from collections.abc import Iterable, Iterator

from reports.document import (
    Block,
    Bullets,
    Card,
    Cards,
    Cell,
    Column,
    ColumnType,
    Folded,
    Paragraph,
    Report,
    RichText,
    Section,
    ShareRow,
    Shares,
    Table,
    plain,
)
from reports.text.escaping import markdown, markdown_within
from reports.text.format import iso
from reports.text.sparkline import bars


def render_markdown(report: Report) -> str:
    """Return the report as Markdown."""
    return "\n\n".join(_report(report)) + "\n"


def _report(report: Report) -> Iterator[str]:
    yield _front_matter(report)
    yield f"# {markdown(report.headline)}"
    yield f"*{_rich(report.dateline)}*"
    if report.watermark:
        yield f"> **{_rich(report.watermark)}**"
    yield "\n".join(f"- {_rich(sentence)}" for sentence in report.sentences)
    yield from (f"> **Note.** {_rich(banner)}" for banner in report.banners)
    yield " · ".join(f"[{markdown(section.title)}](#{section.anchor})" for section in report.sections)
    for section in report.sections:
        yield from _section(section, 2)


def _front_matter(report: Report) -> str:
    """Return the metadata that Hugo and Jekyll read; JSON strings are YAML strings."""
    values = {
        "title": report.headline,
        "date": iso(report.as_of),
        "description": " ".join(map(plain, report.sentences)),
        "tags": ["hugging-face", "trends", report.week],
        "draft": False,
        "slug": f"hub-{report.week.lower()}",
    }
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "\n".join(("---", *lines, "---"))


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * level} {markdown(section.title)}"
    yield from _blocks(section.blocks)
    for part in section.sections:
        yield from _section(part, level + 1)


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(text):
                yield _rich(text)
            case Bullets(items):
                yield "\n".join(f"- {_rich(item)}" for item in items)
            case Table():
                yield from _table(block)
            case Shares():
                yield f"**{markdown(block.title)}**"
                yield "\n".join(_share(row) for row in block.rows)
            case Cards(cards):
                yield from map(_card, cards)
            case Folded(_, folded):
                yield from _blocks(folded)


def _share(row: ShareRow) -> str:
    remark = f" ({markdown_within(row.remark)})" if row.remark else ""
    return f"- {_link(markdown_within(row.label), row.url)}: {row.text}{remark}"


def _card(card: Card) -> str:
    head = f"**{_link(markdown_within(card.name.text), card.name.url)}**, {markdown_within(card.figure)}"
    return "\n\n".join(
        part for part in (head, markdown_within(card.facts), " ".join(map(_rich, card.sentences))) if part
    )


def _table(table: Table) -> Iterator[str]:
    yield f"**{markdown(table.caption)}**" + (f" – {markdown(table.note)}" if table.note else "")
    heads = [markdown_within(column.title) for column in table.columns]
    rules = ["---:" if column.type is ColumnType.NUMBER else "---" for column in table.columns]
    rows = [[_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    yield "\n".join("| " + " | ".join(row) + " |" for row in (heads, rules, *rows))


def _cell(cell: Cell, column: Column) -> str:
    if column.type is ColumnType.HISTORY:
        return bars([week.gain for week in cell.history])
    text = _link(markdown_within(cell.text), cell.url)
    if not cell.detail:
        return text
    detail = markdown_within(cell.detail)
    return f"{text} – {detail}" if column.type is ColumnType.NAME else f"{text} ({detail})"


def _rich(text: RichText) -> str:
    return "".join(_link(markdown(run.text), run.url) for run in text)


def _link(text: str, url: str | None) -> str:
    return text if url is None else f"[{text}]({url})"
