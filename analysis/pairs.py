"""Which two snapshots of a kind a week compares: the choice is the store's, `compared_snapshots`."""

from datetime import datetime

import duckdb

from analysis.results import Pair
from analysis.statements import run
from crawler.kinds import Kind


def pair_of(con: duckdb.DuckDBPyConnection, kind: Kind, as_of: datetime) -> Pair:
    """The pair that `week_over_week` compares for a report as of a moment; its sides are None where there is none."""
    (row,) = run(con, "pair", {"kind": kind.value, "as_of": as_of})
    return Pair(kind, *row)


def first_trend_at(con: duckdb.DuckDBPyConnection, pair: Pair) -> datetime | None:
    """The first moment at which a snapshot would be far enough from one that exists; None once there is a trend."""
    if pair.now_at is None or pair.before_at is not None:
        return None
    ((moment,),) = run(con, "first_trend", {"kind": pair.kind.value, "now_at": pair.now_at})
    return moment if isinstance(moment, datetime) else None
