"""Take one snapshot out of the store, as if it had never been stored.

    contents           what it brought, counted; nothing changes
    drop_snapshots     attributes     the row before is extended to the next sighting, or to the next change
                       rows           observations, rejects, coverage, events, entities seen in it alone, report lists
                       entities       name, first and last sighting, status

Three entities cannot be undone. `created_at` and `last_modified` of an entity keep the newest word of the Hub: earlier
values are not stored. What later snapshots say by comparison with this one (events, stale, drift) stays as it was said.
An attribute that only this archive states is carried on by a later archive that does not state it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.kinds import Kind
from crawler.schema.columns import attribute_columns
from db.errors import StoreError
from db.schema.migrate import path_of
from db.sql import run_sql, transaction


class UnknownSnapshotError(StoreError):
    """The file holds no snapshot of this number."""

    def __init__(self, path: Path, snapshot_id: int) -> None:
        super().__init__(path, snapshot_id)
        self.snapshot_id = snapshot_id

    def __str__(self) -> str:
        ask = 'hubtrends sql "SELECT snapshot_id, kind, observed_at FROM snapshots ORDER BY ALL"'
        return f"{self.path} holds no snapshot {self.snapshot_id}: list them with `{ask}`"


@dataclass(frozen=True, slots=True)
class Contents:
    """A snapshot and the number of rows that go with it."""

    snapshot_id: int
    kind: Kind
    scope: str
    origin: str
    observed_at: datetime
    run_id: str
    walk_id: str
    observations: int
    entities: int
    """Entities that no other snapshot has shown."""
    attributes: int
    """Attribute rows that the snapshot opened."""
    events: int
    rejects: int
    coverage: int
    lists: int
    """Lists of reports that compare the snapshot."""


def contents(con: duckdb.DuckDBPyConnection, snapshot_id: int) -> Contents:
    """Count what a snapshot brought; raises UnknownSnapshotError."""
    row = con.execute(
        "SELECT kind, scope, origin, observed_at, run_id, walk_id FROM snapshots WHERE snapshot_id = ?", [snapshot_id]
    ).fetchone()
    if row is None:
        raise UnknownSnapshotError(path_of(con), snapshot_id)
    kind, scope, origin, observed_at, run_id, walk_id = row
    parameters = {"snapshot_id": snapshot_id, "observed_at": observed_at}
    run_sql(con, "db/deletion/drop_01_shown", parameters, _words(Kind(kind)))
    (counts,) = run_sql(con, "db/deletion/drop_contents", parameters, _words(Kind(kind)))
    return Contents(snapshot_id, Kind(kind), scope, origin, observed_at, run_id, walk_id, *counts)


def drop_snapshots(con: duckdb.DuckDBPyConnection, snapshot_ids: Sequence[int], runs: Sequence[str]) -> None:
    """Take the snapshots out, and the rows of these `runs`; raises UnknownSnapshotError and changes nothing then."""
    with transaction(con):
        take_out(con, snapshot_ids)
        drop_runs(con, runs)


def take_out(con: duckdb.DuckDBPyConnection, snapshot_ids: Sequence[int]) -> None:
    """Take the snapshots out within the caller's transaction; raises UnknownSnapshotError."""
    for snapshot_id in snapshot_ids:
        _drop(con, contents(con, snapshot_id))


def drop_runs(con: duckdb.DuckDBPyConnection, runs: Sequence[str]) -> None:
    """Delete the rows of these runs."""
    con.execute("DELETE FROM runs WHERE run_id IN (SELECT unnest(?::VARCHAR[]))", [list(runs)])


def _drop(con: duckdb.DuckDBPyConnection, snapshot: Contents) -> None:
    parameters = {"snapshot_id": snapshot.snapshot_id, "observed_at": snapshot.observed_at}
    for step in ("drop_02_attributes", "drop_03_rows", "drop_04_entities"):
        run_sql(con, f"db/deletion/{step}", parameters, _words(snapshot.kind))


def runs_left(con: duckdb.DuckDBPyConnection, without: Sequence[int]) -> frozenset[str]:
    """The runs that have brought any other snapshot than these."""
    rows = con.execute(
        "SELECT DISTINCT run_id FROM snapshots WHERE snapshot_id NOT IN (SELECT unnest(?::INTEGER[]))", [list(without)]
    ).fetchall()
    return frozenset(run_id for (run_id,) in rows)


def _words(kind: Kind) -> Mapping[str, str]:
    return {"table": kind.spec.attribute_table, "columns": ", ".join(attribute_columns(kind))}
