"""What pruning means for reports that are made again, and what it refuses."""

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
from hubtrends.report_impact import Coarsened, coarsened, forgotten, kept_for_reports
from tests.fakes.walks import day, new_store, repo

BEGIN = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def daily(days: int, kind: str = "model") -> list[SnapshotInfo]:
    """One snapshot a day, numbered by its day."""
    return [
        SnapshotInfo(n, kind, "head", "crawl", BEGIN + n * DAY, complete=True, stale=False, records=9)
        for n in range(days)
    ]


REPORT = Report("run", "hubtrends-2026-W29", frozenset({42, 49}))


@pytest.mark.parametrize(
    ("days_later", "told"),
    [
        (40, Coarsened(weekly=0, fewer=0)),
        (65, Coarsened(weekly=0, fewer=1)),
        (100, Coarsened(weekly=1, fewer=0)),
    ],
    ids=["all that it read is young", "some of its past has gone", "its week has gone as well"],
)
def test_a_report_loses_its_days_as_they_grow_old(days_later: int, told: Coarsened) -> None:
    """The ends stay, so the gains do; its scores are made from what is left between them."""
    held = daily(50)
    dropped = select_expired(held, BEGIN + (49 + days_later) * DAY, 90, kept_for_reports([REPORT]))

    assert not {snapshot.snapshot_id for snapshot in dropped} & REPORT.used
    assert coarsened([REPORT], held, dropped) == told


def test_a_report_that_was_made_twice_counts_once() -> None:
    """The same week has the same name; two weeks are two reports."""
    again = Report("later", REPORT.stem, REPORT.used)
    other = Report("other", "hubtrends-2026-W28", frozenset({35, 42}))
    held = daily(50)
    dropped = [snapshot for snapshot in held if snapshot.snapshot_id % 7]

    assert coarsened([REPORT, again, other], held, dropped) == Coarsened(weekly=2, fewer=0)


def test_a_report_of_weekly_snapshots_loses_nothing() -> None:
    """It never had daily scores, so nothing is coarser."""
    held = daily(50)[::7]

    assert coarsened([REPORT], held, held[1:3]) == Coarsened(weekly=0, fewer=0)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (Coarsened(0, 0), "no earlier report, if made again, would be scored from fewer daily snapshots"),
        (
            Coarsened(1, 0),
            "one earlier report, if made again, would be scored from weekly snapshots instead of daily ones",
        ),
        (
            Coarsened(12, 3),
            "12 earlier reports, if made again, would be scored from weekly snapshots instead of daily ones,"
            " and 3 from fewer daily ones",
        ),
        (
            Coarsened(0, 3),
            "3 earlier reports, if made again, would be scored from fewer daily snapshots",
        ),
    ],
)
def test_what_becomes_coarser_is_told_in_one_line(found: Coarsened, line: str) -> None:
    """Also where nothing does, so that the line is never missed."""
    assert found.told() == line


def test_a_journal_knows_the_reports_that_were_made() -> None:
    """Each that it does not know counts, and one that the database has not been told of yet does not."""
    assert forgotten({"run"}, [REPORT, Report("new", "w", frozenset())]) == 0
    assert forgotten({"run", "lost"}, [REPORT]) == 1


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two old snapshots in one week, the first of which a report rests on, as journal and database say."""
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
def years_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is empty."""
    monkeypatch.chdir(tmp_path)


def dropped_by(capsys: pytest.CaptureFixture[str], database: Path, *words: str) -> list[int]:
    """The snapshots that a dry run would drop."""
    assert (
        run(["prune", "--dry-run", "--format", "json", "--db", str(database), *words], clock=lambda: day(1000))
        == ExitCode.OK
    )
    return [row["snapshot"] for row in json.loads(capsys.readouterr().out)]


def test_what_a_report_used_stays(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the week the newest and the used one stay."""
    assert dropped_by(capsys, database) == [2]


def test_pruning_says_what_it_did(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is written anew without what went, and what that means for reports is one line."""
    assert run(["prune", "--db", str(database)], clock=lambda: day(1000)) == ExitCode.OK

    told = " ".join(capsys.readouterr().err.split())
    assert "no earlier report, if made again, would be scored from fewer daily snapshots" in told
    assert "1 snapshot dropped" in told
    with session(database, "READ_ONLY") as con:
        assert con.execute("SELECT snapshot_id FROM snapshots ORDER BY ALL").fetchall() == [(1,), (3,)]


def test_nothing_is_pruned_without_the_journal(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The database knows that a report was made: what it rests on is not guessed."""
    Journal(database).path.unlink()

    assert run(["prune", "--db", str(database)], clock=lambda: day(1000)) == ExitCode.ATTENTION
    told = capsys.readouterr().err
    assert "does not know 1 of the reports that the database says were made" in told
    assert "restore the journal, or give --forget-reports" in told


def test_reports_can_be_forgotten_on_purpose(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then only the newest of the week stays."""
    Journal(database).path.unlink()

    assert dropped_by(capsys, database, "--forget-reports") == [1, 2]


def test_a_new_journal_does_not_wipe_what_the_database_knows(database: Path) -> None:
    """Runs that only the database remembers outlive the next commit, so that prune still refuses."""
    Journal(database).path.unlink()
    journal = Journal(database)
    run_id = journal.begin("crawl", None, day(3))
    with session(database) as con:
        mirror_journal(con, [(run_id, "crawl", None, day(3), None, "running", None)])

    assert run(["prune", "--db", str(database)], clock=lambda: day(1000)) == ExitCode.ATTENTION
