"""Draws charts as SVG that takes colours and fonts from its page.

    chart ─► figure in pixels, with placeholders for colours and text ─► SVG ─► placeholders replaced, ids prefixed

matplotlib draws `word0`, `word1`, … and the escaped text replaces them in the finished SVG. So the browser's fonts draw
the text of every script, and no `$` starts a formula. Colours become CSS variables, so one chart serves light and dark
pages.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.style import context

from reports.document import BarChart, Chart, DayChart, Line, LineChart
from reports.text.format import count, day, short

WIDTH = 460
"""Pixels: half of a page, or the whole width of a phone, so text has the same size on both."""

COLOURS = {
    "ink": "#010101",
    "muted": "#020202",
    "accent": "#030303",
    "faint": "#040404",
    "quiet": "#050505",
    "down": "#060606",
    "paper": "#070707",
}
"""Placeholders; matplotlib uses none of these colours by itself."""

STYLE = {"svg.fonttype": "none", "svg.hashsalt": "hubtrends"}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

TEXT, SMALL = 11.5, 10.0


def svg(chart: Chart) -> Markup:
    """Return the chart as an SVG element for an HTML page, with a title and a description."""
    with context([STYLE], after_reset=True):
        sheet = _drawn(chart)
        raw = io.BytesIO()
        sheet.figure.savefig(raw, format="svg", metadata=NO_METADATA)
    return _framed(chart, sheet, raw.getvalue().decode())


@dataclass(slots=True)
class Sheet:
    """A figure in pixels from its upper left corner, and the text for its placeholders."""

    height: int
    figure: Figure
    axes: Axes
    texts: list[str] = field(default_factory=list)

    @classmethod
    def blank(cls, height: int) -> "Sheet":
        """Return an empty sheet."""
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        return cls(height, figure, axes)

    def text(
        self, x: float, y: float, text: str, *, align: str = "left", size: float = SMALL, colour: str = "muted"
    ) -> None:
        """Write text whose baseline starts, ends or is centred at a point."""
        placeholder = f"word{len(self.texts)}"
        self.texts.append(text)
        self.axes.text(x, y, placeholder, ha=align, va="baseline", fontsize=size, color=COLOURS[colour])

    def line(self, points: list[tuple[float, float]], *, colour: str, width: float) -> None:
        """Draw a line through points, or a dot for a single point."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        dot = "o" if len(points) == 1 else ""
        self.axes.plot(xs, ys, color=COLOURS[colour], linewidth=width, marker=dot, markersize=width * 2, clip_on=False)

    def rings(self, points: list[tuple[float, float]], *, colour: str) -> None:
        """Draw a small hollow dot at each point."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        (marks,) = self.axes.plot(xs, ys, linestyle="none", marker="o", markersize=3.6, clip_on=False)
        marks.set(markerfacecolor=COLOURS["paper"], markeredgecolor=COLOURS[colour], markeredgewidth=0.9)

    def box(self, x: float, y: float, width: float, height: float, *, colour: str) -> None:
        """Draw a filled box from its upper left corner."""
        self.axes.bar(x, height, width, y, align="edge", color=COLOURS[colour], linewidth=0, clip_on=False)


def _drawn(chart: Chart) -> Sheet:
    match chart:
        case LineChart():
            return _histories(chart)
        case BarChart():
            return _bars(chart)
        case DayChart():
            return _days(chart)


PANEL_WIDTH, PANEL_HEIGHT, GUTTER = 218, 100, 24


def _histories(chart: LineChart) -> Sheet:
    sheet = Sheet.blank(-(-len(chart.lines) // 2) * PANEL_HEIGHT)
    days = max((chart.last - chart.first).days, 1)
    for place, line in enumerate(chart.lines):
        left, top = (place % 2) * (PANEL_WIDTH + GUTTER), (place // 2) * PANEL_HEIGHT
        _panel(sheet, line, left, top, (PANEL_WIDTH - 6) / days)
        _panel_ends(sheet, line, chart, left, top + 84)
    return sheet


def _panel(sheet: Sheet, line: Line, left: float, top: float, per_day: float) -> None:
    values = [value for segment in line.segments for _, value in segment]
    lowest, highest = min(values), max(values)
    sheet.text(left, top + 12, line.label, size=TEXT, colour="ink")
    sheet.line([(left, top + 70), (left + PANEL_WIDTH, top + 70)], colour="faint", width=0.8)

    def point(at: float, value: int) -> tuple[float, float]:
        share = (value - lowest) / (highest - lowest) if highest > lowest else 0.5
        return left + at * per_day, top + 64 - 40 * share

    for segment in line.segments:
        sheet.line([point(*one) for one in segment], colour="accent", width=1.6)
    sheet.line([point(*line.segments[-1][-1])], colour="accent", width=2.6)
    if line.imported_points:
        sheet.rings([point(*one) for one in line.imported_points], colour="accent")


def _panel_ends(sheet: Sheet, line: Line, chart: LineChart, left: float, y: float) -> None:
    first, last = line.segments[0][0][1], line.segments[-1][-1][1]
    sheet.text(left, y, f"{short(first)}, {day(_on(chart.first, line.segments[0][0][0]), year=False)}")
    last_day = day(_on(chart.first, line.segments[-1][-1][0]), year=False)
    sheet.text(left + PANEL_WIDTH, y, f"{short(last)}, {last_day}", align="right", colour="accent")


def _on(first: date, days: float) -> date:
    return date.fromordinal(first.toordinal() + int(days + 0.5))


BAR_HEIGHT = 30


def _bars(chart: BarChart) -> Sheet:
    sheet = Sheet.blank(len(chart.bars) * BAR_HEIGHT + 4)
    highest = max(1, *(abs(bar.value) for bar in chart.bars))
    for place, bar in enumerate(chart.bars):
        top, length = place * BAR_HEIGHT, (WIDTH - 2) * abs(bar.value) / highest
        sheet.text(0, top + 13, bar.label, size=TEXT, colour="ink")
        sheet.text(WIDTH, top + 13, bar.text, align="right", colour="muted")
        sheet.box(0, top + 18, max(length, 1), 7, colour="accent" if bar.value >= 0 else "down")
    return sheet


DAYS_HEIGHT, FLOOR, CEILING = 190, 164, 26


def _days(chart: DayChart) -> Sheet:
    sheet = Sheet.blank(DAYS_HEIGHT)
    highest = max(number for _, number in chart.days)
    step = WIDTH / len(chart.days)
    marked_from = len(chart.days) - chart.marked
    for place, (_, number) in enumerate(chart.days):
        height = (FLOOR - CEILING) * number / highest
        colour = "accent" if place >= marked_from else "quiet"
        sheet.box(place * step + 1, FLOOR - height, step - 2, height, colour=colour)
    sheet.line([(0, FLOOR), (WIDTH, FLOOR)], colour="faint", width=0.8)
    _day_labels(sheet, chart, step, marked_from)
    return sheet


def _day_labels(sheet: Sheet, chart: DayChart, step: float, marked_from: int) -> None:
    numbers = [number for _, number in chart.days]
    peak = numbers.index(max(numbers))
    align = "left" if peak < 3 else "right" if peak > len(numbers) - 4 else "center"
    x = {"left": peak * step + 1, "right": (peak + 1) * step - 1, "center": (peak + 0.5) * step}[align]
    sheet.text(x, CEILING - 6, f"{count(max(numbers))} on {day(chart.days[peak][0], year=False)}", align=align)
    sheet.text(0, FLOOR + 16, day(chart.days[0][0], year=False))
    week = f"{day(chart.days[marked_from][0], year=False)} – " if 0 < chart.marked < len(numbers) else ""
    last = f"{week}{day(chart.days[-1][0], year=False)}"
    sheet.text(WIDTH, FLOOR + 16, last, align="right", colour="accent" if week else "muted")


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
