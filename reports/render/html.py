"""Renders a report as one HTML page that loads nothing.

jinja2 escapes everything except the charts of `svg` and the style sheet.
"""

from functools import cache
from importlib.resources import files
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.document import Block, Cell, Chart, ColumnType, Report, ShareRow, plain
from reports.render.svg import svg
from reports.text.format import UNKNOWN, iso
from reports.text.language import Language, language

CHARTS = tuple(chart.__name__ for chart in get_args(Chart))

SPARK_STEP, SPARK_HEIGHT = 8, 20


def render_html(report: Report) -> str:
    """Return the report as a page."""
    own = language(report.language)
    page = templates().get_template("report.html.j2")
    return page.render(report=report, language=own, say=own.say, style=style_sheet())


def style_sheet() -> Markup:
    """Return the style sheet of all pages."""
    return Markup((files("reports.render") / "templates" / "report.css").read_text(encoding="utf-8"))  # noqa: S704 our own file


def block_type(block: Block) -> str:
    """Return the class name of a block, by which a template distinguishes blocks."""
    return type(block).__name__


def spark(cell: Cell) -> dict[str, str]:
    """Return the last weeks of a cell as paths by class: bars from zero, hollow ones, and marks of falls."""
    highest = max(1, *(week.gain or 0 for week in cell.history))
    paths = {"sure": "", "hollow": "", "fall": ""}
    for place, week in enumerate(cell.history):
        left = place * SPARK_STEP + 1
        if week.gain is None:
            continue
        if week.gain < 0:
            paths["fall"] += f"M{left + 1} {SPARK_HEIGHT - 6}l4 4m0-4l-4 4"
        else:
            height = max(1, round((SPARK_HEIGHT - 2) * week.gain / highest))
            paths["sure" if week.sure else "hollow"] += f"M{left} {SPARK_HEIGHT - 1}v-{height}h6v{height}z"
    return {name: path for name, path in paths.items() if path}


def spark_text(cell: Cell, say: Language) -> str:
    """Return the last weeks of a cell in words."""
    return say.enumerated([say.signed(week.gain) for week in cell.history])


def is_unknown(cell: Cell) -> bool:
    """Return whether a cell has nothing to show on a narrow page."""
    return not cell.history and cell.text in ("", UNKNOWN)


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
    found.filters.update(svg=svg, iso=iso, plain=plain, spark=spark, spark_text=spark_text, type=block_type)
    found.filters.update(is_unknown=is_unknown, width=bar_width, tag=language_tag)
    found.globals.update(ColumnType=ColumnType, CHARTS=CHARTS, SPARK_STEP=SPARK_STEP, SPARK_HEIGHT=SPARK_HEIGHT)
    return found
