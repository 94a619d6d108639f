"""Selects the entities of the four lists of a metric and describes them.

select_lists     Ranking ─► Selection: keys alone, so that an earlier week costs little
ranked_lists     Selection ─► changes ─► growth, votes by age, stars, flags, breakouts ─► RankedList

Rises and falls are ordered by score where at least half of what gained has a score, else by gain: a head list of last
month's launches has few scores, and weekly snapshots may leave no significant score.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from analysis.comparison import describe
from analysis.flags import imported, with_flags
from analysis.ranking import Ranking
from analysis.records import Change, ListName, Metric, Pick, RankedList, Score
from analysis.score.panel import WEEKLY
from analysis.score.score import YOUNG_DAYS, LabelledScores, best_scores, label_breakouts
from analysis.votes_by_age import stars_gained, votes_at

logger = logging.getLogger(__name__)


class Order(StrEnum):
    """The order of a list of risers."""

    SCORE = "score"
    GAIN = "gain"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Selection:
    """The entities of a list, first to last."""

    name: ListName
    ordered_by: str
    """As in `RankedList`."""
    keys: tuple[int, ...] = ()
    considered: int = 0
    """How many entities qualified."""
    withheld: str | None = None
    """Why the list is withheld; None when it is not."""
    scores: Mapping[int, Score] = field(default_factory=dict)
    """By key, for a list ordered by score; `breakout` is still False for all of them."""


def select_lists(ranking: Ranking) -> tuple[Selection, ...]:
    """Select the four lists of a metric."""
    return (
        select_risers(ranking, Order.SCORE),
        _select_by_column(ranking, ListName.ENTRANTS, "entrants", "gain per day"),
        _select_by_column(ranking, ListName.RETURNED, "returned", "level"),
        _select_by_score_or_gain(ranking, ListName.FALLERS, "fallers_by_gain"),
    )


def select_risers(ranking: Ranking, order: Order) -> Selection:
    """Select the risers in one order; score may fall back to gain."""
    if order is Order.SCORE:
        return _select_by_score_or_gain(ranking, ListName.RISERS, "risers_by_gain")
    if order is Order.GAIN:
        return _select_by_column(ranking, ListName.RISERS, "risers_by_gain", "gain")
    if ranking.metric is not Metric.DOWNLOADS:
        return _select_by_column(ranking, ListName.RISERS, "risers_by_percent", "percent")
    if ranking.scored is not None:
        # the 30-day figure is no week, so downloads are compared with the baseline week
        return _select_by_column(ranking, ListName.RISERS, "risers_by_weeks", "percent")
    withheld = ranking.withheld(ListName.RISERS) or "not ranked because there is no snapshot of the week before"
    return Selection(ListName.RISERS, "percent", withheld=withheld)


def _select_by_score_or_gain(ranking: Ranking, name: ListName, by_gain: str) -> Selection:
    scored = ranking.scored
    if scored is None or not ranking.eligibility.mostly_scored:
        logger.debug("%s by %s: ordered by gain, too little is scored", name, ranking.metric)
        return _select_by_column(ranking, name, by_gain, "gain")
    if withheld := ranking.withheld(name):
        return Selection(name, Order.SCORE.value, withheld=withheld)
    scores, considered = best_scores(scored, ranking.limits, falling=name is ListName.FALLERS)
    if not scores and scored.panel.granularity is WEEKLY:
        logger.debug("%s by %s: ordered by gain, weekly snapshots give no significant score", name, ranking.metric)
        return _select_by_column(ranking, name, by_gain, "gain")
    return Selection(name, Order.SCORE.value, tuple(scores), considered, None, scores)


def _select_by_column(ranking: Ranking, name: ListName, file: str, ordered_by: str) -> Selection:
    """Select a list whose order is a column of the changes."""
    if withheld := ranking.withheld(name):
        logger.debug("%s by %s: withheld, %s", name, ranking.metric, withheld)
        return Selection(name, ordered_by, withheld=withheld)
    before_at = ranking.comparison.pair.before_at
    parameters = {"rows": ranking.limits.rows, "young_days": YOUNG_DAYS, "before_at": before_at}
    rows = ranking.comparison.run(file, parameters, ranking.metric.columns)
    return Selection(name, ordered_by, tuple(key for key, _ in rows), rows[0][1] if rows else 0)


def ranked_lists(ranking: Ranking) -> tuple[RankedList, ...]:
    """Return the four lists of a metric."""
    return tuple(_describe_list(ranking, selection) for selection in select_lists(ranking))


def risers(ranking: Ranking, order: Order) -> RankedList:
    """Return the risers in one order; score may fall back to gain."""
    return _describe_list(ranking, select_risers(ranking, order))


def _describe_list(ranking: Ranking, selection: Selection) -> RankedList:
    by_score = selection.ordered_by == Order.SCORE and not selection.withheld
    labelled = _labelled(ranking, selection)
    return RankedList(
        name=selection.name,
        metric=ranking.metric,
        ordered_by=selection.ordered_by,
        picks=tuple(_picks(ranking, selection.keys, labelled.scores if labelled else {})),
        considered=selection.considered,
        tested=labelled.tested if labelled else None,
        withheld=selection.withheld,
        left_out=ranking.eligibility.left_out if by_score else (),
        untested=labelled.untested if labelled else None,
    )


def _labelled(ranking: Ranking, selection: Selection) -> LabelledScores | None:
    """Label the breakouts of a list; None for lists without the label."""
    if selection.withheld or selection.name not in (ListName.RISERS, ListName.FALLERS):
        return None
    if ranking.scored is None or selection.ordered_by != Order.SCORE:
        return LabelledScores({}, 0, f"a list ordered by {selection.ordered_by} has no scores to test")
    falling = selection.name is ListName.FALLERS
    return label_breakouts(ranking.scored, ranking.limits, selection.scores, falling=falling)


def _picks(ranking: Ranking, keys: Sequence[int], scores: Mapping[int, Score]) -> Iterator[Pick]:
    changes = _changes(ranking, keys, scores)
    votes, stars = votes_at(ranking.comparison, keys), stars_gained(ranking.comparison, keys)
    for place, (key, change) in enumerate(zip(keys, changes, strict=True), start=1):
        yield Pick(place, change, scores.get(key), None, votes.get(key, ()), stars.get(key))


def _changes(ranking: Ranking, keys: Sequence[int], scores: Mapping[int, Score]) -> list[Change]:
    """Return the changes of these entities with growth and flags."""
    comparison, scored = ranking.comparison, ranking.scored
    if not keys:
        return []
    changes = describe(comparison, ranking.metric, keys)
    if scored is None:
        return with_flags(comparison, keys, changes, daily=False)
    growths = _growths(ranking, keys)
    grown = [
        replace(change, percent=growths[key]) if key in growths else change
        for key, change in zip(keys, changes, strict=True)
    ]
    flag = imported(scored.panel)
    return [
        replace(change, flags=(*change.flags, flag)) if flag and (key in scores or key in growths) else change
        for key, change in zip(keys, with_flags(comparison, keys, grown, daily=True), strict=True)
    ]


def _growths(ranking: Ranking, keys: Sequence[int]) -> dict[int, float | None]:
    """Return downloads against the baseline week in percent, by key."""
    if ranking.metric is not Metric.DOWNLOADS:
        return {}
    rows = ranking.comparison.query(
        "SELECT s.entity_key, s.this_week, s.baseline FROM screened AS s"
        " WHERE s.entity_key IN (SELECT unnest($keys::INTEGER[]))",
        {"keys": list(keys)},
    )
    return {key: 100.0 * (this - baseline) / baseline if baseline else None for key, this, baseline in rows}
