"""Checks that every page of the database is readable and that its invariants hold.

A child process reads the file, because damaged pages can crash DuckDB.
"""

from collections.abc import Callable
from pathlib import Path

from db.errors import DatabaseDamagedError, DatabaseUnreadableError, NotADatabaseError, StoreError
from db.integrity.invariants import breaches, invariants
from db.integrity.isolated import IsolatedReader, open_isolated
from db.integrity.verify import read_definitions, read_table, sample_table, tables_of
from db.schema.migrate import migrations
from hubtrends.health.finding import Finding, Verdict, bad, from_message, ok, skipped, warning
from hubtrends.jobs.backups import advice, newest_good

Log = Callable[[str], None]

MAX_DAMAGES = 5
"""Maximum number of damaged tables to list; all have the same remedy."""


def check_pages(path: Path, log: Log, *, deep: bool) -> list[Finding]:
    """Read a sample of every table, or every row with `deep`.

    Returns nothing if the file cannot be opened now: the check of the database reports that.
    """
    try:
        with open_isolated(path) as reader:
            damages, tables = _read_tables(reader, log, deep=deep)
    except NotADatabaseError as error:
        damages, tables = [error], 0
    except DatabaseUnreadableError as error:
        return [from_message("database", Verdict.BAD, error)]
    except StoreError:
        return []
    if damages:
        return [bad("database", str(one).rpartition(": ")[0], advice(path)) for one in damages[:MAX_DAMAGES]]
    how = "every row was read" if deep else "a sample of each was read; --deep reads every row"
    return [ok("pages", f"{tables} tables: {how}")]


def _read_tables(reader: IsolatedReader, log: Log, *, deep: bool) -> tuple[list[NotADatabaseError], int]:
    """Return an error for each unreadable table, and the number of tables."""
    damages: list[NotADatabaseError] = []
    read_definitions(reader)
    tables = tables_of(reader)
    for number, table in enumerate(tables, 1):
        log(f"reading table {number} of {len(tables)}: {table.name}")
        try:
            (read_table if deep else sample_table)(reader, table)
        except DatabaseDamagedError as damage:
            damages.append(damage)
            if reader.child.poll() is not None:
                break
    return damages, len(tables)


def check_invariants(path: Path, log: Log) -> list[Finding]:
    """Check every invariant of a database of the current schema version."""
    try:
        with open_isolated(path) as reader:
            ((version,),) = reader.ask("SELECT coalesce(max(version), 0) FROM schema_migrations")
            if version != migrations()[-1].version:
                return [skipped("invariants", f"the file has schema version {version}; its next use migrates it")]
            found = []
            for breach in breaches(reader, log):
                times = "once" if breach.count == 1 else f"{breach.count:,} times"
                broken = f"{breach.invariant.sentence} ({breach.invariant.name})"
                what = f"violated {times}, for example by {breach.example}: {broken}"
                found.append(bad("invariants", what, advice(path)))
    except StoreError as error:
        return [bad("invariants", f"they could not be checked ({error})", advice(path))]
    return found or [ok("invariants", f"all {len(invariants())} hold")]


def check_backups(path: Path) -> Finding:
    """Check that a backup exists and matches its checksum."""
    backup = newest_good(path)
    if backup is None:
        return warning("backup", "no intact backup is known", "run `hubtrends backup`")
    return ok("backup", f"{backup.path} of {backup.made_at:%Y-%m-%d %H:%M} UTC matches its checksum")
