"""Imports the files of other archives as snapshots with their own origin.

    import_archives(con, order):
        for each file              stage: our columns, each row checked
            for each time in it, in a transaction
                entities           new entities get a key
                row_entities       the entity of each row, by _id or else by its name at that time
                observations       the counters
                attributes         placed in time
                dates              creation, last change
                coverage, rejects, the row of the snapshot
        seen, entities             first and last observations, status, current names
        stale                      snapshots that repeat the counters of the snapshot before

The order of import does not matter; only `observed_at` counts. Imported snapshots create no events, because events
would depend on the order of imports; the history of names and attributes shows the same changes. A snapshot of the same
kind, origin and time is imported once; a later import of the same file adds the rows that were rejected before.
Archives without `_id` contribute counters only, no attributes.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.kinds import OWN_ORIGIN
from db.importing.errors import NoValidRowsError, ReservedOriginError
from db.importing.snapshot import ArchiveOrder, Imported, SnapshotImport, find_stored, walk_id
from db.importing.source import stage
from db.importing.sources import describe_file, write_source
from db.ingest.staleness import is_stale
from db.ingest.tags import define_tag_macros
from db.sql import run_sql, transaction

logger = logging.getLogger(__name__)

MEMORY = "700MB"
"""DuckDB's memory limit, which leaves Python the rest of a gigabyte. DuckDB spills next to the database."""


def import_archives(
    con: duckdb.DuckDBPyConnection,
    order: ArchiveOrder,
    now: datetime,
    tool_version: str,
    run_id: str,
    on_stored: Callable[[Imported], None] = lambda _: None,
) -> list[Imported]:
    """Import the snapshots of the files that are not stored yet.

    `con` uses the database, with UTC as its time zone. `on_stored` is called for each snapshot. Raises ArchiveError;
    `con` then still has the snapshots before the error, so the caller discards the working copy.
    """
    if order.origin == OWN_ORIGIN:
        raise ReservedOriginError(order.files[0])
    con.execute(f"SET memory_limit = '{MEMORY}'")
    define_tag_macros(con)
    row = con.execute("SELECT coalesce(max(entity_key), 0) FROM entities").fetchone()
    known_keys = int(row[0]) if row else 0
    imported: list[Imported] = []
    for path in order.files:
        for snapshot in _import_file(con, order, path, now, tool_version, run_id):
            imported.append(snapshot)
            on_stored(snapshot)
    if imported:
        ids = [one.snapshot_id for one in imported]
        parameters = {"kind": order.kind, "snapshot_ids": ids, "known_keys": known_keys}
        with transaction(con):
            for step in ("14_seen", "15_entities"):
                run_sql(con, f"db/importing/{step}", parameters)
            _mark_stale(con, order, min(one.observed_at for one in imported))
    con.execute("RESET memory_limit")
    return imported


def _import_file(
    con: duckdb.DuckDBPyConnection, order: ArchiveOrder, path: Path, now: datetime, tool_version: str, run_id: str
) -> Iterator[Imported]:
    """Import the snapshots of one file that have a valid row; others would look like mass removals."""
    staged = stage(con, path, order.kind, order.mapping, order.when, now, order.list_of_rows)
    source = describe_file(path, order.revision, order.licence)
    empty: list[NoValidRowsError] = []
    for moment in staged.times:
        stored = find_stored(con, walk_id(order, moment))
        if stored and not stored.may_grow(staged):
            logger.debug("%r: the snapshot of %s is stored already", path.name, moment)
            continue
        try:
            with transaction(con):
                snapshot = SnapshotImport(con, order, staged, moment, stored)
                imported = snapshot.add_rows() if stored else snapshot.store(tool_version, run_id)
                if imported:
                    write_source(con, imported.snapshot_id, source, now, run_id)
        except NoValidRowsError as error:
            logger.debug("%r: the snapshot of %s has no valid row", path.name, moment)
            empty.append(error)
        else:
            if imported:
                logger.debug(
                    "%r: %d records are stored as snapshot %d", path.name, imported.records, imported.snapshot_id
                )
                yield imported
    if empty and len(empty) == len(staged.times):
        raise empty[0]


def _mark_stale(con: duckdb.DuckDBPyConnection, order: ArchiveOrder, since: datetime) -> None:
    """Mark the archive's snapshots from `since` on as stale if they repeat the counters of the previous snapshot."""
    if not order.kind.spec.counts_downloads:
        return
    rows = con.execute(
        "SELECT snapshot_id, observed_at FROM snapshots WHERE kind = ? AND origin = ? AND observed_at >= ?",
        [order.kind, order.origin, since],
    ).fetchall()
    for snapshot_id, observed_at in rows:
        stale = is_stale(con, order.kind, order.origin, snapshot_id, observed_at)
        con.execute("UPDATE snapshots SET stale = ? WHERE snapshot_id = ?", [stale, snapshot_id])
