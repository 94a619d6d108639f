"""Selects the entities of a metric's five lists and describes them.

select_lists     Ranking ─► Selection: only keys and places, so that an earlier week is cheap
ranked_lists     Selection ─► changes ─► growth, votes by age, stars, flags, breakouts ─► RankedList

The score decides which entities are risers; the impact decides their order. The biggest gains have their own list.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from analysis.comparison import describe
from analysis.flags import WINDOW_DAYS, imported, with_flags
from analysis.folding import DEPTH, Placed, fold, folded_rows, roots_of
from analysis.ranking import Ranking
from analysis.records import Change, Coverage, ListName, Metric, Pick, RankedList, Score
from analysis.score.panel import PAST_WEEKS
from analysis.score.score import MIN_SCORE, Breakouts, find_breakouts, scores_of
from analysis.votes_by_age import stars_gained, votes_at

logger = logging.getLogger(__name__)

NEW_DAYS = 7 * (1 + PAST_WEEKS)
"""Age up to which an entity without a score is new: as many days as a score reads."""


class Order(StrEnum):
    """The order of the movers of a metric: risers by impact or score, known gains by gain or percent."""

    IMPACT = "impact"
    SCORE = "score"
    GAIN = "gain"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Selection:
    """The entities of a list, in unfolded order."""

    name: ListName
    ordered_by: str
    """The order of the list, as in `RankedList`."""
    placed: tuple[Placed, ...] = ()
    considered: int = 0
    """How many entities qualified for the list."""
    withheld: str | None = None
    """Why the list is withheld; None when it is not."""

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of the entities."""
        return tuple(one.key for one in self.placed)


ORDERS = {
    ListName.GAINS: "gain",
    ListName.RISERS: "impact",
    ListName.ENTRANTS: "gain per day",
    ListName.RETURNED: "level",
    ListName.FALLERS: "impact",
}
"""The order of each list."""


def select_lists(ranking: Ranking) -> tuple[Selection, ...]:
    """Select the five lists of a metric."""
    return tuple(_select(ranking, name, name.value, ORDERS[name]) for name in ListName)


def select_movers(ranking: Ranking, order: Order) -> Selection:
    """Select the movers in one order."""
    if order in (Order.IMPACT, Order.SCORE):
        return _select(ranking, ListName.RISERS, "risers", order.value)
    if order is Order.GAIN:
        return _select(ranking, ListName.GAINS, "gains", order.value)
    if ranking.metric is not Metric.DOWNLOADS:
        return _select(ranking, ListName.GAINS, "by_percent", order.value)
    # the 30-day figure is no week, so downloads are compared with the baseline week
    if ranking.scored is None:
        withheld = ranking.withheld(ListName.GAINS) or ranking.withheld(ListName.RISERS)
        return Selection(ListName.GAINS, order.value, withheld=withheld)
    return _select(ranking, ListName.GAINS, "by_weeks", order.value)


def _select(ranking: Ranking, name: ListName, file: str, ordered_by: str) -> Selection:
    if withheld := ranking.withheld(name):
        logger.debug("%s by %s: withheld, %s", name, ranking.metric, withheld)
        return Selection(name, ordered_by, withheld=withheld)
    rows = ranking.comparison.run(file, _parameters(ranking, ordered_by), ranking.metric.columns)
    flat = [(key, weight) for key, _, weight in rows]
    roots = roots_of(ranking.comparison, [key for key, _ in flat])
    placed = fold(flat, roots, ranking.limits.rows, ordered_by=ordered_by)
    return Selection(name, ordered_by, placed, rows[0][1] if rows else 0)


def _parameters(ranking: Ranking, ordered_by: str) -> dict[str, Any]:
    """Return the SQL parameters of all lists; each list reads those in its header."""
    pair, metric = ranking.comparison.pair, ranking.metric
    return {
        "rows": DEPTH * ranking.limits.rows,
        "min_score": MIN_SCORE,
        "by_score": ordered_by == Order.SCORE,
        "floor": ranking.limits.shrink(metric),
        "taken_back": metric is not Metric.DOWNLOADS,
        "before_at": pair.before_at,
        "span": pair.span_days,
        "new_days": NEW_DAYS,
        "window": WINDOW_DAYS if metric is Metric.DOWNLOADS else None,
        "scored": ranking.scored is not None,
    }


