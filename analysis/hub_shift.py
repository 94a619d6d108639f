"""Moves of the whole Hub: told beyond one limit, and beyond a second one nothing is ranked."""

from analysis.config import RankingLimits
from analysis.records import Metric, Shock
from crawler.kinds import Kind


def shock_of(kind: Kind, metric: Metric, moved: float, limits: RankingLimits) -> Shock | None:
    """What a middle log ratio of this week against the usual one amounts to; None within the first limit."""
    if abs(moved) <= limits.shock_banner:
        return None
    return Shock(kind, metric, round(moved, 4), withheld=abs(moved) > limits.shock_withhold)
