"""Computes the ranking formulas of others, one number per repository, to compare with the score.

They use the same snapshots, but not the marks of stale ones. An increment over several days is divided by the days.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.records import Metric
from benchmarks.ranking.worlds import Flags, Floats, World

SHRINK = {Metric.DOWNLOADS: 50.0, Metric.LIKES: 5.0, Metric.UPVOTES: 5.0}
"""The shrinkage constants per week."""


@dataclass(frozen=True, slots=True)
class Increments:
    """The daily increments of a world by interval."""

    rates: Floats
    in_week: Flags
    lengths: Floats
    shrink: float

    @property
    def now(self) -> Floats:
        """The downloads of the last week."""
        return self._sum(self.in_week)

    @property
    def before(self) -> Floats:
        """The downloads of the week before."""
        return self._sum(self._back(1))

    def week(self, back: int) -> Floats:
        """Return the downloads of the week that ended `back` weeks ago."""
        return self._sum(self._back(back))

    def _back(self, weeks: int) -> Flags:
        ends = np.cumsum(self.lengths[::-1])[::-1] - self.lengths
        return np.asarray((ends >= 7 * weeks) & (ends < 7 * (weeks + 1)))

    def _sum(self, which: Flags) -> Floats:
        total: Floats = (self.rates * self.lengths)[:, which].sum(axis=1)
        return total


def increments(world: World) -> Increments:
    """Return the increments between the snapshots of a world; falls count as zero."""
    lengths = np.diff(world.days).astype(np.float64)
    rates = np.maximum(np.diff(world.counters, axis=1), 0) / lengths
    ends = np.cumsum(lengths[::-1])[::-1] - lengths
    return Increments(rates, ends < 7, lengths, SHRINK[world.metric])


def absolute_gain(of: Increments) -> Floats:
    """Absolute gain, as most trackers show it."""
    return of.now - of.before


def percent(of: Increments) -> Floats:
    """Growth against the week before."""
    return np.where(of.before > 0, (of.now - of.before) / np.maximum(of.before, 1), 0)


def log_slope_sigmoid(of: Increments) -> Floats:
    """Slope of the log over four weeks, weighted by a sigmoid of the size."""
    weeks = np.stack([of.week(back) for back in (3, 2, 1, 0)], axis=1)
    slope = np.log1p(weeks) @ np.array([-0.3, -0.1, 0.1, 0.3])
    result: Floats = slope / (1 + np.exp(-(np.log1p(of.now) - np.log(2 * of.shrink))))
    return result


def poisson_z(of: Increments) -> Floats:
    """Gain in units of the Poisson standard deviation."""
    return (of.now - of.before) / np.sqrt(np.maximum(of.before, 1))


def chi_square(of: Increments) -> Floats:
    """(o - e)^2 / e, for rises."""
    return np.where(of.now > of.before, (of.now - of.before) ** 2 / np.maximum(of.before, 1), 0)


def gain_over_floor(of: Increments) -> Floats:
    """Gain divided by the week before, at least ten."""
    return (of.now - of.before) / np.maximum(of.before, 10)


def shrunk_log_ratio(of: Increments) -> Floats:
    """Shrunk log ratio of the week to the mean of the four before."""
    past = np.mean([of.week(back) for back in (1, 2, 3, 4)], axis=0)
    return np.asarray(np.log((of.now + of.shrink) / (past + of.shrink)))


def log_ratio_by_level(of: Increments) -> Floats:
    """Shrunk log ratio of two weeks, in units of the median for the level."""
    ratio = np.log((of.now + of.shrink) / (of.before + of.shrink))
    return ratio / _by_level(of, of.before, np.abs(ratio - np.median(ratio)))


def median_by_level(of: Increments) -> Floats:
    """Median day of the week against the past, in units of the median for the level."""
    logs = _logs(of)
    middle = np.median(logs[:, ~of.in_week], axis=1)
    shift = np.median(logs[:, of.in_week], axis=1) - middle
    return shift / _by_level(of, np.exp(middle), np.abs(shift))


def median_by_own_past(of: Increments) -> Floats:
    """The same in units of the repository's own daily spread, centred by day."""
    logs = _centred(of)
    middle, spread = _own(logs[:, ~of.in_week])
    result: Floats = (np.median(logs[:, of.in_week], axis=1) - middle) / (spread + 0.05)
    return result


def capped_z(of: Increments) -> Floats:
    """Sum of the daily z, capped at four, since the best onset."""
    logs = _centred(of)
    middle, spread = _own(logs[:, ~of.in_week])
    z = np.clip((logs[:, of.in_week] - middle[:, None]) / (spread[:, None] + 0.05), -4, 4)
    result: Floats = np.max(np.cumsum(z[:, ::-1], axis=1), axis=1)
    return result


def lower_bound(of: Increments) -> Floats:
    """The largest lower bound of the shift over onsets 2 to 7 days ago: the first design of the score."""
    logs = _centred(of)
    middle, spread = _own(logs[:, ~of.in_week])
    peers = _by_level(of, np.exp(middle), spread)
    scale = np.sqrt((28 * spread**2 + 10 * peers**2) / 38) + 0.02
    best = np.full(len(logs), -np.inf)
    intervals = int(of.in_week.sum())
    for days in range(min(2, intervals), intervals + 1):
        since = logs[:, -days:]
        level = np.min(since, axis=1) if days == 2 else np.median(since, axis=1)
        error = scale * np.sqrt(1.57 / days + 1.57 / (~of.in_week).sum())
        best = np.maximum(best, level - middle - 2.5 * error)
    return best


def _logs(of: Increments) -> Floats:
    return np.asarray(np.log(of.rates + of.shrink / 7))


def _centred(of: Increments) -> Floats:
    """Return the logs minus the median of the active repositories on each day."""
    logs = _logs(of)
    active = np.median(of.rates, axis=1) >= 1
    return np.asarray(logs - np.median(logs[active], axis=0))


def _own(past: Floats) -> tuple[Floats, Floats]:
    """Return the median of a repository's past and the spread around it."""
    middle = np.median(past, axis=1)
    return middle, 1.4826 * np.median(np.abs(past - middle[:, None]), axis=1)


def _by_level(of: Increments, level: Floats, spread: Floats) -> Floats:
    """Return the median spread among repositories of a similar level."""
    classes = np.floor(2 * np.log(level + of.shrink / 7)).astype(int)
    typical = np.empty(len(spread))
    for one in np.unique(classes):
        typical[classes == one] = np.median(spread[classes == one])
    return typical + 0.02


FORMULAS: dict[str, Callable[[Increments], Floats]] = {
    "absolute gain": absolute_gain,
    "% change": percent,
    "log slope x sigmoid": log_slope_sigmoid,
    "Poisson z": poisson_z,
    "(o - e)^2 / e": chi_square,
    "gain / max(before, 10)": gain_over_floor,
    "log ratio + 50 over four weeks": shrunk_log_ratio,
    "log ratio, scaled by level": log_ratio_by_level,
    "median of 7 days against 28, by level": median_by_level,
    "the same, by the own past, centred": median_by_own_past,
    "capped daily z since the best onset": capped_z,
    "lower bound over onsets": lower_bound,
}
