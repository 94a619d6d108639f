"""Draws charts as SVG that takes colours and fonts from its page.

    chart ─► sheet in pixels, with placeholders for colours and text ─► SVG ─► placeholders replaced, ids prefixed

matplotlib draws `word0`, `word1`, … and the escaped text replaces them in the finished SVG. So the browser's fonts draw
the text of every script, and no `$` starts a formula. Colours become CSS variables, so one chart serves light and dark
pages.
"""

import io
import re
from collections.abc import Iterator

from markupsafe import Markup, escape
from matplotlib.style import context

from reports.document import Chart
from reports.render.drawings import draw
from reports.render.sheet import COLOURS, WIDTH, Sheet
from reports.text.language import Language

STYLE = {"svg.fonttype": "none", "svg.hashsalt": "hubtrends"}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def svg(chart: Chart, language: Language) -> Markup:
    """Return the chart as an SVG element for an HTML page, with a title and a description."""
    with context([STYLE], after_reset=True):
        sheet = draw(chart, language)
        raw = io.BytesIO()
        sheet.figure.savefig(raw, format="svg", metadata=NO_METADATA)
    return _framed(chart, sheet, raw.getvalue().decode())


OPENING = re.compile(r"^.*?</defs>\s*", re.DOTALL)
"""The prologue, the opening tag and a style sheet that would apply to the whole page, up to the first defs."""

REFERENCE = re.compile(r'(?<= id=")|(?<=xlink:href="#)|(?<=url\(#)')
FONT_FAMILY = re.compile(r"font-family: [^;]*; ")
WORD = re.compile(r">word(\d+)</text>")
LINE_END = re.compile(r" ?\n *")


def _framed(chart: Chart, sheet: Sheet, raw: str) -> Markup:
    """Return the drawing inside our own SVG element. Text is inserted last, so no replacement can change it."""
    drawing = OPENING.sub("", raw).removesuffix("</svg>\n")
    drawing = FONT_FAMILY.sub("", REFERENCE.sub(f"{chart.anchor}-", LINE_END.sub(" ", drawing)))
    for name, placeholder in COLOURS.items():
        drawing = drawing.replace(placeholder, f"var(--{name})")
    drawing = WORD.sub(lambda found: f">{escape(sheet.texts[int(found[1])])}</text>", drawing)
    return Markup("").join((*_opening(chart, sheet.height), Markup(drawing.strip()), Markup("</svg>")))  # noqa: S704


def _opening(chart: Chart, height: int) -> Iterator[Markup]:
    yield Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        'viewBox="0 0 {width} {height}" aria-labelledby="{anchor}-title {anchor}-desc">'
    ).format(width=WIDTH, height=height, anchor=chart.anchor)
    yield Markup('<title id="{}-title">{}</title>').format(chart.anchor, chart.title)
    yield Markup('<desc id="{}-desc">{}</desc>').format(chart.anchor, chart.description)
