"""The limits that a ranking keeps to; their defaults and their reasons stand with the settings."""

from dataclasses import dataclass

from analysis.records import Metric


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """How long the lists are, how much small numbers are shrunk, and which moves of the whole Hub are too large."""

    rows: int
    """The most rows of a list."""
    shrink_downloads: float
    """c in log((now + c) / (before + c)), for downloads a week."""
    shrink_likes: float
    shrink_upvotes: float
    shock_banner: float
    """Median log ratio of the Hub beyond which a report warns."""
    shock_withhold: float
    """Median log ratio of the Hub beyond which nothing is ranked."""

    def shrink(self, metric: Metric) -> float:
        """The constant c of a metric, in its units a week."""
        return {
            Metric.DOWNLOADS: self.shrink_downloads,
            Metric.LIKES: self.shrink_likes,
            Metric.UPVOTES: self.shrink_upvotes,
        }[metric]
