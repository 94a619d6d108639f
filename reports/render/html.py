"""Renders a report as one HTML page that needs nothing from elsewhere.

jinja2 escapes everything; the only markup that passes is what `draw` made and the style sheet, a file of ours.
"""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.document import Block, Cell, ColumnType, Report, plain
from reports.render.svg import svg
from reports.text.format import iso

SPARK_WIDTH, SPARK_HEIGHT = 84, 20


def render_html(report: Report) -> str:
    """Return the report as a page."""
    style = Markup((files("reports.render") / "templates" / "report.css").read_text(encoding="utf-8"))  # noqa: S704 a file of ours
    return templates().get_template("report.html.j2").render(report=report, style=style)


def block_type(block: Block) -> str:
    """Return the name by which a template tells blocks apart."""
    return type(block).__name__


def spark(cell: Cell) -> tuple[str, ...]:
    """Return the points of the lines of a cell's history, one text a segment between gaps."""
    known = [value for value in cell.history if value is not None]
    least, most = min(known), max(known)
    step = SPARK_WIDTH / max(len(cell.history) - 1, 1)
    segments: list[list[str]] = [[]]
    for place, value in enumerate(cell.history):
        if value is None:
            segments.append([])
        else:
            share = (value - least) / (most - least) if most > least else 0.5
            segments[-1].append(f"{2 + place * step:.1f},{SPARK_HEIGHT - 3 - share * (SPARK_HEIGHT - 6):.1f}")
    return tuple(" ".join(segment) for segment in segments if segment)


@cache
def templates() -> Environment:
    """Return the templates, with what they need to show a report."""
    found = Environment(
        loader=PackageLoader("reports.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(svg=svg, iso=iso, plain=plain, spark=spark, type=block_type)
    found.globals.update(ColumnType=ColumnType, SPARK_WIDTH=SPARK_WIDTH + 4, SPARK_HEIGHT=SPARK_HEIGHT)
    return found
