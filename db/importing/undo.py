"""Take an import back: the store is then what it would be if the archive had never been imported.

    would_go       what the archive brought, counted; nothing changes
    undo_import    for each kind
        affected       entities that the archive shows, with their sightings in other snapshots
        attributes     rebuilt from what the other snapshots state
        dates, events  as they are without what the archive said
        snapshots      taken out one by one, as `drop-snapshot` does
        replaced       the rebuilt attributes and dates; events of crawls that compared with the archive

Three values stay as they are: `created_at` and `last_modified` where nothing was known before the import, what another
archive said of the same moment and this one said last, and the Hub-wide event `rollback`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import OWN_ORIGIN, Kind
from crawler.schema.columns import attribute_columns
from db.deletion.drop_snapshot import drop_runs, take_out
from db.importing.attributes import told_snapshots
from db.importing.errors import NeededByOthersError, UnknownOriginError
from db.memory import with_memory_limit
from db.schema.migrate import path_of
from db.sql import run_sql, transaction


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an archive brought of a kind."""

    kind: Kind
    snapshots: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    observations: int
    entities: int
    """Entities that no other snapshot shows."""
    rejects: int


def would_go(con: duckdb.DuckDBPyConnection, origin: str) -> list[Undoing]:
    """Count what an archive brought; raises UnknownOriginError."""
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
        Undoing(Kind(kind), tuple(ids), first, last, records, _alone(con, ids), rejects)
        for kind, ids, first, last, records, rejects in rows
    ]


def undo_import(con: duckdb.DuckDBPyConnection, origin: str, runs: Sequence[str] = ()) -> list[Undoing]:
    """Take an archive out of the store, and the rows of these `runs`.

    Raises UnknownOriginError and NeededByOthersError; then nothing is changed.
    """

    def undone() -> list[Undoing]:
        with transaction(con):
            undoing = would_go(con, origin)
            for one in undoing:
                _undo(con, origin, one)
            drop_runs(con, runs)
        return undoing

    return with_memory_limit(con, undone)


def _undo(con: duckdb.DuckDBPyConnection, origin: str, one: Undoing) -> None:
    attributes = attribute_columns(one.kind)
    stating = told_snapshots(con, one.kind)
    words = {
        "table": one.kind.spec.attribute_table,
        "columns": ", ".join(attributes),
        "in_force": ", ".join(f"f.{name}" for name in attributes),
        "stated": ", ".join(
            f"last_value(CASE WHEN list_contains(p.stated, '{name}') THEN {{'said': f.{name}}} END IGNORE NULLS)"
            f" OVER so_far AS {name}"
            for name in attributes
        ),
        "values": ", ".join(f"{name}.said AS {name}" for name in attributes),
    }
    parameters: dict[str, object] = {
        "kind": one.kind,
        "origin": origin,
        "snapshot_ids": list(one.snapshots),
        "stating_ids": [told.snapshot_id for told in stating],
        "stated": [sorted(told.facts) for told in stating],
        "attributes": list(attributes),
    }
    run_sql(con, "db/importing/undo_01_affected", parameters, words)
    ((others,),) = run_sql(con, "db/importing/undo_02_dependent", parameters, words)
    if others:
        raise NeededByOthersError(path_of(con), origin, others)
    for step in ("undo_03_attributes", "undo_04_dates", "undo_05_compared"):
        run_sql(con, f"db/importing/{step}", parameters, words)
    take_out(con, one.snapshots)
    for step in ("undo_06_replaced", "undo_07_events", *(["undo_08_repo_events"] if one.kind.spec.is_repo else [])):
        run_sql(con, f"db/importing/{step}", parameters, words)


def _alone(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> int:
    row = con.execute(
        "SELECT count(DISTINCT o.entity_key) FROM observations AS o"
        " WHERE o.snapshot_id IN (SELECT unnest($1::INTEGER[])) AND o.entity_key NOT IN"
        " (SELECT n.entity_key FROM observations AS n WHERE n.snapshot_id NOT IN (SELECT unnest($1::INTEGER[])))",
        [list(ids)],
    ).fetchone()
    return int(row[0]) if row else 0
