"""The database and what lies beside it: the file, what a commit left behind, the journal, the spool."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.spool.spool import Spool
from db.commit.lock import writer
from db.commit.paths import Files
from db.commit.recover import has_leftovers
from db.errors import Busy, DatabaseMissing, StoreError
from db.queries import latest_observations, reports_made
from db.readonly import open_readonly
from db.schema.check import NamesDiffer, names_differ
from db.schema.migrate import check_version, migrations
from db.status import Dated, from_the_future, miscounted
from hubtrends.errors import JournalDamagedError, JournalNotWritableError
from hubtrends.health.finding import Finding, Verdict, bad, ok, skipped, told, warning
from hubtrends.jobs.journal import Journal
from hubtrends.report_impact import forgotten


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look into the database found, and what it says that other checks ask for."""

    findings: tuple[Finding, ...]
    newest: tuple[datetime, ...] = ()
    """The newest observation of each kind."""
    reports: frozenset[str] = frozenset()
    """The runs that have written a report."""


def look_into(path: Path, now: datetime) -> Looked:
    """Open the database as every question does, and look at what is in it."""
    try:
        with open_readonly(path) as con:
            return _look(con, path, now)
    except DatabaseMissing as error:
        return Looked((told("database", Verdict.WARNING, error),))
    except Busy as error:
        return Looked((told("database", Verdict.WARNING, error),))
    except StoreError as error:
        return Looked((told("database", Verdict.BAD, error),))
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        return Looked((bad("database", f"{path} cannot be read ({reason})", "restore a backup"),))


def _look(con: duckdb.DuckDBPyConnection, path: Path, now: datetime) -> Looked:
    version, newest = check_version(con), migrations()[-1].version
    if version == 0:
        return Looked((warning("database", f"{path} holds nothing of hubtrends", "crawl, or name another with --db"),))
    if version < newest:
        older = f"{path} has schema version {version}, and this hubtrends writes {newest}"
        return Looked((warning("database", older, "crawl, or ask anything: it is migrated, with a backup beside it"),))
    findings = (
        check_rows(path, miscounted(con)), *check_times(from_the_future(con, now)), check_names(names_differ(con, now)),
    )  # fmt: skip
    return Looked(findings, tuple(latest_observations(con).values()), reports_made(con))


def check_rows(path: Path, miscounts: Collection[tuple[int, int, int]]) -> Finding:
    """The newest snapshots hold as many rows as they say."""
    for snapshot, says, holds in miscounts:
        what = f"snapshot {snapshot} of {path} says {says:,} entities and holds {holds:,}"
        return bad("database", what, "restore a backup; rows of ours are not for changing")
    return ok("database", f"{path} opens, and its newest snapshots are whole")


def check_times(ahead: Iterable[Dated]) -> Iterator[Finding]:
    """No snapshot lies in the future."""
    yield from (told("snapshots", Verdict.BAD, snapshot.told()) for snapshot in ahead)


def check_names(differ: NamesDiffer) -> Finding:
    """The views and macros are those of this version."""
    remedy = "they are written anew with the next crawl: run `hubtrends crawl`"
    if differ.missing:
        return bad("names", f"views or macros are missing: {', '.join(differ.missing)}", remedy)
    if differ.changed:
        return warning("names", f"views or macros of another version: {', '.join(differ.changed)}", remedy)
    return ok("names", "views and macros are those of this version")


def check_commit(path: Path) -> Finding:
    """No commit was cut off, and nobody writes."""
    files = Files.of(path)
    if (pid := writer(files)) is not None:
        return ok("commit", f"hubtrends is writing now (PID {pid})")
    if has_leftovers(files):
        return warning("commit", "a commit was cut off", "run `hubtrends crawl`: it is completed or dropped first")
    if files.rescued.exists():
        what = f"{files.rescued} holds rows that are nowhere else"
        return warning("commit", what, "take out what is missing in the database, then delete it")
    return ok("commit", "none was cut off, and nobody is writing")


def check_journal(path: Path, made: Collection[str]) -> Finding:
    """The journal can be read, and knows the reports that the database says were made."""
    journal = Journal(path)
    try:
        journal.check()
        lost = forgotten(made, journal.reports())
    except (JournalDamagedError, JournalNotWritableError) as error:
        return told("journal", Verdict.BAD, error)
    if lost:
        what = f"{journal.path} does not know {lost} of {len(made)} reports, nor what they rest on"
        return warning("journal", what, "restore it from a backup; without it prune wants --forget-reports")
    return ok("journal", "sound" if journal.path.exists() else "nothing has run yet")


def check_spool(path: Path) -> Iterator[Finding]:
    """Every unfinished walk can be read."""
    folders = sorted(folder for folder in Files.of(path).beside(".spool").glob("*") if folder.is_dir())
    unreadable = [folder for folder in folders if Spool.seen(folder) is None]
    for folder in unreadable:
        yield warning("spool", f"the walk in {folder} cannot be read", "delete that folder: the walk begins anew")
    if not unreadable:
        yield ok("spool", _walks(len(folders)) if folders else "no walk is unfinished")


def not_looked() -> Finding:
    """Nothing of a store that nobody can name."""
    return skipped("database", "without a valid configuration nobody knows which one is meant")


def _walks(count: int) -> str:
    return "1 unfinished walk" if count == 1 else f"{count} unfinished walks"
