"""Decides whether a snapshot is stale: the Hub had not updated its download counters since an earlier snapshot.

is_stale         the counters of a snapshot equal those of an earlier one
mark_doubtful    some counters of models may be old if the datasets of the same run are stale
"""

import logging
from datetime import datetime

import duckdb

from crawler.kinds import Kind
from db.sql import run_sql

logger = logging.getLogger(__name__)

MIN_BUSY = 4
"""Minimum number of busy repositories. With fewer, a single unchanged counter, which is normal, would exceed a
quarter."""


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
        "min_busy": MIN_BUSY,
    }
    ((stale,),) = run_sql(con, "db/ingest/23_stale", parameters)
    logger.debug("%s: snapshot %d of %s, stale: %s", kind, snapshot_id, observed_at, stale)
    return None if stale is None else bool(stale)


def mark_doubtful(con: duckdb.DuckDBPyConnection, run_id: str) -> set[int]:
    """Mark the models of a run with stale datasets; return the run's doubtful snapshots.

    Datasets and models may be stored by one commit or by two, in any order.
    """
    found = {snapshot_id for (snapshot_id,) in run_sql(con, "db/ingest/doubtful", {"run_id": run_id})}
    logger.debug("run %s: doubtful snapshots: %s", run_id, sorted(found))
    return found
