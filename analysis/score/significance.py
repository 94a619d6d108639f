"""Tests scores for significance: Benjamini and Hochberg's procedure on an empirical null distribution.

The null distribution is last week's: the deviation of an entity's days from its earlier weeks, in units of daily noise
and drift. It is taken over a systematic sample of active entities. A p-value is the share of the sample that deviates
at least as far. The sample is too small for millions of tests, so a power law (Hill's estimator) continues its last
fiftieth. An exponential tail gave twice as many false labels (docs/ranking.md). The test covers a fixed week, not the
best of several onsets.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FALSE_DISCOVERY_RATE = 0.05

TAIL = 0.02
"""Share of the sample that the power law replaces."""

MIN_SAMPLE = 1000
"""Minimum size of a sample with a usable tail."""


@dataclass(frozen=True, slots=True)
class NullDistribution:
    """The deviations of entities from their past by chance, in units of their noise."""

    sample: tuple[float, ...]
    """The deviations of the sample, ascending."""
    tail_from: float
    tail_weight: float
    """Hill's estimate: mean logarithm of the tail over `tail_from`."""

    def p_value(self, deviation: float) -> float:
        """Return the probability of at least this deviation by chance; never zero."""
        if deviation > self.tail_from:
            return TAIL * math.exp(-math.log(deviation / self.tail_from) / self.tail_weight)
        return (1 + len(self.sample) - bisect_left(self.sample, deviation)) / (1 + len(self.sample))


def null_distribution(sample: Sequence[float]) -> NullDistribution | None:
    """Fit the null distribution to an ascending sample; None if the fit fails."""
    if len(sample) < MIN_SAMPLE:
        return None
    tail = sample[math.ceil((1 - TAIL) * len(sample)) - 1 :]
    if tail[0] <= 0 or tail[-1] == tail[0]:
        return None
    return NullDistribution(tuple(sample), tail[0], math.fsum(math.log(one / tail[0]) for one in tail) / len(tail))


def why_no_null_distribution(sample: int) -> str:
    """Return why a sample of this size gives no null distribution."""
    if sample < MIN_SAMPLE:
        return f"only {sample:,} of the {MIN_SAMPLE:,} entities needed to define an ordinary week"
    return "nothing moved in the week that defines an ordinary one"


def threshold(p_values: Iterable[float], tested: int, rate: float = FALSE_DISCOVERY_RATE) -> float:
    """Return the largest significant p-value among `tested`, or zero; the list may omit large p-values."""
    ranked = enumerate(sorted(p_values), start=1)
    return max((p for place, p in ranked if p <= rate * place / tested), default=0.0)
