"""When an archive's rows were observed: said by the caller, by a column, or by the file's name."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_DATE = re.compile(
    r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])"
    r"(?:T([01]\d|2[0-3])[-:hH]?([0-5]\d)(?:[-:]?([0-5]\d))?Z?)?(?!\d)",
    re.ASCII,
)


FIRST_YEAR = datetime(2016, 1, 1, tzinfo=UTC)
"""The Hub began in 2016: nothing can have been observed before."""


@dataclass(frozen=True, slots=True)
class ObservationTime:
    """Where the observation time is found: `at`, else in `column`, else in the file's name; `later` is added to it."""

    at: datetime | None = None
    column: str | None = None
    later: timedelta = timedelta()
    """For archives that name a file after the beginning of the week at whose end they took it."""
    form: str | None = None
    """How texts write a time, as strptime spells it; ISO 8601 is always understood."""


def time_in_name(path: Path) -> datetime | None:
    """The one date that a file's name says, else that of the nearest folder above that says one; UTC.

    `models-20250825-510957d.parquet`, `models/2026-09-30/models.parquet` and `2026-05-04T0930Z.csv` are known ways to
    write it. Two dates in one name are none.
    """
    for part in (path.name, *(folder.name for folder in path.parents)):
        found = list(_DATE.finditer(part))
        if found:
            return _moment(found[0]) if len(found) == 1 else None
    return None


def _moment(found: "re.Match[str]") -> datetime | None:
    try:
        year, month, day, hour, minute, second = (int(digits or 0) for digits in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
