"""Stores one snapshot of a staged file, or adds rows to it that were rejected before."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from crawler.kinds import Kind, Scope
from crawler.schema.columns import COLUMNS, NUMBERS, attribute_columns
from db.importing.attributes import (
    STATED,
    SnapshotAttributes,
    snapshots_with_attributes,
    stated_attributes,
    write_attributes,
)
from db.importing.errors import NoValidRowsError
from db.importing.source import Staged
from db.importing.times import ObservationTime
from db.queries import next_snapshot_id
from db.rankings import delete_rankings
from db.sql import run_sql

MAX_REJECTS = 1_000
"""Maximum number of stored rejects of a snapshot; one column that is invalid in every row would cause millions."""

UNKNOWN_NAMES = "rows without Hub ids need known names: crawl first, or import an archive with ids"


@dataclass(frozen=True, slots=True)
class ArchiveOrder:
    """The files to import, and how to read them."""

    files: tuple[Path, ...]
    kind: Kind
    origin: str
    scope: Scope
    when: ObservationTime
    mapping: dict[str, str] = field(default_factory=dict)
    """Our column by the archive's column; an empty name ignores the archive's column."""
    list_of_rows: str | None = None
    """The path of the list of rows, if a file is one JSON object."""
    revision: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported snapshot."""

    path: Path
    snapshot_id: int
    kind: Kind
    scope: Scope
    origin: str
    observed_at: datetime
    records: int
    duplicates: int
    rejected: int
    private: int | None
    """The dropped private repositories; None if the archive does not state it."""
    by_name: bool
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    is_added: bool = False
    """Whether the snapshot was stored before; `records` are then the added ones."""

    def describe(self) -> str:
        """Return one line about the snapshot."""
        if self.is_added:
            added = f"{self.records:,} {self.kind.plural} added, {self.rejected:,} still rejected"
            return f"{self.path.name}: {added}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC"
        by_name = ", known by name only" if self.by_name else ""
        rows = f"{self.records:,} {self.kind.plural}{by_name}, {self.rejected:,} rejected, {self.duplicates:,} repeated"
        private = f", {self.private:,} private, not stored" if self.private else ""
        return f"{self.path.name}: {rows}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC{private}"


@dataclass(frozen=True, slots=True)
class StoredImport:
    """A snapshot that was imported before."""

    snapshot_id: int
    rejected: int
    file: str
    columns: tuple[str, ...]

    def may_grow(self, staged: Staged) -> bool:
        """Return whether the file can add rows: it is the imported file, and some of its rows were rejected."""
        return self.rejected > 0 and (self.file, self.columns) == (staged.path.name, staged.recognised.names)


def walk_id(order: ArchiveOrder, moment: datetime) -> str:
    """Return the unique id of the archive's snapshot of a time."""
    return f"{order.origin}/{order.kind}/{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def find_stored(con: duckdb.DuckDBPyConnection, walk: str) -> StoredImport | None:
    """Return the stored snapshot with this walk id."""
    row = con.execute("SELECT snapshot_id, rejected, settings FROM snapshots WHERE walk_id = ?", [walk]).fetchone()
    if row is None:
        return None
    settings = json.loads(row[2])
    return StoredImport(row[0], row[1], settings["file"], tuple(settings["columns"]))


