"""Tests scores for significance: Benjamini and Hochberg's procedure on an empirical null distribution.

The null is last week: the deviation of an entity's days then from its weeks before, in units of daily noise and drift,
over a systematic sample of active entities. A p-value is the share of the sample that deviates at least as far. The
sample ends where millions are tested, so its last fiftieth is continued as a power law (Hill's estimator); an
exponential let in twice as many false labels (docs/ranking.md). A fixed week is tested, not the best of several onsets.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FALSE_DISCOVERY_RATE = 0.05

TAIL = 0.02
"""Share of the sample that the power law replaces."""

MIN_SAMPLE = 1000
"""A smaller sample has no usable tail."""


@dataclass(frozen=True, slots=True)
class NullDistribution:
    """How far entities deviate from their past by chance, in units of their noise."""

    sample: tuple[float, ...]
    """Ascending."""
    tail_from: float
    tail_weight: float
    """Hill's estimate: mean logarithm of the tail over `tail_from`."""

    def p_value(self, deviation: float) -> float:
        """Return the chance of at least this deviation; never zero."""
        if deviation > self.tail_from:
            return TAIL * math.exp(-math.log(deviation / self.tail_from) / self.tail_weight)
        return (1 + len(self.sample) - bisect_left(self.sample, deviation)) / (1 + len(self.sample))


def null_distribution(sample: Sequence[float]) -> NullDistribution | None:
    """Fit the null to an ascending sample; None where it cannot be fitted."""
    if len(sample) < MIN_SAMPLE:
        return None
    tail = sample[math.ceil((1 - TAIL) * len(sample)) - 1 :]
    if tail[0] <= 0 or tail[-1] == tail[0]:
        return None
    return NullDistribution(tuple(sample), tail[0], math.fsum(math.log(one / tail[0]) for one in tail) / len(tail))


def why_no_null_distribution(sample: int) -> str:
    """Return why a sample of this size gives no null."""
    if sample < MIN_SAMPLE:
        return f"only {sample:,} of the {MIN_SAMPLE:,} entities needed to define an ordinary week"
    return "nothing moved in the week that defines an ordinary one"


def threshold(p_values: Iterable[float], tested: int, rate: float = FALSE_DISCOVERY_RATE) -> float:
    """Return the largest significant p-value among `tested`, or zero; large ones may be left out."""
    ranked = enumerate(sorted(p_values), start=1)
    return max((p for place, p in ranked if p <= rate * place / tested), default=0.0)
