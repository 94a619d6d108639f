"""Compare this machine's clock with the `Date` header of the Hub's answers.

Every snapshot carries the time of this clock, and history is written in time order. A clock that is years ahead would
block every later crawl, so a wrong clock stops a crawl before a page is stored.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

CLOCK_SLACK = timedelta(minutes=5)
"""Maximum difference of two clocks that count as equal."""

_LONGEST_AGE = 9
"""Maximum digits of an `Age` header."""


def hub_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the Hub's time when it answered; None if the headers do not state it.

    A cache repeats the `Date` of the stored answer and states in `Age` for how many seconds it has held it.
    """
    age = headers.get("age", "0").strip()
    if not (age.isascii() and age.isdigit() and len(age) <= _LONGEST_AGE):
        return None
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
        return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC) + timedelta(seconds=int(age))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def clock_offset(sent_at: datetime, received_at: datetime, hub: datetime) -> timedelta | None:
    """Return how far this clock is ahead of the Hub's (negative: behind); None within the slack.

    The Hub answers between sending and receiving, so an answer that takes minutes does not mean a wrong clock.
    """
    if sent_at - hub > CLOCK_SLACK:
        return sent_at - hub
    if hub - received_at > CLOCK_SLACK:
        return received_at - hub
    return None
