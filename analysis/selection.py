"""Which entities stand on the lists of a metric, and in what order: keys alone, so that an earlier week costs little.

    select_lists     ─► risers, entrants, returned, fallers
    select_risers    ─► risers in a wanted order, as `hubtrends trends` shows them

Rises and falls are ordered by score where most of what gained can be scored, else by gain: on a head list of last
month's launches a score would leave out what moved, and weekly snapshots alone may leave no score sure of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.metrics import COUNTERS
from analysis.ranking import Ranking
from analysis.records import ListName, Metric, Score
from analysis.score.panel import WEEKLY
from analysis.score.score import YOUNG_DAYS, Scored
from analysis.score.scores import best_scores
from db.sql import run_sql


class Order(StrEnum):
    """What a list of risers is ordered by."""

    SCORE = "score"
    GAIN = "gain"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Selection:
    """What stands on a list, first to last."""

    name: ListName
    ordered_by: str
    """As in `RankedList`."""
    keys: tuple[int, ...] = ()
    considered: int = 0
    """How many entities could have been on it."""
    withheld: str | None = None
    """Why the list is not shown; None when it is."""
    scores: Mapping[int, Score] = field(default_factory=dict)
    """By key, for a list that is ordered by them; none of them is told to be a breakout."""


def select_lists(ranking: Ranking) -> tuple[Selection, ...]:
    """The four lists of a metric."""
    return (
        select_risers(ranking, Order.SCORE),
        _plain(ranking, ListName.ENTRANTS, "entrants", "gain per day"),
        _plain(ranking, ListName.RETURNED, "returned", "level"),
        _scored_or(ranking, ListName.FALLERS, "fallers_by_gain"),
    )


def select_risers(ranking: Ranking, order: Order) -> Selection:
    """The risers of a metric in one order; by gain where most of what gained cannot be scored."""
    if order is Order.PERCENT:
        return _by_percent(ranking)
    if order is Order.SCORE:
        return _scored_or(ranking, ListName.RISERS, "risers_by_gain")
    return _plain(ranking, ListName.RISERS, "risers_by_gain", "gain")


def _scored_or(ranking: Ranking, name: ListName, by_gain: str) -> Selection:
    """A list by score; by gain where most of what gained has none, or where weeks alone let none be sure of itself."""
    if not ranking.offer.mostly_scored or ranking.scored is None:
        return _plain(ranking, name, by_gain, "gain")
    scored = _by_score(ranking, name, ranking.scored)
    says_nothing = not scored.keys and not scored.withheld and ranking.scored.panel.granularity is WEEKLY
    return _plain(ranking, name, by_gain, "gain") if says_nothing else scored


def _by_percent(ranking: Ranking) -> Selection:
    """Downloads in percent of a usual week; the 30-day figure is no week."""
    if ranking.metric is not Metric.DOWNLOADS:
        return _plain(ranking, ListName.RISERS, "risers_by_percent", "percent")
    if ranking.scored is not None:
        return _plain(ranking, ListName.RISERS, "risers_by_weeks", "percent")
    withheld = ranking.withheld(ListName.RISERS) or "not ranked because there is no snapshot of the week before"
    return Selection(ListName.RISERS, "percent", withheld=withheld)


def _plain(ranking: Ranking, name: ListName, statement: str, ordered_by: str) -> Selection:
    """A list whose order is a column of the changes."""
    if withheld := ranking.withheld(name):
        return Selection(name, ordered_by, withheld=withheld)
    before_at = ranking.staged.pair.before_at
    parameters = {"rows": ranking.limits.rows, "young_days": YOUNG_DAYS, "before_at": before_at}
    rows = run_sql(ranking.staged.con, f"analysis/{statement}", parameters, COUNTERS[ranking.metric])
    return Selection(name, ordered_by, tuple(key for key, _ in rows), rows[0][1] if rows else 0)


def _by_score(ranking: Ranking, name: ListName, scored: Scored) -> Selection:
    if withheld := ranking.withheld(name):
        return Selection(name, "score", withheld=withheld)
    scores, considered = best_scores(scored, ranking.limits, falling=name is ListName.FALLERS)
    return Selection(name, "score", tuple(scores), considered, None, scores)
