"""A report's lists in SQL: stored once, kept, and never a reason for a report to fail."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.kinds import Kind, Scope
from db.commit import disk_space as room
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.connect import open_readonly
from hubtrends.cli import run
from hubtrends.config.settings import Settings
from hubtrends.errors import JournalNotWritableError
from hubtrends.exit_codes import ExitCode
from hubtrends.failures import exit_code_for
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.journal import Journal, Outcome
from hubtrends.jobs.report import ReportRequest, run_report
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept
from tests.fakes.store import DAY, START, Store

FIRST, SECOND = START + 7 * DAY, START + 14 * DAY
"""Ends of two weeks, each with a snapshot at its start and its end."""


@dataclass
class Reporter:
    """Writes reports from one database and queries their rows in SQL."""

    database: Path
    out: Path
    stop: Unwaiting = field(default_factory=Unwaiting)
    reporter: Kept = field(default_factory=Kept)

    def context(self, wait_seconds: float) -> RunContext:
        settings = Settings(wait_seconds=wait_seconds).with_database(self.database)
        return RunContext(settings, lambda: SECOND, self.reporter, self.stop)

    def writes(self, as_of: datetime = SECOND, wait_seconds: float = 0) -> Mapping[str, bytes]:
        """Write the report and return its files."""
        files = run_report(self.context(wait_seconds), ReportRequest(self.out, as_of=as_of))
        return {file.name: file.read_bytes() for file in files}

    def asks(self, query: str) -> list[tuple[Any, ...]]:
        with open_readonly(self.database) as con:
            return con.execute(query).fetchall()


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    """Return a reporter for three weekly snapshots of models that gain likes."""
    path = tmp_path / "db" / "hub.duckdb"
    path.parent.mkdir()
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        store = Store(con)
        store.entities([f"org/m{number}" for number in range(5)])
        for week in range(3):
            likes: dict[str, dict[str, int | None]] = {n: {"likes": 10 + week * key} for n, key in store.keys.items()}
            store.snapshot(START + 7 * week * DAY, likes)
    return Reporter(path, tmp_path / "out")


def held_by_another(database: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the writer lock, as another hubtrends does."""
    return writer_lock(Files.of(database), LockWait(WaitPolicy(limit=0), time, print))


def test_sql_has_a_report_once_it_is_written(reporter: Reporter) -> None:
    """SQL has its rows, and its run is in the table of runs."""
    files = reporter.writes()

    assert len(files) == 6
    assert reporter.asks("SELECT place, id, gain, report_at FROM ranked('model', 'likes', 'gains')") == [
        (5 - key, f"org/m{key}", key + 1, SECOND) for key in (4, 3, 2, 1, 0)
    ]
    assert reporter.asks("SELECT outcome FROM runs WHERE job = 'report'") == [(Outcome.DONE,)]
    assert reporter.reporter.lines == []


def test_a_repeated_report_is_equal_and_stored_once(reporter: Reporter) -> None:
    """The report depends on the snapshots only, not on its rows in SQL."""
    query = "SELECT * FROM picks ORDER BY ALL"
    files = reporter.writes()
    rows = reporter.asks(query)

    assert reporter.writes() == files
    assert reporter.asks(query) == rows
    assert rows


def test_a_second_report_keeps_the_rows_of_the_first(reporter: Reporter) -> None:
    """The order of writing does not matter; the report of the newer week is the newest."""
    reporter.writes(SECOND)
    reporter.writes(FIRST)

    assert reporter.asks("SELECT report_at, place FROM placings('org/m4') WHERE metric = 'likes'") == [
        (FIRST, 1), (SECOND, 1)
    ]  # fmt: skip
    assert reporter.asks("SELECT DISTINCT report_at FROM ranked('model', 'likes', 'gains')") == [(SECOND,)]


def test_a_writer_that_never_ends(reporter: Reporter) -> None:
    """The report is published and its run is done; one line says why SQL does not have its lists."""
    with held_by_another(reporter.database):
        files = reporter.writes()

    assert len(files) == 6
    (line,) = reporter.reporter.lines
    assert line.startswith("the report is complete, but SQL does not have its lists:")
    assert "is being written by another hubtrends" in line
    assert [run.outcome for run in Journal(reporter.database).runs()] == [Outcome.DONE]
    assert reporter.asks("FROM lists") == []


def test_a_stop_request_ends_the_wait_for_a_writer(reporter: Reporter) -> None:
    """The report is published nevertheless."""

    class Wished(Unwaiting):
        """A stop request during a wait."""

        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    reporter.stop = Wished()
    with held_by_another(reporter.database):
        files = reporter.writes(wait_seconds=3600)

    assert len(files) == 6
    assert reporter.reporter.lines[1:] == ["the report is complete, but SQL does not have its lists: asked to stop"]


def test_a_disk_without_room_for_a_commit(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line asks for disk space."""
    monkeypatch.setattr(room, "GROWTH", 2**60)

    files = reporter.writes()

    assert len(files) == 6
    (line,) = reporter.reporter.lines
    assert "SQL does not have its lists: a commit to" in line
    assert line.endswith("make room and try again")


@pytest.fixture
def barred(reporter: Reporter) -> Reporter:
    """Return a reporter whose journal and lock cannot be written, because folders have their names."""
    for suffix in (".journal", ".lock"):
        reporter.database.with_name(reporter.database.name + suffix).mkdir()
    return reporter


def test_a_folder_that_cannot_be_written(barred: Reporter, capsys: pytest.CaptureFixture[str]) -> None:
    """The report is written with exit code 0; two lines say that the journal and SQL do not have it."""
    words = ["report", "--db", str(barred.database), "--as-of", SECOND.isoformat(), "--out", str(barred.out)]

    assert run(words) == ExitCode.OK

    out, err = capsys.readouterr()
    assert out.splitlines() == [str(barred.out / "2026-W11.html")]
    journal, said = err.splitlines()
    assert journal.startswith("this run is not in the journal: ")
    assert "hub.duckdb.lock is a folder" in said
    assert barred.asks("FROM picks") == []


def test_a_crawl_without_a_writable_journal_is_refused(barred: Reporter) -> None:
    """The next crawl depends on the journal, so a crawl without it does not start."""
    barred.database.with_name("hub.duckdb.lock").rmdir()

    with pytest.raises(JournalNotWritableError, match="make its folder writable") as caught:
        run_crawl(barred.context(0), CrawlRequest([Kind.MODEL], Scope.HEAD))

    assert exit_code_for(caught.value) is ExitCode.DATABASE_UNUSABLE
