"""Spans of time in words."""

import pytest

from crawler.durations import format_duration, format_duration_approx

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (-1, "0.0 s"),
        (0.36, "0.4 s"),
        (1, "1 s"),
        (59.9, "59 s"),
        (90, "1 min 30 s"),
        (12 * MINUTE, "12 min"),
        (36 * HOUR, "36 h"),
        (36 * HOUR + 5 * MINUTE, "36 h 5 min"),
        (2 * DAY + 3 * HOUR, "2 d 3 h"),
        (30 * DAY, "30 d"),
    ],
)
def test_format_duration(seconds: float, words: str) -> None:
    """The two largest units, rounded down; days begin at 48 hours."""
    assert format_duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.1, "about 10 s"),
        (44, "about 40 s"),
        (12 * MINUTE + 20, "about 12 min"),
        (65 * MINUTE, "about 1 h 5 min"),
        (2 * HOUR + 14 * MINUTE, "about 2 h 10 min"),
        (3 * DAY, "about 3 d"),
    ],
)
def test_format_duration_approx(seconds: float, words: str) -> None:
    """The step grows with the span."""
    assert format_duration_approx(seconds) == words
