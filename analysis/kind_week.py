"""The week of one kind: its lists, the Hub's own order, histories for the charts, and what is new."""

from collections.abc import Sequence
from datetime import datetime

import duckdb

from analysis.changes import Staged, describe, describe_trending, stage_changes
from analysis.limits import RankingLimits
from analysis.lists import known_changes, ranked_lists
from analysis.pairs import first_trend_at, pair_of
from analysis.results import METRICS, KindWeek, ListName, Metric, RankedList, Series, Share, Thing
from analysis.statements import COUNTERS, run
from crawler.kinds import Kind

CHARTED = 6
"""Lines in a chart that an eye can tell apart."""

LABELS = 10
"""Bars in a chart of what is new."""

_SAYS_WHAT_IT_IS = {Kind.MODEL: "task", Kind.DATASET: "license", Kind.SPACE: "sdk"}


def stage_kind(con: duckdb.DuckDBPyConnection, kind: Kind, as_of: datetime) -> Staged:
    """Choose the pair of a kind and stage its changes."""
    return stage_changes(con, pair_of(con, kind, as_of), as_of)


def kind_week(staged: Staged, limits: RankingLimits) -> KindWeek:
    """Everything that is to be said of the staged kind."""
    kind, pair = staged.pair.kind, staged.pair
    default = METRICS[kind][0]
    lists = tuple(ranked for metric in METRICS[kind] for ranked in ranked_lists(staged, metric, limits))
    trending = _trending_keys(staged, limits.rows)
    ((created_in_week,),) = run(staged.con, "created_in_week", {"now_at": pair.now_at})
    return KindWeek(
        kind=kind,
        pair=pair,
        listed=known_changes(staged, default).listed,
        lists=lists,
        trending=tuple(describe_trending(staged, default, trending)),
        series=_series(staged, lists, trending),
        created=tuple(run(staged.con, "created", {"now_at": pair.now_at})),
        created_in_week=created_in_week,
        newest=_newest(staged),
        first_trend_at=first_trend_at(staged.con, pair),
    )


def _trending_keys(staged: Staged, rows: int) -> list[int]:
    return [key for (key,) in run(staged.con, "trending", {"rows": rows})]


def _newest(staged: Staged) -> tuple[Share, ...]:
    fact = _SAYS_WHAT_IT_IS.get(staged.pair.kind)
    if fact is None:
        return ()
    rows = run(staged.con, "newest", {"now_at": staged.pair.now_at, "rows": LABELS}, words={"fact": fact})
    return tuple(Share(label, things) for label, things in rows)


def _series(staged: Staged, lists: Sequence[RankedList], trending: Sequence[int]) -> tuple[Series, ...]:
    """Histories of the first risers of the first metric that has any, else of the first in the Hub's order."""
    for ranked in lists:
        if ranked.name is ListName.RISERS and ranked.picks:
            things = [pick.change.thing for pick in ranked.picks[:CHARTED]]
            return _histories(staged, ranked.metric, things)
    metric = METRICS[staged.pair.kind][-1]
    things = [change.thing for change in describe(staged, metric, trending[:CHARTED])]
    return _histories(staged, metric, things)


def _histories(staged: Staged, metric: Metric, things: Sequence[Thing]) -> tuple[Series, ...]:
    parameters = {
        "kind": staged.pair.kind.value,
        "now_at": staged.pair.now_at,
        "hub_ids": [thing.hub_id for thing in things],
    }
    points: dict[str, list[tuple[datetime, int]]] = {thing.hub_id: [] for thing in things}
    for hub_id, moment, count in run(staged.con, "series", parameters, words=COUNTERS[metric]):
        points[hub_id].append((moment, count))
    return tuple(Series(thing, metric, tuple(points[thing.hub_id])) for thing in things)
