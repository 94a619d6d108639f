"""One simulated repository: its attributes, its counters and the effect of a day on them.

    traffic of a day = level x weekday x noise x burst
    downloads        = traffic of the last 30 days
    downloadsAllTime = all traffic
    shown counters   = the counters at the last refresh

Likes of a new repository start high and decay over the first week. Downloads start low and reach their level after a
few days.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from hubtrends.sim.world.rng import poisson

WEEKDAY = (1.05, 1.12, 1.15, 1.12, 1.02, 0.79, 0.75)
"""Traffic factor of each weekday from Monday; the weekend is about 35 % below Wednesday."""

_LIKE_WEIGHTS = (0.2, 0.45, 0.65, 0.8, 0.9, 0.97, 1.0)
"""The weight of each day in the trending score, from six days ago to today."""

_DRIFT = 0.01
"""Standard deviation of the daily permanent change of the log level."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a repository that its owner sets."""

    license: str | None
    tags: tuple[str, ...]
    pipeline_tag: str | None = None
    library_name: str | None = None
    sdk: str | None = None
    parameters: int | None = None
    gguf: bool = False
    gated: str | None = None
    """`auto` or `manual`."""
    base: tuple[str, tuple[str, ...]] | None = None
    """The relation to the base models, and their `_id`s."""
    models: tuple[str, ...] = ()
    """The models that a space shows."""


@dataclass(slots=True, eq=False)  # comparing all fields made removal from a list slow
class Repo:
    """A repository and its hidden state; each call of `pass_day` is one day."""

    kind: str
    """`model`, `dataset` or `space`."""
    hub_id: str
    name: str
    created: datetime
    attributes: Attributes
    level: float
    """Expected downloads per day."""
    like_level: float
    noise: float
    """Standard deviation of the log of daily traffic."""
    likes: int = 0
    all_time: int = 0
    hidden: bool = False
    disabled: bool = False
    modified: datetime | None = None
    revision: float = 0.0
    """The share of the all-time counter that a rollback hides."""
    month: deque[int] = field(default_factory=lambda: deque([0] * 30, maxlen=30))
    week: deque[int] = field(default_factory=lambda: deque([0] * 7, maxlen=7))
    shown_month: int = 0
    shown_all_time: int = 0

    def pass_day(self, rng: Random, day: date, factor: float = 1.0) -> None:
        """Pass one day; `factor` multiplies its downloads."""
        age, weekday = (day - self.created.date()).days, WEEKDAY[day.weekday()]
        self.level *= math.exp(rng.gauss(0.0, _DRIFT))
        started = 1.0 - math.exp(-(age + 0.2) / 2.0) if age < 14 else 1.0
        mean = self.level * weekday * started * factor * rng.lognormvariate(0.0, self.noise)
        downloads = int(mean + rng.random()) if self.kind != "space" else 0
        fresh = 1.0 + 12.0 * math.exp(-age / 2.5) if age < 14 else 1.0
        likes = poisson(rng, self.like_level * weekday * fresh)
        self.month.append(downloads)
        self.all_time += downloads
        self.week.append(likes)
        self.likes += likes

    def refresh(self) -> None:
        """Show the current download counters."""
        self.shown_month = sum(self.month)
        self.shown_all_time = int(self.all_time * (1.0 - self.revision))

    def lose_oldest_day(self) -> None:
        """Advance the 30-day window by a day without adding that day's downloads."""
        self.shown_month = sum(self.month) - self.month[-1]

    def unlike(self, count: int) -> None:
        """Remove likes."""
        self.likes = max(0, self.likes - count)

    @property
    def listed(self) -> bool:
        """Whether lists show the repository."""
        return not (self.hidden or self.disabled)

    @property
    def trending_score(self) -> float:
        """The weighted likes of the last week; a whole number from 10 on."""
        score = sum(weight * likes for weight, likes in zip(_LIKE_WEIGHTS, self.week, strict=True))
        return round(score) if score >= 10 or score == 0 else round(score, 1)
