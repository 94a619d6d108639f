"""One simulated repository: its facts, its counters and what a day does to them.

    traffic of a day = level x weekday x noise, doubled or worse by a burst
    downloads        = the last 30 days of it; downloadsAllTime = all of it
    what is shown    = the counters as of the last refresh

A launch is liked long before it is downloaded: likes start high and decay over the first week, downloads start
low and reach their level after a few days.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from hubtrends.sim.world.rng import poisson

WEEKDAY = (1.05, 1.12, 1.15, 1.12, 1.02, 0.79, 0.75)
"""Monday to Sunday: at the weekend about 35 % below Wednesday."""

_LIKE_WEIGHTS = (0.2, 0.45, 0.65, 0.8, 0.9, 0.97, 1.0)
"""How much of the likes of six days ago ... of today the trending score counts."""

_DRIFT = 0.01
"""Standard deviation of a day's lasting change of log level."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a repository says of itself."""

    license: str | None
    tags: tuple[str, ...]
    pipeline_tag: str | None = None
    library_name: str | None = None
    sdk: str | None = None
    parameters: int | None = None
    gguf: bool = False
    gated: str | None = None
    """`auto` or `manual`."""
    base: tuple[str, str] | None = None
    """Relation to the model that it is derived from, and the `_id` of that model."""


@dataclass(slots=True, eq=False)  # two repositories are never the same; comparing fields made removal slow
class Repo:
    """A repository and its hidden state; one `live` call is one day."""

    kind: str
    """`model`, `dataset` or `space`."""
    hub_id: str
    name: str
    created: datetime
    facts: Facts
    level: float
    """Expected downloads a day."""
    like_level: float
    noise: float
    """Standard deviation of the log of a day's traffic."""
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

    def live(self, rng: Random, day: date, factor: float = 1.0) -> None:
        """Pass one day; `factor` is on its downloads."""
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
        """Bring the shown download counters up to date."""
        self.shown_month = sum(self.month)
        self.shown_all_time = int(self.all_time * (1.0 - self.revision))

    def lose_oldest_day(self) -> None:
        """Bring the shown 30-day figure up to a day of which nothing has been counted yet."""
        self.shown_month = sum(self.month) - self.month[-1]

    def unlike(self, count: int) -> None:
        """Take likes back."""
        self.likes = max(0, self.likes - count)

    @property
    def listed(self) -> bool:
        """Whether lists show it."""
        return not (self.hidden or self.disabled)

    @property
    def trending_score(self) -> float:
        """The likes of the last week, recent ones first; whole numbers from 10 on."""
        score = sum(weight * likes for weight, likes in zip(_LIKE_WEIGHTS, self.week, strict=True))
        return round(score) if score >= 10 or score == 0 else round(score, 1)
