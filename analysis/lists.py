"""The lists of a metric: which things stand on them and in what order, or why there is no list.

why_withheld     pure: the reason not to rank, or None
ranked_lists     risers, entrants, returned, coolers of one metric
risers           one list of risers in a wanted order, as `hubtrends trends` shows it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.changes import Staged, describe
from analysis.limits import RankingLimits
from analysis.results import Change, ListName, Metric, Pair, Pick, RankedList
from analysis.statements import COUNTERS, run

YOUNG_DAYS = 14
"""Growth needs two weeks of history: before, a launch is compared with nothing."""


class Order(StrEnum):
    """What a list of risers is ordered by."""

    SCORE = "score"
    GAIN = "gain"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Known:
    """What the changes of a metric offer."""

    listed: int
    """Things in the newer snapshot."""
    gains: int
    """Things whose gain is known."""


def known_changes(staged: Staged, metric: Metric) -> Known:
    """Count the things that are listed now and those whose gain is known."""
    ((listed, gains),) = run(staged.con, "counts", words=COUNTERS[metric])
    return Known(listed, gains)


def why_withheld(name: ListName, metric: Metric, pair: Pair, known: Known) -> str | None:
    """Say why a list cannot be shown, or None when it can."""
    if pair.now_snapshot is None:
        return f"not ranked because there is no usable snapshot of {pair.kind.plural}"
    if name is ListName.ENTRANTS:
        return None
    if pair.before_snapshot is None:
        return f"not ranked because no snapshot of {pair.kind.plural} lies 2 to 14 days before the newest"
    if known.gains == 0 and metric is Metric.DOWNLOADS:
        return "not ranked because the Hub did not give all-time downloads"
    if known.gains == 0:
        return f"not ranked because the two snapshots have no {metric.value} in common"
    return None


def ranked_lists(staged: Staged, metric: Metric, limits: RankingLimits) -> tuple[RankedList, ...]:
    """The four lists of a metric."""
    known = known_changes(staged, metric)
    return tuple(_ranked(staged, metric, name, known, limits.rows) for name in ListName)


_SHAPES: dict[ListName, tuple[str, str]] = {
    ListName.RISERS: ("risers_by_gain", "gain"),
    ListName.ENTRANTS: ("entrants", "gain per day"),
    ListName.RETURNED: ("returned", "level"),
    ListName.COOLERS: ("coolers_by_gain", "gain"),
}
"""The statement of each list, and what it orders by."""


def _ranked(staged: Staged, metric: Metric, name: ListName, known: Known, rows: int) -> RankedList:
    statement, ordered_by = _SHAPES[name]
    withheld = why_withheld(name, metric, staged.pair, known)
    return _list(staged, metric, name, statement, ordered_by, rows, withheld)


def risers(staged: Staged, metric: Metric, order: Order, rows: int) -> RankedList:
    """The risers of a metric in one order."""
    withheld = why_withheld(ListName.RISERS, metric, staged.pair, known_changes(staged, metric))
    statement = "risers_by_percent" if order is Order.PERCENT else "risers_by_gain"
    ordered_by = Order.PERCENT if order is Order.PERCENT else Order.GAIN
    return _list(staged, metric, ListName.RISERS, statement, ordered_by.value, rows, withheld)


def _list(
    staged: Staged, metric: Metric, name: ListName, statement: str, ordered_by: str, rows: int, withheld: str | None
) -> RankedList:
    if withheld:
        return RankedList(name, metric, ordered_by, (), 0, None, withheld)
    parameters = {"rows": rows, "young_days": YOUNG_DAYS, "before_at": staged.pair.before_at}
    chosen = run(staged.con, statement, parameters, words=COUNTERS[metric])
    changes = describe(staged, metric, [key for key, _ in chosen])
    considered = chosen[0][1] if chosen else 0
    return RankedList(name, metric, ordered_by, _picks(changes), considered, None, None)


def _picks(changes: Sequence[Change]) -> tuple[Pick, ...]:
    return tuple(Pick(place, change, None, None) for place, change in enumerate(changes, start=1))
