"""What pruning does to earlier reports, and what prune refuses."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind
from db.connect import session
from db.deletion.retention import SnapshotInfo, select_expired
from db.queries import mirror_journal
from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.journal import Journal, Outcome, Report
from hubtrends.report_impact import CoarserReports, count_coarser_reports, count_forgotten, snapshots_of_reports
from tests.fakes.walks import day, new_store, repo

BEGIN = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def daily(days: int, kind: str = "model") -> list[SnapshotInfo]:
    """Return one snapshot per day, numbered by its day."""
    return [
        SnapshotInfo(n, kind, "head", "crawl", BEGIN + n * DAY, complete=True, stale=False, records=9)
        for n in range(days)
    ]


REPORT = Report("run", "hubtrends-2026-W29", frozenset({42, 49}))


@pytest.mark.parametrize(
    ("days_later", "expected"),
    [
        (40, CoarserReports(weekly=0, fewer=0)),
        (65, CoarserReports(weekly=0, fewer=1)),
        (100, CoarserReports(weekly=1, fewer=0)),
    ],
    ids=["nothing expired", "part of its past expired", "its week expired"],
)
def test_report_loses_daily_snapshots_with_age(days_later: int, expected: CoarserReports) -> None:
    """Both ends of its week stay, so its gains stay; the days between them expire."""
    stored = daily(50)
    dropped = select_expired(stored, BEGIN + (49 + days_later) * DAY, 90, snapshots_of_reports([REPORT]))

    assert not {snapshot.snapshot_id for snapshot in dropped} & REPORT.used
    assert count_coarser_reports([REPORT], stored, dropped) == expected


def test_report_with_two_runs() -> None:
    """Two runs for one week count once, two weeks count twice."""
    again = Report("later", REPORT.stem, REPORT.used)
    other = Report("other", "hubtrends-2026-W28", frozenset({35, 42}))
    stored = daily(50)
    dropped = [snapshot for snapshot in stored if snapshot.snapshot_id % 7]

    assert count_coarser_reports([REPORT, again, other], stored, dropped) == CoarserReports(weekly=2, fewer=0)


def test_report_of_weekly_snapshots() -> None:
    """A report without daily scores cannot become coarser."""
    stored = daily(50)[::7]

    assert count_coarser_reports([REPORT], stored, stored[1:3]) == CoarserReports(weekly=0, fewer=0)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (CoarserReports(0, 0), "no earlier report, if made again, would be scored from fewer daily snapshots"),
        (
            CoarserReports(1, 0),
            "one earlier report, if made again, would be scored from weekly snapshots instead of daily ones",
        ),
        (
            CoarserReports(12, 3),
            "12 earlier reports, if made again, would be scored from weekly snapshots instead of daily ones,"
            " and 3 from fewer daily ones",
        ),
        (
            CoarserReports(0, 3),
            "3 earlier reports, if made again, would be scored from fewer daily snapshots",
        ),
    ],
)
def test_summary_line(found: CoarserReports, line: str) -> None:
    """The line appears even if no report becomes coarser."""
    assert line == str(found)


def test_forgotten_reports() -> None:
    """Reports that the journal lacks count; reports that only the journal has do not."""
    assert count_forgotten({"run"}, [REPORT, Report("new", "w", frozenset())]) == 0
    assert count_forgotten({"run", "lost"}, [REPORT]) == 1


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two old snapshots in one week; a report, known to journal and database, uses the first."""
    journal = Journal(tmp_path / "hub.duckdb")
    run_id = journal.begin("report", None, day(2))
    journal.note_report(run_id, day(2), "hubtrends-2026-W37", [1], [], day(2))
    journal.end(run_id, Outcome.DONE, "", day(2))
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"))
        store.take(Kind.MODEL, day(1), repo("a"))
        store.take(Kind.MODEL, day(2), repo("a"))
        mirror_journal(store.con, [(run_id, "report", None, day(2), day(2), "done", "")])
    return tmp_path / "hub.duckdb"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder has no configuration."""
    monkeypatch.chdir(tmp_path)


def years_later() -> datetime:
    """Return a time at which the snapshots have expired."""
    return day(1000)


def dropped_by(capsys: pytest.CaptureFixture[str], database: Path, *words: str) -> list[int]:
    """Return the snapshots that a dry run would drop."""
    assert (
        run(["prune", "--dry-run", "--format", "json", "--db", str(database), *words], clock=years_later) == ExitCode.OK
    )
    return [row["snapshot"] for row in json.loads(capsys.readouterr().out)]


def test_snapshot_of_a_report_stays(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each week the newest snapshot stays, and the snapshot that a report uses."""
    assert dropped_by(capsys, database) == [2]


def test_prune_deletes_and_says_what_earlier_reports_lose(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The expired snapshot is gone from the file, and a line names the effect on reports."""
    assert run(["prune", "--db", str(database)], clock=years_later) == ExitCode.OK

    lines = " ".join(capsys.readouterr().err.split())
    assert "no earlier report, if made again, would be scored from fewer daily snapshots" in lines
    assert "1 snapshot deleted" in lines
    with session(database, "READ_ONLY") as con:
        assert con.execute("SELECT snapshot_id FROM snapshots ORDER BY ALL").fetchall() == [(1,), (3,)]


def test_lost_journal(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prune refuses if the journal lacks a report that the database names."""
    Journal(database).path.unlink()

    assert run(["prune", "--db", str(database)], clock=years_later) == ExitCode.ATTENTION
    assert "give --forget-reports" in capsys.readouterr().err


def test_forget_reports(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--forget-reports keeps only the newest snapshot of the week."""
    Journal(database).path.unlink()

    assert dropped_by(capsys, database, "--forget-reports") == [1, 2]


def test_new_journal(database: Path) -> None:
    """Runs that only the database has survive the next commit, so prune still refuses."""
    Journal(database).path.unlink()
    journal = Journal(database)
    run_id = journal.begin("crawl", None, day(3))
    with session(database) as con:
        mirror_journal(con, [(run_id, "crawl", None, day(3), None, "running", None)])

    assert run(["prune", "--db", str(database)], clock=years_later) == ExitCode.ATTENTION
