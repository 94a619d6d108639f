"""Numbers and times as people read them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reports.text import format as numbers


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (0, "0"), (1234567, "1,234,567"), (-5, "−5")])
def test_count(value: int | None, expected: str) -> None:
    """Thousands are parted; what is not known is a dash and not zero."""
    assert numbers.count(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (0, "0"), (1234, "+1,234"), (-1234, "−1,234")])
def test_signed(value: int | None, expected: str) -> None:
    """A change has its sign, a fall the real minus."""
    assert numbers.signed(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),
        (0.0, "0\u202f%"),
        (-0.01, "0\u202f%"),
        (0.42, "+0.4\u202f%"),
        (-3.14, "−3.1\u202f%"),
        (1234.5, "+1,234\u202f%"),
    ],
)
def test_percent(value: float | None, expected: str) -> None:
    """A share of change has as many digits as it deserves."""
    assert numbers.percent(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (940, "940"), (999.6, "1k"), (1234, "1.2k"), (38_000, "38k"), (999_960, "1M"), (3_400_000, "3.4M")],
)
def test_short(value: float, expected: str) -> None:
    """Charts have room for about four characters."""
    assert numbers.short(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(7_240_000_000, "7.2B"), (350_000_000, "350M"), (1_100_000_000_000, "1.1T")]
)
def test_size(value: int, expected: str) -> None:
    """Parameters are counted in millions, billions and trillions."""
    assert numbers.size(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(1.94, "×1.9"), (0.84, "×0.84"), (14.2, "×14"), (2400.0, "×2,400")])
def test_factor(value: float, expected: str) -> None:
    """A multiple has two digits that mean something."""
    assert numbers.lift(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (6.0694, "6.07 days"), (7.0, "7 days")])
def test_days(value: float | None, expected: str) -> None:
    """A span is told as exactly as it matters."""
    assert numbers.days(value) == expected


def test_times_are_told_in_utc() -> None:
    """A time in another zone is the same moment, told in UTC."""
    moment = datetime(2026, 5, 4, 1, 30, tzinfo=timezone(timedelta(hours=5)))

    assert numbers.clock(moment) == "3 May 2026, 20:30 UTC"
    assert numbers.iso(moment) == "2026-05-03T20:30:00Z"
    assert numbers.day(moment) == "3 May 2026"
    assert numbers.iso(datetime(2026, 5, 4, tzinfo=UTC)) == "2026-05-04T00:00:00Z"


def test_words() -> None:
    """Nouns follow their number, and the last part of a list its “and”."""
    assert numbers.counted(1, "model") == "1 model"
    assert numbers.counted(3120, "model") == "3,120 models"
    assert [numbers.listed(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
    assert numbers.weekday(date(2026, 4, 30)) == "Thu 30 Apr"
