"""Which snapshots a score reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.score.panel import DAILY, WEEKLY, SnapshotRef, panel_of

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
