"""The errors of imports: a branch of the tree in db/errors.py."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from db.errors import StoreError

MOST_SHOWN = 20
"""Columns in a message."""


def _shown(columns: Sequence[str]) -> str:
    shown = [column[:60] for column in columns[:MOST_SHOWN]]
    more = [f"{len(columns) - MOST_SHOWN:,} more"] if len(columns) > MOST_SHOWN else []
    return ", ".join([*shown, *more]) or "none"


class ArchiveError(StoreError):
    """The archive cannot be imported."""


class UnknownFormatError(ArchiveError):
    """The file's name ends in none of the known ways."""

    def __str__(self) -> str:
        return (
            f"{self.path} is not known by its name: .parquet, .csv, .tsv, .json, .jsonl and .ndjson are, also with .gz"
        )


class UndecodableError(ArchiveError):
    """The file cannot be read as what its name says; `reason` is DuckDB's own."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be read ({self.reason}): check that it is whole, and named after its format"


class NoSuchColumnError(ArchiveError):
    """A column named by the caller is in none of `columns`."""

    def __init__(self, path: Path, column: str, columns: Sequence[str]) -> None:
        super().__init__(path, column, columns)
        self.column = column
        self.columns = tuple(columns)

    def __str__(self) -> str:
        return f"{self.path} has no usable column '{self.column}': it has {_shown(self.columns)}"


class NoNameColumnError(ArchiveError):
    """None of `columns` holds names."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path, columns)
        self.columns = tuple(columns)

    def __str__(self) -> str:
        wrapped = (
            " (where one of these is the list of rows, name it with --rows)" if ".json" in self.path.suffixes else ""
        )
        return (
            f"{self.path} has no column of names: say which one with --map THEIRS=id; it has"
            f" {_shown(self.columns)}{wrapped}"
        )


class NoRowsError(ArchiveError):
    """The path `rows` leads to no list."""

    def __init__(self, path: Path, rows: str) -> None:
        super().__init__(path, rows)
        self.rows = rows

    def __str__(self) -> str:
        return f"{self.path} has no list '{self.rows}': --rows names the list in the JSON object that holds the rows"


class NoTimeError(ArchiveError):
    """Neither the name nor a column says when the file was observed."""

    def __str__(self) -> str:
        return (
            f"{self.path} does not say when it was observed, or says several dates: give --observed-at TIME, or"
            " --observed-from COLUMN"
        )


class FutureTimeError(ArchiveError):
    """The file says that it was observed after `now`."""

    def __init__(self, path: Path, observed_at: datetime, now: datetime) -> None:
        super().__init__(path, observed_at, now)
        self.observed_at = observed_at
        self.now = now

    def __str__(self) -> str:
        then = f"{self.observed_at:%Y-%m-%dT%H:%M:%SZ}"
        return f"{self.path} would have been observed at {then}, which is to come: check the time, its zone and --later"


class TimeBeforeTheHubError(ArchiveError):
    """The file says that it was observed before there was a Hub."""

    def __init__(self, path: Path, observed_at: datetime) -> None:
        super().__init__(path, observed_at)
        self.observed_at = observed_at

    def __str__(self) -> str:
        then = f"{self.observed_at:%Y-%m-%d}"
        return (
            f"{self.path} would have been observed on {then}, before the Hub began in 2016: check the time and --later"
        )


class TooManyTimesError(ArchiveError):
    """The time column holds `times` different times, `most` at most make sense as snapshots."""

    def __init__(self, path: Path, times: int, most: int) -> None:
        super().__init__(path, times, most)
        self.times = times
        self.most = most

    def __str__(self) -> str:
        return (
            f"{self.path} has {self.times:,} different times, more than the {self.most:,} snapshots that a file may"
            " hold: name a column with the time of the whole dump, or give --observed-at TIME"
        )


class ReservedOriginError(ArchiveError):
    """The origin is reserved for own snapshots."""

    def __str__(self) -> str:
        return f"{self.path} cannot be imported as 'crawl', the origin of own snapshots: name the archive with --origin"


class NoValidRowsError(ArchiveError):
    """No row of the file could be taken; `reason` is the most frequent one, `remedy` the next step."""

    def __init__(self, path: Path, rows: int, reason: str, remedy: str = "check --kind and --map") -> None:
        super().__init__(path, rows, reason, remedy)
        self.rows = rows
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"none of the {self.rows:,} rows of {self.path} fits ({self.reason}): {self.remedy}"


class UnknownOriginError(ArchiveError):
    """Nothing was imported under this name; `known` are the names that there are."""

    def __init__(self, path: Path, origin: str, known: Sequence[str]) -> None:
        super().__init__(path, origin, known)
        self.origin = origin
        self.known = tuple(known)

    def __str__(self) -> str:
        known = f"it has {', '.join(self.known)}" if self.known else "nothing was imported"
        return f"{self.path} holds no archive '{self.origin}': {known}"


class NeededByOthersError(ArchiveError):
    """Rows of `others`, known by name alone, count for entities that only `origin` names."""

    def __init__(self, path: Path, origin: str, others: Sequence[str]) -> None:
        super().__init__(path, origin, others)
        self.origin = origin
        self.others = tuple(others)

    def __str__(self) -> str:
        first = self.others[0]
        return (
            f"{self.path}: rows without Hub ids of {', '.join(self.others)} rest on names that '{self.origin}' brought:"
            f" take them back first, with `hubtrends import --undo {first}`"
        )
