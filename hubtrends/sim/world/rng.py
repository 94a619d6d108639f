"""Chance from a seed: the same parts give the same numbers on every machine and in every run."""

import math
from random import Random


def stream(*parts: object) -> Random:
    """A stream of random numbers of its own for what `parts` name."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - a simulation, nothing secret


def poisson(rng: Random, mean: float) -> int:
    """A count of independent events; above 30 the normal approximation, which is within a per cent."""
    if mean < 0.02:  # two events at once would be one in 5000
        return int(rng.random() < mean)
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    count, product, floor = 0, rng.random(), math.exp(-mean)
    while product > floor:
        product *= rng.random()
        count += 1
    return count
