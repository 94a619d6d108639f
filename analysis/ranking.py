"""Scores one metric of a comparison, or says why its lists are withheld."""

import logging
import math
from dataclasses import dataclass

from analysis.comparison import Comparison
from analysis.config import RankingConfig
from analysis.records import HubShift, ListName, Metric, Pair
from analysis.score.score import YOUNG_DAYS, Scored, score_metric
from crawler.kinds import Kind

logger = logging.getLogger(__name__)

_REASONS = ("younger than 14 days", "the counter fell", "no two weeks of history", "seen in one snapshot only")
"""In the order of the columns of left_out.sql."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """How many entities could be ranked, and why others could not."""

    gains: int = 0
    """Entities whose gain is known."""
    gained: int = 0
    """Entities that gained."""
    gained_scored: int = 0
    """Entities that gained and have a score."""
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def mostly_scored(self) -> bool:
        """Whether at least half of the entities that gained have a score."""
        return 2 * self.gained_scored >= self.gained > 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """A metric of a comparison, ready to be listed."""

    comparison: Comparison
    metric: Metric
    limits: RankingConfig
    scored: Scored | None
    """None where there is no history to score against."""
    shock: HubShift | None
    eligibility: Eligibility

    def withheld(self, name: ListName) -> str | None:
        """Return why a list of the metric is withheld; None when it is not."""
        return why_withheld(name, self.metric, self.comparison.pair, self.eligibility.gains, self.shock)


def rank_metric(comparison: Comparison, metric: Metric, limits: RankingConfig) -> Ranking:
    """Score a metric; its temporary tables last until the next metric is scored."""
    scored = score_metric(comparison, metric, limits)
    # likes and upvotes of known entities decline by themselves: papers gain 58 % less every week
    shifts = scored if metric is Metric.DOWNLOADS else None
    shock = hub_shift(comparison.pair.kind, metric, shifts.hub_shift, limits) if shifts else None
    return Ranking(comparison, metric, limits, scored, shock, _eligibility(comparison, metric, scored))


def _eligibility(comparison: Comparison, metric: Metric, scored: Scored | None) -> Eligibility:
    if scored is None:
        return Eligibility(gains=comparison.count(metric)[1])
    ((*left_out, gained, gained_scored, gains),) = comparison.run(
        "left_out", {"young_days": YOUNG_DAYS}, metric.columns
    )
    logger.debug("%s by %s: %d of %d that gained are scored", comparison.pair.kind, metric, gained_scored, gained)
    reasons = tuple((reason, count) for reason, count in zip(_REASONS, left_out, strict=True) if count)
    return Eligibility(gains, gained, gained_scored, reasons)


def hub_shift(kind: Kind, metric: Metric, median_log_ratio: float, limits: RankingConfig) -> HubShift | None:
    """Judge the move of the whole Hub; None within the first limit."""
    if abs(median_log_ratio) <= limits.shock_banner:
        return None
    withheld = abs(median_log_ratio) > limits.shock_withhold
    return HubShift(kind, metric, round(median_log_ratio, 4), withheld=withheld)


def why_withheld(name: ListName, metric: Metric, pair: Pair, gains: int, shock: HubShift | None = None) -> str | None:
    """Return why a list is withheld, or None; `gains` counts known gains."""
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
