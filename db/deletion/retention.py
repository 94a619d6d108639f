"""Select the snapshots that retention drops, and drop them.

    recent (`daily_days`)     every snapshot is kept
    older                     one per kind, scope, origin and week: the newest complete, fresh one, else the newest
    used by a report          both ends of the report's week are kept at any age; the days between them are not

Names, attributes, events, entities and report lists are kept. The observations, rejects and coverage of a dropped
snapshot are deleted. Deleting does not free space, so the same commit rewrites the file.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import duckdb

from db.sql import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """The properties of a stored snapshot that retention depends on."""

    snapshot_id: int
    kind: str
    scope: str
    origin: str
    observed_at: datetime
    complete: bool
    stale: bool | None
    records: int


def list_snapshots(con: duckdb.DuckDBPyConnection) -> list[SnapshotInfo]:
    """Return every snapshot, oldest first."""
    rows = con.execute(
        "SELECT snapshot_id, kind, scope, origin, observed_at, complete, stale, records FROM snapshots"
        " ORDER BY observed_at, snapshot_id"
    ).fetchall()
    return [SnapshotInfo(*row) for row in rows]


def select_expired(
    snapshots: Iterable[SnapshotInfo], now: datetime, daily_days: int, used: Collection[int]
) -> list[SnapshotInfo]:
    """Return the snapshots that retention drops, ordered by observation time."""
    since, expired = now - timedelta(days=daily_days), list[SnapshotInfo]()
    old = sorted((s for s in snapshots if s.observed_at < since), key=_week)
    for _, of_week in groupby(old, key=_week):
        week = list(of_week)
        kept = max(week, key=lambda s: (s.complete, not s.stale, s.observed_at, s.snapshot_id))
        expired += [s for s in week if s is not kept and s.snapshot_id not in used]
        logger.debug(
            "%s, week of %s: snapshot %d of %d is kept", kept.kind, kept.observed_at, kept.snapshot_id, len(week)
        )
    return sorted(expired, key=lambda s: (s.observed_at, s.snapshot_id))


def _week(snapshot: SnapshotInfo) -> tuple[str, str, str, int, int]:
    year, week, _ = snapshot.observed_at.isocalendar()
    return snapshot.kind, snapshot.scope, snapshot.origin, year, week


def drop(con: duckdb.DuckDBPyConnection, snapshots: Iterable[int]) -> None:
    """Delete the snapshots with their observations.

    `last_snapshot` of the affected entities moves to their newest remaining observation.
    """
    ids = list(snapshots)
    with transaction(con):
        con.execute("CREATE OR REPLACE TEMP TABLE dropped AS SELECT unnest(?::INTEGER[]) AS snapshot_id", [ids])
        for table in ("observations", "rejects", "coverage", "sources", "import_dates", "snapshots"):
            con.execute(f"DELETE FROM {table} WHERE snapshot_id IN (FROM dropped)")  # noqa: S608
        con.execute(
            "UPDATE entities SET last_snapshot = o.newest"
            " FROM (SELECT o.entity_key, max_by(o.snapshot_id, s.observed_at) AS newest"
            "       FROM observations AS o JOIN snapshots AS s USING (snapshot_id)"
            "       WHERE o.entity_key IN (SELECT e.entity_key FROM entities AS e"
            "                              WHERE e.last_snapshot IN (FROM dropped))"
            "       GROUP BY o.entity_key) AS o"
            " WHERE entities.entity_key = o.entity_key"
        )
    logger.debug("%d snapshots are dropped", len(ids))
