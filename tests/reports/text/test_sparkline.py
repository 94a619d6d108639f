"""Sparklines: one character per value, scaled between the lowest and the highest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text.sparkline import bars, relative_heights, sparkline, timeline


@pytest.mark.parametrize(
    ("values", "line"),
    [((0, 5, None, 10), "▁▅ █"), ((3, 3), "▅▅"), ((0,), "▅"), ((None, None), ""), ((), "")],
    ids=["gap", "flat", "single", "unknown", "empty"],
)
def test_cases(values: Sequence[float | None], line: str) -> None:
    """A gap is a blank, equal values are in the middle, and nothing known is no line."""
    assert sparkline(values) == line


@pytest.mark.parametrize(("values", "line"), [(range(6), "▁▅█"), ([None, None, 4, None, 1, 9], " ▁█")])
def test_width(values: Sequence[float | None], line: str) -> None:
    """Each character of a reduced line is the last known value of its part."""
    assert sparkline(values, 3) == line


@given(st.lists(st.none() | st.integers(-(10**15), 10**15)))
def test_one_character_per_value(values: list[int | None]) -> None:
    """The highest value has the highest block and the lowest value the lowest."""
    line = sparkline(values)
    known = [value for value in values if value is not None]

    assert len(line) == (len(values) if known else 0)
    if known and max(known) > min(known):
        assert line[values.index(max(known))] == "█"
        assert line[values.index(min(known))] == "▁"


def test_relative_heights() -> None:
    """Heights lie between 0 and 1 and keep gaps."""
    assert relative_heights([10, None, 20, 30]) == [0, None, 0.5, 1]
    assert relative_heights([7, 7]) == [0.5, 0.5]


@pytest.mark.parametrize(
    ("gains", "line"),
    [((0, 1, None, 100, -3), "▁▂·█×"), ((5, 5), "██"), ((0, 0), "▁▁"), ((), "")],
    ids=["all marks", "flat", "zero", "empty"],
)
def test_bars(gains: Sequence[int | None], line: str) -> None:
    """Bars start at zero, with a dot for an unknown gain and a cross for a fall."""
    assert bars(gains) == line


def test_a_timeline_has_true_spacing() -> None:
    """Weekly observations stand seven characters apart, daily ones side by side; a longer history shrinks evenly."""
    start = datetime(2026, 9, 1, tzinfo=UTC)
    times = [start + timedelta(days=day) for day in (0, 7, 8, 9)]

    assert timeline([0, 7, None, 7], times, 52) == "▁      █ █"
    assert timeline([0, 7, 7, 7], times, 4) == "▁ ██"
    assert timeline([5], [start], 52) == "▅"
    assert timeline([None, None], times[:2], 52) == ""


def test_timelines_share_a_scale() -> None:
    """The heights are relative to the given scale."""
    times = [datetime(2026, 9, 1 + day, tzinfo=UTC) for day in (0, 1)]

    assert timeline([0, 1], times, 9, scale=[0, 7]) == "▁▂"
