"""Simulated counters of 60,000 repositories over five weeks with known risers.

A world is a table of counters per snapshot, as the Hub would show them, with the true risers. `plain` and `fading` were
used to choose the score, `counted` and `heavy` to check it. `plain` and `counted` also generate worlds of small counts,
such as likes, which were used to choose the score of small counts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.records import Metric

REPOS = 60_000
DAYS = 35
"""Five weeks of daily increments, from 36 snapshots."""

RISING = 0.005
WEEKDAYS = np.array([1.05, 1.12, 1.15, 1.12, 1.02, 0.79, 0.75])

Floats = NDArray[np.float64]
Counters = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class World:
    """The counters of the snapshots, and the true risers."""

    name: str
    days: tuple[int, ...]
    """The day of each snapshot."""
    counters: Counters
    """The shown all-time counters: repositories by snapshots."""
    stale: tuple[bool, ...]
    """Snapshots in which most counters had not been refreshed."""
    rises: Flags
    metric: Metric = Metric.DOWNLOADS
    """The metric of the counters."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Downloads per day, and the risers."""

    downloads: Counters
    rises: Flags


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is counted, and what rises."""

    popular: tuple[float, float]
    """Mean and spread of the logarithm of a day's counts."""
    sizes: tuple[float, float]
    rising: float = RISING


MANY = Scale((3.0, 2.2), (1.5, 4.0))
FEW = Scale((-1.0, 1.8), (2.0, 8.0), rising=0.02)


def plain(
    rng: np.random.Generator,
    *,
    scale: Scale = MANY,
    drift: float = 0.02,
    burst: float = 0.002,
    first_day: bool = False,
    weekdays: bool = False,
) -> Traffic:
    """Draw log-normal popularity and noise, random-walk levels, one-day bursts and Poisson counts."""
    level = rng.normal(*scale.popular, REPOS)[:, None] + np.cumsum(rng.normal(0, drift, (REPOS, DAYS)), axis=1)
    noise = rng.uniform(0.15, 0.6, REPOS)[:, None] * rng.normal(size=(REPOS, DAYS))
    rises, lift = _risers(rng, first_day=first_day, sizes=scale.sizes, rising=scale.rising)
    logs = level + noise + _bursts(rng, burst) + lift
    if weekdays:
        logs += np.log(WEEKDAYS[np.arange(DAYS) % 7])
        logs[:, -3] += np.log(0.75)
    return Traffic(rng.poisson(np.exp(np.minimum(logs, 20))).astype(np.int64), rises)


def counted(rng: np.random.Generator, scale: Scale = MANY) -> Traffic:
    """Draw autocorrelated noise, overdispersed counts and bursts that fade over three days."""
    level = rng.normal(*scale.popular, REPOS)[:, None] + np.cumsum(rng.normal(0, 0.02, (REPOS, DAYS)), axis=1)
    noise = rng.normal(size=(REPOS, DAYS))
    for day in range(1, DAYS):
        noise[:, day] = 0.5 * noise[:, day - 1] + np.sqrt(0.75) * noise[:, day]
    burst = _bursts(rng, 0.002)
    for after in (1, 2):
        burst[:, after:] = np.maximum(burst[:, after:], 0.6 * burst[:, after - 1 : -1])
    rises, lift = _risers(rng, sizes=scale.sizes, rising=scale.rising)
    mean = np.exp(np.minimum(level + rng.uniform(0.1, 0.4, REPOS)[:, None] * noise + burst + lift, 20))
    return Traffic(rng.poisson(mean * rng.gamma(8, 1 / 8, (REPOS, DAYS))).astype(np.int64), rises)


def heavy(rng: np.random.Generator) -> Traffic:
    """Draw Pareto popularity, steady trends, heavy-tailed noise and rises by 1.3 to 8 within two days."""
    level = np.log(2 * (1 + rng.pareto(0.7, REPOS)))[:, None]
    level = level + (np.arange(DAYS) - DAYS) * rng.normal(0, 0.01, REPOS)[:, None]
    noise = rng.uniform(0.1, 0.4, REPOS)[:, None] * rng.standard_t(3, (REPOS, DAYS))
    rises, lift = _risers(rng, sizes=(1.3, 8.0), ramp=True)
    logs = level + noise + _bursts(rng, 0.004) + lift
    return Traffic(rng.poisson(np.exp(np.minimum(logs, 18))).astype(np.int64), rises)


def fading(rng: np.random.Generator) -> Traffic:
    """Draw weekday patterns per repository, uneven drift, negative binomial counts and bursts that halve in a day."""
    steps = 0.005 * np.minimum(np.abs(rng.standard_cauchy(REPOS)), 6)[:, None] * rng.normal(size=(REPOS, DAYS))
    weekdays = np.log(WEEKDAYS) * rng.lognormal(0, 0.7, (REPOS, 1)) + rng.normal(0, 0.08, (REPOS, 7))
    burst, left = np.exp(_bursts(rng, 0.001)) - 1, 0.5 ** (1 / rng.uniform(0.3, 1.5, REPOS))
    for day in range(1, DAYS):
        burst[:, day] = np.maximum(burst[:, day], left * burst[:, day - 1])
    rises, lift = _risers(rng, sizes=(1.6, 6.0), ramp=True)
    level = rng.normal(2.5, 2.3, REPOS)[:, None] + np.cumsum(steps, axis=1) + weekdays[:, np.arange(DAYS) % 7]
    mean = np.exp(np.minimum(level + np.log1p(burst) + lift, 18))
    dispersion = np.exp(rng.uniform(np.log(3), np.log(50), REPOS))[:, None]
    return Traffic(rng.poisson(rng.gamma(dispersion, mean / dispersion)).astype(np.int64), rises)


