"""Export the history as Parquet files that other engines can read directly.

    snapshots/kind=model/date=2026-05-04/snapshot-000042.parquet   counters and names of one snapshot
    attributes/kind=model/attributes.parquet                       attributes with their validity intervals
    entities/kind=model/entities.parquet                           one row per entity: first and last sighting
    events/kind=model/events.parquet                               events such as renames and removals
    lists/kind=model/lists.parquet                                 the lists of all reports
    picks/kind=model/picks.parquet                                 the rows of those lists
    sources/kind=model/sources.parquet                             the files that snapshots were imported from
    data_dictionary.parquet                                        the meaning of every table and column
    manifest.json                                                  all files with row counts and checksums, written last

The key is hub_id, because entity_key is valid in one database only. The time of the first migration identifies the
database. An export is incremental: it reads the manifest of
the previous export and rewrites a file only if its content changed. Equal content gives equal bytes. Snapshots that
were pruned from the database stay in the export.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import duckdb

from crawler.kinds import Kind
from db.export.errors import ExportDamagedError, OtherDatabaseError
from db.export.manifest import Exported, Manifest, checksum, damages, read_manifest, write_manifest
from db.export.target import Target, reachable
from db.schema.migrate import check_version, path_of
from db.sql import load_sql, quote_text

logger = logging.getLogger(__name__)

SAVED_EVERY = 25
"""The number of files between manifest writes, from which an interrupted export resumes."""


@dataclass(frozen=True, slots=True)
class Part:
    """An export file: the query for its rows, and their version tag."""

    path: str
    query: str
    state: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The result of an export."""

    written: tuple[Exported, ...]
    unchanged: int

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.written)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.written)


def export(con: duckdb.DuckDBPyConnection, target: Target, on_written: Callable[[Exported], None]) -> ExportReport:
    """Update the target to the state of the attached database.

    Calls `on_written` for each file written. Raises OtherDatabaseError and TargetNotWritableError.
    """
    version, database = check_version(con), path_of(con)
    with reachable(database, target):
        (database_id,) = con.execute("SELECT min(applied_at)::VARCHAR FROM schema_migrations").fetchone() or ("",)
        before = read_manifest(target) or Manifest(database_id, version, complete=True)
        if before.database != database_id:
            raise OtherDatabaseError(database, target.address)
        parts = list(_parts(con, version))
        due = [part for part in parts if part.path not in before.files or before.files[part.path].state != part.state]
        manifest = replace(before, schema_version=version, complete=not due)
        for number, part in enumerate(due, 1):
            file = _write(con, target, part)
            manifest = replace(manifest, files={**manifest.files, file.path: file}, complete=number == len(due))
            if manifest.complete or number % SAVED_EVERY == 0:
                write_manifest(target, manifest)
            logger.debug("%s is written, %d rows", file.path, file.rows)
            on_written(file)
    logger.debug("%s: %d of %d files were written", target.address, len(due), len(parts))
    return ExportReport(tuple(manifest.files[part.path] for part in due), len(parts) - len(due))


def verify(con: duckdb.DuckDBPyConnection, target: Target) -> Manifest:
    """Verify the checksum of every exported file; raises ExportDamagedError and TargetNotWritableError."""
    with reachable(path_of(con), target):
        manifest = read_manifest(target)
        found = ["manifest.json is missing or not understood"] if manifest is None else list(damages(target, manifest))
    if manifest is None or found:
        raise ExportDamagedError(path_of(con), target.address, tuple(found))
    return manifest


def _write(con: duckdb.DuckDBPyConnection, target: Target, part: Part) -> Exported:
    with target.staged(part.path) as local:
        rows = con.execute(
            f"COPY ({part.query}) TO {quote_text(str(local))} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        with local.open("rb") as file:
            sha256, length = checksum(file)
    return Exported(part.path, int(rows[0]) if rows else 0, length, sha256, part.state)


def _parts(con: duckdb.DuckDBPyConnection, version: int) -> Iterator[Part]:
    """Yield every file of a complete export."""
    for kind in Kind:
        rows = con.execute(
            "SELECT snapshot_id, observed_at, concat_ws(' ', records, scope, complete, stale, origin) FROM snapshots"
            " WHERE kind = ? ORDER BY snapshot_id",
            [kind],
        ).fetchall()
        for snapshot_id, observed_at, state in rows:
            query = load_sql("db/export/snapshots").format(snapshot_id=snapshot_id, table=kind.spec.attribute_table)
            path = f"snapshots/kind={kind}/date={observed_at:%Y-%m-%d}/snapshot-{snapshot_id:06}.parquet"
            yield Part(path, query, f"{version} {state}")
        for name in ("attributes", "entities", "events", "lists", "picks", "sources"):
            query = load_sql(f"db/export/{name}").format(kind=kind.value, table=kind.spec.attribute_table)
            yield from _if_any(con, f"{name}/kind={kind}/{name}.parquet", query, version)
    yield from _if_any(con, "data_dictionary.parquet", "FROM data_dictionary ORDER BY ALL", version)


def _if_any(con: duckdb.DuckDBPyConnection, path: str, query: str, version: int) -> Iterator[Part]:
    """Yield a part, versioned by row count and hash, unless the query is empty."""
    rows, total = con.execute(f"SELECT count(*), bit_xor(hash(t)) FROM ({query}) AS t").fetchone() or (0, 0)  # noqa: S608
    if rows:
        yield Part(path, query, f"{version} {rows} {total}")
