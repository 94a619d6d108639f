"""The format of numbers, times and values."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from reports.text import format as formatting


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


def test_times_are_in_utc() -> None:
    """A time in another zone is converted to UTC."""
    moment = datetime(2026, 5, 4, 1, 30, tzinfo=timezone(timedelta(hours=5)))

    assert formatting.iso(moment) == "2026-05-03T20:30:00Z"
    assert formatting.iso(datetime(2026, 5, 4, tzinfo=UTC)) == "2026-05-04T00:00:00Z"


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