def _risers(
    rng: np.random.Generator,
    *,
    first_day: bool = False,
    sizes: tuple[float, float],
    rising: float = RISING,
    ramp: bool = False,
) -> tuple[Flags, Floats]:
    """Return the risers, and the lift of the log of their days, from one to seven days ago until now."""
    rises = rng.random(REPOS) < rising
    size = np.log(rng.uniform(*sizes, REPOS))
    onset = np.full(REPOS, 7) if first_day else rng.integers(1, 8, REPOS)
    since = np.arange(DAYS)[None, :] - (DAYS - onset)[:, None] + 1
    steps = np.clip(since / 2, 0, 1) if ramp else (since > 0).astype(float)
    return rises, np.where(rises[:, None], size[:, None] * steps, 0.0)


def _bursts(rng: np.random.Generator, chance: float) -> Floats:
    """Return the log of bursts: days with five to thirty times the traffic."""
    return np.where(rng.random((REPOS, DAYS)) < chance, np.log(rng.uniform(5, 30, (REPOS, DAYS))), 0.0)


def shown(
    name: str,
    rng: np.random.Generator,
    traffic: Traffic,
    *,
    metric: Metric = Metric.DOWNLOADS,
    skipped: tuple[int, ...] = (),
    missing: tuple[int, ...] = (),
    fallen: tuple[int, ...] = (),
    frozen: tuple[int, ...] = (),
) -> World:
    """Return the counters as the Hub shows them, with these faults by day.

    `skipped` refreshes, `missing` snapshots, `fallen` counters of a Hub-wide rollback, and `frozen` counters of the
    newest fifth of the repositories.
    """
    first = rng.integers(1_000, 1_000_000, REPOS)
    counters = np.concatenate([first[:, None], first[:, None] + np.cumsum(traffic.downloads, axis=1)], axis=1)
    for day in skipped:
        unrefreshed = rng.random(REPOS) < 0.8
        counters[unrefreshed, day] = counters[unrefreshed, day - 1]
    if frozen:
        newest = rng.random(REPOS) < 0.2
        for day in frozen:
            counters[newest, day] = counters[newest, day - 1]
    cut = rng.uniform(0.02, 0.1, REPOS) * (rng.random(REPOS) < 0.8)
    for day in fallen:
        counters[:, day] = (counters[:, day] * (1 - cut)).astype(np.int64)
    days = tuple(day for day in range(DAYS + 1) if day not in missing)
    return World(name, days, counters[:, days], tuple(day in skipped for day in days), traffic.rises, metric)


ALL_BUT_WEEKLY = tuple(day for day in range(DAYS + 1) if day % 7)

WORLDS: dict[str, Callable[[np.random.Generator], World]] = {
    "from day 1": lambda rng: shown("from day 1", rng, plain(rng, first_day=True)),
    "any day": lambda rng: shown("any day", rng, plain(rng)),
    "bursts x10": lambda rng: shown("bursts x10", rng, plain(rng, burst=0.02)),
    "drifting levels": lambda rng: shown("drifting levels", rng, plain(rng, drift=0.06)),
    "weekday + shock": lambda rng: shown("weekday + shock", rng, plain(rng, weekdays=True)),
    "frozen newest": lambda rng: shown("frozen newest", rng, plain(rng), frozen=(2, 9, 16, 23, 30, 33)),
    "rollback": lambda rng: shown("rollback", rng, plain(rng), fallen=(31, 32, 33)),
    "skipped refreshes": lambda rng: shown("skipped refreshes", rng, plain(rng), skipped=(20, 33)),
    "missing days": lambda rng: shown("missing days", rng, plain(rng), missing=(12, 13, 31, 33)),
    "weekly only": lambda rng: shown("weekly only", rng, plain(rng), missing=ALL_BUT_WEEKLY),
    "counted": lambda rng: shown("counted", rng, counted(rng)),
    "heavy": lambda rng: shown("heavy", rng, heavy(rng)),
    "fading": lambda rng: shown("fading", rng, fading(rng)),
    "heavy, weekly": lambda rng: shown("heavy, weekly", rng, heavy(rng), missing=ALL_BUT_WEEKLY),
    "few": lambda rng: shown("few", rng, plain(rng, scale=FEW), metric=Metric.LIKES),
    "few, counted": lambda rng: shown("few, counted", rng, counted(rng, FEW), metric=Metric.LIKES),
}
"""Each world by name; the same random numbers make the same world."""
