"""Draws each chart on a sheet: bars, days, weeks in panels, gains by size, places, counters by age."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from reports.document import AgeChart, BarChart, Chart, DayChart, RankChart, SizeChart, SizePoint, WeekChart, WeekPanel
from reports.render.sheet import TEXT, WIDTH, Sheet
from reports.text.escaping import columns
from reports.text.language import Language

LETTER = 6.6
"""Pixels of a column of small text, at most."""


def draw(chart: Chart, say: Language) -> Sheet:
    """Return the sheet of a chart."""
    match chart:
        case BarChart():
            return _bars(chart)
        case DayChart():
            return _days(chart, say)
        case WeekChart():
            return _weeks(chart, say)
        case SizeChart():
            return _sizes(chart, say)
        case RankChart():
            return _ranks(chart, say)
        case AgeChart():
            return _ages(chart, say)


BAR_HEIGHT = 32


def _bars(chart: BarChart) -> Sheet:
    sheet = Sheet.blank(len(chart.bars) * BAR_HEIGHT + 4)
    highest = max(1, *(abs(bar.value) for bar in chart.bars))
    for place, bar in enumerate(chart.bars):
        top, length = place * BAR_HEIGHT, (WIDTH - 2) * abs(bar.value) / highest
        sheet.text(0, top + 14, bar.label, size=TEXT, colour="ink")
        sheet.text(WIDTH, top + 14, bar.text, align="right", size=TEXT, colour="ink")
        sheet.box(0, top + 19, max(length, 1), 7, colour="accent" if bar.value >= 0 else "down")
    return sheet


DAYS_HEIGHT, FLOOR, CEILING = 170, 148, 26


def _days(chart: DayChart, say: Language) -> Sheet:
    sheet = Sheet.blank(DAYS_HEIGHT)
    highest = max(number for _, number in chart.days)
    step = WIDTH / len(chart.days)
    marked_from = len(chart.days) - chart.marked
    for place, (_, number) in enumerate(chart.days):
        height = (FLOOR - CEILING) * number / highest
        colour = "accent" if place >= marked_from else "quiet"
        sheet.box(place * step + 1, FLOOR - height, step - 2, height, colour=colour)
    sheet.line([(0, FLOOR), (WIDTH, FLOOR)], colour="faint", width=0.8)
    _day_labels(sheet, chart, say, step, marked_from)
    return sheet


def _day_labels(sheet: Sheet, chart: DayChart, say: Language, step: float, marked_from: int) -> None:
    numbers = [number for _, number in chart.days]
    peak = numbers.index(max(numbers))
    align = "left" if peak < 5 else "right" if peak > len(numbers) - 6 else "center"
    x = {"left": peak * step + 1, "right": (peak + 1) * step - 1, "center": (peak + 0.5) * step}[align]
    days = [say.short_day(at, year=False) for at, _ in chart.days]
    highest = say.say("{count} on {day}", count=max(numbers), day=days[peak])
    sheet.text(x, CEILING - 6, highest, align=align)
    sheet.text(0, FLOOR + 16, days[0])
    week = f"{days[marked_from]} – " if 0 < chart.marked < len(numbers) else ""
    last = f"{week}{days[-1]}"
    sheet.text(WIDTH, FLOOR + 16, last, align="right", colour="accent" if week else "muted")


PANEL_HEIGHT, BARS_TOP, BARS_BOTTOM, AXIS = 72, 22, 62, 36
"""Of a panel: its height, where its bars begin and end, and the width of the axis with numbers."""


def _weeks(chart: WeekChart, say: Language) -> Sheet:
    sheet = Sheet.blank(len(chart.panels) * PANEL_HEIGHT + 14)
    known = [bar.gain or 0 for panel in chart.panels for bar in panel.bars]
    highest = max(1.0, *known, *(panel.usual or 0 for panel in chart.panels))
    step = (WIDTH - AXIS) / len(chart.ends)
    for place, panel in enumerate(chart.panels):
        _panel(sheet, panel, say, place * PANEL_HEIGHT, highest, step)
    bottom = len(chart.panels) * PANEL_HEIGHT + 6
    sheet.text(AXIS, bottom, say.say("week to {day}", day=say.short_day(chart.ends[0], year=False)))
    last = say.say("to {day}", day=say.short_day(chart.ends[-1], year=False))
    sheet.text(WIDTH, bottom, last, align="right")
    return sheet


def _panel(sheet: Sheet, panel: WeekPanel, say: Language, top: float, highest: float, step: float) -> None:
    base, height = top + BARS_BOTTOM, BARS_BOTTOM - BARS_TOP
    sheet.text(0, top + 14, panel.label, size=TEXT, colour="ink")
    sheet.text(WIDTH, top + 14, panel.text, align="right", colour="ink")
    for value in (0.0, round_below(highest)):
        y = base - height * value / highest
        sheet.line([(AXIS, y), (WIDTH, y)], colour="faint", width=0.8)
        sheet.text(AXIS - 5, y + 4, say.compact(round(value)), align="right")
    for place, bar in enumerate(panel.bars):
        left = AXIS + place * step + step / 8
        if bar.gain is not None and bar.gain < 0:
            sheet.marks([(left + step * 3 / 8, base - 5)], colour="down", shape="x")
        elif bar.gain is not None:
            tall = max(height * bar.gain / highest, 1)
            sheet.box(left, base - tall, step * 3 / 4, tall, colour="accent", filled=bar.sure)
    if panel.usual is not None:
        y = base - height * panel.usual / highest
        sheet.line([(AXIS, y), (WIDTH, y)], colour="ink", width=1.1, style="--")


def round_below(value: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above a value."""
    power = 10.0 ** floor(log10(value))
    return max(power * digit for digit in (1, 2, 5) if power * digit <= value * 1.000001)


