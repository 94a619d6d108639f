"""Held-out simulation of counters: users choose repositories, and counts bring more counts.

    users per day ─► shares by popularity and recency ─► demand ─► self-exciting counts ─► shown counters

The generator and its seeds were written after the score was fixed; docs/ranking.md has the results and their
consequences. A riser is a repository whose demand is multiplied by 1.5 to 4 (2 to 8 for likes and upvotes) from one of
the last seven days on; a third of the risers climb over two or three days. Releases, self-exciting crowds, scheduled
jobs and levels that swing back are not risers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.records import Metric
from benchmarks.ranking.worlds import ALL_BUT_WEEKLY, DAYS, REPOS, RISING, Counters, Flags, Floats, World

SEEDS = (101, 102, 103)

BEFORE = 14
"""Days before the first snapshot; self-excitation settles in them."""

REGIONS = np.array([
    [1.15, 1.2, 1.2, 1.15, 1.05, 0.65, 0.6],
    [1.1, 1.15, 1.15, 1.15, 0.7, 0.65, 1.1],
    [0.9, 0.9, 0.9, 0.95, 1.0, 1.2, 1.15],
])  # fmt: skip
"""Weekday factors from Monday on: offices, offices with a free Friday, and private users."""

SWING_DECAY = 0.85
"""The part of a level's swing that is left a day later."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The demand for repositories, and the parameters of excitation and rises."""

    demand: Floats
    """Repositories by days, before excitation."""
    excited: tuple[float, float]
    """The range of the share of a count that the days before cause."""
    min_demand: float
    """The minimum mean daily demand of a riser."""
    sizes: tuple[float, float]
    rising: float = RISING
    """The share of risers among repositories with enough demand."""


def downloads(rng: np.random.Generator, repos: int = REPOS) -> Crowd:
    """Distribute fifty users per repository by rank, appeal and, in the first months, age."""
    days = np.arange(BEFORE + DAYS)
    popular = (10 + rng.permutation(repos)) ** -1.05 * rng.lognormal(0, 1.2, repos)
    age = rng.exponential(300, repos)[:, None] + days
    shares = popular[:, None] * (1 + 4 * np.exp(-age / 30))
    users = 50 * repos * 1.002**days
    return Crowd(
        shares / shares.sum(axis=0) * users * _weekdays(rng, repos) * _swings(rng, repos), (0, 0.5), 1, (1.5, 4)
    )


def likes(rng: np.random.Generator, repos: int = REPOS) -> Crowd:
    """Return the demand for likes: one per thirty users, fewer for popular repositories."""
    base = downloads(rng, repos)
    return Crowd(0.03 * base.demand**0.8, (0.2, 0.6), 0.5, (2, 8), rising=0.03)


def upvotes(rng: np.random.Generator, repos: int = REPOS) -> Crowd:
    """Return the demand for upvotes of papers up to five months old, which decays."""
    age = rng.uniform(0, 120, repos)[:, None] + np.arange(BEFORE + DAYS)
    decay = np.exp(rng.normal(2, 1.3, repos)[:, None] - age / rng.uniform(15, 60, repos)[:, None])
    return Crowd(decay * _weekdays(rng, repos) * _swings(rng, repos), (0.2, 0.6), 0.3, (2, 8))


def _weekdays(rng: np.random.Generator, repos: int) -> Floats:
    mix = rng.dirichlet((1.5, 0.4, 1.0), repos)
    return np.asarray(mix @ REGIONS[:, np.arange(BEFORE + DAYS) % 7])


def _swings(rng: np.random.Generator, repos: int) -> Floats:
    """Return mean-reverting levels with heavy-tailed steps."""
    steps = rng.uniform(0.02, 0.12, repos)[:, None] * rng.standard_t(4, (repos, BEFORE + DAYS))
    for day in range(1, BEFORE + DAYS):
        steps[:, day] += SWING_DECAY * steps[:, day - 1]
    return np.exp(np.clip(steps, -3, 3))


def simulate(rng: np.random.Generator, crowd: Crowd) -> tuple[Counters, Flags]:
    """Return the counts per day and the risers."""
    repos = len(crowd.demand)
    rises, lift = _risers(rng, crowd)
    demand = crowd.demand * lift * _releases(rng, repos)
    share = rng.uniform(*crowd.excited, repos)
    dispersion = rng.uniform(4, 40, repos)
    trace = crowd.demand[:, 0]
    counts = np.empty(demand.shape, np.int64)
    for day in range(BEFORE + DAYS):
        mean = (1 - share) * demand[:, day] + share * trace
        counts[:, day] = rng.poisson(mean * rng.gamma(dispersion) / dispersion)
        trace = (trace + counts[:, day]) / 2
    return counts[:, BEFORE:], rises


