"""Takes back-history in: files of other archives become snapshots that say where they come from.

    import_archives(con, order):
        for each file        stage: our columns, each row judged
        for each time in it, in a transaction
            entities         entities never seen get a key
            sighted          which entity each row is about, by _id, else by the name it bore then
            observations     the numbers
            facts            put where they belong in time
            dated            creation, last change
            coverage, rejects, the snapshot's own row
        entities seen        first and last sightings, current names
        stale                which snapshots show the counters of the one before

The order of import does not matter: only `observed_at` decides. Imported snapshots bring no events, since what they
would witness depends on what is imported between them; names and facts over time tell the same. A snapshot of the same
kind, origin and time is taken once; the same file adds to it later what could not be taken before. What is not known by
_id brings numbers alone.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.kinds import OWN_ORIGIN
from db.importing.errors import NoValidRowsError, ReservedOriginError
from db.importing.snapshot import ArchiveOrder, Imported, SnapshotImport, stored_snapshot, walk_id
from db.importing.source import stage
from db.importing.sources import source_of, write_source
from db.ingest.refreshes import is_stale
from db.ingest.tags import define_tag_macros
from db.sql import run_sql, transaction

MEMORY = "700MB"
"""What DuckDB may take: the rest of a gigabyte is Python's. It spills beside the database."""


def import_archives(
    con: duckdb.DuckDBPyConnection,
    order: ArchiveOrder,
    now: datetime,
    tool_version: str,
    run_id: str,
    tell: Callable[[Imported], None] = lambda _: None,
) -> list[Imported]:
    """Store what the files hold and is not stored yet; `con` has the database in USE, in UTC.

    `tell` is called for each snapshot as it is stored. Raises ArchiveError; then what was stored before it is in `con`
    still, and the caller drops the copy it works on.
    """
    if order.origin == OWN_ORIGIN:
        raise ReservedOriginError(order.files[0])
    con.execute(f"SET memory_limit = '{MEMORY}'")
    define_tag_macros(con)
    known_keys = _greatest_key(con)
    imported: list[Imported] = []
    for path in order.files:
        for snapshot in _import_file(con, order, path, now, tool_version, run_id):
            imported.append(snapshot)
            tell(snapshot)
    if imported:
        with transaction(con):
            parameters = {
                "kind": order.kind,
                "snapshot_ids": [one.snapshot_id for one in imported],
                "known_keys": known_keys,
            }
            run_sql(con, "db/importing/09_entities_seen", parameters)
            _mark_stale(con, order, min(one.observed_at for one in imported))
    con.execute("RESET memory_limit")
    return imported


def _import_file(
    con: duckdb.DuckDBPyConnection, order: ArchiveOrder, path: Path, now: datetime, tool_version: str, run_id: str
) -> Iterator[Imported]:
    """A snapshot without a single row would say that everything had left: it is not stored."""
    staged = stage(con, path, order.kind, order.mapping, order.when, now, order.list_of_rows)
    source = source_of(path, order.revision, order.licence)
    empty: list[NoValidRowsError] = []
    for moment in staged.times:
        stored = stored_snapshot(con, walk_id(order, moment))
        if stored and not stored.may_grow(staged):
            continue
        try:
            with transaction(con):
                one = SnapshotImport(con, order, staged, moment, stored)
                imported = one.add() if stored else one.run(tool_version, run_id)
                if imported:
                    write_source(con, imported.snapshot_id, source, now, run_id)
        except NoValidRowsError as nothing:
            empty.append(nothing)
        else:
            if imported:
                yield imported
    if empty and len(empty) == len(staged.times):
        raise empty[0]


def _mark_stale(con: duckdb.DuckDBPyConnection, order: ArchiveOrder, since: datetime) -> None:
    """Say of the archive's snapshots from `since` on whether they show the counters of the one before."""
    if not order.kind.spec.counts_downloads:
        return
    rows = con.execute(
        "SELECT snapshot_id, observed_at FROM snapshots WHERE kind = ? AND origin = ? AND observed_at >= ?",
        [order.kind, order.origin, since],
    ).fetchall()
    for snapshot_id, observed_at in rows:
        stale = is_stale(con, order.kind, order.origin, snapshot_id, observed_at)
        con.execute("UPDATE snapshots SET stale = ? WHERE snapshot_id = ?", [stale, snapshot_id])


def _greatest_key(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT coalesce(max(entity_key), 0) FROM entities").fetchone()
    return int(row[0]) if row else 0
