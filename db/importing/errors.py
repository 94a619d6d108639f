"""The errors of imports: a branch of the tree in db/errors.py."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crawler.kinds import OWN_ORIGIN
from db.errors import StoreError

MAX_SHOWN = 20
"""The number of columns in a message."""


def _shown(columns: Sequence[str]) -> str:
    shown = [column[:60] for column in columns[:MAX_SHOWN]]
    more = [f"{len(columns) - MAX_SHOWN:,} more"] if len(columns) > MAX_SHOWN else []
    return ", ".join([*shown, *more]) or "none"


class ArchiveError(StoreError):
    """The archive cannot be imported."""


class UnknownFormatError(ArchiveError):
    """The file name has no known extension."""

    def __str__(self) -> str:
        return f"{self.path} has no known extension: use .parquet, .csv, .tsv, .json, .jsonl or .ndjson, also with .gz"


class UndecodableError(ArchiveError):
    """The file cannot be read in the format of its extension; `reason` is DuckDB's."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.path} cannot be read ({self.reason}): check that it is complete and has the extension of its format"
        )


class NoSuchColumnError(ArchiveError):
    """A column that the caller names is not in `columns`."""

    def __init__(self, path: Path, column: str, columns: Sequence[str]) -> None:
        super().__init__(path, column, columns)
        self.column = column
        self.columns = tuple(columns)

    def __str__(self) -> str:
        return f"{self.path} has no usable column '{self.column}': it has {_shown(self.columns)}"


class NoNameColumnError(ArchiveError):
    """None of `columns` has names."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path, columns)
        self.columns = tuple(columns)

    def __str__(self) -> str:
        wrapped = " (if one of these is the list of rows, name it with --rows)" if ".json" in self.path.suffixes else ""
        return (
            f"{self.path} has no column of names: name one with --map THEIRS=id; it has {_shown(self.columns)}{wrapped}"
        )


class NoRowsError(ArchiveError):
    """`rows` is not the path of a list."""

    def __init__(self, path: Path, rows: str) -> None:
        super().__init__(path, rows)
        self.rows = rows

    def __str__(self) -> str:
        return f"{self.path} has no list '{self.rows}': give --rows the path of the list of rows in the JSON object"


class NoTimeError(ArchiveError):
    """Neither the file name nor a column states the time of observation."""

    def __str__(self) -> str:
        return (
            f"{self.path} states no time of observation, or several dates: give --observed-at TIME, or"
            " --observed-from COLUMN"
        )


class FutureTimeError(ArchiveError):
    """The time of observation is after `now`."""

    def __init__(self, path: Path, observed_at: datetime, now: datetime) -> None:
        super().__init__(path, observed_at, now)
        self.observed_at = observed_at
        self.now = now

    def __str__(self) -> str:
        then = f"{self.observed_at:%Y-%m-%dT%H:%M:%SZ}"
        return f"{self.path} cannot have been observed at {then}, in the future: check the time, its zone and --later"


class TimeBeforeTheHubError(ArchiveError):
    """The time of observation is before the Hub began."""

    def __init__(self, path: Path, observed_at: datetime) -> None:
        super().__init__(path, observed_at)
        self.observed_at = observed_at

    def __str__(self) -> str:
        then = f"{self.observed_at:%Y-%m-%d}"
        return (
            f"{self.path} cannot have been observed on {then}, before the Hub began in 2016: check the time and --later"
        )


class TooManyTimesError(ArchiveError):
    """The time column has `times` different times, more than `max_`."""

    def __init__(self, path: Path, times: int, max_: int) -> None:
        super().__init__(path, times, max_)
        self.times = times
        self.max = max_

    def __str__(self) -> str:
        return (
            f"{self.path} has {self.times:,} different times, more than the {self.max:,} snapshots that a file may"
            " hold: name a column with the time of the whole dump, or give --observed-at TIME"
        )


class ReservedOriginError(ArchiveError):
    """The origin is reserved for crawls."""

    def __str__(self) -> str:
        return f"{self.path} cannot be imported as '{OWN_ORIGIN}', the origin of crawls: name the archive with --origin"


class NoValidRowsError(ArchiveError):
    """Every row of the file is invalid; `reason` is the most frequent one, `remedy` the next step."""

    def __init__(self, path: Path, rows: int, reason: str, remedy: str = "check --kind and --map") -> None:
        super().__init__(path, rows, reason, remedy)
        self.rows = rows
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"none of the {self.rows:,} rows of {self.path} is valid ({self.reason}): {self.remedy}"


class UnknownOriginError(ArchiveError):
    """No archive was imported under this name; `known` are the imported ones."""

    def __init__(self, path: Path, origin: str, known: Sequence[str]) -> None:
        super().__init__(path, origin, known)
        self.origin = origin
        self.known = tuple(known)

    def __str__(self) -> str:
        known = f"it has {', '.join(self.known)}" if self.known else "nothing was imported"
        return f"{self.path} has no archive '{self.origin}': {known}"


class NeededByOthersError(ArchiveError):
    """Rows of `others`, without Hub ids, count for entities that only `origin` names."""

    def __init__(self, path: Path, origin: str, others: Sequence[str]) -> None:
        super().__init__(path, origin, others)
        self.origin = origin
        self.others = tuple(others)

    def __str__(self) -> str:
        first = self.others[0]
        return (
            f"{self.path}: rows without Hub ids of {', '.join(self.others)} depend on names from '{self.origin}':"
            f" take them back first, with `hubtrends import --undo {first}`"
        )
