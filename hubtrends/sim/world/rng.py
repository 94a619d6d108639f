"""Seeded random numbers: the same seed parts give the same numbers on every machine and in every run."""

import math
from random import Random


def stream(*parts: object) -> Random:
    """Return a separate stream of random numbers for these seed parts."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - a simulation, nothing secret


def poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count; means above 30 use the normal approximation, exact to one per cent."""
    if mean < 0.02:  # two events at once have a chance of 1 in 5000
        return int(rng.random() < mean)
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    count, product, floor = 0, rng.random(), math.exp(-mean)
    while product > floor:
        product *= rng.random()
        count += 1
    return count
