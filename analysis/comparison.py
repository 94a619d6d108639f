"""The changes of a kind's week, staged once and described where they are shown.

stage_changes    week_over_week ─► the temporary table `change`, one row an entity, numbers only
describe         keys ─► Change, with names and facts as they were at the newer snapshot
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from analysis.metrics import COUNTERS
from analysis.records import Change, Entity, Metric, Pair, Trending
from crawler.kinds import Kind
from db.sql import run_sql

_FACTS = ("hub_id", "id", "title", "author", "created_at", "task", "library", "license", "parameters", "sdk")
_COLUMNS = (
    "entity_key", *_FACTS, "before", "now", "gain", "likes_now", "downloads_now", "upvotes_now", "rank_before",
    "rank_now", "status", "flags", "age_days", "likes_gain", "upvotes_gain",
)  # fmt: skip
"""The columns of described.sql."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A pair whose changes lie in the temporary table `change` of a connection."""

    con: duckdb.DuckDBPyConnection
    pair: Pair
    as_of: datetime
    """The moment of the report: events up to it may be told."""


def stage_changes(con: duckdb.DuckDBPyConnection, pair: Pair, as_of: datetime) -> Staged:
    """Put the changes of the pair into the temporary table `change`, in place of those that were there."""
    run_sql(con, "analysis/change", {"kind": pair.kind.value, "as_of": as_of, "now_at": pair.now_at})
    return Staged(con, pair, as_of)


def describe(staged: Staged, metric: Metric, keys: Sequence[int]) -> list[Change]:
    """The changes of the entities with these keys, in their order."""
    return [_change(staged.pair, metric, row) for row in _described(staged, metric, keys)]


def describe_trending(staged: Staged, metric: Metric, keys: Sequence[int]) -> list[Trending]:
    """The places of the entities with these keys in the Hub's own order, in their order."""
    return [
        Trending(
            row["rank_now"], row["rank_before"], _entity(staged.pair.kind, row), row["likes_now"],
            row["downloads_now"], row["upvotes_now"], row["likes_gain"], row["upvotes_gain"],
        )
        for row in _described(staged, metric, keys)
    ]  # fmt: skip


def _described(staged: Staged, metric: Metric, keys: Sequence[int]) -> list[dict[str, Any]]:
    if not keys:
        return []
    parameters = {"keys": list(keys), "now_at": staged.pair.now_at}
    rows = run_sql(staged.con, "analysis/described", parameters, slots=COUNTERS[metric])
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _entity(kind: Kind, row: Mapping[str, Any]) -> Entity:
    return Entity(kind, *(row[fact] for fact in _FACTS))


def _change(pair: Pair, metric: Metric, row: Mapping[str, Any]) -> Change:
    relative = metric is not Metric.DOWNLOADS
    return Change(
        entity=_entity(pair.kind, row),
        metric=metric,
        before=row["before"],
        now=row["now"],
        gain=row["gain"],
        percent=percent(row["gain"], row["before"]) if relative else None,
        span_days=pair.span_days,
        likes_now=row["likes_now"],
        downloads_now=row["downloads_now"],
        rank_before=row["rank_before"],
        rank_now=row["rank_now"],
        status=row["status"],
        flags=tuple(row["flags"]),
        age_days=row["age_days"],
    )


def percent(gain: int | None, before: int | None) -> float | None:
    """Gain in percent of before; None where one is unknown or there was nothing before."""
    return None if gain is None or not before else 100.0 * gain / before
