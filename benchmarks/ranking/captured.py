"""Measure what the default order catches: `python -m benchmarks.ranking.captured`.

Precision is the share of true risers among the first rows. Captured is the extra downloads of the listed risers, as a
share of the most that as many rows can hold. The generator did not choose the order, but its noise was lowered after a
first result: this is no held-out world. Levels drift, days are overdispersed and correlated, and one-day bursts are no
rises. A riser has 1.8 to 4 times its downloads from any of the last seven days on. In the world of releases, one
repository in twenty also has a release that fades by half in a day or two; in its last week there are as many of them
as risers.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from analysis.lists import Order
from benchmarks.ranking.ranking import PROCESSES, production
from benchmarks.ranking.worlds import ALL_BUT_WEEKLY, DAYS, Floats, World

DEPTHS = (10, 20, 50)
SEEDS = (211, 212, 213)
REPOS = 20_000
RISERS = 160
MIN_DAILY = 5.0
"""The minimum mean daily downloads of a riser."""


@dataclass(frozen=True, slots=True)
class News:
    """A world, and the downloads that each rise really added in the week."""

    world: World
    extra: Floats


def news(
    rng: np.random.Generator, *, repos: int = REPOS, risers: int = RISERS, weekly: bool = False, releases: bool = False
) -> News:
    """Draw a world; of the same seed, the weekly one shows the same counts at fewer times."""
    base = np.exp(rng.normal(2.5, 2.0, repos))
    drift = np.cumsum(rng.normal(0, rng.uniform(0.002, 0.02, (repos, 1)), (repos, DAYS)), axis=1)
    mean = base[:, None] * np.exp(drift + _correlated(rng, repos)) * _weekdays(rng, repos)
    mean = mean * (_bursts(rng, repos) + (_releases(rng, repos) if releases else 0))
    rises = np.zeros(repos, bool)
    rises[rng.choice(np.flatnonzero(base >= MIN_DAILY), risers, replace=False)] = True
    lift = np.where(rises, rng.uniform(1.8, 4, repos), 1)[:, None]
    began = DAYS - rng.integers(1, 8, repos)[:, None]
    dispersion = rng.gamma(30, 1 / 30, (repos, DAYS))
    plain = rng.poisson(mean * dispersion)
    added = rng.poisson(np.where(np.arange(DAYS) >= began, mean * dispersion * (lift - 1), 0))
    first = rng.integers(1000, 1_000_000, (repos, 1))
    counters = np.concatenate([first, first + np.cumsum(plain + added, axis=1)], axis=1)
    days = tuple(day for day in range(DAYS + 1) if not (weekly and day in ALL_BUT_WEEKLY))
    world = World("news", days, counters[:, days].astype(np.int64), (False,) * len(days), rises)
    return News(world, added[:, -7:].sum(axis=1).astype(np.float64))


def _correlated(rng: np.random.Generator, repos: int) -> Floats:
    noise = rng.normal(0, rng.uniform(0.05, 0.25, (repos, 1)), (repos, DAYS))
    for day in range(1, DAYS):
        noise[:, day] = 0.4 * noise[:, day - 1] + 0.92 * noise[:, day]
    return noise


def _weekdays(rng: np.random.Generator, repos: int) -> Floats:
    depth = rng.uniform(0, 0.5, repos)[:, None]
    return np.where(np.arange(DAYS) % 7 >= 5, 1 - depth, 1 + 0.4 * depth)


def _bursts(rng: np.random.Generator, repos: int) -> Floats:
    """Return one, and on one day in 300 a burst by 4 to 40."""
    return np.asarray(1 + np.where(rng.random((repos, DAYS)) < 0.003, rng.uniform(3, 39, (repos, DAYS)), 0))


def _releases(rng: np.random.Generator, repos: int) -> Floats:
    """Return what releases add to the demand: up to five times, half as much a day or two later."""
    since = np.arange(DAYS) - rng.integers(0, DAYS, (repos, 1))
    height = np.where(rng.random((repos, 1)) < 0.05, rng.uniform(1, 5, (repos, 1)), 0)
    return np.where(since >= 0, height * 0.5 ** (np.maximum(since, 0) / rng.uniform(1, 2, (repos, 1))), 0)


@dataclass(frozen=True, slots=True)
class Caught:
    """Precision and captured share at each depth."""

    listed: int
    precision: tuple[float, ...]
    captured: tuple[float, ...]


def caught(made: News, order: Order, depths: Sequence[int] = DEPTHS) -> Caught:
    """Return what the program's list in an order catches of a world."""
    listed = list(production(made.world, order))
    rises, extra, most = made.world.rises, made.extra, np.sort(made.extra)[::-1]
    return Caught(
        len(listed),
        tuple(float(rises[listed[:depth]].sum() / depth) for depth in depths),
        tuple(float(extra[listed[:depth]].sum() / most[:depth].sum()) for depth in depths),
    )


WORLDS: dict[str, dict[str, bool]] = {"daily": {}, "releases": {"releases": True}, "weekly": {"weekly": True}}
"""The options of each world by name."""


def measure(name: str, seed: int, order: Order) -> Caught:
    """Return what an order catches of the world of a seed."""
    return caught(news(np.random.default_rng(seed), **WORLDS[name]), order)


def table(seeds: Sequence[int] = SEEDS) -> Iterator[str]:
    """Yield Markdown: one row per world and order, precision / captured at each depth, the mean over the seeds."""
    yield "| world | rank by | " + " | ".join(f"@{depth}" for depth in DEPTHS) + " |"
    yield "|---" * (2 + len(DEPTHS)) + "|"
    cases = [(name, order) for name in WORLDS for order in (Order.IMPACT, Order.SCORE)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        for name, order in cases:
            found = list(pool.map(measure, [name] * len(seeds), seeds, [order] * len(seeds)))
            precision = np.mean([one.precision for one in found], axis=0)
            share = np.mean([one.captured for one in found], axis=0)
            cells = " | ".join(f"{p:.2f} / {c:.2f}" for p, c in zip(precision, share, strict=True))
            yield f"| {name} | {order.value} | {cells} |"


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
