"""Times and weeks as a user writes them."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubtrends.errors import TimeError
from hubtrends.times import Week, parse_as_of, parse_time


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-04", datetime(2026, 5, 4, tzinfo=UTC)),
        ("2026-05-04T09:30", datetime(2026, 5, 4, 9, 30, tzinfo=UTC)),
        ("2026-05-04 09:30:00Z", datetime(2026, 5, 4, 9, 30, tzinfo=UTC)),
        ("2026-05-04T09:30+02:00", datetime(2026, 5, 4, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, moment: datetime) -> None:
    """Every notation of a time gives UTC; only a stated zone shifts it."""
    assert parse_time(text) == moment


@pytest.mark.parametrize(
    "text", ["0001-01-01", "1969-12-31", "3000-01-01", "9999-12-31T23:59", "0001-01-01T00:00+14:00"]
)
def test_years_that_cannot_be_reckoned_with(text: str) -> None:
    """A week before the first year or after the last would not be a valid date."""
    with pytest.raises(TimeError, match="outside of the years 1970 to 2999"):
        parse_time(text)


@pytest.mark.parametrize("text", ["0001-W01", "9999-W52"])
def test_weeks_that_cannot_be_reckoned_with(text: str) -> None:
    """Weeks have the same limits as times."""
    with pytest.raises(TimeError, match="outside of the years 1970 to 2999"):
        Week.parse(text)


@given(st.text())
def test_any_text_is_a_time_or_refused(text: str) -> None:
    """Any text gives a time or the parser's own error."""
    with contextlib.suppress(TimeError):
        assert parse_time(text).tzinfo is UTC


@given(st.text() | st.from_regex(r"\d{1,5}-?W\d{1,3}"))
def test_any_text_is_a_week_or_refused(text: str) -> None:
    """A valid week starts on a Monday and its text parses to the same week."""
    try:
        week = Week.parse(text)
    except TimeError:
        return
    assert week.monday.weekday() == 0
    assert Week.parse(str(week)) == week


def test_a_week_ends_where_the_next_begins() -> None:
    """The last week of 2026 is W53, and its last day is in the new year."""
    last, first = Week.parse("2026-W53"), Week.parse("2027-W01")

    assert last.end == first.monday
    assert Week.of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC)) == last
    assert str(last) == "2026-W53"


NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("yesterday", datetime(2026, 5, 5, 12, tzinfo=UTC)),
        (" Today ", NOON),
        ("7d", datetime(2026, 4, 29, 12, tzinfo=UTC)),
        ("2w", datetime(2026, 4, 22, 12, tzinfo=UTC)),
        ("2026-W18", datetime(2026, 5, 4, tzinfo=UTC)),
        ("2026-05-04T09:30", datetime(2026, 5, 4, 9, 30, tzinfo=UTC)),
    ],
)
def test_the_time_of_a_state_may_be_relative(text: str, moment: datetime) -> None:
    """Days and weeks count back from now; a week stands for its end."""
    assert parse_as_of(text, NOON) == moment


@pytest.mark.parametrize("text", ["yestrday", "-7d", "99999d", "9999d 1d", "2026-W54", "1900-01-01"])
def test_the_time_of_a_state_that_does_not_exist(text: str) -> None:
    """Other words are refused as times."""
    with pytest.raises(TimeError):
        parse_as_of(text, NOON)
