"""The format of numbers, times and values."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from reports.text import format as formatting


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (0, "0"), (1234567, "1,234,567"), (-5, "−5")])
def test_count(value: int | None, expected: str) -> None:
    """Thousands are separated; an unknown number is a dash and not zero."""
    assert formatting.count(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (0, "0"), (1234, "+1,234"), (-1234, "−1,234")])
def test_signed(value: int | None, expected: str) -> None:
    """A change has its sign; a fall has the real minus sign."""
    assert formatting.signed(value) == expected


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
    """A small change has a decimal, a large one has none."""
    assert formatting.percent(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (940, "940"), (999.6, "1k"), (1234, "1.2k"), (38_000, "38k"), (999_960, "1M"), (3_400_000, "3.4M")],
)
def test_short(value: float, expected: str) -> None:
    """A number in a chart has about four characters."""
    assert formatting.short(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(7_240_000_000, "7.2B"), (350_000_000, "350M"), (1_100_000_000_000, "1.1T")]
)
def test_size(value: int, expected: str) -> None:
    """Parameters are counted in millions, billions and trillions."""
    assert formatting.size(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(1.94, "×1.9"), (0.84, "×0.84"), (14.2, "×14"), (2400.0, "×2,400")])
def test_lift(value: float, expected: str) -> None:
    """A multiple has two significant digits."""
    assert formatting.lift(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (6.0694, "6.07 days"), (7.0, "7 days")])
def test_days(value: float | None, expected: str) -> None:
    """A span has at most two decimals."""
    assert formatting.days(value) == expected


def test_times_are_in_utc() -> None:
    """A time in another zone is converted to UTC."""
    moment = datetime(2026, 5, 4, 1, 30, tzinfo=timezone(timedelta(hours=5)))

    assert formatting.clock(moment) == "3 May 2026, 20:30 UTC"
    assert formatting.iso(moment) == "2026-05-03T20:30:00Z"
    assert formatting.day(moment) == "3 May 2026"
    assert formatting.iso(datetime(2026, 5, 4, tzinfo=UTC)) == "2026-05-04T00:00:00Z"


def test_sentences() -> None:
    """A noun agrees with its number, and the last part of a list follows an “and”."""
    assert formatting.counted(1, "model") == "1 model"
    assert formatting.counted(3120, "model") == "3,120 models"
    assert [formatting.listed(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
    assert formatting.weekday(date(2026, 4, 30)) == "Thu 30 Apr"


def test_time_without_a_zone() -> None:
    """DuckDB gives times in UTC without a zone; they are not taken for local times."""
    assert formatting.iso(datetime(2026, 5, 4, 7)) == "2026-05-04T07:00:00Z"  # noqa: DTZ001 the case itself


@pytest.mark.parametrize(
    ("value", "text", "json"),
    [
        (None, "", None),
        (True, "True", True),
        (1234567, "1234567", 1234567),
        (0.123456789, "0.123457", 0.123456789),
        (123456789.5, "123456790", 123456789.5),
        (float("nan"), "nan", None),
        (datetime(2026, 5, 4, 7, tzinfo=UTC), "2026-05-04 07:00:00Z", "2026-05-04T07:00:00Z"),
        (date(2026, 5, 4), "2026-05-04", "2026-05-04"),
        (["a", None, 1], "a, , 1", ["a", None, 1]),
        ({1: date(2026, 5, 4)}, '{"1": "2026-05-04"}', {"1": "2026-05-04"}),
        (Decimal("1.50"), "1.50", "1.50"),
    ],
)
def test_any_value(value: object, text: str, json: object) -> None:
    """Every value of a query has one form as text and one in JSON."""
    assert formatting.value_text(value) == text
    assert formatting.json_value(value) == json
