"""Remove one snapshot from the store, as if it had never been stored.

    contents           observed       find its entities, those that only it observed, and the attribute rows it opened
                       count the rows that the snapshot added, without changing anything
    drop_snapshots     repaired       extend the previous row to the next sighting or the next change
                       rows           delete its rows in every table, entities seen only in it, and its report lists
                       entities       recompute name, first and last sighting, and status

Three effects cannot be undone. `created_at` and `last_modified` of an entity keep their newest values, because earlier
values are not stored. Results of comparing later snapshots with this one (events, stale, drift) stay unchanged. An
attribute that only this archive states stays valid in later archives that do not state it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from crawler.kinds import Kind
from db.errors import UnknownSnapshotError
from db.rankings import delete_rankings
from db.schema.migrate import path_of
from db.sql import run_sql, transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Contents:
    """A snapshot and the number of rows that are deleted with it."""

    snapshot_id: int
    kind: Kind
    scope: str
    origin: str
    observed_at: datetime
    run_id: str
    walk_id: str
    observations: int
    entities: int
    """Entities that no other snapshot observed."""
    attributes: int
    """Attribute rows that the snapshot opened."""
    events: int
    rejects: int
    coverage: int
    lists: int
    """Report lists that compare the snapshot with another."""


def contents(con: duckdb.DuckDBPyConnection, snapshot_id: int) -> Contents:
    """Count the rows that a snapshot added; raises UnknownSnapshotError."""
    row = con.execute(
        "SELECT kind, scope, origin, observed_at, run_id, walk_id FROM snapshots WHERE snapshot_id = ?", [snapshot_id]
    ).fetchone()
    if row is None:
        raise UnknownSnapshotError(path_of(con), snapshot_id)
    kind, scope, origin, observed_at, run_id, walk_id = row
    _run(con, Kind(kind), snapshot_id, observed_at, "drop_01_observed", "drop_02_exclusive", "drop_03_opened")
    (counts,) = _run(con, Kind(kind), snapshot_id, observed_at, "drop_contents")
    return Contents(snapshot_id, Kind(kind), scope, origin, observed_at, run_id, walk_id, *counts)


def drop_snapshots(con: duckdb.DuckDBPyConnection, snapshot_ids: Sequence[int], runs: Sequence[str]) -> None:
    """Remove the snapshots and the rows of `runs`; raises UnknownSnapshotError without changing anything."""
    with transaction(con):
        delete_snapshots(con, snapshot_ids)
        drop_runs(con, runs)


def delete_snapshots(con: duckdb.DuckDBPyConnection, snapshot_ids: Sequence[int]) -> None:
    """Remove the snapshots within the caller's transaction; raises UnknownSnapshotError."""
    for snapshot_id in snapshot_ids:
        found = contents(con, snapshot_id)
        _run(con, found.kind, snapshot_id, found.observed_at, "drop_04_repaired", "drop_05_rows", "drop_06_entities")
        logger.debug(
            "%s: snapshot %d of %s is dropped, with %d observations, %d entities and %d attribute rows",
            found.kind, snapshot_id, found.observed_at, found.observations, found.entities, found.attributes,
        )  # fmt: skip
    delete_rankings(con)


def drop_runs(con: duckdb.DuckDBPyConnection, runs: Sequence[str]) -> None:
    """Delete the rows of these runs."""
    con.execute("DELETE FROM runs WHERE run_id IN (SELECT unnest(?::VARCHAR[]))", [list(runs)])


def _run(
    con: duckdb.DuckDBPyConnection, kind: Kind, snapshot_id: int, observed_at: datetime, *steps: str
) -> list[tuple[Any, ...]]:
    """Run SQL steps for one snapshot; return the rows of the last one."""
    parameters, rows = {"snapshot_id": snapshot_id, "observed_at": observed_at}, []
    for step in steps:
        rows = run_sql(con, f"db/deletion/{step}", parameters, {"table": kind.spec.attribute_table})
    return rows


def runs_left(con: duckdb.DuckDBPyConnection, without: Sequence[int]) -> frozenset[str]:
    """Return the runs that stored at least one snapshot outside `without`."""
    rows = con.execute(
        "SELECT DISTINCT run_id FROM snapshots WHERE snapshot_id NOT IN (SELECT unnest(?::INTEGER[]))", [list(without)]
    ).fetchall()
    return frozenset(run_id for (run_id,) in rows)
