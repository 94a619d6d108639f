"""Stores finished walks: the pages of a spool become one snapshot, atomically.

    ingest_walk(con, walk):
        rows          entities, observations, attributes and events (db/ingest/rows.py)
        coverage      the fields that the Hub sent, and their drift
        rejects       items and values that failed the checks
        snapshot      the row in `snapshots`
        seen          entities that the walk showed only as a rejected item
        removals      private, missing and removed entities (db/ingest/removals.py)

The caller owns the transaction.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import duckdb

from crawler.kinds import OWN_ORIGIN, Kind, Scope
from crawler.walk import Walk
from db.errors import ObservedInThePastError
from db.ingest.depths import depths_of
from db.ingest.page_stats import private_items, rejected_ids, rejected_items, rejects_of, sent_fields
from db.ingest.removals import store_removals
from db.ingest.rows import SLICE_SIZES, IngestedRows, SliceSizes, Steps, ingest_rows
from db.ingest.staleness import mark_doubtful
from db.memory import INGEST_LIMITS_MIB, with_memory_limit
from db.queries import next_snapshot_id
from db.schema.migrate import path_of
from db.sql import transaction

logger = logging.getLogger(__name__)

ROLLBACK_MIN = 20
ROLLBACK_SHARE = 0.05
"""Minimum number of fallen counters in a Hub-wide rollback, and their minimum share of all counters in a walk.

On an ordinary day single counters fall. In the Hub-wide rollbacks of May 2025 and June 2026 a large share fell.
"""

CUT_OFF_SHARE = 0.5
LEAST_TO_SHRINK = 20
"""A list was cut off if less than this share of at least so many repositories came."""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A stored snapshot."""

    snapshot_id: int
    kind: Kind
    scope: Scope
    observed_at: datetime
    complete: bool
    reason: str | None
    stale: bool | None
    requests: int
    records: int
    rejected: int
    private: int | None = None
    """Private repositories that were received and dropped; None for kinds that have none."""
    removed: int = 0
    """Entities that a direct look-up confirmed as gone."""
    doubtful: bool = False
    """Whether the datasets of the run are stale, so that some of these counters may be old."""
    withheld: str | None = None
    """Why no missing entity was marked although the walk missed some; None if nothing was withheld."""

    def describe(self) -> str:
        """Return the snapshot as one line for the user."""
        stale = ", stale: the Hub has not refreshed its counters" if self.stale else ""
        stale += ", doubtful: the Hub has not refreshed those of datasets" if self.doubtful else ""
        end = "" if self.complete else f", incomplete: {self.reason}"
        end += f", {self.removed:,} removed" if self.removed else ""
        end += f", {self.private:,} private, not stored" if self.private else ""
        end += f"; {self.withheld}" if self.withheld else ""
        rows = f"{self.records:,} {self.kind.plural}, {self.rejected:,} rejected, {self.requests:,} requests"
        return f"{rows}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC{stale}{end}"


def latest_observation(con: duckdb.DuckDBPyConnection, kind: Kind) -> datetime | None:
    """Return the observation time of the newest snapshot of the kind."""
    row = con.execute("SELECT max(observed_at) FROM snapshots WHERE kind = ?", [kind]).fetchone()
    return row[0] if row else None


def is_stored(con: duckdb.DuckDBPyConnection, walk_id: str) -> bool:
    """Return whether the walk is stored already."""
    return con.execute("SELECT 1 FROM snapshots WHERE walk_id = ?", [walk_id]).fetchone() is not None


def ingest_walk(
    con: duckdb.DuckDBPyConnection,
    walk: Walk,
    tool_version: str,
    *,
    accept_removals: bool = False,
    sizes: SliceSizes = SLICE_SIZES,
) -> StoredSnapshot | None:
    """Store a finished walk as a snapshot; return None if it is stored already.

    Raises ObservedInThePastError if the walk precedes the newest snapshot of its kind.
    """
    header = walk.spool.header
    if is_stored(con, header.walk_id):
        logger.debug("%s: walk %s is stored already", header.kind, header.walk_id)
        return None
    newest = latest_observation(con, header.kind)
    if newest is not None and header.observed_at < newest:
        raise ObservedInThePastError(path_of(con), header.kind, header.observed_at, newest)
    return _WalkIngest(con, walk, tool_version, sizes, accept_removals=accept_removals).run()


