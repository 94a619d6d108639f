"""Who stood on the lists of the weeks before, from the snapshots of then: the store keeps snapshots, not reports.

earlier_weeks     the last eight reports of a kind, newest first, as they would be made now
list_history       pure: how an entity stood on those lists
backtest      pure: how last week's picks did this week

Of an earlier week only the order of its lists is made again; the numbers of a row are told of last week's picks alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import duckdb

from analysis.comparison import Staged, stage_changes
from analysis.config import RankingConfig
from analysis.lists import risers
from analysis.metrics import COUNTERS
from analysis.pairs import pair_of
from analysis.ranking import Ranking, ranking_of
from analysis.records import METRICS, BacktestRow, Change, ListHistory, ListName, Metric, RankedList
from analysis.selection import Order, Selection, select_lists
from crawler.kinds import Kind
from db.sql import run_sql

WEEKS = 8
"""How far back a list_history looks: two months, at the price of ranking each of them again."""


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
    """The reports of the last eight weeks, newest first, up to the first week that had nothing to compare."""
    weeks: list[EarlierWeek] = []
    newer = pair_of(con, kind, as_of).now_snapshot
    for number in range(1, WEEKS + 1):
        moment = as_of - number * timedelta(days=7)
        pair = pair_of(con, kind, moment)
        if pair.before_snapshot is None or pair.now_snapshot == newer:
            break
        newer = pair.now_snapshot
        weeks.append(_past_week(stage_changes(con, pair, moment), moment, limits, backtest=number == 1))
    return weeks


def _past_week(staged: Staged, moment: datetime, limits: RankingConfig, *, backtest: bool) -> EarlierWeek:
    lists: list[EarlierList] = []
    orders: list[RankedList] = []
    for metric in METRICS[staged.pair.kind]:
        ranking = ranking_of(staged, metric, limits)
        lists.extend(_past_lists(ranking, select_lists(ranking)))
        orders.extend(_in_each_order(ranking) if backtest else ())
    return EarlierWeek(moment, tuple(lists), tuple(orders))


def _past_lists(ranking: Ranking, chosen: Sequence[Selection]) -> Iterator[EarlierList]:
    keys = list({key for one in chosen for key in one.keys})
    names = dict(run_sql(ranking.staged.con, "analysis/hub_ids", {"keys": keys}))
    yield from (EarlierList(one.name, ranking.metric, tuple(names[key] for key in one.keys)) for one in chosen)


def _in_each_order(ranking: Ranking) -> Iterator[RankedList]:
    """The risers by score, where there is one, beside the plain lists that it should beat."""
    for order in Order:
        ranked = risers(ranking, order)
        if ranked.ordered_by == order.value:
            yield ranked


def list_history(
    name: ListName, metric: Metric, hub_id: str, place: int, as_of: datetime, past: Sequence[EarlierWeek]
) -> ListHistory | None:
    """How an entity that is on a list now stood on it before; None where there was no list before."""
    if not past:
        return None
    places = [_place(week, name, metric, hub_id) for week in past]
    in_a_row = next((weeks for weeks, seen in enumerate(places) if seen is None), len(places))
    listed = [week.as_of for week, seen in zip(past, places, strict=True) if seen is not None]
    best = min([place, *(seen for seen in places if seen is not None)])
    return ListHistory(places[0], 1 + in_a_row, min([as_of, *listed]).date(), best)


def _place(week: EarlierWeek, name: ListName, metric: Metric, hub_id: str) -> int | None:
    for listed in week.lists:
        if listed.name is name and listed.metric is metric and hub_id in listed.hub_ids:
            return 1 + listed.hub_ids.index(hub_id)
    return None


def backtest(staged: Staged, past: Sequence[EarlierWeek]) -> Iterator[BacktestRow]:
    """How the picks of the week before did in the staged week, in each order they were picked by."""
    for ranked in past[0].orders if past and staged.pair.before_snapshot is not None else ():
        picked = [pick.change for pick in ranked.picks]
        parameters = {"hub_ids": [change.entity.hub_id for change in picked]}
        gains = dict(run_sql(staged.con, "analysis/gains", parameters, COUNTERS[ranked.metric]))
        if picked:
            yield card(staged.pair.kind, ranked, gains, staged.pair.span_days or 7.0)


def card(kind: Kind, ranked: RankedList, gains: Mapping[str, int | None], span_days: float) -> BacktestRow:
    """How the picks of a list did when their gains over a later span are these, by `hub_id`."""
    factors = [
        lift
        for pick in ranked.picks
        if (lift := _factor(pick.change, gains.get(pick.change.entity.hub_id), span_days)) is not None
    ]
    return BacktestRow(
        kind=kind,
        metric=ranked.metric,
        picked_by=ranked.ordered_by,
        picks=len(ranked.picks),
        still_up=sum(lift >= 1 for lift in factors),
        median_factor=median(factors) if factors else None,
    )


def _factor(then: Change, gain: int | None, span_days: float) -> float | None:
    """This week's gain a day against that of the week the entity was picked for."""
    if gain is None or not then.gain or not then.span_days:
        return None
    return (gain / span_days) / (then.gain / then.span_days)
