"""Golden files: a small week of models and papers in every format, byte for byte."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.records import WeekAnalysis
from crawler.kinds import Kind
from reports.build import build
from reports.render.render import render
from tests.fakes.results import nothing, week

GOLDEN = Path(__file__).parent / "golden"
SITUATIONS: dict[str, Callable[[], WeekAnalysis]] = {
    "week": lambda: models_and_papers(week(2)),
    "nothing": nothing,
}
FILES = ["week.json", "week.md", "nothing.html"]


def models_and_papers(full: WeekAnalysis) -> WeekAnalysis:
    """Return two kinds of a week: together they have every table, chart and note."""
    return replace(full, kinds=tuple(one for one in full.kinds if one.kind in (Kind.MODEL, Kind.PAPER)))


@pytest.mark.parametrize("name", FILES)
def test_golden(name: str) -> None:
    """A report equals its golden file; `HUBTRENDS_GOLDEN=write pytest tests/reports/test_golden.py` updates it."""
    situation, suffix = name.split(".")

    found = render(build(SITUATIONS[situation]()))[f".{suffix}"]
    if suffix == "html":
        found = found[found.index(b"<body>") :]
    if os.environ.get("HUBTRENDS_GOLDEN") == "write":
        (GOLDEN / name).write_bytes(found)

    assert (GOLDEN / name).read_bytes() == found
