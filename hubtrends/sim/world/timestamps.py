"""Moments and object ids as the Hub writes them."""

from datetime import UTC, datetime
from functools import lru_cache

OPENED = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
"""The Hub began to keep creation dates then; everything older carries this one."""


def wire_time(moment: datetime) -> str:
    """A moment in UTC with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wire_seconds(seconds: int) -> str:
    """Whole seconds since 1970 in the same form; three times as quick as by way of a datetime."""
    day, second = divmod(seconds, 86_400)
    return f"{_day(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000Z"


def object_id(seconds: int, rest: int) -> str:
    """An `_id`: creation time in four bytes, then eight bytes that make it unique."""
    return f"{seconds:08x}{rest:016x}"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()
