"""Computes list history and backtest from the rankings of earlier weeks, and ranks weeks without a stored ranking.

earlier_weeks     the rankings of the last eight weeks of a kind, newest first
list_history      pure: earlier places of an entity or a family on the same list
backtest          the gains this week of the entities that last week's lists picked
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

import duckdb

from analysis.comparison import Comparison, compare, pair_of
from analysis.config import RankingConfig
from analysis.lists import ORDERS, Order
from analysis.ranking import rank_metric
from analysis.rankings import ranking_key, to_store
from analysis.records import METRICS, BacktestRow, ListHistory, ListName, Metric, Pair, RankedList
from crawler.kinds import Kind
from db.ranked import RankedOrder, StoredRanking
from db.rankings import load_ranking

logger = logging.getLogger(__name__)

WEEKS = 8
"""Earlier weeks that are read, about two months. A week without a stored ranking takes as long as the report's week."""


@dataclass(frozen=True, slots=True)
class EarlierWeek:
    """The rankings of one kind in an earlier week."""

    as_of: datetime
    span_days: float
    rankings: tuple[StoredRanking, ...]
    fresh: tuple[StoredRanking, ...] = ()
    """Rankings that this report made because none was stored."""

    def order(self, name: ListName, metric: Metric, ordered_by: str) -> RankedOrder | None:
        """Return a list in one order."""
        for ranking in self.rankings:
            for order in ranking.orders:
                if (order.name, ranking.metric, order.ordered_by) == (name, metric, ordered_by):
                    return order
        return None

    def places(self, name: ListName, metric: Metric) -> dict[str, int]:
        """Return the places on a list by Hub id."""
        order = self.order(name, metric, ORDERS[name])
        return {entity.hub_id: entity.place for entity in order.entities} if order else {}


def earlier_weeks(
    con: duckdb.DuckDBPyConnection, kind: Kind, as_of: datetime, limits: RankingConfig
) -> list[EarlierWeek]:
    """Return the last eight weeks, newest first.

    History ends at the first week without a comparison of its own."""
    weeks: list[EarlierWeek] = []
    newer = pair_of(con, kind, as_of).now_snapshot
    for number in range(1, WEEKS + 1):
        moment = as_of - number * timedelta(days=7)
        pair = pair_of(con, kind, moment)
        if pair.before_snapshot is None or pair.now_snapshot == newer:
            logger.debug("%s: history ends %d weeks ago", kind.plural, number)
            break
        newer = pair.now_snapshot
        weeks.append(_earlier_week(con, pair, moment, limits))
    return weeks


def _earlier_week(con: duckdb.DuckDBPyConnection, pair: Pair, moment: datetime, limits: RankingConfig) -> EarlierWeek:
    """Load the rankings of a week, and make those that are not stored."""
    metrics = METRICS[pair.kind]
    stored = {metric: load_ranking(con, ranking_key(con, pair, metric, limits)) for metric in metrics}
    made: dict[Metric, StoredRanking] = {}
    if missing := [metric for metric in metrics if stored[metric] is None]:
        logger.debug("%s: ranking the week of %s again", pair.kind.plural, moment)
        comparison = compare(con, pair, moment)
        made = {metric: to_store(rank_metric(comparison, metric, limits)) for metric in missing}
    rankings = [made.get(metric) or stored[metric] for metric in metrics]
    return EarlierWeek(
        moment, pair.span_days or 7.0, tuple(one for one in rankings if one is not None), tuple(made.values())
    )


def list_history(
    hub_ids: Collection[str], place: int, as_of: datetime, past: Sequence[tuple[datetime, Mapping[str, int]]]
) -> ListHistory | None:
    """Return the earlier places of an entity, or of a family by its parts; None without earlier weeks.

    `past` has the time of each earlier week and the places on its list by Hub id, newest first.
    """
    if not past:
        return None
    places = [min((by_id[hub_id] for hub_id in hub_ids if hub_id in by_id), default=None) for _, by_id in past]
    consecutive = next((weeks for weeks, earlier in enumerate(places) if earlier is None), len(places))
    listed = [moment for (moment, _), earlier in zip(past, places, strict=True) if earlier is not None]
    best = min([place, *(earlier for earlier in places if earlier is not None)])
    return ListHistory(places[0], 1 + consecutive, min([as_of, *listed]).date(), best)


def with_history(ranked: RankedList, as_of: datetime, past: Sequence[EarlierWeek]) -> RankedList:
    """Add the list history to the picks and the rows of a list."""
    places = [(week.as_of, week.places(ranked.name, ranked.metric)) for week in past]
    hub_ids = {pick.flat_place: pick.change.entity.hub_id for pick in ranked.picks}
    picks = [
        replace(pick, list_history=list_history([hub_ids[pick.flat_place]], pick.place, as_of, places))
        for pick in ranked.picks
    ]
    rows = [
        replace(row, list_history=list_history([hub_ids[part] for part in row.picks], row.place, as_of, places))
        for row in ranked.rows
    ]
    return replace(ranked, picks=tuple(picks), rows=tuple(rows))


COMPARED = (
    (ListName.RISERS, Order.IMPACT),
    (ListName.RISERS, Order.SCORE),
    (ListName.GAINS, Order.GAIN),
    (ListName.GAINS, Order.PERCENT),
)
"""The orders whose picks the backtest compares."""


@dataclass(frozen=True, slots=True)
class EarlierPicks:
    """The picks of an earlier week in one order."""

    metric: Metric
    picked_by: str
    gains: Mapping[str, int | None]
    """Their gains in that week, by Hub id."""
    span_days: float


def backtest(comparison: Comparison, past: Sequence[EarlierWeek], rows: int) -> Iterator[BacktestRow]:
    """Yield for each order how the gains of last week's first `rows` picks continued this week."""
    if not past or comparison.pair.before_snapshot is None:
        return
    for picks in _last_picks(past[0], METRICS[comparison.pair.kind], rows):
        gains = comparison.query(
            "SELECT c.hub_id, c.{gain} FROM {change} AS c WHERE c.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]))",
            {"hub_ids": list(picks.gains)},
            picks.metric.columns,
        )
        yield score_picks(comparison.pair.kind, picks, dict(gains), comparison.pair.span_days or 7.0)


def _last_picks(week: EarlierWeek, metrics: Sequence[Metric], rows: int) -> Iterator[EarlierPicks]:
    for metric in metrics:
        for name, by in COMPARED:
            order = week.order(name, metric, by.value)
            gains = {one.hub_id: one.gain for one in order.entities if one.flat_place <= rows} if order else {}
            if gains:
                yield EarlierPicks(metric, by.value, gains, week.span_days)


def score_picks(kind: Kind, picks: EarlierPicks, gains: Mapping[str, int | None], span_days: float) -> BacktestRow:
    """Compare the earlier gains per day of picks with their later gains, given by Hub id."""
    lifts = [
        (now / span_days) / (then / picks.span_days)
        for hub_id, then in picks.gains.items()
        if then and (now := gains.get(hub_id)) is not None
    ]
    return BacktestRow(
        kind=kind,
        metric=picks.metric,
        picked_by=picks.picked_by,
        picks=len(picks.gains),
        still_up=sum(lift >= 1 for lift in lifts),
        median_lift=median(lifts) if lifts else None,
    )
