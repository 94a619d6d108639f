"""Chooses the charts of a kind: the first picks, and new entities per day.

three points or more     histories of the first picks
two                      bars of their gains
one                      bars of the first in the Hub's own order
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from analysis.records import Entity, KindWeek, ListName, Metric, Pick, Series
from reports.document import Bar, BarChart, Chart, DayChart, Line, LineChart
from reports.text import labels
from reports.text.escaping import cut
from reports.text.format import count, counted, day, signed

HISTORIES = 6
"""Maximum number of histories: six panels in three rows fill a page."""

BARS = 10
PANEL_NAME, BAR_NAME = 32, 56
"""The width to which a name is cut."""

MIN_POINTS = 3
"""Minimum points of a history."""

GAP = 2.5
"""An interval longer than this multiple of the median is a gap."""


def charts(week: KindWeek) -> Iterator[Chart]:
    """Yield the charts for which a kind has data."""
    histories = [one for one in week.series if len(one.points) >= MIN_POINTS][:HISTORIES]
    gainers = [pick for pick in _first_risers(week) if pick.change.gain is not None][:BARS]
    if histories:
        yield history_chart(week, histories)
    elif gainers:
        yield gain_chart(week, gainers)
    elif any(_level(week, place) for place in range(len(week.trending[:BARS]))):
        yield order_chart(week)
    if any(number for _, number in week.created):
        yield created_chart(week)


def history_chart(week: KindWeek, histories: list[Series]) -> LineChart:
    """Return the histories of the first picks."""
    moments = [at for one in histories for at, _ in one.points]
    first, last = min(moments), max(moments)
    metric = histories[0].metric
    counter = "All-time downloads" if metric is Metric.DOWNLOADS else metric.capitalize()
    origin = first.timestamp()
    lines = tuple(
        Line(
            cut(labels.name(one.entity), PANEL_NAME),
            _segments(one, origin),
            tuple(_point(at, value, origin) for at, value in one.points if at in one.imported),
        )
        for one in histories
    )
    imported = "; hollow points are imported" if any(line.imported_points for line in lines) else ""
    return LineChart(
        f"{week.kind}-history",
        f"{counter} since {day(first, year=False)}{imported}",
        f"{counted(len(lines), 'line')} from {day(first)} to {day(last)}, each on its own scale: "
        + "; ".join(f"{one.label} from {count(_ends(one)[0])} to {count(_ends(one)[1])}" for one in lines),
        lines,
        first.date(),
        last.date(),
    )


def gain_chart(week: KindWeek, gainers: list[Pick]) -> BarChart:
    """Return the gains of the first picks."""
    metric = gainers[0].change.metric
    bars = tuple(_bar(pick.change.entity, pick.change.gain, signed(pick.change.gain)) for pick in gainers)
    title = f"{labels.GAIN[metric]} of the first {labels.plural(week.kind)}"
    return BarChart(f"{week.kind}-gains", title, _bars_as_text(bars), bars)


def order_chart(week: KindWeek) -> BarChart:
    """Return the counters of the first entities in the Hub's own order."""
    levels = [(week.trending[place].entity, _level(week, place)) for place in range(len(week.trending[:BARS]))]
    bars = tuple(_bar(entity, level, count(level)) for entity, level in levels if level is not None)
    title = f"{labels.vote_metric(week.kind).capitalize()} of the first in the Hub’s own order"
    return BarChart(f"{week.kind}-order", title, _bars_as_text(bars), bars)


def created_chart(week: KindWeek) -> DayChart:
    """Return new entities per day, with the week before the newer snapshot marked."""
    created = dict(week.created)
    last = max(created) if week.pair.now_at is None else max(*created, week.pair.now_at.astimezone(UTC).date())
    span = (last - min(created)).days + 1
    days = tuple((at, created.get(at, 0)) for at in (min(created) + timedelta(days=n) for n in range(span)))
    marked = sum(1 for at, _ in days if last - timedelta(days=7) < at <= last)
    event = "creation" if week.kind.spec.is_repo else "publication"
    title = f"{labels.plural(week.kind).capitalize()} by day of {event}"
    total = counted(sum(number for _, number in days), week.kind.spec.label)
    highest = max(number for _, number in days)
    description = f"{total} from {day(days[0][0])} to {day(days[-1][0])}; {count(highest)} on the busiest day"
    return DayChart(f"{week.kind}-created", title, description, days, marked)


def gapped(series: Series) -> Iterator[int | None]:
    """Yield the values of a history, with None in each gap."""
    limit = _longest(series)
    for at, after in pairwise(series.points):
        yield at[1]
        if (after[0] - at[0]).total_seconds() > limit:
            yield None
    yield from (value for _, value in series.points[-1:])


def _point(at: datetime, value: int, origin: float) -> tuple[float, int]:
    return (at.timestamp() - origin) / 86400, value


def _segments(series: Series, origin: float) -> tuple[tuple[tuple[float, int], ...], ...]:
    limit = _longest(series)
    segments: list[list[tuple[float, int]]] = [[]]
    before = series.points[0][0]
    for at, value in series.points:
        if (at - before).total_seconds() > limit:
            segments.append([])
        segments[-1].append(_point(at, value, origin))
        before = at
    return tuple(tuple(segment) for segment in segments)


def _longest(series: Series) -> float:
    """Return the longest interval in seconds that is not a gap."""
    intervals = [(after[0] - at[0]).total_seconds() for at, after in pairwise(series.points)]
    return GAP * median(intervals) if intervals else 0.0


def _ends(line: Line) -> tuple[int, int]:
    return line.segments[0][0][1], line.segments[-1][-1][1]


def _first_risers(week: KindWeek) -> tuple[Pick, ...]:
    names = (ListName.RISERS, ListName.GAINS)
    shown = [ranked for name in names for ranked in week.lists if ranked.name is name and not ranked.withheld]
    return next((ranked.picks for ranked in shown if ranked.picks), ())


def _level(week: KindWeek, place: int) -> int | None:
    entry = week.trending[place]
    return entry.likes if labels.vote_metric(week.kind) is Metric.LIKES else entry.upvotes


def _bar(entity: Entity, value: int | None, text: str) -> Bar:
    return Bar(cut(labels.name(entity), BAR_NAME), value or 0, text)


def _bars_as_text(bars: tuple[Bar, ...]) -> str:
    return "; ".join(f"{bar.label} {bar.text}" for bar in bars)
