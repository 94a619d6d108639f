"""Turn the settings of a ranking into the limits that the analysis takes."""

from analysis.config import RankingConfig
from hubtrends.config.settings import Settings


def ranking_limits(settings: Settings, rows: int | None = None) -> RankingConfig:
    """Return the configured limits of a ranking; `rows` overrides the length of the lists."""
    trends = settings.trends
    return RankingConfig(
        rows or trends.limit, trends.shrink.downloads, trends.shrink.likes, trends.shrink.upvotes,
        trends.shock.banner, trends.shock.withhold,
    )  # fmt: skip
