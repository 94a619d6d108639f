"""Stores the look-ups of a report in the snapshots that the same commit has just stored.

    numbers     are added to the observation of the entity; lists do not give them
    private     the entity is removed from the snapshot and counts as missing

Snapshots of earlier commits never change. So a later report of the same week reads the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import Kind
from crawler.lookups import LookUp
from crawler.plan import WatchedEntity
from crawler.schema.columns import LOOKUP_NUMBERS
from db.sql import run_sql, transaction


@dataclass(frozen=True, slots=True)
class StoredLookUps:
    """The changes in the store by look-ups."""

    requests: int = 0
    numbers: int = 0
    """Entities with new numbers."""
    hidden: int = 0
    """Entities that are private now."""


def without_look_up(
    con: duckdb.DuckDBPyConnection, kind: Kind, snapshot_id: int, hub_ids: Sequence[str], since: datetime
) -> list[WatchedEntity]:
    """Return the entities of the snapshot without an answered look-up since then, in the order of the ids.

    Empty for a snapshot of an earlier run.
    """
    rows = run_sql(
        con,
        "db/ingest/without_look_up",
        {"kind": kind.value, "snapshot_id": snapshot_id, "hub_ids": list(hub_ids), "since": since},
    )
    return [WatchedEntity(kind, name, hub_id) for name, hub_id in rows]


def store_look_ups(
    con: duckdb.DuckDBPyConnection, kind: Kind, snapshot_id: int, found: Sequence[LookUp], finished_at: datetime
) -> StoredLookUps:
    """Store the answers about entities of one kind in its snapshot."""
    told = [one for one in found if one.numbers and not one.private]
    hidden = [one.entity.hub_id for one in found if one.private]
    parameters = {
        "kind": kind.value,
        "snapshot_id": snapshot_id,
        "requests": sum(one.requests for one in found),
        "finished_at": finished_at,
        "hub_ids": [one.entity.hub_id for one in told],
        "hidden": hidden,
        **{name: [one.numbers.get(name) for one in told] for name in LOOKUP_NUMBERS},
    }
    with transaction(con):
        run_sql(con, "db/ingest/40_look_ups", parameters)
        if hidden:
            run_sql(con, "db/ingest/41_hidden", parameters, {"table": kind.spec.attribute_table})
    return StoredLookUps(sum(one.requests for one in found), len(told), len(hidden))