def _risers(rng: np.random.Generator, crowd: Crowd) -> tuple[Flags, Floats]:
    repos = len(crowd.demand)
    rises = (rng.random(repos) < crowd.rising) & (crowd.demand[:, :-7].mean(axis=1) >= crowd.min_demand)
    climb = np.where(rng.random(repos) < 1 / 3, rng.integers(2, 4, repos), 1)
    began = BEFORE + DAYS - rng.integers(1, 8, repos)
    done = np.clip((np.arange(BEFORE + DAYS) - began[:, None] + 1) / climb[:, None], 0, 1)
    return rises, 1 + np.where(rises, rng.uniform(*crowd.sizes, repos) - 1, 0)[:, None] * done


def _releases(rng: np.random.Generator, repos: int) -> Floats:
    """Return releases: one in twenty gets two to eight times the demand, with a half-life of one to four days."""
    height = np.where(rng.random(repos) < 0.05, rng.uniform(1, 7, repos), 0)[:, None]
    since = np.arange(BEFORE + DAYS) - rng.integers(0, BEFORE + DAYS, repos)[:, None]
    left = 0.5 ** (np.maximum(since, 0) / rng.uniform(1, 4, repos)[:, None])
    return np.where(since >= 0, 1 + height * left, 1.0)


def _machines(rng: np.random.Generator, counts: Counters) -> Counters:
    """Add scheduled jobs to one repository in sixteen, and one-day runaway builds to any."""
    repos, days = len(counts), len(counts.T)
    mean = counts.mean(axis=1)
    every, first = rng.choice((2, 3, 7), repos), rng.integers(0, 7, repos)
    due = (np.arange(days) + first[:, None]) % every[:, None] == 0
    job = np.where(rng.random(repos) < 1 / 16, rng.uniform(0.3, 3, repos) * mean, 0)[:, None]
    wild = np.where(rng.random((repos, days)) < 0.002, rng.uniform(5, 30, (repos, days)) * mean[:, None], 0)
    return np.asarray(counts + rng.poisson(job * due + wild))


def shown(
    name: str, rng: np.random.Generator, crowd: Crowd, metric: Metric = Metric.DOWNLOADS, *,
    missing: tuple[int, ...] = (), skipped: tuple[tuple[int, float], ...] = (), lowered_on: int | None = None,
) -> World:  # fmt: skip
    """Return the counters as the Hub shows them; `skipped` has days and the shares without a refresh."""
    counts, rises = simulate(rng, crowd)
    counts = _machines(rng, counts) if metric is Metric.DOWNLOADS else counts - rng.poisson(0.02 * counts + 0.001)
    first = rng.integers(10_000, 1_000_000, len(counts))
    counters = first[:, None] + np.concatenate([np.zeros((len(counts), 1), np.int64), counts.cumsum(axis=1)], axis=1)
    if lowered_on is not None:
        wrong = np.where(rng.random(len(counts)) < 0.6, rng.uniform(0.5, 2, len(counts)), 0)
        counters[:, lowered_on:] -= (wrong * counts[:, :lowered_on].mean(axis=1)).astype(np.int64)[:, None]
    for day, share in skipped:
        still = rng.random(len(counts)) < share
        counters[still, day] = counters[still, day - 1]
    days = tuple(day for day in range(DAYS + 1) if day not in missing)
    stale = {day for day, share in skipped if share > 0.25}
    return World(name, days, counters[:, days], tuple(day in stale for day in days), rises, metric)


AGENTS: dict[str, Callable[[np.random.Generator], World]] = {
    "agents": lambda rng: shown("agents", rng, downloads(rng)),
    "lowered": lambda rng: shown("lowered", rng, downloads(rng), lowered_on=31),
    "gaps": lambda rng: shown(
        "gaps", rng, downloads(rng), missing=(10, 24, 31), skipped=((19, 0.85), (30, 0.4), (33, 0.85))
    ),
    "agents, weekly": lambda rng: shown("agents, weekly", rng, downloads(rng), missing=ALL_BUT_WEEKLY),
    "agents' likes": lambda rng: shown("agents' likes", rng, likes(rng), Metric.LIKES),
    "agents' upvotes": lambda rng: shown("agents' upvotes", rng, upvotes(rng), Metric.UPVOTES),
}
"""Each world by name; the same random numbers make the same world."""
