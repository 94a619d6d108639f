"""A metric of the staged kind, scored and ready to be listed, or why it cannot be."""

import math
from dataclasses import dataclass

from analysis.comparison import Staged
from analysis.config import RankingConfig
from analysis.hub_shift import hub_shift
from analysis.metrics import COUNTERS
from analysis.records import HubShift, ListName, Metric, Pair
from analysis.score.score import YOUNG_DAYS, Scored, score_metric
from db.sql import run_sql


@dataclass(frozen=True, slots=True)
class Eligibility:
    """How many entities could be ranked, and why others could not."""

    gains: int = 0
    """Entities whose gain is known."""
    gained: int = 0
    """Entities that gained."""
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
    limits: RankingConfig
    scored: Scored | None
    shock: HubShift | None
    offer: Eligibility

    def withheld(self, name: ListName) -> str | None:
        """Why a list of the metric cannot be shown; None when it can."""
        return why_withheld(name, self.metric, self.staged.pair, self.offer.gains, self.shock)


_REASONS = ("younger than 14 days", "the counter fell", "no two weeks of history", "seen in one snapshot only")


def ranking_of(staged: Staged, metric: Metric, limits: RankingConfig) -> Ranking:
    """Score a metric of the staged kind; the temporary tables are its own until the next one is scored."""
    scored = score_metric(staged, metric, limits)
    # likes and upvotes of what is known ebb by themselves: papers gained 58 % less than the week before, every week
    judged = scored if metric is Metric.DOWNLOADS else None
    shock = hub_shift(staged.pair.kind, metric, judged.moved, limits) if judged else None
    return Ranking(staged, metric, limits, scored, shock, _offer(staged, metric, scored))


def _offer(staged: Staged, metric: Metric, scored: Scored | None) -> Eligibility:
    if scored is None:
        ((_, gains),) = run_sql(staged.con, "analysis/counts", slots=COUNTERS[metric])
        return Eligibility(gains)
    ((*left_out, gained, gained_scored, gains),) = run_sql(
        staged.con, "analysis/left_out", {"young_days": YOUNG_DAYS}, COUNTERS[metric]
    )
    reasons = tuple((reason, count) for reason, count in zip(_REASONS, left_out, strict=True) if count)
    return Eligibility(gains, gained, gained_scored, reasons)


def why_withheld(name: ListName, metric: Metric, pair: Pair, gains: int, shock: HubShift | None = None) -> str | None:
    """Say why a list cannot be shown, or None when it can; `gains` counts the entities whose gain is known."""
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
