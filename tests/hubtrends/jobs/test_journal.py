"""The journal of runs, read again after a restart."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind
from crawler.plan import WatchedEntity
from hubtrends.errors import JournalFullError
from hubtrends.jobs.journal import Journal, Outcome

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def test_a_run_is_stored_with_its_period(tmp_path: Path) -> None:
    """The runs of a period are known after a restart."""
    run = Journal(tmp_path / "hub.duckdb").begin("crawl daily", NOW, NOW)
    Journal(tmp_path / "hub.duckdb").end(run, Outcome.DONE, "5 snapshots", LATER)

    tries = Journal(tmp_path / "hub.duckdb").tries("crawl daily", NOW)

    assert [(t.outcome, t.detail, t.finished_at) for t in tries] == [(Outcome.DONE, "5 snapshots", LATER)]
    assert Journal(tmp_path / "hub.duckdb").tries("crawl daily", LATER) == []


def test_a_run_that_never_ended_was_killed(tmp_path: Path) -> None:
    """The next run of the same job marks it as killed; other jobs are not touched."""
    journal = Journal(tmp_path / "hub.duckdb")
    journal.begin("crawl", None, NOW)
    journal.begin("report", None, NOW)
    journal.begin("crawl", None, LATER)

    assert [(run.job, run.outcome) for run in journal.runs()] == [
        ("crawl", Outcome.KILLED),
        ("report", Outcome.RUNNING),
        ("crawl", Outcome.RUNNING),
    ]


def test_runs_of_a_wrong_clock_do_not_stay_newest(tmp_path: Path) -> None:
    """The newest run is the one written last, and a period in the future was never tried."""
    journal = Journal(tmp_path / "hub.duckdb")
    journal.begin("report", NOW + timedelta(days=1700), NOW + timedelta(days=1700))
    journal.begin("report", NOW - timedelta(days=7), NOW)

    assert [run.started_at for run in journal.runs(last=1)] == [NOW]
    assert journal.last_period("report", NOW) == NOW - timedelta(days=7)


def test_what_a_report_names_is_followed_for_a_while(tmp_path: Path) -> None:
    """An entity that was named twice is returned once; one that was named long ago is not."""
    journal = Journal(tmp_path / "hub.duckdb")
    old, new = WatchedEntity(Kind.MODEL, "a/old", "1"), WatchedEntity(Kind.PAPER, "2605.00001", "2605.00001")
    journal.note_report("r1", NOW, "w1", [1, 2], [old], NOW - timedelta(weeks=5))
    journal.note_report("r2", NOW, "w2", [2, 3], [new], NOW - timedelta(weeks=1))
    journal.note_report("r3", NOW, "w3", [3], [new], NOW)

    assert journal.named_since(NOW - timedelta(weeks=4)) == [new]
    assert [(report.stem, set(report.used)) for report in journal.reports()] == [
        ("w1", {1, 2}),
        ("w2", {2, 3}),
        ("w3", {3}),
    ]


def test_a_missing_journal_is_empty(tmp_path: Path) -> None:
    """Reading a missing journal creates no file."""
    journal = Journal(tmp_path / "hub.duckdb")

    assert journal.runs() == []
    assert journal.heartbeat() is None
    assert not journal.path.exists()


def test_a_link_to_the_database_has_the_same_journal(tmp_path: Path) -> None:
    """The journal lies next to the real file, whatever link leads to it."""
    (tmp_path / "link.duckdb").symlink_to(tmp_path / "hub.duckdb")
    Journal(tmp_path / "link.duckdb").write_heartbeat(NOW, 7, LATER)

    beat = Journal(tmp_path / "hub.duckdb").heartbeat()

    assert beat is not None
    assert (beat.beat_at, beat.pid, beat.next_at) == (NOW, 7, LATER)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names journal and remedy; the journal stays readable and works again once there is space."""
    journal, connect = Journal(tmp_path / "hub.duckdb"), sqlite3.connect
    journal.begin("crawl", None, NOW)

    def small(path: Path, timeout: float) -> sqlite3.Connection:
        """A file that may not grow, as on a full disk."""
        con = connect(path, timeout)
        con.execute("PRAGMA max_page_count = 1")
        return con

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", small)
        with pytest.raises(JournalFullError, match=r"hub\.duckdb\.journal cannot be written.*make room and run again"):
            journal.begin("report " * 10_000, None, NOW)
        assert journal.runs()[0].job == "crawl"

    assert journal.begin("crawl", None, LATER)


def test_a_detail_has_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has no secret; a secret that an older version wrote is not returned."""
    monkeypatch.setenv("HF_TOKEN", "hf_KeepThisOut99")
    journal = Journal(tmp_path / "hub.duckdb")
    journal.end(journal.begin("crawl", None, NOW), Outcome.FAILED, "the Hub said hf_KeepThisOut99", LATER)
    with sqlite3.connect(journal.path) as con:
        (written,) = con.execute("SELECT detail FROM runs").fetchone()
        con.execute("UPDATE runs SET detail = 'http://ann:open-sesame@hub.test failed'")
    con.close()

    assert written == "the Hub said ***"
    assert [run.detail for run in journal.runs()] == ["http://***@hub.test failed"]


def test_locked_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock of another process is not reported as damage."""
    journal = Journal(tmp_path / "hub.duckdb")
    journal.begin("crawl", None, NOW)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: connect(path, timeout=0))
    with closing(connect(journal.path)) as con:
        con.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError):
            journal.begin("crawl", None, NOW)
