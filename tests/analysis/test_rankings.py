"""Stored rankings of past weeks change nothing but the time that a report takes."""

from dataclasses import replace
from typing import Any

import pytest

import analysis.history
from analysis.comparison import pair_of
from analysis.rankings import ranking_key
from analysis.records import Metric, WeekAnalysis
from crawler.kinds import Kind
from db.rankings import load_ranking, store_rankings
from reports.build import build
from reports.render.render import render
from tests.fakes.store import DAY, LIMITS, Store, crowd, of_days, steady, summed, with_limits


@pytest.fixture
def weeks(store: Store) -> Store:
    """Return a store with eight weeks of models, some of which rise in turn."""
    days = crowd(size=40, days=56)
    for number in range(4):
        own = steady(400, days=56, seed=number)
        began = 30 + 7 * number
        days[f"riser {number}"] = own[:began] + [3 * day for day in own[began:]]
    of_days(store, {name: summed(own) for name, own in days.items()})
    return store


def rendered(week: WeekAnalysis) -> Any:
    """Return the files of a report."""
    return render(build(week, week=None))


def test_a_report_is_the_same_with_and_without(weeks: Store) -> None:
    """The files of a report are the same bytes whether past weeks are ranked again, all stored or partly stored."""
    fresh = weeks.week()
    store_rankings(weeks.con, fresh.rankings)
    stored = weeks.week()
    weeks.con.execute("DELETE FROM rankings WHERE now_at = (SELECT min(now_at) FROM rankings)")
    partly = weeks.week()

    assert any(pick.list_history and pick.list_history.weeks > 1 for pick in fresh.kinds[0].lists[0].picks)
    assert fresh.backtest
    assert rendered(fresh) == rendered(stored) == rendered(partly)


def test_stored_weeks_are_not_ranked_again(weeks: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all past weeks stored, no earlier comparison is made, and only the own week is ranked."""
    store_rankings(weeks.con, weeks.week().rankings)
    monkeypatch.setattr(analysis.history, "compare", None)

    again = weeks.week()

    assert {ranking.now_at for ranking in again.rankings} == {weeks.newest}


def test_next_week_reads_what_this_week_stored(weeks: Store) -> None:
    """A report of the last week stores its own lists for the report of this week."""
    then = weeks.newest - 7 * DAY
    store_rankings(weeks.con, weeks.week(then).rankings)

    assert {ranking.now_at for ranking in weeks.week().rankings} == {weeks.newest}


def test_other_settings_and_snapshots_have_other_keys(weeks: Store) -> None:
    """A key changes with a setting, the metric, the week, and a snapshot that the score reads."""
    pair = pair_of(weeks.con, Kind.MODEL, weeks.newest)
    first = ranking_key(weeks.con, pair, Metric.DOWNLOADS, LIMITS)
    others = [
        ranking_key(weeks.con, pair, Metric.DOWNLOADS, with_limits(shrink_downloads=40)),
        ranking_key(weeks.con, pair, Metric.LIKES, LIMITS),
        ranking_key(weeks.con, pair_of(weeks.con, Kind.MODEL, weeks.newest - DAY), Metric.DOWNLOADS, LIMITS),
    ]
    weeks.con.execute("UPDATE snapshots SET stale = true WHERE snapshot_id = 40")
    others.append(ranking_key(weeks.con, pair, Metric.DOWNLOADS, LIMITS))

    assert len({first, *others}) == 5


def test_old_rankings_are_deleted(weeks: Store) -> None:
    """Rankings of a hundred days before the newest one are of no use to a report."""
    (ranking, *_) = weeks.week().rankings
    old = replace(ranking, ranking_key="old", now_at=ranking.now_at - 101 * DAY)

    store_rankings(weeks.con, [old])
    store_rankings(weeks.con, [ranking])

    assert load_ranking(weeks.con, "old") is None
    assert load_ranking(weeks.con, ranking.ranking_key) == ranking


def test_nothing_is_stored_of_nothing(weeks: Store) -> None:
    """A report that ranked nothing leaves the stored rankings alone."""
    store_rankings(weeks.con, weeks.week().rankings[:1])

    store_rankings(weeks.con, ())

    assert weeks.con.execute("SELECT count(DISTINCT ranking_key) FROM rankings").fetchall() == [(1,)]
