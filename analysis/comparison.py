"""Compares two snapshots of a kind: chooses the pair, computes its changes, describes chosen entities.

pair_of     the two snapshots that the macro `compared_snapshots` chooses
compare     the changes of the pair, in the relation that the engine returns
describe    entity keys ─► Change, with names and attributes of the newer snapshot
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb

from analysis.engine import DuckDBEngine, Engine
from analysis.records import Change, Metric, Pair, Trending
from crawler.kinds import Kind
from db.sql import run_sql

logger = logging.getLogger(__name__)

Depths = Mapping[str, int | None]
"""The column `snapshots.depths`: how many entities each list returned; None for a list read to its end."""

_NAMES = {"trending": "trending", "downloads": "downloads", "likes": "likes", "days": "newest"}
_UNITS = {"trending": "places", "downloads": "places", "likes": "places", "days": "days"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair of snapshots and the relation of its changes."""

    con: duckdb.DuckDBPyConnection
    pair: Pair
    as_of: datetime
    """The time of the report; later events are not shown."""
    engine: Engine
    changes: str
    """The relation of changes: the slot {change} of an SQL text."""

    def query(
        self, text: str, parameters: Mapping[str, Any] | None = None, slots: Mapping[str, str] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run an SQL text and return its rows."""
        return self.con.execute(text.format(change=self.changes, **(slots or {})), parameters or {}).fetchall()

    def run(
        self, name: str, parameters: Mapping[str, Any] | None = None, slots: Mapping[str, str] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run a file of analysis/sql and return its rows."""
        return run_sql(self.con, f"analysis/{name}", parameters, {"change": self.changes, **(slots or {})})

    def count(self, metric: Metric) -> tuple[int, int]:
        """Count the entities of the newer snapshot, and those whose gain is known."""
        ((listed, gains),) = self.query(
            "SELECT count(*) FILTER (c.is_now), count(c.{gain}) FROM {change} AS c", slots=metric.columns
        )
        return listed, gains


def pair_of(con: duckdb.DuckDBPyConnection, kind: Kind, as_of: datetime) -> Pair:
    """Return the pair that `week_over_week` compares; a missing snapshot is None."""
    ((*row, now_depths, before_depths),) = con.execute(
        """
        SELECT p.now_snapshot, p.now_at, p.now_scope, p.before_snapshot, p.before_at, p.before_scope, p.basis,
               p.span_days, p.now_origin, p.before_origin,
               coalesce(p.now_doubtful, false) OR coalesce(p.before_doubtful, false), p.now_depths, p.before_depths
        FROM compared_snapshots($kind, as_of := $as_of) AS p
        """,
        {"kind": kind.value, "as_of": as_of},
    ).fetchall()
    pair = Pair(kind, *row)
    logger.debug("%s: snapshot %s against %s (%s)", kind.plural, pair.now_snapshot, pair.before_snapshot, pair.basis)
    uneven = uneven_depths(now_depths, before_depths) if pair.now_scope == pair.before_scope else None
    return replace(pair, depths=uneven)


def uneven_depths(now: Depths | None, before: Depths | None) -> str | None:
    """Describe how far the lists of two snapshots reach; None if equally far."""
    if now is None or before is None or now == before:
        return None

    def reach(depth: int | None, unit: str) -> str:
        return "all of them" if depth is None else f"{depth:,} {unit}"

    return "; ".join(
        f"{_NAMES[name]} {reach(before[name], _UNITS[name])} before, {reach(depth, _UNITS[name])} now"
        for name, depth in now.items()
        if depth != before[name]
    )


def first_trend_at(con: duckdb.DuckDBPyConnection, pair: Pair) -> datetime | None:
    """Return the earliest time of a snapshot that completes a pair; None if there is a pair."""
    if pair.now_at is None or pair.before_at is not None:
        return None
    # the oldest usable snapshot that is still too young to be compared with, and the two days that a comparison needs
    ((moment,),) = con.execute(
        """
        SELECT min(s.observed_at) + INTERVAL 2 DAY
        FROM snapshots AS s
        WHERE s.kind = $kind AND s.complete AND s.stale IS NOT TRUE
          AND s.observed_at <= $now_at AND s.observed_at > $now_at::TIMESTAMPTZ - INTERVAL 2 DAY
        """,
        {"kind": pair.kind.value, "now_at": pair.now_at},
    ).fetchall()
    return moment if isinstance(moment, datetime) else None


def compare(con: duckdb.DuckDBPyConnection, pair: Pair, as_of: datetime, engine: Engine | None = None) -> Comparison:
    """Compute the changes of a pair and the families of models; they replace those of the previous pair."""
    engine = engine or DuckDBEngine(con)
    if pair.kind is Kind.MODEL:
        run_sql(con, "analysis/family_root", {"as_of": as_of})
    return Comparison(con, pair, as_of, engine, engine.changes(pair, as_of))


def describe(comparison: Comparison, metric: Metric, keys: Sequence[int]) -> list[Change]:
    """Return the changes of the entities with these keys, in their order."""
    return [
        Change(
            entity=row.entity,
            metric=metric,
            before=row.numbers[f"{metric}_before"],
            now=row.numbers[f"{metric}_now"],
            gain=(gain := row.numbers[f"{metric}_gain"]),
            # the 30-day figure is no base for the gain of a week
            percent=None if metric is Metric.DOWNLOADS else percent(gain, row.numbers[f"{metric}_before"]),
            span_days=comparison.pair.span_days,
            likes_now=row.numbers["likes_now"],
            downloads_now=row.numbers["downloads_now"],
            rank_before=row.numbers["rank_before"],
            rank_now=row.numbers["rank_now"],
            status=row.status,
            flags=row.flags,
            age_days=row.age_days,
        )
        for row in comparison.engine.describe(comparison.pair, keys)
    ]


def describe_trending(comparison: Comparison, keys: Sequence[int]) -> list[Trending]:
    """Return the places of the entities with these keys in the Hub's own order."""
    return [
        Trending(
            rank=row.numbers["rank_now"] or 0,
            rank_before=row.numbers["rank_before"],
            entity=row.entity,
            likes=row.numbers["likes_now"],
            downloads=row.numbers["downloads_now"],
            upvotes=row.numbers["upvotes_now"],
            likes_gain=row.numbers["likes_gain"],
            upvotes_gain=row.numbers["upvotes_gain"],
        )
        for row in comparison.engine.describe(comparison.pair, keys)
    ]


def percent(gain: int | None, before: int | None) -> float | None:
    """Return the gain in percent of `before`; None if the gain is unknown or `before` is zero."""
    return None if gain is None or not before else 100.0 * gain / before
