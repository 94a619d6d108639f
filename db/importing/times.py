"""Finds the observation time of rows: from the caller, from a column or from the file name."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_DATE = re.compile(
    r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])"
    r"(?:T([01]\d|2[0-3])[-:hH]?([0-5]\d)(?:[-:]?([0-5]\d))?Z?)?(?!\d)",
    re.ASCII,
)

HUB_START = datetime(2016, 1, 1, tzinfo=UTC)
"""The Hub began in 2016; earlier observations are invalid."""


@dataclass(frozen=True, slots=True)
class ObservationTime:
    """The source of the observation time: `at`, else `column`, else the file name; `later` is added."""

    at: datetime | None = None
    column: str | None = None
    later: timedelta = timedelta()
    """Added to the time, for archives that name a file after the first day of the week and record it on the last."""
    form: str | None = None
    """The strptime format of times; ISO 8601 is always accepted."""


def time_in_name(path: Path) -> datetime | None:
    """Return the date in the file name, else in the nearest folder name with one; UTC.

    Known forms are `models-20250825-510957d.parquet`, `models/2026-09-30/models.parquet` and `2026-05-04T0930Z.csv`. A
    name with two dates is ambiguous and gives None.
    """
    for part in (path.name, *(folder.name for folder in path.parents)):
        found = list(_DATE.finditer(part))
        if len(found) == 1:
            year, month, day, hour, minute, second = (int(digits or 0) for digits in found[0].groups())
            try:
                return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            except ValueError:
                return None
        if found:
            return None
    return None
