"""The limits of a ranking; their defaults and reasons are in hubtrends/config/settings.py."""

from dataclasses import dataclass

from analysis.records import Metric


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """Lengths of lists, shrinkage constants and limits on moves of the whole Hub."""

    rows: int
    """Maximum number of rows of a list."""
    shrink_downloads: float
    """c in log((now + c) / (before + c)), in downloads a week."""
    shrink_likes: float
    shrink_upvotes: float
    shock_banner: float
    """Median log ratio of the Hub beyond which a report warns."""
    shock_withhold: float
    """Median log ratio of the Hub beyond which nothing is ranked."""

    def shrink(self, metric: Metric) -> float:
        """Return the constant c of a metric, in its units per week."""
        return {
            Metric.DOWNLOADS: self.shrink_downloads,
            Metric.LIKES: self.shrink_likes,
            Metric.UPVOTES: self.shrink_upvotes,
        }[metric]
