"""What becomes of entities that a walk does not show.

    listed ── a whole creation-order walk misses it ──► missing ── a direct look-up says gone ──► removed
      ▲                                                    │                                        │
      └──────────────── any snapshot shows it ─────────────┴────────────── event: returned ─────────┘

A public repository that a list shows as private, to the token's owner, becomes missing like one that a whole walk
misses. A head list says nothing by absence. When one walk misses more than 2 % of what it should show, the walk is
doubted and not the Hub: nothing is marked, the event `withheld` says so, and a person decides (`--accept-removals`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crawler.kinds import Scope
from crawler.plan import WatchedEntity
from crawler.walk import Walk
from db.ingest.page_stats import private_items, rejected_ids
from db.memory import with_memory_limit
from db.sql import load_sql

MASS_REMOVAL_SHARE = 0.02
"""Of 3.1 M models some hundreds go on an ordinary day, one in ten thousand; more than this at once is a broken walk."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """What a walk gives reason to look up."""

    entities: tuple[WatchedEntity, ...]
    newly_missing: int
    listed: int
    """Entities that the walk should have shown."""

    @property
    def is_mass_removal(self) -> bool:
        """Whether the walk is to be doubted rather than the Hub."""
        return is_mass_removal(self.newly_missing, self.listed)


HANDFUL = 5
"""So few are always looked up, however small the Hub: one of thirty is more than 2 %, and no mass removal."""


def is_mass_removal(newly_missing: int, listed: int) -> bool:
    """Whether so many newly missing entities are more than one walk is believed."""
    return newly_missing > max(MASS_REMOVAL_SHARE * listed, HANDFUL)


def is_whole(walk: Walk) -> bool:
    """Whether absence from the walk says something: a complete one in creation order."""
    return walk.complete and walk.spool.header.scope is Scope.FULL


def suspects(con: duckdb.DuckDBPyConnection, walk: Walk, most: int) -> Suspects:
    """The entities of the walk's kind that a direct look-up should decide on, at most `most`."""
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


def control(con: duckdb.DuckDBPyConnection, walk: Walk) -> WatchedEntity | None:
    """An entity that is surely there: the most liked one that the walk itself has shown."""
    row = con.execute(
        "SELECT id, hub_id FROM read_parquet(?) ORDER BY likes DESC NULLS LAST, place LIMIT 1",
        [[str(file) for file in walk.spool.files]],
    ).fetchone()
    return WatchedEntity(walk.spool.header.kind, row[0], row[1]) if row else None
