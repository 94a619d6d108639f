"""Charts: the choice per kind, gaps, marks, and what each shows."""

import re
from dataclasses import replace
from datetime import date

import pytest

from analysis.records import KindWeek, ListName, Metric, PastWeek
from crawler.kinds import Kind
from reports.charts import charts
from reports.document import AgeChart, BarChart, Cell, Chart, DayChart, RankChart, SizeChart, WeekBar, WeekChart
from reports.render.html import spark
from reports.render.svg import svg
from reports.text.language import language
from reports.weekly import Weekly
from tests.fakes.pages import read
from tests.fakes.results import first_week, kind_week


def of_type(week: KindWeek, wanted: type[Chart]) -> Chart:
    """Return the chart of a type."""
    return next(chart for chart in charts(week, language()) if isinstance(chart, wanted))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_charts(kind: Kind) -> None:
    """A kind has weekly gains with nine weeks, gains with one, and new entities per day in a first report."""
    own = (AgeChart,) if kind is Kind.PAPER else (SizeChart,) if kind.spec.is_repo else ()
    one_week = replace(kind_week(kind, 6), past_weeks=kind_week(kind, 6).past_weeks[-1:], weekly_gains=())

    assert [*map(type, charts(kind_week(kind, 6, 9), language()))] == [WeekChart, *own, RankChart, DayChart]
    assert next(iter(map(type, charts(one_week, language())))) is BarChart
    assert DayChart in map(type, charts(first_week().kinds[list(Kind).index(kind)], language()))


def test_weeks() -> None:
    """Weekly gains have an unknown week, a week of another length at its rate per seven days, and a fall."""
    chart = of_type(kind_week(Kind.MODEL, 3, 9), WeekChart)

    assert isinstance(chart, WeekChart)
    gains = [bar.gain for bar in chart.panels[0].bars]
    assert gains == [3, 43, None, 363, -5, 1003, 1443, round(1963 * 7 / 10), 2563]
    assert [bar.sure for bar in chart.panels[0].bars] == [*(True,) * 7, False, True]
    assert len(chart.ends) == len(chart.numbers.columns) - 1 == 9
    assert "hollow" in chart.title


def test_weeks_begin_with_the_first_gain() -> None:
    """Weeks before any known gain are left out, and a single week is no history."""
    week = kind_week(Kind.MODEL, 2, 9)
    late = [replace(one, gains=(*(None,) * 6, 4, None, 9)) for one in week.weekly_gains]
    single = [replace(one, gains=(*(None,) * 8, 9)) for one in week.weekly_gains]

    weekly = Weekly.of(replace(week, weekly_gains=tuple(late)), Metric.LIKES)

    assert [bar.gain for bar in weekly.bars(["model-0", "model-1"])] == [8, None, 18]
    assert Weekly.of(replace(week, weekly_gains=tuple(single)), Metric.LIKES).bars(["model-0"]) == ()


def test_imported_weeks_are_hollow() -> None:
    """A week that rests on an archive is not sure."""
    week = kind_week(Kind.MODEL, 1, 9)
    weeks = tuple(PastWeek(past.end, 7.0, "exact", imported=place == 3) for place, past in enumerate(week.past_weeks))

    bars = Weekly.of(replace(week, past_weeks=weeks), Metric.LIKES).bars(["model-0"])

    assert [place for place, bar in enumerate(bars) if not bar.sure] == [3]


def test_gains() -> None:
    """With one week the chart shows its gains."""
    chart = next(charts(replace(kind_week(Kind.PAPER, 3), past_weeks=(), weekly_gains=()), language()))

    assert isinstance(chart, BarChart)
    assert [(bar.value, bar.text) for bar in chart.bars] == [(108, "+108"), (48, "+48"), (12, "+12")]


