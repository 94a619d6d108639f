"""The movers of one kind and one metric, as `hubtrends trends` shows them: a list of the report, in any order."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from analysis.comparison import stage_changes
from analysis.config import RankingConfig
from analysis.lists import risers
from analysis.memory import bounded
from analysis.pairs import pair_of
from analysis.ranking import ranking_of
from analysis.records import METRICS, Metric, Pair, RankedList
from analysis.selection import Order
from crawler.kinds import Kind


@dataclass(frozen=True, slots=True)
class Trends:
    """A list of movers and the snapshots it rests on."""

    pair: Pair
    ranked: RankedList


def trends(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    *,
    as_of: datetime,
    limits: RankingConfig,
    metric: Metric | None = None,
    order: Order = Order.SCORE,
) -> Trends:
    """The risers of a kind by a metric, by default its first; `limits.rows` of them.

    `con` is as for `analyse_week`. Where too little can be scored, score falls back to gain, which `ordered_by` tells.
    """
    pair = pair_of(con, kind, as_of)
    with bounded(con):
        staged = stage_changes(con, pair, as_of)
        return Trends(pair, risers(ranking_of(staged, metric or METRICS[kind][0], limits), order))
