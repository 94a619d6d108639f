"""Decides the status of entities that a walk does not show: suspects, mass removals and verdicts.

    listed ── a whole creation-order walk misses it ──► missing ── a direct look-up says gone ──► removed
      ▲                                                    │                                        │
      └──────────────── any snapshot shows it ─────────────┴────────────── event: returned ─────────┘

A public repository that a list shows as private, to the token's owner, becomes missing, as if a whole walk missed it.
Absence from a head list does not mean that an entity is missing. A walk that misses more than 2 % of the expected
entities counts as broken. Then no entity is marked, an event `withheld` records the case, and the user decides
(`--accept-removals`).
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

HANDFUL = 5
"""Missing entities that are never a mass removal. In a small store one entity can be more than 2 %."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """The suspects of a walk, and the counts that the mass-removal rule needs."""

    entities: tuple[WatchedEntity, ...]
    newly_missing: int
    listed: int
    """The number of entities that the walk should have shown."""

    @property
    def is_mass_removal(self) -> bool:
        """Return whether the walk misses too many entities to be trusted."""
        return is_mass_removal(self.newly_missing, self.listed)


def is_mass_removal(newly_missing: int, listed: int) -> bool:
    """Return whether a walk misses too many entities to be trusted."""
    return newly_missing > max(MASS_REMOVAL_SHARE * listed, HANDFUL)


def is_whole(walk: Walk) -> bool:
    """Return whether the walk shows every entity: it is complete and in creation order."""
    return walk.complete and walk.spool.header.scope is Scope.FULL


def suspects(con: duckdb.DuckDBPyConnection, walk: Walk, limit: int) -> Suspects:
    """Return up to `limit` entities of the walk's kind that need a direct look-up."""
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
        "limit": limit,
        "walk_id": header.walk_id,
        "private": sorted(private_items(walk.spool.pages)),
    }
    rows = with_memory_limit(con, lambda: con.execute(load_sql("db/ingest/suspects"), parameters).fetchall())
    entities = tuple(WatchedEntity(header.kind, name, hub_id) for hub_id, name, _, _ in rows)
    return Suspects(entities, rows[0][2] if rows else 0, rows[0][3] if rows else 0)


def canary(con: duckdb.DuckDBPyConnection, walk: Walk) -> WatchedEntity | None:
    """Return an entity that certainly exists: the most liked one that the walk showed."""
    row = con.execute(
        "SELECT id, hub_id FROM read_parquet(?) ORDER BY likes DESC NULLS LAST, place LIMIT 1",
        [[str(file) for file in walk.spool.files]],
    ).fetchone()
    return WatchedEntity(walk.spool.header.kind, row[0], row[1]) if row else None


def store_removals(steps: Steps, walk: Walk, *, accept_removals: bool) -> tuple[str | None, int]:
    """Store the status of entities that the walk does not show.

    Returns why missing entities were withheld, and the number of removed entities.
    """
    if private := private_items(walk.spool.pages):
        logger.debug("%s: %d private items, entities among them become missing", steps.kind, len(private))
        steps.run("private", walk_id=walk.spool.header.walk_id, private=sorted(private))
    return _store_missing(steps, walk, accept_removals=accept_removals), _store_removed(steps, walk)


def _store_missing(steps: Steps, walk: Walk, *, accept_removals: bool) -> str | None:
    """Mark the entities that a whole walk missed, unless it missed too many; return why none is marked."""
    if not is_whole(walk) or not walk.spool.files:
        return None
    ((missed, listed),) = steps.run("missing_count")
    if is_mass_removal(missed, listed) and not accept_removals:
        evidence = f"{missed:,} of {listed:,} listed {steps.kind.plural} were not shown: more than 2 %"
        logger.debug("%s: removals are withheld: %s", steps.kind, evidence)
        steps.run("withheld", evidence=evidence)
        return f"{evidence}, so none is called missing; if that is true, crawl with --accept-removals"
    logger.debug("%s: %d of %d listed entities become missing", steps.kind, missed, listed)
    steps.run("30_missing")
    return None


def _store_removed(steps: Steps, walk: Walk) -> int:
    """Mark missing entities that a direct look-up did not find as removed; return their number."""
    found = list(verified_removals(walk.spool.pages))
    if not found:
        return 0
    steps.run(
        "31_removed",
        hub_ids=[one.hub_id for one in found],
        statuses=[one.status for one in found],
        private=[one.private for one in found],
    )
    (removed,) = steps.con.execute("SELECT count(*) FROM removed").fetchone() or (0,)
    logger.debug("%s: %d of %d looked-up entities are removed", steps.kind, removed, len(found))
    return int(removed)
