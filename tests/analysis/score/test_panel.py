"""Which snapshots a score reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.score.panel import DAILY, WEEKLY, Granularity, Panel, SnapshotRef, panel_of

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def at(*days_ago: float) -> list[SnapshotRef]:
    """Return snapshots at these ages in days, numbered in order of time."""
    moments = sorted(NOW - timedelta(days=days) for days in days_ago)
    return [SnapshotRef(number, moment) for number, moment in enumerate(moments, start=1)]


def test_daily_snapshots_give_daily_granularity() -> None:
    """Five weeks of daily snapshots are all read."""
    taken = at(*range(36))

    panel = panel_of(taken, taken[-1], taken[-8])

    assert panel is not None
    assert panel.granularity is DAILY
    assert tuple(taken) == panel.snapshots


def test_two_snapshots_of_one_day_count_once() -> None:
    """A second snapshot of a day shows the same refresh of the Hub's counters."""
    taken = at(*range(36), 3.4, 10.5)

    panel = panel_of(taken, taken[-1], next(one for one in taken if NOW - one.observed_at == timedelta(days=7)))

    assert panel is not None
    pauses = [b.observed_at - a.observed_at for a, b in zip(panel.snapshots, panel.snapshots[1:], strict=False)]
    assert min(pauses) >= timedelta(hours=20)


def test_weekly_snapshots_give_weekly_granularity() -> None:
    """With one snapshot a week, each week is one interval."""
    taken = at(0, 7, 14, 21, 28)

    panel = panel_of(taken, taken[-1], taken[-2])

    assert panel is not None
    assert panel.granularity is WEEKLY
    assert panel.spans == (7.0, 7.0, 7.0)


def test_many_missing_days_give_weekly_granularity() -> None:
    """Three snapshots in the week have no reliable mean, so weeks are compared."""
    taken = at(0, 3, 5, *range(7, 36))

    panel = panel_of(taken, taken[-1], next(one for one in taken if NOW - one.observed_at == timedelta(days=7)))

    assert panel is not None
    assert panel.granularity is WEEKLY


def test_no_panel_without_an_earlier_week() -> None:
    """Two snapshots give a change, but nothing to score it against."""
    taken = at(0, 7)

    assert panel_of(taken, taken[-1], taken[0]) is None


def test_imported_snapshots_fill_days_without_own_ones() -> None:
    """Own days are read from own snapshots, days before from the archive."""
    own = at(*range(15))
    archive = [replace(taken, snapshot_id=100 + taken.snapshot_id, imported=True) for taken in at(*range(1, 36))]
    later = [replace(taken, observed_at=taken.observed_at + timedelta(hours=3)) for taken in archive]

    panel = panel_of([*own, *later], own[-1], own[-8])

    assert panel is not None
    assert panel.granularity is DAILY
    assert [taken for taken in panel.snapshots if not taken.imported] == own
    assert all(taken.observed_at < own[0].observed_at for taken in panel.snapshots if taken.imported)
    assert panel.imported == 21


def test_past_week_ends_on_an_own_snapshot() -> None:
    """An own snapshot a day before the end of the week wins over an imported one at its end."""
    own = at(0, 7, 15)
    archive = replace(at(14)[0], snapshot_id=100, imported=True)

    panel = panel_of([*own, archive], own[-1], own[-2])

    assert panel is not None
    assert not any(taken.imported for taken in panel.weeks)


HOUR = 1 / 24


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([0, 1, 2, 3, *range(7, 15)], DAILY),
        ([0, 1, 2, *range(7, 15)], WEEKLY),
        ([0, 1, 2, 3, *range(7, 14), 21], DAILY),
        ([0, 1, 2, 3, *range(7, 13), 21], WEEKLY),
    ],
    ids=["four in the week", "three in the week", "eight before it", "seven before it"],
)
def test_the_fewest_days_of_daily_granularity(days_ago: list[float], expected: Granularity) -> None:
    """A mean of days needs four days of the week and eight before it."""
    taken = at(*days_ago)

    panel = panel_of(taken, taken[-1], next(one for one in taken if NOW - one.observed_at == timedelta(days=7)))

    assert panel is not None
    assert panel.granularity is expected


