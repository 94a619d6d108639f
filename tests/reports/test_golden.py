"""Golden files: a small week in every format, byte for byte."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.records import WeekAnalysis
from reports.build import build
from reports.render.render import render
from tests.fakes.results import first_week, nothing, week

GOLDEN = Path(__file__).parent / "golden"
SITUATIONS: dict[str, Callable[[], WeekAnalysis]] = {"week": week, "first-week": first_week, "nothing": nothing}


@pytest.mark.parametrize("suffix", [".html", ".md", ".json", ".csv", ".xml"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_golden(situation: str, suffix: str) -> None:
    """A report is what it was; `HUBTRENDS_GOLDEN=write pytest tests/reports/test_golden.py` writes it anew."""
    results = SITUATIONS[situation]()
    golden = GOLDEN / f"{situation}{suffix}"

    found = render(build(results), results)[suffix]
    if os.environ.get("HUBTRENDS_GOLDEN") == "write":
        golden.write_bytes(found)

    assert golden.read_bytes() == found
