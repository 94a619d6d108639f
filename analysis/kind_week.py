"""The week of one kind: its lists, the Hub's own order, histories for the charts, and what is new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analysis.comparison import Staged, describe, describe_trending
from analysis.config import RankingLimits
from analysis.history import PastWeek, standing
from analysis.lists import ranked_lists
from analysis.metrics import COUNTERS
from analysis.pairs import first_trend_at
from analysis.ranking import Ranking, ranking_of
from analysis.records import METRICS, KindWeek, ListName, Metric, MovedShare, RankedList, Series, Share, Shock, Thing
from analysis.share_shifts import LABELLED_BY, moved_shares
from analysis.votes_by_age import usual_votes
from db.sql import run_sql

CHARTED = 6
"""Lines in a chart that an eye can tell apart."""

LABELS = 10
"""Bars in a chart of what is new."""


@dataclass(frozen=True, slots=True)
class ToldWeek:
    """The week of a kind, with what belongs to the report as a whole."""

    week: KindWeek
    shocks: tuple[Shock, ...]
    history: tuple[str, ...]
    """Which snapshots its scores were read from."""
    imported: tuple[str, ...] = ()
    """Which of its scores rest on imported snapshots too."""


def tell_week(staged: Staged, as_of: datetime, limits: RankingLimits, past: Sequence[PastWeek]) -> ToldWeek:
    """Everything that is to be said of the staged kind, as of a report's moment."""
    lists: list[RankedList] = []
    shocks: list[Shock] = []
    history: list[str] = []
    imported: list[str] = []
    shares: tuple[MovedShare, ...] = ()
    for metric in METRICS[staged.pair.kind]:
        ranking = ranking_of(staged, metric, limits)
        lists.extend(_standing(ranked, as_of, past) for ranked in ranked_lists(ranking))
        shocks.extend([ranking.shock] if ranking.shock else ())
        history.extend(_read(ranking))
        imported.extend(_imported(ranking))
        shares = shares or moved_shares(ranking)
    week = _week(staged, limits, tuple(lists), shares)
    return ToldWeek(week, tuple(shocks), tuple(history), tuple(imported))


def _standing(ranked: RankedList, as_of: datetime, past: Sequence[PastWeek]) -> RankedList:
    picks = tuple(
        replace(
            pick,
            standing=standing(ranked.name, ranked.metric, pick.change.thing.hub_id, pick.place, as_of, past),
        )
        for pick in ranked.picks
    )
    return replace(ranked, picks=picks)


def _read(ranking: Ranking) -> Iterator[str]:
    if ranking.scored is not None:
        taken = ranking.scored.panel.snapshots
        yield (
            f"Scores of {ranking.staged.pair.kind.plural} by {ranking.metric.value} rest on {len(taken)}"
            f" {ranking.scored.panel.form.name} snapshots from {taken[0].observed_at:%Y-%m-%d}"
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
    staged: Staged, limits: RankingLimits, lists: tuple[RankedList, ...], shares: tuple[MovedShare, ...]
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
        usual_votes=usual_votes(staged),
        shares=shares,
    )


def _newest(staged: Staged) -> tuple[Share, ...]:
    fact = LABELLED_BY.get(staged.pair.kind)
    if fact is None:
        return ()
    rows = run_sql(staged.con, "analysis/newest", {"now_at": staged.pair.now_at, "rows": LABELS}, {"fact": fact})
    return tuple(Share(label, things) for label, things in rows)


def _series(staged: Staged, lists: Sequence[RankedList], trending: Sequence[int]) -> tuple[Series, ...]:
    """Histories of the first risers of the first metric that has any, else of the first in the Hub's order."""
    for ranked in lists:
        if ranked.name is ListName.RISERS and ranked.picks:
            return _histories(staged, ranked.metric, [pick.change.thing for pick in ranked.picks[:CHARTED]])
    metric = METRICS[staged.pair.kind][-1]
    return _histories(staged, metric, [change.thing for change in describe(staged, metric, trending[:CHARTED])])


def _histories(staged: Staged, metric: Metric, things: Sequence[Thing]) -> tuple[Series, ...]:
    parameters = {
        "kind": staged.pair.kind.value,
        "now_at": staged.pair.now_at,
        "hub_ids": [thing.hub_id for thing in things],
    }
    points: dict[str, list[tuple[datetime, int]]] = {thing.hub_id: [] for thing in things}
    imported: dict[str, list[datetime]] = {thing.hub_id: [] for thing in things}
    for hub_id, moment, count, is_imported in run_sql(staged.con, "analysis/series", parameters, COUNTERS[metric]):
        points[hub_id].append((moment, count))
        imported[hub_id].extend([moment] if is_imported else ())
    return tuple(Series(thing, metric, tuple(points[thing.hub_id]), tuple(imported[thing.hub_id])) for thing in things)
