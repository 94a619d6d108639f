"""The errors of the shell. exit_codes.py has the exit code of each.

QuestionError              the store cannot answer the question
├── NoDataYetError         there is no snapshot by that time
├── UnknownEntityError     no snapshot has ever shown the entity
├── NothingNamesItError    no entity, text or file has the name
├── AmbiguousNameError     several entities have or had the name
└── SqlRefusedError        DuckDB rejects the statement

JournalError               the journal of runs cannot be used
├── JournalDamagedError    the file is not a sound SQLite file
├── JournalNotWritableError  the file or its folder is read-only
├── JournalFullError       the disk is full
└── ReportsForgottenError  the journal has lost reports, so nothing may be pruned

Defined where they are raised, because their modules load before or below this one:
config.load.ConfigError, watchlist.parse.WatchError, watchlist.file.FileError, files.NotAFileError,
output.streams.OutputError, confined.QueryLimitError.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from db.deletion.naming import Bearer


class QuestionError(Exception):
    """The store cannot answer the question."""


class NoDataYetError(QuestionError):
    """There is no snapshot to report on."""

    def __init__(self, database: Path, moment: datetime) -> None:
        self.database, self.moment = database, moment
        super().__init__(
            f"{database} holds no snapshot observed by {moment:%Y-%m-%d %H:%M} UTC: crawl first, or ask for later"
        )


class UnknownEntityError(QuestionError):
    """No snapshot has ever shown the entity."""

    def __init__(self, database: Path, entity: str) -> None:
        self.database, self.entity = database, entity
        super().__init__(
            f"{database} has never seen '{entity}': check the spelling, or run `hubtrends watch add {entity}`"
        )


class NothingNamesItError(QuestionError):
    """Neither the database nor a file next to it has the name."""

    def __init__(self, database: Path, name: str) -> None:
        self.database, self.name = database, name
        super().__init__(
            f"nothing in {database} or next to it names '{name}': check the spelling and --kind, or give its Hub id"
        )


class AmbiguousNameError(QuestionError):
    """Several entities have or had the name."""

    def __init__(self, name: str, bearers: Sequence[Bearer]) -> None:
        self.name, self.bearers = name, tuple(bearers)
        entities = "; ".join(
            f"the {one.kind} {one.hub_id}, now {one.id}, seen {one.first_seen:%Y-%m-%d} to {one.last_seen:%Y-%m-%d}"
            for one in bearers
        )
        super().__init__(f"'{name}' names {len(self.bearers)} entities ({entities}): give a Hub id, or --kind")


class SqlRefusedError(QuestionError):
    """DuckDB rejects the statement."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the query failed: {reason}")


class JournalError(Exception):
    """The journal of runs at `path` cannot be used."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(f"{path} {message}")


JOURNAL_REMEDY = "restore it from a backup, or move it away for a new one; then prune needs --forget-reports"


class JournalDamagedError(JournalError):
    """The journal is not a sound SQLite file; `reason` is SQLite's message."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(path, f"is not a sound journal ({reason}): {JOURNAL_REMEDY}")


class JournalNotWritableError(JournalError):
    """The journal may not be written; `reason` is SQLite's message."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(path, f"cannot be written ({reason}): make its folder writable, or work on a copy")


class JournalFullError(JournalError):
    """The disk has no room for the next entry of the journal."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "cannot be written because the disk is full: make room and run again")


class ReportsForgottenError(JournalError):
    """The journal has lost `count` of the reports that the database knows."""

    def __init__(self, path: Path, count: int) -> None:
        self.count = count
        super().__init__(
            path,
            f"does not have {count} of the reports in the database, nor the snapshots that they use:"
            " restore the journal, or give --forget-reports",
        )
