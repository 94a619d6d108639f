"""One snapshot of a staged file, as it is stored: new, or grown by rows that could not be taken before."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from crawler.kinds import Kind, Scope
from crawler.schema.columns import COLUMNS, NUMBERS
from db.importing.attributes import SnapshotAttributes, available_attributes, told_snapshots, write_attributes
from db.importing.errors import NoValidRowsError
from db.importing.source import Staged
from db.importing.times import ObservationTime
from db.sql import run_sql

KEPT_REJECTS = 1_000
"""Of a snapshot: a column that fits no row would else be kept a million times."""

UNKNOWN_NAMES = "rows without Hub ids need names that are known: crawl first, or import an archive that has ids"


@dataclass(frozen=True, slots=True)
class ArchiveOrder:
    """What is to be imported, and how it is to be read."""

    files: tuple[Path, ...]
    kind: Kind
    origin: str
    scope: Scope
    when: ObservationTime
    mapping: dict[str, str] = field(default_factory=dict)
    """Their columns by the name of ours; an empty name leaves theirs alone."""
    list_of_rows: str | None = None
    """The list that holds the rows, where a file is one JSON object."""
    revision: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A snapshot that an archive brought."""

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
    """Private repositories, which were dropped; None where the archive does not say it."""
    by_name: bool
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    is_added: bool = False
    """Whether the snapshot was there before: `records` are then those that are new in it."""

    def told(self) -> str:
        """The snapshot in one line, for a person."""
        if self.is_added:
            added = f"{self.records:,} {self.kind.plural} added, {self.rejected:,} still rejected"
            return f"{self.path.name}: {added}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC"
        by_name = ", known by name alone" if self.by_name else ""
        rows = f"{self.records:,} {self.kind.plural}{by_name}, {self.rejected:,} rejected, {self.duplicates:,} repeated"
        private = f", {self.private:,} private, not stored" if self.private else ""
        return f"{self.path.name}: {rows}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC{private}"


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot that was imported before."""

    snapshot_id: int
    rejected: int
    file: str
    columns: tuple[str, ...]

    def may_grow(self, staged: Staged) -> bool:
        """Whether a file can add to it: it is the file that brought it, and some of its rows were rejected."""
        return self.rejected > 0 and (self.file, self.columns) == (staged.path.name, staged.recognised.names)


def stored_snapshot(con: duckdb.DuckDBPyConnection, walk: str) -> StoredSnapshot | None:
    row = con.execute("SELECT snapshot_id, rejected, settings FROM snapshots WHERE walk_id = ?", [walk]).fetchone()
    if row is None:
        return None
    settings = json.loads(row[2])
    return StoredSnapshot(row[0], row[1], settings["file"], tuple(settings["columns"]))


class SnapshotImport:
    """One snapshot of a staged file being stored."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        order: ArchiveOrder,
        staged: Staged,
        moment: datetime,
        stored: StoredSnapshot | None = None,
    ) -> None:
        self.con, self.order, self.staged = con, order, staged
        self.columns = staged.recognised.names
        self.said = () if staged.recognised.by_name else tuple(available_attributes(order.kind, self.columns))
        snapshot_id = stored.snapshot_id if stored else _next_snapshot(con)
        self.told = SnapshotAttributes(snapshot_id, moment, order.origin, frozenset(self.said))
        self.parameters: dict[str, object] = {
            "kind": order.kind,
            "observed_at": moment,
            "snapshot_id": self.told.snapshot_id,
            "is_first": moment == staged.times[0],
            "listing": staged.path.name,
            "most": KEPT_REJECTS,
        }

    def run(self, tool_version: str, run_id: str) -> Imported:
        """Store a snapshot that was not there."""
        self._sight()
        self._run("coverage")
        self._run("rejects")
        imported = self._count()
        if not imported.records:
            raise self._nothing(imported.rejected)
        self._store()
        self._write_snapshot(imported, tool_version, run_id)
        return imported

    def add(self) -> Imported | None:
        """Add to a stored snapshot what could not be taken before; None where there is nothing."""
        self._sight()
        ((added,),) = self._run("added")
        if not added:
            return None
        for step in ("add", "coverage", "rejects"):
            self._run(step)
        now = self._count()
        self.parameters |= {"records": now.records, "rejected": now.rejected}
        self._run("not_yet_there")
        self._store()
        self._run("recount")
        return replace(now, records=added, is_added=True)

    def _sight(self) -> None:
        """Find the entity of each row."""
        if self.staged.recognised.by_name:
            self._run("03_sighted_by_name")
        else:
            for step in ("01_picked", "02_entities", "03_sighted"):
                self._run(step)

    def _store(self) -> None:
        self._run("04_observations")
        if not self.staged.recognised.by_name:
            write_attributes(
                self.con,
                self.order.kind,
                self.columns,
                self.told,
                told_snapshots(self.con, self.order.kind, self.told.snapshot_id),
            )
            self._run("08_dated")

    def _run(self, step: str) -> list[tuple[Any, ...]]:
        kind, columns = self.order.kind, self.columns
        measured = [column for column in (*COLUMNS[kind], "rank") if column in columns]
        words = {
            "numbers": "".join(f", s.{column}" for column in NUMBERS if column in columns),
            "created_at": _or_null("created_at", columns),
            "last_modified": _or_null("last_modified", columns),
            "names": ", ".join(f"'{column}'" for column in measured),
            "counts": ", ".join(f"count(s.{column})" for column in measured),
        }
        return run_sql(self.con, f"db/importing/{step}", self.parameters, words)

    def _count(self) -> Imported:
        ((records, rows, rejected),) = self._run("counts")
        return Imported(
            self.staged.path, self.told.snapshot_id, self.order.kind, self.order.scope, self.order.origin,
            self.told.observed_at, records, rows - rejected - records, rejected, self._private(),
            self.staged.recognised.by_name, self.columns, self.staged.recognised.unused,
        )  # fmt: skip

    def _private(self) -> int | None:
        """How many rows that were meant for the snapshot are private; those without a time count for the first."""
        found = self.staged.private
        if found is None:
            return None
        moment, first = self.told.observed_at, self.parameters["is_first"]
        return found.get(moment, 0) + (found.get(None, 0) if first else 0)

    def _nothing(self, rows: int) -> NoValidRowsError:
        reason = self.con.execute(
            "SELECT mode(reason) FROM staged WHERE observed_at = ?", [self.told.observed_at]
        ).fetchone()
        told = (self.staged.path, rows, reason[0] if reason else "")
        return NoValidRowsError(*told, UNKNOWN_NAMES) if self.staged.recognised.by_name else NoValidRowsError(*told)

    def _write_snapshot(self, imported: Imported, tool_version: str, run_id: str) -> None:
        settings = {
            "file": self.staged.path.name,
            "columns": self.columns,
            "facts": self.said,
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


def _or_null(column: str, columns: Sequence[str]) -> str:
    return f"s.{column}" if column in columns else "NULL::TIMESTAMPTZ"


def walk_id(order: ArchiveOrder, moment: datetime) -> str:
    return f"{order.origin}/{order.kind}/{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def _next_snapshot(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute(
        "SELECT greatest((SELECT coalesce(max(snapshot_id), 0) FROM snapshots),"
        " (SELECT coalesce(max(last_snapshot), 0) FROM entities)) + 1"
    ).fetchone()
    return int(row[0]) if row else 1