@dataclass(frozen=True, slots=True)
class LogScale:
    """A logarithmic scale between two powers of ten, from one pixel to another."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def around(cls, values: Sequence[int], start: float, end: float) -> "LogScale":
        """Return the smallest scale that holds positive values."""
        low = floor(log10(min(values)))
        return cls(low, max(ceil(log10(max(values))), low + 1), start, end)

    def at(self, value: float) -> float:
        """Return the position of a value in pixels."""
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, say: Language) -> Iterator[tuple[float, str]]:
        """Yield the pixel and the number of each power of ten."""
        for power in range(self.low, self.high + 1):
            yield self.at(10.0**power), say.compact(10**power)


SIZE_HEIGHT, SIZE_TOP, SIZE_BOTTOM = 300, 30, 262
LABELLED = 8


def _sizes(chart: SizeChart, say: Language) -> Sheet:
    sheet = Sheet.blank(SIZE_HEIGHT)
    across = LogScale.around([point.level for point in chart.points], AXIS + 4, WIDTH - 17)
    up = LogScale.around([point.gain for point in chart.points], SIZE_BOTTOM - 4, SIZE_TOP)
    for x, number in across.ticks(say):
        sheet.line([(x, SIZE_TOP), (x, SIZE_BOTTOM)], colour="faint", width=0.8)
        sheet.text(x, SIZE_BOTTOM + 15, number, align="center")
    for y, number in up.ticks(say):
        sheet.line([(AXIS, y), (WIDTH, y)], colour="faint", width=0.8)
        sheet.text(AXIS - 5, y + 4, number, align="right")
    places = [(across.at(point.level), up.at(point.gain)) for point in chart.points]
    old = [place for place, point in zip(places, chart.points, strict=True) if not point.new]
    new = [place for place, point in zip(places, chart.points, strict=True) if point.new]
    sheet.marks(old, colour="accent", size=4.6, filled=False)
    sheet.marks(new, colour="ink", shape="^", size=6)
    _label_points(sheet, chart.points, places)
    sheet.text(0, 13, f"↑ {chart.gain_label}")
    sheet.text(WIDTH, SIZE_BOTTOM + 32, f"{chart.level_label} →", align="right")
    if new:
        sheet.marks([(AXIS + 6, SIZE_BOTTOM + 28)], colour="ink", shape="^", size=6)
        sheet.text(AXIS + 16, SIZE_BOTTOM + 32, chart.new_label)
    return sheet


Box = tuple[float, float, float, float]


def _label_points(sheet: Sheet, points: Sequence[SizePoint], places: Sequence[tuple[float, float]]) -> None:
    """Write the names of the largest points where no name and no mark is in the way."""
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in places]
    labelled = 0
    for number, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        width = columns(point.label) * LETTER
        boxes = {
            "left": (x + 7, y - 7, x + 7 + width, y + 6),
            "right": (x - 7 - width, y - 7, x - 7, y + 6),
            "center": (x - width / 2, y - 19, x + width / 2, y - 6),
        }
        others = [box for place, box in enumerate(taken) if place != number]
        for align, box in boxes.items():
            if (
                labelled < LABELLED
                and box[0] >= AXIS
                and box[2] <= WIDTH
                and not any(_meet(box, one) for one in others)
            ):
                at = {"left": box[0], "right": box[2], "center": x}[align]
                sheet.text(at, box[3] - 2, point.label, align=align, colour="ink")
                taken.append(box)
                labelled += 1
                break


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


ROW, RANKS_TOP, RANKS_RIGHT, RANKS_LEFT = 24, 14, 156, 36
STYLES = (("accent", "-"), ("ink", "--"), ("muted", "-"), ("accent", ":"), ("ink", "-"))
"""Colours and dashes by which lines that cross can be told apart."""


def _ranks(chart: RankChart, say: Language) -> Sheet:
    below = len(chart.lines)
    outside = any(rank is not None and rank > below for line in chart.lines for rank in line.ranks)
    rows = below + outside
    sheet = Sheet.blank(RANKS_TOP + rows * ROW + 16)
    step = (RANKS_RIGHT - RANKS_LEFT) / max(len(chart.days) - 1, 1)

    def point(week: int, rank: int) -> tuple[float, float]:
        return RANKS_LEFT + week * step, RANKS_TOP + (min(rank, below + 1) - 1) * ROW

    for place, line in enumerate(chart.lines):
        colour, style = STYLES[place % len(STYLES)]
        known = list(enumerate(line.ranks))
        for (week, before), (_, after) in pairwise(known):
            if before is not None and after is not None and min(before, after) <= below:
                sheet.line([point(week, before), point(week + 1, after)], colour=colour, width=1.5, style=style)
        inside = [point(week, rank) for week, rank in known if rank is not None and rank <= below]
        sheet.marks(inside, colour=colour, size=4.4)
        sheet.text(RANKS_RIGHT + 10, RANKS_TOP + place * ROW + 4, f"{place + 1}  {line.label}", colour="ink")
    for rank in {1, below}:
        sheet.text(RANKS_LEFT - 9, RANKS_TOP + (rank - 1) * ROW + 4, str(rank), align="right")
    if outside:
        sheet.text(RANKS_LEFT - 9, RANKS_TOP + below * ROW + 4, f">{below}", align="right")
        sheet.line([point(0, below + 1), point(len(chart.days) - 1, below + 1)], colour="faint", width=0.8)
    sheet.text(RANKS_LEFT - 6, RANKS_TOP + rows * ROW + 8, say.short_day(chart.days[0], year=False))
    sheet.text(RANKS_RIGHT + 6, RANKS_TOP + rows * ROW + 8, say.short_day(chart.days[-1], year=False), align="right")
    return sheet


AGES_HEIGHT, AGES_TOP, AGES_BOTTOM, AGES_RIGHT, SPACING = 230, 14, 198, 186, 15


def _ages(chart: AgeChart, say: Language) -> Sheet:
    sheet = Sheet.blank(AGES_HEIGHT)
    known = [value for line in chart.lines for value in line.values if value is not None]
    up = LogScale.around(
        [max(value, 1) for value in (*known, *(one for row in chart.band for one in row))], AGES_BOTTOM, AGES_TOP
    )

    def point(place: int, value: int) -> tuple[float, float]:
        share = (chart.ages[place] - chart.ages[0]) / (chart.ages[-1] - chart.ages[0])
        return AXIS + share * (AGES_RIGHT - AXIS), up.at(max(value, 1))

    for y, number in up.ticks(say):
        sheet.line([(AXIS, y), (AGES_RIGHT, y)], colour="faint", width=0.8)
        sheet.text(AXIS - 5, y + 4, number, align="right")
    lower = [point(place, row[0]) for place, row in enumerate(chart.band)]
    upper = [point(place, row[2]) for place, row in enumerate(chart.band)]
    middle = [point(place, row[1]) for place, row in enumerate(chart.band)]
    sheet.area([*lower, *reversed(upper)], colour="faint")
    sheet.line(middle, colour="muted", width=1.4, style="--")
    ends = [(middle[-1][1], chart.band_label, "muted")]
    for line, (colour, style) in zip(chart.lines, STYLES, strict=False):
        seen = [point(place, value) for place, value in enumerate(line.values) if value is not None]
        sheet.line(seen, colour=colour, width=1.5, style=style)
        sheet.marks(seen, colour=colour, size=4.4)
        ends.append((seen[-1][1], line.label, colour))
        if seen[-1][0] < AGES_RIGHT:
            sheet.line([seen[-1], (AGES_RIGHT + 6, seen[-1][1])], colour="faint", width=0.8)
    _side_labels(sheet, sorted(ends))
    for place, age in enumerate(chart.ages):
        sheet.text(point(place, 1)[0], AGES_BOTTOM + 16, str(age), align="center")
    sheet.text(AGES_RIGHT + 12, AGES_BOTTOM + 16, chart.age_label)
    return sheet


def _side_labels(sheet: Sheet, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write the labels of lines next to their ends, from the top, each below the one before."""
    y = 0.0
    for place, (at, label, _) in enumerate(ends):
        y = max(y + SPACING, min(at + 4, AGES_BOTTOM - (len(ends) - 1 - place) * SPACING))
        sheet.text(AGES_RIGHT + 10, y, label, colour="ink")
