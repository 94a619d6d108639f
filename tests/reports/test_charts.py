"""Charts: the choice per kind, gaps, and marked days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from analysis.records import Metric, Series
from crawler.kinds import Kind
from reports.charts import charts, gapped
from reports.document import BarChart, Cell, DayChart, LineChart
from reports.render.html import spark
from reports.render.svg import svg
from tests.fakes.pages import read
from tests.fakes.results import NOW, entity, first_week, kind_week


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_chart(kind: Kind) -> None:
    """Each kind has a chart with long, short and single histories."""
    weeks = (kind_week(kind, 3, 12), kind_week(kind, 3, 2), first_week().kinds[list(Kind).index(kind)])

    assert all(list(charts(week)) for week in weeks)


def test_histories() -> None:
    """Three points make a history; the description gives the ends of each line."""
    chart = next(charts(kind_week(Kind.MODEL, 2, 3)))

    assert isinstance(chart, LineChart)
    assert chart.description == (
        "2 lines from 28 Apr 2026 to 4 May 2026, each on its own scale: "
        "aurora/lantern-7b from 1,000 to 1,564; borealis/lantern-7b-GGUF from 2,000 to 2,528"
    )


def test_gains() -> None:
    """With two points the chart shows gains."""
    chart = next(charts(kind_week(Kind.PAPER, 2, 2)))

    assert isinstance(chart, BarChart)
    assert [(bar.value, bar.text) for bar in chart.bars] == [(48, "+48"), (12, "+12")]


def test_order() -> None:
    """With one snapshot the chart shows the Hub's own order."""
    chart = next(charts(first_week(2).kinds[0]))

    assert isinstance(chart, BarChart)
    assert [bar.text for bar in chart.bars] == ["4,000", "3,850"]


def test_created() -> None:
    """The last seven days before the newer snapshot are marked."""
    *_, chart = charts(kind_week(Kind.MODEL, 2))

    assert isinstance(chart, DayChart)
    assert (len(chart.days), chart.marked) == (28, 7)


def test_days_without_anything() -> None:
    """A day without new entities has a place, even the last one."""
    sparse = replace(kind_week(Kind.MODEL, 2), created=((date(2026, 4, 30), 3), (date(2026, 5, 2), 1)))

    *_, chart = charts(sparse)

    assert isinstance(chart, DayChart)
    assert [number for _, number in chart.days] == [3, 0, 1, 0, 0]


def test_nothing_to_draw() -> None:
    """A kind without numbers has no chart."""
    bare = replace(kind_week(Kind.MODEL, 0), series=(), created=(), trending=(), lists=())

    assert list(charts(bare)) == []


def test_gaps() -> None:
    """An interval of more than two and a half times the median splits the line."""
    days = (0, 1, 2, 6, 7)
    daily = Series(entity(Kind.MODEL), Metric.LIKES, tuple((NOW + timedelta(days=at), at) for at in days))

    assert list(gapped(daily)) == [0, 1, 2, None, 6, 7]


def test_history_in_a_cell() -> None:
    """A history in a cell is one polyline for each segment between gaps."""
    assert spark(Cell("", history=(0, 5, None, 10))) == ("2.0,17.0 30.0,10.0", "86.0,3.0")


@pytest.mark.parametrize("levels", [(0, 0, 0), (5, 5, 5), (0, 0, 10**12)], ids=["zero", "flat", "huge"])
def test_degenerate_histories(levels: tuple[int, ...]) -> None:
    """Flat lines and lines with an enormous rise can be drawn."""
    points = tuple((NOW + timedelta(days=at), level) for at, level in enumerate(levels))
    week = replace(kind_week(Kind.SPACE, 1), series=(Series(entity(Kind.SPACE), Metric.LIKES, points),))

    page = read(str(svg(next(charts(week)))))

    assert page.unclosed == []
    assert "aurora/lantern-chat" in page.text


def test_imported_points_are_hollow() -> None:
    """Points from an archive are hollow, and the chart's title explains it."""
    own = kind_week(Kind.MODEL, 2, 12)
    mixed = replace(own, series=tuple(replace(one, imported=(one.points[0][0],)) for one in own.series))

    plain, marked = (next(charts(week)) for week in (own, mixed))

    assert isinstance(plain, LineChart)
    assert isinstance(marked, LineChart)
    assert marked.title == f"{plain.title}; hollow points are imported"
    assert [line.imported_points for line in marked.lines] == [(line.segments[0][0],) for line in plain.lines]
    assert svg(marked).count("var(--paper)") == len(marked.lines) > svg(plain).count("var(--paper)")
