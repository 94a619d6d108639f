"""List history and backtest, from the snapshots of earlier weeks: their lists are computed again.

earlier_weeks     the last eight reports of a kind, newest first, as the program would make them now
list_history      pure: earlier places of an entity on the same list
backtest          how last week's picks did this week

Only the order of earlier lists is computed; the rows of last week's risers are described for the backtest.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import duckdb

from analysis.comparison import Comparison, compare, pair_of
from analysis.config import RankingConfig
from analysis.lists import Order, risers, select_lists
from analysis.ranking import Ranking, rank_metric
from analysis.records import METRICS, BacktestRow, Change, ListHistory, ListName, Metric, RankedList
from crawler.kinds import Kind

logger = logging.getLogger(__name__)

WEEKS = 8
"""Two months; each week is ranked again, which takes as long as the report's own week."""


@dataclass(frozen=True, slots=True)
class EarlierList:
    """A list of an earlier report."""

    name: ListName
    metric: Metric
    hub_ids: tuple[str, ...]
    """First to last."""


@dataclass(frozen=True, slots=True)
class EarlierWeek:
    """The lists of one kind in an earlier report."""

    as_of: datetime
    lists: tuple[EarlierList, ...]
    orders: tuple[RankedList, ...] = ()
    """Its risers by score, by gain and by percent, for the backtest."""


def earlier_weeks(
    con: duckdb.DuckDBPyConnection, kind: Kind, as_of: datetime, limits: RankingConfig
) -> list[EarlierWeek]:
    """Rank the last eight weeks, newest first.

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
        weeks.append(_rank_earlier_week(compare(con, pair, moment), limits, for_backtest=number == 1))
    return weeks


def _rank_earlier_week(comparison: Comparison, limits: RankingConfig, *, for_backtest: bool) -> EarlierWeek:
    lists: list[EarlierList] = []
    orders: list[RankedList] = []
    for metric in METRICS[comparison.pair.kind]:
        ranking = rank_metric(comparison, metric, limits)
        lists.extend(_earlier_lists(ranking))
        if for_backtest:
            in_each_order = [(order, risers(ranking, order)) for order in Order]
            orders.extend(ranked for order, ranked in in_each_order if ranked.ordered_by == order.value)
    return EarlierWeek(comparison.as_of, tuple(lists), tuple(orders))


def _earlier_lists(ranking: Ranking) -> Iterator[EarlierList]:
    selections = select_lists(ranking)
    rows = ranking.comparison.query(
        "SELECT c.entity_key, c.hub_id FROM {change} AS c WHERE c.entity_key IN (SELECT unnest($keys::INTEGER[]))",
        {"keys": list({key for selection in selections for key in selection.keys})},
    )
    hub_ids = dict(rows)
    for selection in selections:
        yield EarlierList(selection.name, ranking.metric, tuple(hub_ids[key] for key in selection.keys))


def list_history(
    name: ListName, metric: Metric, hub_id: str, place: int, as_of: datetime, past: Sequence[EarlierWeek]
) -> ListHistory | None:
    """Return the earlier places of an entity on a list; None in a first report."""
    if not past:
        return None
    places = [_place(week, name, metric, hub_id) for week in past]
    consecutive = next((weeks for weeks, earlier in enumerate(places) if earlier is None), len(places))
    listed = [week.as_of for week, earlier in zip(past, places, strict=True) if earlier is not None]
    best = min([place, *(earlier for earlier in places if earlier is not None)])
    return ListHistory(places[0], 1 + consecutive, min([as_of, *listed]).date(), best)


def _place(week: EarlierWeek, name: ListName, metric: Metric, hub_id: str) -> int | None:
    for listed in week.lists:
        if listed.name is name and listed.metric is metric and hub_id in listed.hub_ids:
            return 1 + listed.hub_ids.index(hub_id)
    return None


def backtest(comparison: Comparison, past: Sequence[EarlierWeek]) -> Iterator[BacktestRow]:
    """Yield how last week's picks did in the compared week, per order."""
    for ranked in past[0].orders if past and comparison.pair.before_snapshot is not None else ():
        hub_ids = [pick.change.entity.hub_id for pick in ranked.picks]
        rows = comparison.query(
            "SELECT c.hub_id, c.{gain} FROM {change} AS c WHERE c.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]))",
            {"hub_ids": hub_ids},
            ranked.metric.columns,
        )
        if hub_ids:
            yield score_picks(comparison.pair.kind, ranked, dict(rows), comparison.pair.span_days or 7.0)


def score_picks(kind: Kind, ranked: RankedList, gains: Mapping[str, int | None], span_days: float) -> BacktestRow:
    """Compare the picks of a list with their later gains by `hub_id`."""
    lifts = [
        lift
        for pick in ranked.picks
        if (lift := _lift(pick.change, gains.get(pick.change.entity.hub_id), span_days)) is not None
    ]
    return BacktestRow(
        kind=kind,
        metric=ranked.metric,
        picked_by=ranked.ordered_by,
        picks=len(ranked.picks),
        still_up=sum(lift >= 1 for lift in lifts),
        median_lift=median(lifts) if lifts else None,
    )


def _lift(then: Change, gain: int | None, span_days: float) -> float | None:
    """Divide this week's gain per day by that of the pick's week."""
    if gain is None or not then.gain or not then.span_days:
        return None
    return (gain / span_days) / (then.gain / then.span_days)
