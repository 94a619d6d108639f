"""Parse times of a user: ISO 8601, UTC by default, and ISO weeks such as 2026-W19."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hubtrends.errors import TimeError

YEARS = range(1970, 3000)
"""The years that a user may name; windows around them stay within the range of datetime."""


def parse_time(text: str) -> datetime:
    """Return the moment that the text names, in UTC; a date is its midnight."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise TimeError(f"'{text}' is not a time: write 2026-05-04, 2026-05-04T09:30 or 2026-05-04T09:30Z") from None
    if moment.year not in YEARS:
        raise TimeError(f"'{text}' is outside of the years {YEARS[0]} to {YEARS[-1]}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_as_of(text: str, now: datetime) -> datetime:
    """Return the moment that the text names: a time, yesterday, 7d (seven days ago), or the end of 2026-W19."""
    word = text.strip().lower()
    if word in ("now", "today", "yesterday"):
        return now - timedelta(days=word == "yesterday")
    if ago := re.fullmatch(r"(\d{1,4})([dw])", word, re.ASCII):
        return now - timedelta(days=int(ago[1]) * (7 if ago[2] == "w" else 1))
    if re.fullmatch(r"\d{4}-?w\d{1,2}", word, re.ASCII):
        return Week.parse(word).end
    try:
        return parse_time(text)
    except TimeError as error:
        raise TimeError(f"{error}, 2026-W19, yesterday or 7d") from None


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week: Monday to Sunday, UTC."""

    monday: datetime

    @classmethod
    def parse(cls, text: str) -> "Week":
        """Return the week that text such as 2026-W19 names."""
        found = re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.strip(), re.IGNORECASE | re.ASCII)
        year, week = (int(found[1]), int(found[2])) if found else (0, 0)
        try:
            monday = datetime.fromisocalendar(year, week, 1)
        except ValueError:
            raise TimeError(f"'{text}' is not a week: write it like 2026-W19") from None
        if year not in YEARS:
            raise TimeError(f"'{text}' is outside of the years {YEARS[0]} to {YEARS[-1]}")
        return cls(monday.replace(tzinfo=UTC))

    @classmethod
    def of(cls, moment: datetime) -> "Week":
        """Return the week that a moment lies in."""
        day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(day - timedelta(days=day.weekday()))

    @property
    def end(self) -> datetime:
        """The midnight after its Sunday."""
        return self.monday + timedelta(days=7)

    def __str__(self) -> str:
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"