def ranked_lists(ranking: Ranking) -> tuple[RankedList, ...]:
    """Return the five lists of a metric."""
    return described(ranking, select_lists(ranking))


def movers(ranking: Ranking, order: Order) -> RankedList:
    """Return the movers in one order."""
    (ranked,) = described(ranking, (select_movers(ranking, order),))
    return ranked


def described(ranking: Ranking, selections: Sequence[Selection]) -> tuple[RankedList, ...]:
    """Return the lists of the selected entities with everything that a report shows."""
    scored = ranking.scored
    names = {selection.name for selection in selections if not selection.withheld}
    rises = find_breakouts(scored, ranking.limits, falling=False) if scored and names & _RISING else None
    falls = find_breakouts(scored, ranking.limits, falling=True) if scored and ListName.FALLERS in names else None
    tests = {ListName.GAINS: rises, ListName.RISERS: rises, ListName.FALLERS: falls}
    return tuple(_describe_list(ranking, selection, tests.get(selection.name)) for selection in selections)


_RISING = frozenset({ListName.GAINS, ListName.RISERS})


def _describe_list(ranking: Ranking, selection: Selection, tested: Breakouts | None) -> RankedList:
    if selection.withheld:
        return RankedList(
            selection.name, ranking.metric, selection.ordered_by, (), 0, None, selection.withheld,
            coverage=ranking.coverage,
        )  # fmt: skip
    picks = tuple(_picks(ranking, selection, tested.keys if tested else frozenset()))
    return RankedList(
        name=selection.name,
        metric=ranking.metric,
        ordered_by=selection.ordered_by,
        picks=picks,
        considered=selection.considered,
        tested=tested.tested if tested else None,
        withheld=None,
        left_out=ranking.left_out if selection.name in (ListName.RISERS, ListName.FALLERS) else (),
        untested=tested.untested if tested else None,
        coverage=covered(ranking.coverage, selection.name, picks),
        rows=tuple(folded_rows(selection.placed, picks, ranking.limits.rows)),
    )


def covered(coverage: Coverage, name: ListName, picks: Sequence[Pick]) -> Coverage:
    """Add the sum of the gains on a list to its coverage, or for fallers of their losses."""
    if name is ListName.FALLERS:
        listed = sum(round(pick.impact or 0) for pick in picks)
    else:
        listed = sum(max(pick.change.gain or 0, 0) for pick in picks)
    share = round(listed / coverage.total_gain, 6) if coverage.total_gain else None
    return replace(coverage, listed_gain=listed, gain_share=share)


def _picks(ranking: Ranking, selection: Selection, breakouts: Set[int]) -> Iterator[Pick]:
    keys = selection.keys
    if not keys:
        return
    scores = scores_of(ranking.scored, keys) if ranking.scored and selection.name in _SCORED else {}
    changes = _changes(ranking, keys, scores)
    votes, stars = votes_at(ranking.comparison, keys), stars_gained(ranking.comparison, keys)
    for placed, change in zip(selection.placed, changes, strict=True):
        key, score = placed.key, scores.get(placed.key)
        taken_back = selection.name is ListName.FALLERS and score is None
        yield Pick(
            place=placed.place,
            change=change,
            score=replace(score, breakout=key in breakouts) if score else None,
            list_history=None,
            impact=score.impact if score else change.gain if taken_back else None,
            flat_place=placed.flat_place,
            root=placed.root.name,
            votes_at=votes.get(key, ()),
            stars_gain=stars.get(key),
        )


_SCORED = frozenset({ListName.GAINS, ListName.RISERS, ListName.FALLERS})
"""Lists whose rows may have a score."""


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
