"""Adds the figures of `benchmarks.analysis_scale` to the table."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.analysis_scale import MODELS, measure
from benchmarks.table import Figure


def figures(scale: float, _: Path) -> Iterator[Figure]:
    """Yield seconds and peak memory of each case."""
    models = max(int(MODELS * scale), 1000)
    for measured in measure(models):
        yield Figure(
            "analysis",
            f"{measured.case.what}, {models:,} models, {measured.case.store}",
            f"{measured.seconds:.1f} s, peak {measured.peak_megabytes:,.0f} MB",
            f"the change of each counter, one pass over the same rows: {measured.bare_seconds:.1f} s",
            measured.seconds / measured.bare_seconds,
            f"under {measured.case.aim_seconds:.0f} s and 2,000 MB",
        )
