"""Whether every page of the database can be read, and whether what it says is consistent.

The file is read in a child process: damaged pages can make DuckDB crash.
"""

from collections.abc import Callable
from pathlib import Path

from db.errors import DatabaseDamaged, NotADatabase, StoreError
from db.integrity.invariants import Breach, breaches, invariants
from db.integrity.isolated import IsolatedReader, open_isolated
from db.integrity.verify import read_definitions, read_table, sample_table, tables_of
from db.schema.migrate import migrations
from hubtrends.health.finding import Finding, bad, ok, skipped, warning
from hubtrends.jobs.backups import advice, newest_good

Tell = Callable[[str], None]

SHOWN_PLACES = 5
"""A file with many bad pages needs no longer list: the remedy is the same."""


def check_pages(path: Path, tell: Tell, *, deep: bool) -> list[Finding]:
    """Read a sample of every table, with `deep` every row; no finding where the file cannot be opened at present."""
    try:
        with open_isolated(path) as reader:
            damages, tables = _damages(reader, tell, deep=deep)
    except NotADatabase as error:
        damages, tables = [error], 0
    except StoreError:
        return []
    if damages:
        return [bad("database", str(one).rpartition(": ")[0], advice(path)) for one in damages[:SHOWN_PLACES]]
    how = "every row of them was read" if deep else "a sample of each was read; --deep reads all"
    return [ok("pages", f"{tables} tables: {how}")]


def _damages(reader: IsolatedReader, tell: Tell, *, deep: bool) -> tuple[list[NotADatabase], int]:
    """Return an error for each table that cannot be read, and the number of tables."""
    damages: list[NotADatabase] = []
    read_definitions(reader)
    tables = tables_of(reader)
    for number, table in enumerate(tables, 1):
        tell(f"reading table {number} of {len(tables)}: {table.name}")
        try:
            (read_table if deep else sample_table)(reader, table)
        except DatabaseDamaged as damage:
            damages.append(damage)
            if reader.child.poll() is not None:
                break
    return damages, len(tables)


def check_invariants(path: Path, tell: Tell) -> list[Finding]:
    """Check every invariant of the schema, of a database of this version."""
    try:
        with open_isolated(path) as reader:
            ((version,),) = reader.ask("SELECT coalesce(max(version), 0) FROM schema_migrations")
            if version != migrations()[-1].version:
                return [skipped("invariants", f"the file has schema version {version}: it is migrated at its next use")]
            found = [_broken(breach, path) for breach in breaches(reader, tell)]
    except StoreError as error:
        return [bad("invariants", f"they could not be checked ({error})", advice(path))]
    return found or [ok("invariants", f"all {len(invariants())} hold")]


def _broken(breach: Breach, path: Path) -> Finding:
    times = "once" if breach.count == 1 else f"{breach.count:,} times"
    what = f"broken {times}, by {breach.example}: {breach.invariant.sentence} ({breach.invariant.name})"
    return bad("invariants", what, advice(path))


def check_backups(path: Path) -> Finding:
    """A backup is known whose bytes still fit its sum."""
    backup = newest_good(path)
    if backup is None:
        return warning("backup", "no good one is known", "run `hubtrends backup`")
    return ok("backup", f"{backup.path} of {backup.made_at:%Y-%m-%d %H:%M} UTC fits its sum")
