"""Decides whether the Hub had refreshed its download counters before a snapshot.

is_stale         the counters equal those of an earlier snapshot
mark_doubtful    models may be partly old if the datasets of their run are stale
"""

from datetime import datetime

import duckdb

from crawler.kinds import Kind
from db.sql import run_sql

LEAST_BUSY = 4
"""With fewer busy repositories, a single unchanged one, which is normal, would exceed a quarter."""


def is_stale(
    con: duckdb.DuckDBPyConnection, kind: Kind, origin: str, snapshot_id: int, observed_at: datetime
) -> bool | None:
    """Return whether a stored snapshot shows old counters; None if too little can be compared."""
    if not kind.spec.counts_downloads:
        return None
    parameters = {
        "kind": kind,
        "origin": origin,
        "snapshot_id": snapshot_id,
        "observed_at": observed_at,
        "least": LEAST_BUSY,
    }
    ((stale,),) = run_sql(con, "db/ingest/23_stale", parameters)
    return None if stale is None else bool(stale)


def mark_doubtful(con: duckdb.DuckDBPyConnection, run_id: str) -> set[int]:
    """Mark the models of a run with stale datasets; return the run's doubtful snapshots.

    Datasets and models may be stored by one commit or by two, in any order.
    """
    rows = run_sql(con, "db/ingest/doubtful", {"run_id": run_id})
    return {snapshot_id for (snapshot_id,) in rows}
