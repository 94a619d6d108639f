"""Decides what happens to entities that a walk does not show: suspects, the mass-removal rule and the verdict.

    listed ── a whole creation-order walk misses it ──► missing ── a direct look-up says gone ──► removed
      ▲                                                    │                                        │
      └──────────────── any snapshot shows it ─────────────┴────────────── event: returned ─────────┘

A public repository that a list shows as private, to the token's owner, becomes missing like one that a whole walk
misses. A head list says nothing by absence. When one walk misses more than 2 % of what it should show, the walk is
doubted and not the Hub: nothing is marked, the event `withheld` says so, and a person decides (`--accept-removals`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crawler.kinds import Scope
from crawler.plan import WatchedEntity
from crawler.removals import verified_removals
from crawler.walk import Walk
from db.ingest.page_stats import private_items, rejected_ids
from db.ingest.rows import Steps
from db.memory import with_memory_limit
from db.sql import load_sql

logger = logging.getLogger(__name__)

MASS_REMOVAL_SHARE = 0.02
"""On an ordinary day one model in ten thousand disappears; a larger share than this means a broken walk."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """The entities that a walk makes suspects, and the counts that the mass-removal rule needs."""

    entities: tuple[WatchedEntity, ...]
    newly_missing: int
    listed: int
    """Entities that the walk should have shown."""

    @property
    def is_mass_removal(self) -> bool:
        """Whether the walk is doubted rather than the Hub."""
        return is_mass_removal(self.newly_missing, self.listed)


HANDFUL = 5
"""Up to this many missing entities are never a mass removal: one of thirty is more than 2 %."""


def is_mass_removal(newly_missing: int, listed: int) -> bool:
    """Return whether one walk misses more entities than it is trusted to miss."""
    return newly_missing > max(MASS_REMOVAL_SHARE * listed, HANDFUL)


def is_whole(walk: Walk) -> bool:
    """Return whether the walk is complete and in creation order, so that absence from it is evidence."""
    return walk.complete and walk.spool.header.scope is Scope.FULL


def suspects(con: duckdb.DuckDBPyConnection, walk: Walk, most: int) -> Suspects:
    """Return up to `most` entities of the walk's kind that need a direct look-up."""
    header = walk.spool.header
    files: Sequence[Path] = walk.spool.files
    if not files or not header.kind.spec.is_repo:
        return Suspects((), 0, 0)
    hub_ids, names = rejected_ids(walk.spool.pages)
    parameters = {
        "hub_ids": hub_ids,
        "names": names,
        "kind": header.kind,
        "whole": is_whole(walk),
        "started_at": header.started_at,
        "files": [str(file) for file in files],
        "most": most,
        "walk_id": header.walk_id,
        "private": sorted(private_items(walk.spool.pages)),
    }
    rows = with_memory_limit(con, lambda: con.execute(load_sql("db/ingest/suspects"), parameters).fetchall())
    entities = tuple(WatchedEntity(header.kind, name, hub_id) for hub_id, name, _, _ in rows)
    return Suspects(entities, rows[0][2] if rows else 0, rows[0][3] if rows else 0)


def canary(con: duckdb.DuckDBPyConnection, walk: Walk) -> WatchedEntity | None:
    """Return an entity that certainly exists: the most liked one that the walk itself has shown."""
    row = con.execute(
        "SELECT id, hub_id FROM read_parquet(?) ORDER BY likes DESC NULLS LAST, place LIMIT 1",
        [[str(file) for file in walk.spool.files]],
    ).fetchone()
    return WatchedEntity(walk.spool.header.kind, row[0], row[1]) if row else None


def store_removals(steps: Steps, walk: Walk, *, accept_removals: bool) -> tuple[str | None, int]:
    """Store what the walk says about absent entities.

    Returns why missing entities were withheld, and how many entities were removed.
    """
    if private := private_items(walk.spool.pages):
        steps.run("private", walk_id=walk.spool.header.walk_id, private=sorted(private))
    return _store_missing(steps, walk, accept_removals=accept_removals), _store_removed(steps, walk)


def _store_missing(steps: Steps, walk: Walk, *, accept_removals: bool) -> str | None:
    """Mark the entities that a whole walk missed as missing, or return why the walk is doubted instead."""
    if not is_whole(walk) or not walk.spool.files:
        return None
    missed, listed = steps.answer("missing_count")
    if is_mass_removal(missed, listed) and not accept_removals:
        evidence = f"{missed:,} of {listed:,} listed {steps.kind.plural} were not shown: more than 2 %"
        logger.debug("%s: removals are withheld: %s", steps.kind, evidence)
        steps.run("withheld", evidence=evidence)
        return f"{evidence}, so none is called missing; if that is true, crawl with --accept-removals"
    steps.run("30_missing")
    return None


def _store_removed(steps: Steps, walk: Walk) -> int:
    """Mark the missing entities that a direct look-up did not find as removed; return their number."""
    found = list(verified_removals(walk.spool.pages))
    if not found:
        return 0
    steps.run(
        "31_removed",
        hub_ids=[one.hub_id for one in found],
        statuses=[one.status for one in found],
        private=[one.private for one in found],
    )
    (removed,) = steps.con.execute("SELECT count(*) FROM gone").fetchone() or (0,)
    logger.debug("%s: %d of %d looked-up entities are removed", steps.kind, removed, len(found))
    return int(removed)
