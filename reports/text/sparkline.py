"""Draws a history of numbers as a line of block characters."""

from collections.abc import Sequence
from itertools import pairwise

BLOCKS = "▁▂▃▄▅▆▇█"
GAP, FALL = "·", "×"
"""What stands for an unknown gain, and for one below zero."""


def sparkline(values: Sequence[float | None], width: int | None = None) -> str:
    """Return one block per value, from the lowest to the highest, and a blank for None.

    More values than `width` are reduced to that many characters, each for the last known value of its part.
    """
    if width is not None and len(values) > width:
        edges = [len(values) * place // width for place in range(width + 1)]
        parts = [values[start:end] for start, end in pairwise(edges)]
        values = [next((value for value in reversed(part) if value is not None), None) for part in parts]
    heights = relative_heights(values)
    if all(height is None for height in heights):
        return ""
    return "".join(" " if height is None else BLOCKS[round(height * (len(BLOCKS) - 1))] for height in heights)


def relative_heights(values: Sequence[float | None]) -> list[float | None]:
    """Return each value on a scale from the lowest (0) to the highest (1); equal values are at 0.5."""
    known = [value for value in values if value is not None]
    lowest, span = min(known, default=0), max(known, default=0) - min(known, default=0)
    return [None if value is None else (value - lowest) / span if span else 0.5 for value in values]


def bars(gains: Sequence[int | None]) -> str:
    """Return one block per gain, from zero to the highest."""
    highest = max((gain for gain in gains if gain is not None), default=0)
    return "".join(
        GAP if gain is None else FALL if gain < 0 else BLOCKS[-(-gain * (len(BLOCKS) - 1) // max(highest, 1))]
        for gain in gains
    )
