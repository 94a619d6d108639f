"""Scores one metric of a comparison, or returns why its lists are withheld."""

import logging
import math
from dataclasses import dataclass

from analysis.comparison import Comparison
from analysis.config import RankingConfig
from analysis.records import Coverage, HubShift, ListName, Metric, Pair
from analysis.score.score import YOUNG_DAYS, Scored, score_metric
from crawler.kinds import Kind

logger = logging.getLogger(__name__)

_REASONS = ("younger than 14 days", "the counter fell", "no two weeks of history", "seen in one snapshot only")
"""In the order of the columns of left_out.sql."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A metric of a comparison, ready to be listed."""

    comparison: Comparison
    metric: Metric
    limits: RankingConfig
    scored: Scored | None
    """The scores; None without a history."""
    shock: HubShift | None
    coverage: Coverage
    """The coverage of the metric, still without `listed_gain`."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Reasons why entities have no score, with counts."""

    def withheld(self, name: ListName) -> str | None:
        """Return why a list of the metric is withheld; None when it is not."""
        pair, scored = self.comparison.pair, self.scored is not None
        return why_withheld(name, self.metric, pair, self.coverage.compared, self.shock, scored=scored)


def rank_metric(comparison: Comparison, metric: Metric, limits: RankingConfig) -> Ranking:
    """Score a metric; its temporary tables last until the next metric is scored."""
    scored = score_metric(comparison, metric, limits)
    # likes and upvotes of known entities decline by themselves: papers gain 58 % less every week
    shifts = scored if metric is Metric.DOWNLOADS else None
    shock = hub_shift(comparison.pair.kind, metric, shifts.hub_shift, limits) if shifts else None
    ((present, compared, total_gain),) = comparison.run("coverage", slots=metric.columns)
    left_out = _left_out(comparison, metric) if scored else ()
    return Ranking(comparison, metric, limits, scored, shock, Coverage(present, compared, total_gain), left_out)


def _left_out(comparison: Comparison, metric: Metric) -> tuple[tuple[str, int], ...]:
    (counts,) = comparison.run("left_out", {"young_days": YOUNG_DAYS}, metric.columns)
    return tuple((reason, number) for reason, number in zip(_REASONS, counts, strict=True) if number)


def hub_shift(kind: Kind, metric: Metric, median_log_ratio: float, limits: RankingConfig) -> HubShift | None:
    """Return the move of the whole Hub; None if it is below the limit for a warning."""
    if abs(median_log_ratio) <= limits.shock_banner:
        return None
    withheld = abs(median_log_ratio) > limits.shock_withhold
    return HubShift(kind, metric, round(median_log_ratio, 4), withheld=withheld)


def why_withheld(
    name: ListName, metric: Metric, pair: Pair, gains: int, shock: HubShift | None = None, *, scored: bool = True
) -> str | None:
    """Return why a list is withheld, or None; `gains` counts known gains, `scored` is false without history."""
    if pair.now_snapshot is None:
        return f"not ranked because there is no usable snapshot of {pair.kind.plural}"
    if name is ListName.ENTRANTS:
        return None
    if pair.before_snapshot is None:
        return f"not ranked because no snapshot of {pair.kind.plural} lies 2 to 14 days before the newest"
    if name is ListName.RETURNED:
        return None
    if gains == 0 and metric is Metric.DOWNLOADS:
        return "not ranked because the Hub did not give all-time downloads"
    if gains == 0:
        return f"not ranked because the two snapshots have no {metric.value} in common"
    if name is ListName.GAINS:
        return None
    if shock is not None and shock.withheld:
        return (
            f"not ranked because the whole Hub moved by {100 * math.expm1(shock.median_log_ratio):+.0f} % in the week"
        )
    if not scored and (name is ListName.RISERS or metric is Metric.DOWNLOADS):
        return f"not ranked because no earlier snapshot of {pair.kind.plural} shows an ordinary week"
    return None