class SnapshotImport:
    """The import of one snapshot of a staged file."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        order: ArchiveOrder,
        staged: Staged,
        moment: datetime,
        stored: StoredImport | None = None,
    ) -> None:
        self.con, self.order, self.staged = con, order, staged
        self.columns, self.by_name = staged.recognised.names, staged.recognised.by_name
        stated = () if self.by_name else stated_attributes(order.kind, self.columns)
        snapshot_id = stored.snapshot_id if stored else next_snapshot_id(con)
        self.attributes = SnapshotAttributes(snapshot_id, moment, order.origin, frozenset(stated))
        self.parameters: dict[str, object] = {
            "kind": order.kind,
            "observed_at": moment,
            "snapshot_id": snapshot_id,
            "is_first": moment == staged.times[0],
            "listing": staged.path.name,
            "max_rejects": MAX_REJECTS,
            "measured": [name for name in (*COLUMNS[order.kind], "rank") if name in self.columns],
            "numbers": [name for name in NUMBERS if name in COLUMNS[order.kind]],
        }

    def store(self, tool_version: str, run_id: str) -> Imported:
        """Store a new snapshot."""
        self._find_entities()
        self._run("coverage", "rejects")
        imported = self._count()
        if not imported.records:
            raise self._no_valid_rows(imported.rejected)
        self._write_rows()
        self._write_snapshot(imported, tool_version, run_id)
        return imported

    def add_rows(self) -> Imported | None:
        """Add the rows that were rejected before to a stored snapshot; None if there are none."""
        self._find_entities()
        ((added,),) = self._execute(
            "SELECT count(*) FROM row_entities WHERE entity_key NOT IN"
            " (SELECT o.entity_key FROM observations AS o WHERE o.snapshot_id = $snapshot_id)"
        )
        if not added:
            return None
        self._execute("DELETE FROM coverage WHERE snapshot_id = $snapshot_id")
        self._execute("DELETE FROM rejects WHERE snapshot_id = $snapshot_id")
        self._run("coverage", "rejects")
        total = self._count()
        self._execute(
            "DELETE FROM row_entities WHERE entity_key IN"
            " (SELECT o.entity_key FROM observations AS o WHERE o.snapshot_id = $snapshot_id)"
        )
        self._write_rows()
        self.con.execute(
            "UPDATE snapshots SET records = ?, rejected = ? WHERE snapshot_id = ?",
            [total.records, total.rejected, total.snapshot_id],
        )
        return replace(total, records=added, is_added=True)

    def _find_entities(self) -> None:
        if self.by_name:
            self._run("04_row_entities_by_name")
        else:
            self._run("01_first_rows", "02_entities", "03_import_dates", "04_row_entities")

    def _write_rows(self) -> None:
        delete_rankings(self.con)
        self._run("05_observations")
        if not self.by_name:
            others = snapshots_with_attributes(self.con, self.order.kind, self.attributes.snapshot_id)
            write_attributes(self.con, self.order.kind, self.columns, self.attributes, others)
            self._run("12_new_dates", "13_entity_dates")

    def _run(self, *steps: str) -> None:
        for step in steps:
            run_sql(self.con, f"db/importing/{step}", self.parameters)

    def _execute(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql, {"snapshot_id": self.attributes.snapshot_id}).fetchall()

    def _count(self) -> Imported:
        row = self.con.execute(
            "SELECT (SELECT count(*) FROM row_entities), count(*), count(reason) FROM staged"
            " WHERE observed_at = $at OR (observed_at IS NULL AND $is_first)",
            {"at": self.attributes.observed_at, "is_first": self.parameters["is_first"]},
        ).fetchone()
        records, rows, rejected = row or (0, 0, 0)
        private = self.staged.private
        # rows without a time belong to the first snapshot
        moments = [self.attributes.observed_at, *([None] if self.parameters["is_first"] else [])]
        return Imported(
            self.staged.path, self.attributes.snapshot_id, self.order.kind, self.order.scope, self.order.origin,
            self.attributes.observed_at, records, rows - rejected - records, rejected,
            None if private is None else sum(private.get(moment, 0) for moment in moments),
            self.by_name, self.columns, self.staged.recognised.unused,
        )  # fmt: skip

    def _no_valid_rows(self, rows: int) -> NoValidRowsError:
        row = self.con.execute(
            "SELECT mode(reason) FROM staged WHERE observed_at = ?", [self.attributes.observed_at]
        ).fetchone()
        reason = row[0] if row else ""
        if self.by_name:
            return NoValidRowsError(self.staged.path, rows, reason, UNKNOWN_NAMES)
        return NoValidRowsError(self.staged.path, rows, reason)

    def _write_snapshot(self, imported: Imported, tool_version: str, run_id: str) -> None:
        settings = {
            "file": self.staged.path.name,
            "columns": self.columns,
            STATED: [name for name in attribute_columns(self.order.kind) if name in self.attributes.names],
            "map": self.order.mapping,
        }
        self.con.execute(
            "INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, requests, records,"
            " duplicates, rejected, settings, tool_version, origin, run_id, walk_id, private)"
            " VALUES (?, ?, ?, ?, ?, true, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                imported.snapshot_id, imported.kind, imported.scope, imported.observed_at, imported.observed_at,
                imported.records, imported.duplicates, imported.rejected, json.dumps(settings, sort_keys=True),
                tool_version, imported.origin, run_id, walk_id(self.order, imported.observed_at), imported.private,
            ],
        )  # fmt: skip
