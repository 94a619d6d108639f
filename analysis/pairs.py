"""Which two snapshots of a kind a week compares: the choice is the store's, `compared_snapshots`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import duckdb

from analysis.records import Pair
from crawler.kinds import Kind
from db.sql import run_sql

Depths = Mapping[str, int | None]
"""`snapshots.depths`: None for a list that shows everything."""

_NAMES = {"trending": "trending", "downloads": "downloads", "likes": "likes", "days": "newest"}
_UNITS = {"trending": "places", "downloads": "places", "likes": "places", "days": "days"}


def pair_of(con: duckdb.DuckDBPyConnection, kind: Kind, as_of: datetime) -> Pair:
    """The pair that `week_over_week` compares for a report as of a moment; its sides are None where there is none."""
    ((*row, now_depths, before_depths),) = run_sql(con, "analysis/pair", {"kind": kind.value, "as_of": as_of})
    pair = Pair(kind, *row)
    uneven = uneven_depths(now_depths, before_depths) if pair.now_scope == pair.before_scope else None
    return replace(pair, depths=uneven)


def uneven_depths(now: Depths | None, before: Depths | None) -> str | None:
    """Say how far the lists of two snapshots reach where they do not reach equally far; None where they do."""
    if now is None or before is None or now == before:
        return None
    return "; ".join(
        f"{_NAMES[name]} {_reach(before[name], _UNITS[name])} before, {_reach(depth, _UNITS[name])} now"
        for name, depth in now.items()
        if depth != before[name]
    )


def _reach(depth: int | None, unit: str) -> str:
    return "all of them" if depth is None else f"{depth:,} {unit}"


def first_trend_at(con: duckdb.DuckDBPyConnection, pair: Pair) -> datetime | None:
    """The first moment at which a snapshot would be far enough from one that exists; None once there is a trend."""
    if pair.now_at is None or pair.before_at is not None:
        return None
    ((moment,),) = run_sql(con, "analysis/first_trend", {"kind": pair.kind.value, "now_at": pair.now_at})
    return moment if isinstance(moment, datetime) else None
