"""Formats times and object ids as the Hub does."""

from datetime import UTC, datetime
from functools import lru_cache

OPENED = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
"""The first creation date on the Hub; older repositories have this date."""


def wire_time(moment: datetime) -> str:
    """Format a time in UTC with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wire_seconds(seconds: int) -> str:
    """Format seconds since 1970 like `wire_time`, three times as fast."""
    day, second = divmod(seconds, 86_400)
    return f"{_day(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000Z"


def object_id(seconds: int, rest: int) -> str:
    """Build an `_id`: four bytes of creation time and eight unique bytes."""
    return f"{seconds:08x}{rest:016x}"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()