@pytest.mark.parametrize(("hours", "kept"), [(19.9, False), (20.0, True)])
def test_snapshots_twenty_hours_apart_are_two_days(hours: float, kept: bool) -> None:
    """The Hub refreshes its counters once a day, not always at the same hour."""
    taken = at(*(day for day in range(36) if day != 2), 1 + hours * HOUR)
    archive = SnapshotRef(100, NOW - timedelta(days=9, hours=-hours), imported=True)
    own = [one for one in taken if NOW - one.observed_at != timedelta(days=8)]

    panel = panel_of(taken, taken[-1], next(one for one in taken if NOW - one.observed_at == timedelta(days=7)))
    mixed = panel_of([*own, archive], own[-1], next(one for one in own if NOW - one.observed_at == timedelta(days=7)))

    assert panel is not None
    assert mixed is not None
    assert (NOW - timedelta(days=1, hours=hours) in [one.observed_at for one in panel.snapshots]) is kept
    assert mixed.imported == (hours == 20.0)


@pytest.mark.parametrize(("off", "spans"), [(2.0, (9.0, 5.0)), (2.01, (14.0,)), (-2.0, (5.0, 9.0))])
def test_a_snapshot_stands_for_a_week_end_two_days_away(off: float, spans: tuple[float, ...]) -> None:
    """A week without one in that distance is left out."""
    taken = at(0, 7, 14 + off, 21)

    panel = panel_of(taken, taken[-1], taken[-2])

    assert panel is not None
    assert panel.spans == spans


def test_four_past_weeks_are_read() -> None:
    """Older weeks, and days older than four weeks before the week, are not read."""
    weekly, daily = at(*(7 * week for week in range(8))), at(*range(50), 35.5, 35.51)

    by_week = panel_of(weekly, weekly[-1], weekly[-2])
    by_day = panel_of(daily, daily[-1], next(one for one in daily if NOW - one.observed_at == timedelta(days=7)))

    assert by_week is not None
    assert by_day is not None
    assert [(NOW - one.observed_at).days for one in by_week.weeks] == [7, 14, 21, 28, 35]
    assert max(NOW - one.observed_at for one in by_day.snapshots) == timedelta(days=35)


def test_half_a_day_of_slack_at_the_start() -> None:
    """The oldest day may have been crawled half a day early."""
    taken = at(*range(35), 35.5)

    panel = panel_of(taken, taken[-1], next(one for one in taken if NOW - one.observed_at == timedelta(days=7)))

    assert panel is not None
    assert NOW - panel.snapshots[0].observed_at == timedelta(days=35.5)


def test_the_snapshot_of_an_earlier_refresh() -> None:
    """It is the newest at least twenty hours older; without one the distance is zero."""
    taken = at(0, 20 * HOUR, 2, 14)
    panel = Panel(WEEKLY, tuple(taken), ())

    earlier, days = panel.earlier(NOW)
    assert (earlier, round(days, 9)) == (taken[2], round(20 / 24, 9))
    assert panel.earlier(NOW - timedelta(days=2)) == (taken[0], 12.0)
    assert panel.earlier(taken[0].observed_at) == (None, 0.0)
    assert panel.earlier(None) == (None, 0.0)


def test_the_start_of_the_week_is_no_past_week() -> None:
    """An own snapshot a day before an imported start of the week ends no week of its own."""
    own = at(0, 8, 14)
    before = replace(at(7)[0], snapshot_id=100, imported=True)

    panel = panel_of([*own, before], own[-1], before)

    assert panel is not None
    assert panel.spans == (7.0,)


@given(st.sets(st.integers(48, 60 * 24), min_size=1, max_size=60), st.sets(st.integers(1, 47), max_size=10))
@settings(deadline=None)
def test_any_times_give_an_ordered_panel(hours_before: set[int], hours_since: set[int]) -> None:
    """A panel is in the order of time, ends with the newest and has each snapshot once."""
    taken = at(0, *(hours / 24 for hours in hours_before | hours_since))
    before = next(one for one in reversed(taken) if NOW - one.observed_at >= timedelta(hours=47.5))

    panel = panel_of(taken, taken[-1], before)

    if panel is not None:
        moments = [one.observed_at for one in panel.snapshots]
        assert sorted(set(moments)) == moments
        assert moments[-1] == taken[-1].observed_at
        assert all(span > 0 for span in panel.spans)
