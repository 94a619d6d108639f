"""Which entities stand out among all that were tested: Benjamini and Hochberg's procedure on a stated null.

The null is last week: how far the middle of an entity's days then lay off its weeks before, in units of its noise and
drift, over a fair sample of active entities. The p-value of an entity is the share of the sample that lay at least as far
off as the middle of its days does now. The sample ends where millions are tested, so its last fiftieth is continued
as a power law, fitted after Hill; an exponential let in twice as many false labels (docs/ranking.md). The middle of a
fixed week is tested, not the best of several onsets.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FALSE_DISCOVERY_RATE = 0.05

TAIL = 0.02
"""Share of the sample that is continued."""

LEAST_SAMPLE = 1000
"""A smaller one has no tail to speak of."""


@dataclass(frozen=True, slots=True)
class NullDistribution:
    """How far entities lie off when nothing lasting has happened."""

    sample: tuple[float, ...]
    """Ascending."""
    tail_from: float
    tail_weight: float
    """Mean logarithm of the tail over `tail_from`; the heavier the tail, the larger."""

    def p_value(self, off: float) -> float:
        """Chance to lie at least so far off; never zero."""
        if off > self.tail_from:
            return TAIL * math.exp(-math.log(off / self.tail_from) / self.tail_weight)
        return (1 + len(self.sample) - bisect_left(self.sample, off)) / (1 + len(self.sample))


def null_distribution(sample: Sequence[float]) -> NullDistribution | None:
    """The null of an ascending sample; None where it is too small, or nothing lies off."""
    if len(sample) < LEAST_SAMPLE:
        return None
    tail = sample[math.ceil((1 - TAIL) * len(sample)) - 1 :]
    if tail[0] <= 0 or tail[-1] == tail[0]:
        return None
    return NullDistribution(tuple(sample), tail[0], math.fsum(math.log(off / tail[0]) for off in tail) / len(tail))


def why_no_null_distribution(sample: int) -> str:
    """Say why a sample of so many entities gives no null."""
    if sample < LEAST_SAMPLE:
        return f"only {sample:,} of the {LEAST_SAMPLE:,} entities needed tell what an ordinary week is"
    return "nothing moved in the week that tells what an ordinary one is"


def threshold(p_values: Iterable[float], tested: int, rate: float = FALSE_DISCOVERY_RATE) -> float:
    """The largest p-value that still stands out among `tested`, zero if none does; large p-values may be left out."""
    ranked = enumerate(sorted(p_values), start=1)
    return max((p for place, p in ranked if p <= rate * place / tested), default=0.0)
