"""Checks the database and the files next to it: interrupted commit, log, journal, spool."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.spool.spool import Spool
from db.commit.lock import writer
from db.commit.log import is_readable_log
from db.commit.paths import Files
from db.commit.recover import has_leftovers
from db.connect import open_readonly
from db.errors import BusyError, DatabaseMissingError, StoreError
from db.queries import latest_observations, reports_made
from db.schema.check import NamesDiffer, names_differ
from db.schema.migrate import check_version, migrations
from db.status import Dated, from_the_future, miscounted
from hubtrends.errors import JournalDamagedError, JournalNotWritableError
from hubtrends.health.finding import Finding, Verdict, bad, from_message, ok, warning
from hubtrends.jobs.journal import Journal
from hubtrends.report_impact import count_forgotten


@dataclass(frozen=True, slots=True)
class Inspection:
    """The findings about a database, and values in it that other checks need."""

    findings: tuple[Finding, ...]
    observed: tuple[datetime, ...] = ()
    """The latest observation of each kind."""
    reports: frozenset[str] = frozenset()
    """The runs that published a report."""


def inspect_database(path: Path, now: datetime) -> Inspection:
    """Open the database as a query does, then check its version, its rows, its times and its names."""
    try:
        with open_readonly(path) as con:
            return _inspect(con, path, now)
    except (DatabaseMissingError, BusyError) as error:
        return Inspection((from_message("database", Verdict.WARNING, error),))
    except StoreError as error:
        return Inspection((from_message("database", Verdict.BAD, error),))
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        return Inspection((bad("database", f"{path} cannot be read ({reason})", "restore a backup"),))


def _inspect(con: duckdb.DuckDBPyConnection, path: Path, now: datetime) -> Inspection:
    version, newest = check_version(con), migrations()[-1].version
    if version == 0:
        what = f"{path} contains no data of hubtrends"
        return Inspection((warning("database", what, "crawl, or name another file with --db"),))
    if version < newest:
        what = f"{path} has schema version {version}, and this hubtrends writes {newest}"
        remedy = "run any crawl or query: it migrates the file and leaves a backup next to it"
        return Inspection((warning("database", what, remedy),))
    findings = (
        check_rows(path, miscounted(con)),
        *check_times(from_the_future(con, now)),
        check_names(names_differ(con, now)),
    )
    return Inspection(findings, tuple(latest_observations(con).values()), reports_made(con))


def check_rows(path: Path, miscounts: Collection[tuple[int, int, int]]) -> Finding:
    """Check that the newest snapshots have all their rows."""
    for snapshot, recorded, stored in miscounts:
        what = f"snapshot {snapshot} of {path} recorded {recorded:,} entities and has {stored:,} rows"
        return bad("database", what, "restore a backup; other programs must not change our rows")
    return ok("database", f"{path} opens, and its newest snapshots are complete")


def check_times(ahead: Iterable[Dated]) -> Iterator[Finding]:
    """Yield the snapshots that lie in the future."""
    yield from (from_message("snapshots", Verdict.BAD, snapshot.describe()) for snapshot in ahead)


def check_names(differ: NamesDiffer) -> Finding:
    """Check that the views and macros are those of this version."""
    remedy = "run `hubtrends crawl`: it writes them again"
    if differ.missing:
        return bad("names", f"views or macros are missing: {', '.join(differ.missing)}", remedy)
    if differ.changed:
        return warning("names", f"views or macros of another version: {', '.join(differ.changed)}", remedy)
    return ok("names", "views and macros are those of this version")


def check_commit(path: Path) -> Finding:
    """Check that no commit was interrupted, and report a running one."""
    files = Files.of(path)
    if (pid := writer(files)) is not None:
        return ok("commit", f"hubtrends is writing now (PID {pid})")
    if has_leftovers(files):
        return warning("commit", "a commit was interrupted", "run `hubtrends crawl`: it first completes or drops it")
    if files.rescued.exists():
        what = f"{files.rescued} contains rows that are stored nowhere else"
        return warning("commit", what, "copy missing rows into the database, then delete the file")
    return ok("commit", "none was interrupted, and no process is writing")


def check_log(path: Path) -> Finding:
    """Check that DuckDB reads the whole log of the database."""
    log = Files.of(path).log(".wal")
    if is_readable_log(log):
        return ok("log", "no part of a log is unreadable")
    what = f"{log} is cut off or no log, and DuckDB skips what it cannot read without a message"
    return warning("log", what, "if no other program is writing now, move it away: rows in it are lost")


def check_journal(path: Path, published: Collection[str]) -> Finding:
    """Check that the journal is readable and has every report that the database names."""
    journal = Journal(path)
    try:
        journal.check()
        lost = count_forgotten(published, journal.reports())
    except (JournalDamagedError, JournalNotWritableError) as error:
        return from_message("journal", Verdict.BAD, error)
    if lost:
        what = f"{journal.path} lacks {lost} of {len(published)} reports and the snapshots that they use"
        return warning("journal", what, "restore it from a backup; without it prune needs --forget-reports")
    return ok("journal", "sound" if journal.path.exists() else "nothing has run yet")


def check_spool(path: Path) -> Iterator[Finding]:
    """Check that every unfinished walk is readable."""
    folders = sorted(folder for folder in Files.of(path).spool.glob("*") if folder.is_dir())
    unreadable = [folder for folder in folders if Spool.seen(folder) is None]
    for folder in unreadable:
        what = f"the walk in {folder} cannot be read"
        yield warning("spool", what, "delete that folder: the next crawl starts a new walk")
    if not unreadable:
        count = {0: "no unfinished walk", 1: "1 unfinished walk"}.get(len(folders), f"{len(folders)} unfinished walks")
        yield ok("spool", count)
