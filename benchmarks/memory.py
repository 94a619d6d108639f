"""Measures peak memory of a full walk and its commit at growing sizes of the Hub."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import MEGABYTE, in_child
from benchmarks.server import HubSize, serving
from benchmarks.table import Figure
from benchmarks.walks import START, walk_and_commit
from crawler.kinds import Kind

SIZES = (100_000, 400_000, 1_600_000)


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield the peak at each size for the first and the next day's snapshot, relative to the smallest size."""
    smallest = 0.0
    for models in dict.fromkeys(max(int(size * scale), 1000) for size in SIZES):
        first, next_ = (_peak(models, day, folder / str(models)) for day in (0, 1))
        peak = max(first, next_)
        smallest = smallest or peak
        what = f"peak memory of a full walk of {models:,} models and its commit"
        measured = f"{first / MEGABYTE:,.0f} MB; the next day's {next_ / MEGABYTE:,.0f} MB"
        yardstick = f"the smallest: {smallest / MEGABYTE:,.0f} MB"
        yield Figure("memory", what, measured, yardstick, peak / smallest, "flat, under 500 MB")


def _peak(models: int, day: int, folder: Path) -> float:
    with serving(HubSize(models, day=day)) as hub:
        at = START + timedelta(days=day)
        return in_child(walk_and_commit, hub.url, folder, (Kind.MODEL,), at).peak_bytes
