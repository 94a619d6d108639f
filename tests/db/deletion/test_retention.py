"""Retention drops the right snapshots and frees their space."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.deletion.retention import SnapshotInfo, drop, list_snapshots, select_expired
from db.schema.migrate import migrate

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def snapshot(
    number: int, days_ago: float, *, complete: bool = True, stale: bool = False, scope: str = "head"
) -> SnapshotInfo:
    return SnapshotInfo(number, "model", scope, "crawl", NOW - timedelta(days=days_ago), complete, stale, 100)


def test_recent_snapshots_stay_and_old_weeks_keep_one() -> None:
    """All recent snapshots and the newest complete one of each older week are kept."""
    recent = [snapshot(n, n) for n in range(1, 90)]
    week = [snapshot(200 + n, 120 - n) for n in range(7)]
    monday_first = sorted(week, key=lambda s: s.observed_at)

    dropped = select_expired([*recent, *week], NOW, 90, used=())

    assert not {s.snapshot_id for s in dropped} & {s.snapshot_id for s in recent}
    weeks = {s.observed_at.isocalendar()[:2] for s in week}
    kept = [s for s in monday_first if s not in dropped]
    assert {s.observed_at.isocalendar()[:2] for s in kept} == weeks
    assert len(kept) == len(weeks)


def test_an_incomplete_snapshot_is_kept_only_for_want_of_a_complete_one() -> None:
    """A complete snapshot is preferred to a newer incomplete one of its week."""
    complete, incomplete = snapshot(1, 104), snapshot(2, 103, complete=False)

    assert select_expired([complete, incomplete], NOW, 90, used=()) == [incomplete]
    assert select_expired([incomplete], NOW, 90, used=()) == []


def test_a_stale_snapshot_is_not_the_keeper_of_its_week() -> None:
    """A fresh snapshot is kept in preference to a stale one, which no comparison uses."""
    fresh, stale = snapshot(1, 104), snapshot(2, 103, stale=True)

    assert select_expired([fresh, stale], NOW, 90, used=()) == [stale]


def test_a_snapshot_that_a_report_used_stays() -> None:
    """A snapshot that a report used is kept, so the report stays reproducible."""
    first, second = snapshot(1, 104), snapshot(2, 103)

    assert select_expired([first, second], NOW, 90, used=()) == [first]
    assert select_expired([first, second], NOW, 90, used={1}) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.sampled_from(["head", "full"])), max_size=40))
def test_no_week_is_emptied(days: list[tuple[int, bool, str]]) -> None:
    """Each week and scope keeps at least one snapshot, and a second pruning drops nothing."""
    snapshots = [snapshot(n, age, complete=whole, scope=scope) for n, (age, whole, scope) in enumerate(days)]

    dropped = select_expired(snapshots, NOW, 90, used=())
    left = [s for s in snapshots if s not in dropped]

    assert {(s.scope, s.observed_at.isocalendar()[:2]) for s in left} == {
        (s.scope, s.observed_at.isocalendar()[:2]) for s in snapshots
    }
    assert select_expired(left, NOW, 90, used=()) == []


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Build two old snapshots of 50,000 entities; one entity occurs only in the first."""
    path = tmp_path / "hub.duckdb"

    def fill(con: duckdb.DuckDBPyConnection) -> None:
        migrate(con, NOW, "test")
        con.execute(
            "INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, stale, requests,"
            " records, duplicates, rejected, settings, tool_version, reason, origin, run_id, walk_id)"
            " SELECT n, 'model', 'head', TIMESTAMPTZ '2026-06-01 09:30Z' + INTERVAL 1 DAY * n,"
            " now(), true, NULL, 1, 50000, 0, 0, '{}', 'test', NULL, 'crawl', 'r', 'w' || n FROM range(1, 3) AS t(n)"
        )
        con.execute(
            "INSERT INTO observations BY NAME SELECT n AS snapshot_id, k AS entity_key, hash(k, n) % 1000000 AS likes"
            " FROM range(1, 3) AS t(n), range(50000) AS u(k) WHERE NOT (n = 2 AND k = 7) ORDER BY n, k"
        )
        con.execute(
            "INSERT INTO entities SELECT k, 'model', 'h' || k, 'a/' || k, NULL, NULL, now(), now(),"
            " if(k = 7, 1, 2), 'listed' FROM range(50000) AS u(k)"
        )
        con.execute("CREATE TABLE mine AS SELECT 42 AS answer")

    commit(path, fill, on_wait=print, wait=WaitPolicy(limit=0), clock=time)
    return path


def test_pruning_gives_the_space_back_and_keeps_what_is_not_ours(database: Path) -> None:
    """The file shrinks, and an analyst's table and the macros are kept."""
    before = database.stat().st_size
    with open_readonly(database) as con:
        dropped = select_expired(list_snapshots(con), NOW, 90, used=())
    assert [s.snapshot_id for s in dropped] == [1]

    commit(database, lambda con: drop(con, [1]), on_wait=print, wait=WaitPolicy(limit=0), clock=time, repack=True)

    assert database.stat().st_size <= before - 2**18
    assert sorted(file.name for file in database.parent.iterdir()) == ["hub.duckdb", "hub.duckdb.lock"]
    with closing(duckdb.connect(str(database), read_only=True)) as con:
        assert con.execute("SELECT answer FROM mine").fetchone() == (42,)
        assert con.execute("SELECT DISTINCT snapshot_id FROM observations").fetchall() == [(2,)]
        assert con.execute("SELECT last_snapshot, count(*) FROM entities GROUP BY 1 ORDER BY 1").fetchall() == [
            (1, 1),
            (2, 49999),
        ]
        assert con.execute("SELECT count(*) FROM week_over_week('model')").fetchone() == (49999,)
