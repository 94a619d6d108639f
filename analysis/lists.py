"""The lists of a metric, told: what was chosen, with the numbers, the flags and the labels of each row.

chosen ─► changes with names and facts ─► growth, votes at equal age, stars ─► flags ─► breakouts ─► RankedList
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from analysis.comparison import describe
from analysis.flags import imported, with_flags
from analysis.ranking import Ranking
from analysis.records import Change, ListName, Metric, Pick, RankedList, Score
from analysis.score.scores import LabelledScores, labelled
from analysis.selection import Order, Selection, select_lists, select_risers
from analysis.votes_by_age import stars_gained, votes_at
from db.sql import run_sql


def ranked_lists(ranking: Ranking) -> tuple[RankedList, ...]:
    """The four lists of a metric."""
    return tuple(_told(ranking, chosen) for chosen in select_lists(ranking))


def risers(ranking: Ranking, order: Order) -> RankedList:
    """The risers of a metric in one order; by gain where most of what gained cannot be scored."""
    return _told(ranking, select_risers(ranking, order))


def _told(ranking: Ranking, chosen: Selection) -> RankedList:
    by_score = chosen.ordered_by == Order.SCORE and not chosen.withheld
    found = _labelled(ranking, chosen)
    scores = found.scores if found else {}
    return RankedList(
        name=chosen.name,
        metric=ranking.metric,
        ordered_by=chosen.ordered_by,
        picks=tuple(_picks(ranking, chosen.keys, scores)),
        considered=chosen.considered,
        tested=found.tested if found else None,
        withheld=chosen.withheld,
        left_out=ranking.offer.left_out if by_score else (),
        untested=found.untested if found else None,
    )


def _labelled(ranking: Ranking, chosen: Selection) -> LabelledScores | None:
    """The scores of a list with its breakouts; None for a list that knows none."""
    if chosen.withheld or chosen.name not in (ListName.RISERS, ListName.FALLERS):
        return None
    if ranking.scored is None or chosen.ordered_by != Order.SCORE:
        return LabelledScores({}, 0, f"a list ordered by {chosen.ordered_by} has no scores to test")
    return labelled(ranking.scored, ranking.limits, chosen.scores, falling=chosen.name is ListName.FALLERS)


def _picks(ranking: Ranking, keys: Sequence[int], scores: Mapping[int, Score]) -> Iterator[Pick]:
    changes = _changes(ranking, keys, scores)
    votes, stars = votes_at(ranking.staged, keys), stars_gained(ranking.staged, keys)
    for place, (key, change) in enumerate(zip(keys, changes, strict=True), start=1):
        yield Pick(place, change, scores.get(key), None, votes.get(key, ()), stars.get(key))


def _changes(ranking: Ranking, keys: Sequence[int], scores: Mapping[int, Score]) -> list[Change]:
    """The changes of these entities, with the growth of their week and their flags."""
    staged, scored = ranking.staged, ranking.scored
    changes = describe(staged, ranking.metric, keys)
    if scored is None or not keys:
        return with_flags(staged, keys, changes, daily=False) if keys else []
    grown = _growths(ranking, keys)
    told = [
        replace(change, percent=grown[key]) if key in grown else change
        for key, change in zip(keys, changes, strict=True)
    ]
    mark = imported(scored.panel)
    return [
        replace(change, flags=(*change.flags, mark)) if mark and (key in scores or key in grown) else change
        for key, change in zip(keys, with_flags(staged, keys, told, daily=True), strict=True)
    ]


def _growths(ranking: Ranking, keys: Sequence[int]) -> dict[int, float | None]:
    """The growth of downloads by key, where there is a usual week; other counters have a level to grow from."""
    if ranking.metric is not Metric.DOWNLOADS:
        return {}
    rows = run_sql(ranking.staged.con, "analysis/usual", {"keys": list(keys)})
    return {key: growth(this, usual) for key, this, usual in rows}


def growth(this: float, usual: float) -> float | None:
    """This week against the usual one in percent; None where there was nothing usual."""
    return 100.0 * (this - usual) / usual if usual else None
