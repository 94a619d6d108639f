"""Renders one report in every format; the same report gives the same bytes on every machine with the same fonts."""

from reports.document import Report
from reports.render.digest import render_digest
from reports.render.html import render_html
from reports.render.json_csv import render_csv, render_json
from reports.render.markdown import render_markdown
from reports.render.share_card import render_share_card


def render(report: Report) -> dict[str, bytes]:
    """Return the files of a report by suffix; texts are in UTF-8 with line feeds."""
    texts = {
        ".html": render_html(report),
        ".md": render_markdown(report),
        ".json": render_json(report),
        ".csv": render_csv(report),
        ".txt": render_digest(report),
    }
    return {suffix: text.encode() for suffix, text in texts.items()} | {".png": render_share_card(report)}
