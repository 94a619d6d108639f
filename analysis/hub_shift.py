"""Moves of the whole Hub: told beyond one limit, and beyond a second one nothing is ranked."""

from analysis.config import RankingConfig
from analysis.records import HubShift, Metric
from crawler.kinds import Kind


def hub_shift(kind: Kind, metric: Metric, moved: float, limits: RankingConfig) -> HubShift | None:
    """What a middle log ratio of this week against the usual one amounts to; None within the first limit."""
    if abs(moved) <= limits.shock_banner:
        return None
    return HubShift(kind, metric, round(moved, 4), withheld=abs(moved) > limits.shock_withhold)
