"""Reverses an import: afterwards the store is as if the archive had never been imported.

    plan_undo      counts the rows of the archive; changes nothing
    undo_import    for each kind
        sightings          the other observations of the entities that the archive shows
        rebuilt            their attributes, as the other snapshots state them
        dates, compared    their dates and events without the archive
        delete_snapshots           deletes the snapshots one by one, as `drop-snapshot` does
        attributes, entities, events    writes the rebuilt rows

Three changes stay. `created_at` and `last_modified` stay if no dates were known before the import. A value that another
archive stated for the same time stays. The Hub-wide event `rollback` stays.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import OWN_ORIGIN, Kind
from crawler.schema.columns import attribute_columns
from db.deletion.drop_snapshot import delete_snapshots, drop_runs
from db.importing.attributes import snapshots_with_attributes
from db.importing.errors import NeededByOthersError, UnknownOriginError
from db.memory import with_memory_limit
from db.schema.migrate import path_of
from db.sql import run_sql, transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """The rows of an archive and kind that an undo deletes."""

    kind: Kind
    snapshots: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    observations: int
    entities: int
    """Entities that no other snapshot shows."""
    rejects: int


def plan_undo(con: duckdb.DuckDBPyConnection, origin: str) -> list[UndoPlan]:
    """Count the rows of an archive; raises UnknownOriginError."""
    rows = con.execute(
        "SELECT s.kind, list(s.snapshot_id ORDER BY s.snapshot_id), min(s.observed_at), max(s.observed_at),"
        " sum(s.records)::BIGINT, sum(s.rejected)::BIGINT FROM snapshots AS s"
        " WHERE s.origin = ? AND s.origin <> ? GROUP BY s.kind ORDER BY s.kind",
        [origin, OWN_ORIGIN],
    ).fetchall()
    if not rows:
        known = con.execute(
            "SELECT DISTINCT origin FROM snapshots WHERE origin <> ? ORDER BY origin", [OWN_ORIGIN]
        ).fetchall()
        raise UnknownOriginError(path_of(con), origin, [name for (name,) in known])
    return [
        UndoPlan(Kind(kind), tuple(ids), first, last, records, _count_entities_of_only(con, ids), rejects)
        for kind, ids, first, last, records, rejects in rows
    ]


def undo_import(con: duckdb.DuckDBPyConnection, origin: str, runs: Sequence[str] = ()) -> list[UndoPlan]:
    """Delete an archive and the rows of these `runs` from the store.

    Raises UnknownOriginError and NeededByOthersError, and changes nothing then.
    """

    def undo() -> list[UndoPlan]:
        with transaction(con):
            plans = plan_undo(con, origin)
            for plan in plans:
                _undo_kind(con, origin, plan)
            drop_runs(con, runs)
        return plans

    return with_memory_limit(con, undo)


def _undo_kind(con: duckdb.DuckDBPyConnection, origin: str, plan: UndoPlan) -> None:
    stating, slots = snapshots_with_attributes(con, plan.kind), {"table": plan.kind.spec.attribute_table}
    parameters: dict[str, object] = {
        "kind": plan.kind,
        "origin": origin,
        "snapshot_ids": list(plan.snapshots),
        "stating_ids": [one.snapshot_id for one in stating],
        "stated": [sorted(one.names) for one in stating],
        "attributes": list(attribute_columns(plan.kind)),
    }
    for step in ("undo_01_undone", "undo_02_affected", "undo_03_stating", "undo_04_sightings"):
        run_sql(con, f"db/importing/{step}", parameters, slots)
    ((others,),) = run_sql(con, "db/importing/undo_05_dependent", parameters, slots)
    if others:
        raise NeededByOthersError(path_of(con), origin, others)
    for step in ("undo_06_rebuilt", "undo_07_dates", "undo_08_compared"):
        run_sql(con, f"db/importing/{step}", parameters, slots)
    delete_snapshots(con, plan.snapshots)
    logger.debug("%s: %d snapshots of origin %r are deleted", plan.kind, len(plan.snapshots), origin)
    repo_steps = ["undo_12_repo_events"] if plan.kind.spec.is_repo else []
    for step in ("undo_09_attributes", "undo_10_entities", "undo_11_events", *repo_steps):
        run_sql(con, f"db/importing/{step}", parameters, slots)


def _count_entities_of_only(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> int:
    """Count the entities that no other snapshots show."""
    row = con.execute(
        "SELECT count(DISTINCT o.entity_key) FROM observations AS o"
        " WHERE o.snapshot_id IN (SELECT unnest($1::INTEGER[])) AND o.entity_key NOT IN"
        " (SELECT n.entity_key FROM observations AS n WHERE n.snapshot_id NOT IN (SELECT unnest($1::INTEGER[])))",
        [list(ids)],
    ).fetchone()
    return int(row[0]) if row else 0
