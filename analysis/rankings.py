"""Prepares rankings for the store, so that a later report does not rank a past week again.

    ranking_key    what a ranking depends on: formula, settings, the snapshots that it reads
    to_store       Ranking ─► the lists of a metric, and the other orders that the backtest compares

A ranking holds entity keys, places and gains. `db/rankings.py` stores it; a change of its snapshots deletes it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

import duckdb

from analysis.config import RankingConfig
from analysis.lists import Order, Selection, select_lists, select_movers
from analysis.ranking import Ranking
from analysis.records import Metric, Pair
from analysis.score.score import FORMULA, panel_for
from db.ranked import RankedEntity, RankedOrder, StoredRanking


def ranking_key(con: duckdb.DuckDBPyConnection, pair: Pair, metric: Metric, limits: RankingConfig) -> str:
    """Return the key of the ranking of a metric; equal keys give equal rankings."""
    panel = panel_for(con, pair, metric)
    depends = {
        "formula": FORMULA,
        "kind": pair.kind.value,
        "metric": metric.value,
        "compared": [pair.now_snapshot, pair.before_snapshot],
        "panel": panel and [panel.granularity.name, *([one.snapshot_id for one in part] for part in panel.parts)],
        "settings": asdict(limits),
    }
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:32]


def to_store(ranking: Ranking, lists: Sequence[Selection] = ()) -> StoredRanking:
    """Return the lists of a metric and the orders of the backtest; select those that are not selected yet."""
    comparison, metric, limits = ranking.comparison, ranking.metric, ranking.limits
    others = (select_movers(ranking, order) for order in (Order.SCORE, Order.PERCENT))
    selections = [*(lists or select_lists(ranking)), *others]
    gains = _gains(ranking, selections)
    key = ranking_key(comparison.con, comparison.pair, metric, limits)
    orders = tuple(
        RankedOrder(
            selection.name.value,
            selection.ordered_by,
            tuple(RankedEntity(one.key, *gains[one.key], one.flat_place, one.place) for one in selection.placed),
        )
        for selection in selections
    )
    now_at = comparison.pair.now_at or comparison.as_of
    return StoredRanking(key, comparison.pair.kind.value, metric.value, now_at, orders)


def _gains(ranking: Ranking, selections: Sequence[Selection]) -> dict[int, tuple[str, int | None]]:
    """Return hub_id and gain of every selected entity by key."""
    rows = ranking.comparison.query(
        "SELECT c.entity_key, c.hub_id, c.{gain} FROM {change} AS c"
        " WHERE c.entity_key IN (SELECT unnest($keys::INTEGER[]))",
        {"keys": list({key for selection in selections for key in selection.keys})},
        ranking.metric.columns,
    )
    return {key: (hub_id, gain) for key, hub_id, gain in rows}
