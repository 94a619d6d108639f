"""Draws a history of numbers as a line of block characters."""

from collections.abc import Sequence
from datetime import datetime
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


def timeline(
    values: Sequence[float | None], times: Sequence[datetime], width: int, *, scale: Sequence[float | None] = ()
) -> str:
    """Return a line on which one character is the same span everywhere: a day, or more in a long history.

    `times` are in ascending order. A character shows the last known value of its span, a blank that none is known.
    The heights are relative to the lowest and the highest value of `scale`, by default of the values.
    """
    if not times or all(value is None for value in values):
        return ""
    days = (times[-1] - times[0]).total_seconds() / 86400
    places = min(width, round(days) + 1)
    line: list[float | None] = [None] * places
    for value, at in zip(values, times, strict=True):
        passed = (at - times[0]).total_seconds() / 86400
        if value is not None:
            line[round(passed / days * (places - 1)) if places > 1 else 0] = value
    heights = relative_heights(line, scale or values)
    return "".join(" " if height is None else BLOCKS[round(height * (len(BLOCKS) - 1))] for height in heights)


def relative_heights(values: Sequence[float | None], scale: Sequence[float | None] | None = None) -> list[float | None]:
    """Return each value on a scale from the lowest (0) to the highest (1) value; equal values are at 0.5.

    The lowest and the highest are those of `scale`, by default of the values.
    """
    known = [value for value in (values if scale is None else scale) if value is not None]
    lowest, span = min(known, default=0), max(known, default=0) - min(known, default=0)
    return [None if value is None else (value - lowest) / span if span else 0.5 for value in values]


def bars(gains: Sequence[int | None]) -> str:
    """Return one block per gain, from zero to the highest."""
    highest = max((gain for gain in gains if gain is not None), default=0)
    return "".join(
        GAP if gain is None else FALL if gain < 0 else BLOCKS[-(-gain * (len(BLOCKS) - 1) // max(highest, 1))]
        for gain in gains
    )
