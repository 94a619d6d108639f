"""Renders a report as one HTML page that loads nothing.

jinja2 escapes everything except the charts of `svg` and the style sheet.
"""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.document import Block, Cell, ColumnType, Report, ShareRow, plain
from reports.render.svg import svg
from reports.text.format import UNKNOWN, iso
from reports.text.sparkline import relative_heights

SPARK_WIDTH, SPARK_HEIGHT = 84, 20


def render_html(report: Report) -> str:
    """Return the report as a page."""
    return templates().get_template("report.html.j2").render(report=report, style=style_sheet())


def style_sheet() -> Markup:
    """Return the style sheet of all pages."""
    return Markup((files("reports.render") / "templates" / "report.css").read_text(encoding="utf-8"))  # noqa: S704 our own file


def block_type(block: Block) -> str:
    """Return the class name of a block, by which a template distinguishes blocks."""
    return type(block).__name__


def spark(cell: Cell) -> tuple[str, ...]:
    """Return the points of a cell's history as polylines, one for each segment between gaps."""
    step = SPARK_WIDTH / max(len(cell.history) - 1, 1)
    segments: list[list[str]] = [[]]
    for place, height in enumerate(relative_heights(cell.history)):
        if height is None:
            segments.append([])
        else:
            segments[-1].append(f"{2 + place * step:.1f},{SPARK_HEIGHT - 3 - height * (SPARK_HEIGHT - 6):.1f}")
    return tuple(" ".join(segment) for segment in segments if segment)


def is_unknown(cell: Cell) -> bool:
    """Return whether a cell has nothing to show on a narrow page."""
    return not cell.history and cell.text in ("", UNKNOWN)


def share_text(row: ShareRow) -> str:
    """Return a share as a percentage."""
    return f"{100 * row.share:.0f}\u202f%"


def language_tag(code: str) -> str:
    """Return the code of a language as BCP 47 writes it: zh-Hans."""
    return code.replace("_", "-")


def bar_width(row: ShareRow) -> str:
    """Return the width of the bar of a share, as CSS."""
    return f"{min(max(100 * row.share, 0), 100):.1f}%"


@cache
def templates() -> Environment:
    """Return the templates with their filters and globals."""
    found = Environment(
        loader=PackageLoader("reports.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(svg=svg, iso=iso, plain=plain, spark=spark, type=block_type)
    found.filters.update(is_unknown=is_unknown, share=share_text, width=bar_width, tag=language_tag)
    found.globals.update(ColumnType=ColumnType, SPARK_WIDTH=SPARK_WIDTH + 4, SPARK_HEIGHT=SPARK_HEIGHT)
    return found