class _WalkIngest:
    """Ingests one walk; holds the connection and the parameters that its statements share."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, walk: Walk, tool_version: str, sizes: SliceSizes, *, accept_removals: bool
    ) -> None:
        self.con, self.walk, self.tool_version, self.accept_removals = con, walk, tool_version, accept_removals
        self.sizes = sizes
        self.header = walk.spool.header
        self.kind = self.header.kind
        parameters = {
            "kind": self.kind,
            "scope": self.header.scope,
            "observed_at": self.header.observed_at,
            "started_at": self.header.started_at,
            "snapshot_id": next_snapshot_id(con),
            "rollback_min": ROLLBACK_MIN,
            "rollback_share": ROLLBACK_SHARE,
            "whole": walk.complete,
            "origin": OWN_ORIGIN,
        }
        self.steps = Steps(con, walk.spool, parameters)

    def run(self) -> StoredSnapshot:
        rows = ingest_rows(self.steps, self.sizes)
        self._store_fields_and_rejects()
        stored = self._write_snapshot(rows)
        hub_ids, names = rejected_ids(self.walk.spool.pages)
        self.steps.run("seen", hub_ids=hub_ids, names=names)
        withheld, removed = store_removals(self.steps, self.walk, accept_removals=self.accept_removals)
        return replace(stored, withheld=withheld, removed=removed)

    def _store_fields_and_rejects(self) -> None:
        """Store the Hub's own fields, their drift from earlier walks, rejected items and dropped values."""
        found, all_lists = sent_fields(self.walk.spool.pages)
        if found:
            self.steps.run(
                "22_field_drift",
                fields=[field.name for field in found],
                types=[field.types for field in found],
                lists=[field.lists for field in found],
                all_lists=all_lists,
                asked=self.header.settings.get("fields", []),
            )
        rejects = rejects_of(self.walk.spool.pages)
        self.steps.run(
            "rejects",
            listings=[one.listing for one in rejects],
            pages=[one.page for one in rejects],
            places=[one.place for one in rejects],
            reasons=[one.reason for one in rejects],
            raws=[one.raw for one in rejects],
        )

    def _write_snapshot(self, rows: IngestedRows) -> StoredSnapshot:
        pages, header = self.walk.spool.pages, self.header
        row = self.con.execute(
            "SELECT count(*) FROM observations WHERE snapshot_id = ?", [self.steps.snapshot_id]
        ).fetchone()
        records = int(row[0]) if row else 0
        settings = json.dumps({"endpoint": header.endpoint, **header.settings}, sort_keys=True)
        reason = self._why_incomplete(records) or self._why_cut_off(records, settings)
        stored = StoredSnapshot(
            self.steps.snapshot_id, self.kind, header.scope, header.observed_at, reason is None, reason, rows.stale,
            sum(page.requests for page in pages) + (self.walk.failure.attempts if self.walk.failure else 0), records,
            rejected_items(pages), len(private_items(pages)) if self.kind.spec.is_repo else None,
        )  # fmt: skip
        self.con.execute(
            "INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, stale, requests,"
            " records, duplicates, rejected, settings, tool_version, reason, origin, run_id, walk_id, private, depths)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                stored.snapshot_id, stored.kind, stored.scope, stored.observed_at, self.walk.finished_at,
                stored.complete, stored.stale, stored.requests, stored.records, rows.repeats, stored.rejected,
                settings, self.tool_version, reason,
                OWN_ORIGIN, header.run_id, header.walk_id, stored.private, asdict(depths_of(header, pages, records)),
            ],
        )  # fmt: skip
        logger.debug(
            "%s: snapshot %d is stored, %d records, incomplete: %s", stored.kind, stored.snapshot_id, records, reason
        )
        return stored

    def _why_incomplete(self, records: int) -> str | None:
        """Return why the snapshot is incomplete.

        The Hub always has repositories, so no repositories are a fault; a fortnight may lack papers or articles, unless
        there were some before.
        """
        if self.walk.failure is not None:
            return str(self.walk.failure)
        before = self.con.execute(
            "SELECT max(records) FROM snapshots WHERE kind = ? AND complete", [self.kind]
        ).fetchone()
        if records or not (self.kind.spec.is_repo or (before and before[0])):
            return None
        if any(page.rejections for page in self.walk.spool.pages):
            return "nothing that came fits: see rejects"
        return "all that came is private" if private_items(self.walk.spool.pages) else "every list came back empty"

    def _why_cut_off(self, records: int, settings: str) -> str | None:
        """Return how far the snapshot falls short of the complete one before it with the same settings.

        A lost next link on a short page looks like the end of a list. Accepted removals explain the shortfall.
        """
        row = self.con.execute(
            "SELECT records FROM snapshots WHERE kind = $kind AND scope = $scope AND origin = $origin AND complete"
            " AND settings::VARCHAR = $settings ORDER BY observed_at DESC LIMIT 1",
            {"kind": self.kind, "scope": self.header.scope, "origin": OWN_ORIGIN, "settings": settings},
        ).fetchone()
        before = int(row[0]) if row else 0
        shrunk = self.kind.spec.is_repo and before >= LEAST_TO_SHRINK and records < before * CUT_OFF_SHARE
        if not shrunk or self.accept_removals:
            return None
        return (
            f"it has {records:,} {self.kind.plural}, the one before with the same settings {before:,}: a list may have"
            " ended early; if that is true, crawl with `--accept-removals`"
        )


def ingest_walks(
    con: duckdb.DuckDBPyConnection,
    walks: Sequence[Walk],
    tool_version: str,
    *,
    accept_removals: bool = False,
    memory_limits: Sequence[int] = INGEST_LIMITS_MIB,
    sizes: SliceSizes = SLICE_SIZES,
) -> list[StoredSnapshot]:
    """Store all walks of a run in one transaction, or none."""

    def stored() -> list[StoredSnapshot]:
        with transaction(con):
            found = [
                ingest_walk(con, walk, tool_version, accept_removals=accept_removals, sizes=sizes) for walk in walks
            ]
            runs = {walk.spool.header.run_id for walk in walks}
            doubtful = {snapshot_id for run_id in runs for snapshot_id in mark_doubtful(con, run_id)}
            return [replace(one, doubtful=one.snapshot_id in doubtful) for one in found if one is not None]

    return with_memory_limit(con, stored, memory_limits)