def test_gain_against_size() -> None:
    """Points have counter and gain, the largest gain first; all that a newcomer has, it gained in the week."""
    week = kind_week(Kind.MODEL, 6)
    entrants = tuple(ranked for ranked in week.lists if ranked.name is ListName.ENTRANTS)
    chart, young = of_type(week, SizeChart), of_type(replace(week, lists=entrants), SizeChart)

    assert isinstance(chart, SizeChart)
    assert isinstance(young, SizeChart)
    assert chart.points[0].label == "lantern-7b"
    assert [point.gain for point in chart.points] == sorted((point.gain for point in chart.points), reverse=True)
    assert not any(point.new for point in chart.points)
    assert all(point.new and point.gain == point.level for point in young.points)


def test_places_before() -> None:
    """The first ten have their earlier places, also with one earlier order only."""
    week = kind_week(Kind.SPACE, 12)
    long, short = of_type(week, RankChart), of_type(replace(week, past_ranks=()), RankChart)

    assert isinstance(long, RankChart)
    assert isinstance(short, RankChart)
    assert (len(long.lines), len(long.days), len(short.days)) == (10, 9, 2)
    assert [line.ranks for line in short.lines[:2]] == [(1, 1), (None, 2)]


def test_upvotes_at_equal_age() -> None:
    """Papers stand next to the middle half of all papers, with a gap where no age was observed."""
    chart = of_type(kind_week(Kind.PAPER, 3), AgeChart)

    assert isinstance(chart, AgeChart)
    assert chart.ages == (1, 3, 7, 14)
    assert chart.band[0] == (2, 4, 9)
    assert chart.lines[0].values == (12, 30, 44, None)
    assert (
        chart.description
        == "Upvotes of a typical (median) paper: 4 at day 1, 9 at day 3, 14 at day 7 and 17 at day 14."
    )


def test_created() -> None:
    """The last seven days before the newer snapshot are marked."""
    *_, chart = charts(kind_week(Kind.MODEL, 2), language())

    assert isinstance(chart, DayChart)
    assert (len(chart.days), chart.marked) == (28, 7)


def test_days_without_anything() -> None:
    """A day without new entities has a place, even the last one."""
    sparse = replace(kind_week(Kind.MODEL, 2), created=((date(2026, 4, 30), 3), (date(2026, 5, 2), 1)))

    *_, chart = charts(sparse, language())

    assert isinstance(chart, DayChart)
    assert [number for _, number in chart.days] == [3, 0, 1, 0, 0]


def test_nothing_to_draw() -> None:
    """A kind without numbers has no chart."""
    bare = replace(kind_week(Kind.MODEL, 0), created=(), trending=(), lists=())

    assert list(charts(bare, language())) == []


def test_history_in_a_cell() -> None:
    """A cell has bars from zero, a hollow bar of an unsure week, nothing in a gap, and a mark where a counter fell."""
    weeks = (WeekBar(0), WeekBar(9), WeekBar(None), WeekBar(18, sure=False), WeekBar(-2))

    assert spark(Cell("", history=weeks)) == {
        "sure": "M1 19v-1h6v1zM9 19v-9h6v9z",
        "hollow": "M25 19v-18h6v18z",
        "fall": "M34 14l4 4m0-4l-4 4",
    }


@pytest.mark.parametrize("gains", [(0, 0), (5, 5), (0, 10**12), (1, -1)], ids=["zero", "flat", "huge", "fallen"])
def test_degenerate_weeks(gains: tuple[int, ...]) -> None:
    """Weeks without a gain and with an enormous one can be drawn."""
    week = kind_week(Kind.MODEL, 6, 9)
    own = tuple(replace(one, gains=(*(None,) * 6, 1, *gains)) for one in week.weekly_gains)

    for chart in charts(replace(week, weekly_gains=own), language()):
        assert read(str(svg(chart, language()))).unclosed == []


@pytest.mark.parametrize("kind", Kind)
def test_text_is_large_and_inside(kind: Kind) -> None:
    """Text in charts has at least 11 px and lies inside of the drawing."""
    for chart in charts(kind_week(kind, 20, 9), language()):
        drawn = str(svg(chart, language()))
        height = float(re.findall(r'viewBox="0 0 \d+ (\d+)"', drawn)[0])
        sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", drawn)]
        downs = [float(y) for y in re.findall(r'<text[^>]* y="([\d.]+)"', drawn)]

        assert min(sizes) >= 11
        assert max(downs) < height
