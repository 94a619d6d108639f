"""Checks of the database and the files next to it."""

import os
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.connect import session
from db.queries import mirror_journal
from db.schema.migrate import Migration, migrations
from hubtrends.config.settings import Settings
from hubtrends.health.finding import Finding, Verdict
from hubtrends.health.status import collect_status
from hubtrends.health.store import check_commit, check_journal, check_log, check_spool, inspect_database
from hubtrends.jobs.journal import Journal
from tests.fakes.findings import finding_of
from tests.fakes.walks import day, spool_walk

NOW = day(1)


def inspected(database: Path, check: str = "database") -> Finding:
    """Inspect a database and return the finding of one check."""
    return finding_of(inspect_database(database, NOW).findings, check)


def test_empty_file(database: Path) -> None:
    """An empty file, as `touch` makes it, may be deleted."""
    database.write_bytes(b"")
    found = inspected(database)

    assert (Verdict.BAD, f"{database} is empty") == (found.verdict, found.what)
    assert found.remedy == "delete it for a new start, or restore a backup"


def test_damaged_file(database: Path) -> None:
    """Changed bytes are found wherever DuckDB meets them."""
    body = bytearray(database.read_bytes())
    body[3 * 4096 :] = bytes(b ^ 0xFF for b in body[3 * 4096 :])
    database.write_bytes(body)
    found = inspected(database)

    assert Verdict.BAD is found.verdict
    assert "restore a backup" in (found.remedy or "")


def test_file_of_a_newer_version(database: Path) -> None:
    """A newer schema needs a newer program."""
    with session(database) as con:
        con.execute("INSERT INTO schema_migrations VALUES (99, 'later', now(), '9.0')")
    found = inspected(database)

    assert (found.verdict, found.remedy) == (Verdict.BAD, "install a newer hubtrends")
    assert "has schema version 99" in found.what


def test_file_of_an_older_version(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older schema is migrated at the next use, so nothing needs repair."""
    newest = migrations()[-1].version + 1
    monkeypatch.setattr("hubtrends.health.store.migrations", lambda: (*migrations(), Migration(newest, "later", "")))
    found = inspected(database)

    assert (Verdict.WARNING, f"this hubtrends writes {newest}" in found.what) == (found.verdict, True)
    assert "migrates the file" in (found.remedy or "")


def test_file_of_another_program(tmp_path: Path) -> None:
    """A DuckDB file without our tables is not mistaken for an empty store."""
    with session(tmp_path / "theirs.duckdb") as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS x")
    found = inspected(tmp_path / "theirs.duckdb")

    assert (found.verdict, found.remedy) == (Verdict.WARNING, "crawl, or name another file with --db")


def test_file_that_is_open_for_writing(database: Path) -> None:
    """The finding names the process that has the file open."""
    with closing(duckdb.connect(str(database))):
        found = inspected(database)

    assert (found.verdict, found.remedy) == (Verdict.WARNING, "close it there and try again")
    assert f"PID {os.getpid()}" in found.what


def test_missing_rows(database: Path) -> None:
    """A snapshot with fewer rows than it recorded has lost data."""
    with session(database) as con:
        con.execute("DELETE FROM observations WHERE entity_key = 1")
    found = inspected(database)

    assert Verdict.BAD is found.verdict
    assert f"snapshot 1 of {database} recorded 2 entities and has 1 rows" == found.what
    assert "restore a backup" in (found.remedy or "")


@pytest.mark.parametrize(
    ("statement", "verdict", "what"),
    [
        ("DROP MACRO TABLE week_over_week", Verdict.BAD, "views or macros are missing: week_over_week"),
        (
            "CREATE OR REPLACE VIEW articles AS SELECT 1 AS x",
            Verdict.WARNING,
            "views or macros of another version: articles",
        ),
    ],
)
def test_views_of_another_version(database: Path, statement: str, verdict: Verdict, what: str) -> None:
    """A missing view makes queries fail; a changed one gives other answers."""
    with session(database) as con:
        con.execute(statement)
    found = inspected(database, "names")

    assert (verdict, what) == (found.verdict, found.what)
    assert "run `hubtrends crawl`" in (found.remedy or "")


def test_interrupted_commit(database: Path) -> None:
    """A working copy without a writer is left from a killed process."""
    Files.of(database).copy.write_bytes(b"half a copy")
    found = check_commit(database)

    assert (found.verdict, found.what) == (Verdict.WARNING, "a commit was interrupted")
    assert "run `hubtrends crawl`" in (found.remedy or "")


def test_running_commit(database: Path) -> None:
    """The same files next to a living writer are no trace of a crash."""
    Files.of(database).copy.write_bytes(b"half a copy")
    with writer_lock(Files.of(database), LockWait(WaitPolicy(limit=0), time, print)):
        found = check_commit(database)

    assert (Verdict.OK, f"hubtrends is writing now (PID {os.getpid()})") == (found.verdict, found.what)


def test_dead_writer(database: Path) -> None:
    """A killed process leaves its number in the lock file; it does not write."""
    Files.of(database).lock.write_text(str(2**22 + 1))

    assert Verdict.OK is check_commit(database).verdict
    assert "PID" not in check_commit(database).what


def test_rescued_rows(database: Path) -> None:
    """Rescued rows are stored nowhere else, so a person must look."""
    Files.of(database).rescued.write_bytes(b"")
    found = check_commit(database)

    assert Verdict.WARNING is found.verdict
    assert "hub.duckdb.rescued contains rows that are stored nowhere else" in found.what


def test_damaged_journal(database: Path) -> None:
    """A file that is no journal and a journal with a damaged page are both found."""
    journal = Journal(database)
    journal.begin("crawl", None, NOW)
    body = journal.path.read_bytes()
    for damaged in (b"not a journal" * 999, body[:4096] + b"\xff" * (len(body) - 4096)):
        journal.path.write_bytes(damaged)
        found = check_journal(database, ())

        assert (found.verdict, str(journal.path) in found.what) == (Verdict.BAD, True)
        assert "restore it from a backup, or move it away" in (found.remedy or "")


def test_lost_journal(database: Path) -> None:
    """The database names a report that the journal lacks."""
    with session(database) as con:
        mirror_journal(con, [("r", "report", None, day(0), day(0), "done", "")])
    found = check_journal(database, inspect_database(database, NOW).reports)

    assert (Verdict.WARNING, "lacks 1 of 1 reports" in found.what) == (found.verdict, True)
    assert "--forget-reports" in (found.remedy or "")


def test_unreadable_walk(database: Path) -> None:
    """The finding names the folder of the walk; readable walks are only counted."""
    spool = Files.of(database).spool
    spool_walk(spool / "good", Kind.MODEL, day(0))
    assert [found.what for found in check_spool(database)] == ["1 unfinished walk"]

    (spool / "bad").mkdir()
    (spool / "bad" / "walk.json").write_text("{")
    (found,) = check_spool(database)

    assert (Verdict.WARNING, f"the walk in {spool / 'bad'} cannot be read") == (found.verdict, found.what)
    assert "delete that folder" in (found.remedy or "")


def test_a_log_that_is_no_log(database: Path) -> None:
    """DuckDB skips it without a message, so doctor and status say it."""
    assert check_log(database).verdict is Verdict.OK
    log = database.with_name("hub.duckdb.wal")
    log.write_bytes(b"junk" * 99)

    found = check_log(database)

    assert (found.verdict, found.what) == (
        Verdict.WARNING,
        f"{log} is cut off or no log, and DuckDB skips what it cannot read without a message",
    )
    assert str(found) in collect_status(Settings(database=database), NOW).warnings(NOW)
