"""The week of one kind: its lists, the Hub's own order, histories for the charts, and what is new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analysis.comparison import Staged, describe, describe_trending
from analysis.config import RankingConfig
from analysis.history import EarlierWeek, list_history
from analysis.lists import ranked_lists
from analysis.metrics import COUNTERS
from analysis.pairs import first_trend_at
from analysis.ranking import Ranking, ranking_of
from analysis.records import (
    METRICS,
    Entity,
    HubShift,
    KindWeek,
    ListName,
    Metric,
    RankedList,
    Series,
    Share,
    ShareShift,
)
from analysis.share_shifts import LABELLED_BY, share_shifts
from analysis.votes_by_age import typical_votes
from db.sql import run_sql

CHARTED = 6
"""Lines in a chart that an eye can tell apart."""

LABELS = 10
"""Bars in a chart of what is new."""


@dataclass(frozen=True, slots=True)
class KindAnalysis:
    """The week of a kind, with what belongs to the report as a whole."""

    week: KindWeek
    shocks: tuple[HubShift, ...]
    history: tuple[str, ...]
    """Which snapshots its scores were read from."""
    imported: tuple[str, ...] = ()
    """Which of its scores rest on imported snapshots too."""


def analyse_kind(staged: Staged, as_of: datetime, limits: RankingConfig, past: Sequence[EarlierWeek]) -> KindAnalysis:
    """Everything that is to be said of the staged kind, as of a report's moment."""
    lists: list[RankedList] = []
    shocks: list[HubShift] = []
    history: list[str] = []
    imported: list[str] = []
    shares: tuple[ShareShift, ...] = ()
    for metric in METRICS[staged.pair.kind]:
        ranking = ranking_of(staged, metric, limits)
        lists.extend(_list_history(ranked, as_of, past) for ranked in ranked_lists(ranking))
        shocks.extend([ranking.shock] if ranking.shock else ())
        history.extend(_read(ranking))
        imported.extend(_imported(ranking))
        shares = shares or share_shifts(ranking)
    week = _week(staged, limits, tuple(lists), shares)
    return KindAnalysis(week, tuple(shocks), tuple(history), tuple(imported))


def _list_history(ranked: RankedList, as_of: datetime, past: Sequence[EarlierWeek]) -> RankedList:
    picks = tuple(
        replace(
            pick,
            list_history=list_history(ranked.name, ranked.metric, pick.change.entity.hub_id, pick.place, as_of, past),
        )
        for pick in ranked.picks
    )
    return replace(ranked, picks=picks)


def _read(ranking: Ranking) -> Iterator[str]:
    if ranking.scored is not None:
        taken = ranking.scored.panel.snapshots
        yield (
            f"Scores of {ranking.staged.pair.kind.plural} by {ranking.metric.value} rest on {len(taken)}"
            f" {ranking.scored.panel.granularity.name} snapshots from {taken[0].observed_at:%Y-%m-%d}"
            f" to {taken[-1].observed_at:%Y-%m-%d}"
            + (f", {ranking.scored.panel.imported} of them imported." if ranking.scored.panel.imported else ".")
        )


def _imported(ranking: Ranking) -> Iterator[str]:
    panel = ranking.scored.panel if ranking.scored else None
    if panel and panel.imported:
        yield (
            f"{panel.imported} of the {len(panel.snapshots)} snapshots that scores of"
            f" {ranking.staged.pair.kind.plural} by {ranking.metric.value} read were imported, not taken here."
        )


def _week(
    staged: Staged, limits: RankingConfig, lists: tuple[RankedList, ...], shares: tuple[ShareShift, ...]
) -> KindWeek:
    kind, pair = staged.pair.kind, staged.pair
    default = METRICS[kind][0]
    ((listed, _),) = run_sql(staged.con, "analysis/counts", slots=COUNTERS[default])
    trending = [key for (key,) in run_sql(staged.con, "analysis/trending", {"rows": limits.rows})]
    ((created_in_week,),) = run_sql(staged.con, "analysis/created_in_week", {"now_at": pair.now_at})
    return KindWeek(
        kind=kind,
        pair=pair,
        listed=listed,
        lists=lists,
        trending=tuple(describe_trending(staged, default, trending)),
        series=_series(staged, lists, trending),
        created=tuple(run_sql(staged.con, "analysis/created", {"now_at": pair.now_at})),
        created_in_week=created_in_week,
        newest=_newest(staged),
        first_trend_at=first_trend_at(staged.con, pair),
        typical_votes=typical_votes(staged),
        shares=shares,
    )


def _newest(staged: Staged) -> tuple[Share, ...]:
    fact = LABELLED_BY.get(staged.pair.kind)
    if fact is None:
        return ()
    rows = run_sql(staged.con, "analysis/newest", {"now_at": staged.pair.now_at, "rows": LABELS}, {"fact": fact})
    return tuple(Share(label, entities) for label, entities in rows)


def _series(staged: Staged, lists: Sequence[RankedList], trending: Sequence[int]) -> tuple[Series, ...]:
    """Histories of the first risers of the first metric that has any, else of the first in the Hub's order."""
    for ranked in lists:
        if ranked.name is ListName.RISERS and ranked.picks:
            return _histories(staged, ranked.metric, [pick.change.entity for pick in ranked.picks[:CHARTED]])
    metric = METRICS[staged.pair.kind][-1]
    return _histories(staged, metric, [change.entity for change in describe(staged, metric, trending[:CHARTED])])


def _histories(staged: Staged, metric: Metric, entities: Sequence[Entity]) -> tuple[Series, ...]:
    parameters = {
        "kind": staged.pair.kind.value,
        "now_at": staged.pair.now_at,
        "hub_ids": [entity.hub_id for entity in entities],
    }
    points: dict[str, list[tuple[datetime, int]]] = {entity.hub_id: [] for entity in entities}
    imported: dict[str, list[datetime]] = {entity.hub_id: [] for entity in entities}
    for hub_id, moment, count, is_imported in run_sql(staged.con, "analysis/series", parameters, COUNTERS[metric]):
        points[hub_id].append((moment, count))
        imported[hub_id].extend([moment] if is_imported else ())
    return tuple(
        Series(entity, metric, tuple(points[entity.hub_id]), tuple(imported[entity.hub_id])) for entity in entities
    )
