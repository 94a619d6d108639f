"""Finds the movers of one kind and metric in any order, for `hubtrends trends` and notebooks."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from analysis.comparison import compare, pair_of
from analysis.config import RankingConfig
from analysis.lists import Order, movers
from analysis.ranking import rank_metric
from analysis.records import METRICS, Metric, Pair, RankedList
from crawler.kinds import Kind
from db.memory import cap_memory


@dataclass(frozen=True, slots=True)
class Movers:
    """A list of movers and the snapshots that it compares."""

    pair: Pair
    ranked: RankedList


def find_movers(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    *,
    as_of: datetime,
    limits: RankingConfig,
    metric: Metric | None = None,
    order: Order = Order.IMPACT,
) -> Movers:
    """Return the first `limits.rows` movers of a kind; without a metric, of its default one.

    `con` is as for `analyse_week`. The risers are in order of impact or score, all known gains in the other orders.
    """
    pair = pair_of(con, kind, as_of)
    with cap_memory(con):
        ranking = rank_metric(compare(con, pair, as_of), metric or METRICS[kind][0], limits)
        return Movers(pair, movers(ranking, order))
