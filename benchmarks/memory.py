"""How much memory a full walk and its commit take, at growing sizes of the Hub."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import MEGABYTE, in_child
from benchmarks.server import HubSize, serving
from benchmarks.table import Figure
from benchmarks.walks import START, walk_and_commit
from crawler.kinds import Kind

SIZES = (100_000, 400_000, 1_600_000)


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """The peak at each size, beside that of the smallest."""
    least = 0.0
    for size in SIZES:
        models = max(int(size * scale), 1000)
        with serving(HubSize(models)) as hub:
            peak = in_child(walk_and_commit, hub.url, folder / str(size), (Kind.MODEL,), START).peak_bytes
        least = least or peak
        what = f"peak memory of a full walk of {models:,} models and its commit"
        yardstick = f"the smallest walk: {least / MEGABYTE:,.0f} MB"
        yield Figure("memory", what, f"{peak / MEGABYTE:,.0f} MB", yardstick, peak / least, "flat, under 500 MB")
