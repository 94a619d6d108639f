"""The lists of a metric: which things stand on them and in what order, or why there is no list.

    ranking_of       scores a metric of the staged kind
    ranked_lists     ─► risers, entrants, returned, coolers
    risers           ─► risers in a wanted order, as `hubtrends trends` shows them

Rises and falls are ordered by score where most of what gained can be scored, else by gain: on a head list of last
month's launches a score would leave out what moved, and weekly snapshots alone may leave no score sure of itself.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.changes import Staged, describe
from analysis.equal_age import stars_gained, votes_at
from analysis.flags import with_flags
from analysis.limits import RankingLimits
from analysis.panel import WEEKLY
from analysis.results import Change, ListName, Metric, Pair, Pick, RankedList, Score, Shock
from analysis.scores import score_rows
from analysis.scoring import YOUNG_DAYS, Scored, score_metric
from analysis.shock import shock_of
from analysis.statements import COUNTERS, run


class Order(StrEnum):
    """What a list of risers is ordered by."""

    SCORE = "score"
    GAIN = "gain"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Offer:
    """How many things could be ranked, and why others could not."""

    gains: int = 0
    """Things whose gain is known."""
    gained: int = 0
    """Things that gained."""
    gained_scored: int = 0
    """Of them, those that could be scored."""
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def mostly_scored(self) -> bool:
        """Whether a score leaves out less than it shows."""
        return 2 * self.gained_scored >= self.gained > 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """A metric of the staged kind, ready to be listed."""

    staged: Staged
    metric: Metric
    limits: RankingLimits
    scored: Scored | None
    shock: Shock | None
    offer: Offer


_REASONS = ("younger than 14 days", "the counter fell", "no two weeks of history", "seen in one snapshot only")


def ranking_of(staged: Staged, metric: Metric, limits: RankingLimits) -> Ranking:
    """Score a metric of the staged kind; the temporary tables are its own until the next one is scored."""
    scored = score_metric(staged, metric, limits)
    # likes and upvotes of what is known ebb by themselves: papers gained 58 % less than the week before, every week
    judged = scored if metric is Metric.DOWNLOADS else None
    shock = shock_of(staged.pair.kind, metric, judged.moved, limits) if judged else None
    return Ranking(staged, metric, limits, scored, shock, _offer(staged, metric, scored))


def _offer(staged: Staged, metric: Metric, scored: Scored | None) -> Offer:
    if scored is None:
        ((_, gains),) = run(staged.con, "counts", words=COUNTERS[metric])
        return Offer(gains)
    ((*left_out, gained, gained_scored, gains),) = run(
        staged.con, "left_out", {"young_days": YOUNG_DAYS}, COUNTERS[metric]
    )
    reasons = tuple((reason, count) for reason, count in zip(_REASONS, left_out, strict=True) if count)
    return Offer(gains, gained, gained_scored, reasons)


def why_withheld(name: ListName, metric: Metric, pair: Pair, gains: int, shock: Shock | None = None) -> str | None:
    """Say why a list cannot be shown, or None when it can; `gains` counts the things whose gain is known."""
    if pair.now_snapshot is None:
        return f"not ranked because there is no usable snapshot of {pair.kind.plural}"
    if name is ListName.ENTRANTS:
        return None
    if pair.before_snapshot is None:
        return f"not ranked because no snapshot of {pair.kind.plural} lies 2 to 14 days before the newest"
    if gains == 0 and metric is Metric.DOWNLOADS:
        return "not ranked because the Hub did not give all-time downloads"
    if gains == 0:
        return f"not ranked because the two snapshots have no {metric.value} in common"
    if shock is not None and shock.withheld and name is not ListName.RETURNED:
        return (
            f"not ranked because the whole Hub moved by {100 * math.expm1(shock.median_log_ratio):+.0f} % in the week"
        )
    return None


def ranked_lists(ranking: Ranking) -> tuple[RankedList, ...]:
    """The four lists of a metric."""
    return (
        risers(ranking, Order.SCORE),
        _plain(ranking, ListName.ENTRANTS, "entrants", "gain per day"),
        _plain(ranking, ListName.RETURNED, "returned", "level"),
        _scored_or(ranking, ListName.COOLERS, "coolers_by_gain"),
    )


def risers(ranking: Ranking, order: Order) -> RankedList:
    """The risers of a metric in one order; by gain where most of what gained cannot be scored."""
    if order is Order.PERCENT:
        return _by_percent(ranking)
    if order is Order.SCORE:
        return _scored_or(ranking, ListName.RISERS, "risers_by_gain")
    return _plain(ranking, ListName.RISERS, "risers_by_gain", "gain")


def _scored_or(ranking: Ranking, name: ListName, by_gain: str) -> RankedList:
    """A list by score; by gain where most of what gained has none, or where weeks alone let none be sure of itself."""
    if not ranking.offer.mostly_scored or ranking.scored is None:
        return _plain(ranking, name, by_gain, "gain")
    scored = _by_score(ranking, name)
    says_nothing = not scored.picks and not scored.withheld and ranking.scored.panel.form is WEEKLY
    return _plain(ranking, name, by_gain, "gain") if says_nothing else scored


def _by_percent(ranking: Ranking) -> RankedList:
    """Downloads in percent of a usual week; the 30-day figure is no week."""
    if ranking.metric is not Metric.DOWNLOADS:
        return _plain(ranking, ListName.RISERS, "risers_by_percent", "percent")
    if ranking.scored is not None:
        return _plain(ranking, ListName.RISERS, "risers_by_weeks", "percent")
    withheld = _withheld(ranking, ListName.RISERS) or "not ranked because there is no snapshot of the week before"
    return RankedList(ListName.RISERS, ranking.metric, "percent", (), 0, None, withheld)


def _withheld(ranking: Ranking, name: ListName) -> str | None:
    return why_withheld(name, ranking.metric, ranking.staged.pair, ranking.offer.gains, ranking.shock)


def _plain(ranking: Ranking, name: ListName, statement: str, ordered_by: str) -> RankedList:
    """A list whose order is a column of the changes."""
    withheld = _withheld(ranking, name)
    if withheld:
        return RankedList(name, ranking.metric, ordered_by, (), 0, None, withheld)
    parameters = {
        "rows": ranking.limits.rows, "young_days": YOUNG_DAYS, "before_at": ranking.staged.pair.before_at
    }  # fmt: skip
    chosen = run(ranking.staged.con, statement, parameters, COUNTERS[ranking.metric])
    picks = _picks(ranking, [key for key, _ in chosen], {})
    return RankedList(name, ranking.metric, ordered_by, picks, chosen[0][1] if chosen else 0, None, None)


def _by_score(ranking: Ranking, name: ListName) -> RankedList:
    withheld = _withheld(ranking, name)
    if withheld or ranking.scored is None:
        return RankedList(name, ranking.metric, "score", (), 0, None, withheld)
    found = score_rows(ranking.scored, ranking.limits, falling=name is ListName.COOLERS)
    picks = _picks(ranking, list(found.scores), found.scores)
    return RankedList(
        name, ranking.metric, "score", picks, found.considered, found.tested, None, ranking.offer.left_out
    )


def _picks(ranking: Ranking, keys: Sequence[int], scores: dict[int, Score]) -> tuple[Pick, ...]:
    changes = _told(ranking, keys)
    votes, stars = votes_at(ranking.staged, keys), stars_gained(ranking.staged, keys)
    return tuple(
        Pick(place, change, scores.get(key), None, votes.get(key, ()), stars.get(key))
        for place, (key, change) in enumerate(zip(keys, changes, strict=True), start=1)
    )


def _told(ranking: Ranking, keys: Sequence[int]) -> list[Change]:
    """The changes of these things, with the growth of their week and their flags."""
    staged, metric = ranking.staged, ranking.metric
    changes = describe(staged, metric, keys)
    if metric is Metric.DOWNLOADS and ranking.scored is not None:
        changes = _with_growth(staged, keys, changes)
    return with_flags(staged, keys, changes, daily=ranking.scored is not None)


def _with_growth(staged: Staged, keys: Sequence[int], changes: Sequence[Change]) -> list[Change]:
    usual: dict[int, tuple[float, float]] = {
        key: (this, usual) for key, this, usual in run(staged.con, "usual", {"keys": list(keys)})
    }
    return [
        replace(change, percent=growth(*usual[key])) if key in usual else change
        for key, change in zip(keys, changes, strict=True)
    ]


def growth(this: float, usual: float) -> float | None:
    """This week against the usual one in percent; None where there was nothing usual."""
    return 100.0 * (this - usual) / usual if usual else None
