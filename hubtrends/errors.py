"""The errors of the shell. failures.py has the exit code of each.

HubtrendsError
├── InputError                the user gave something that cannot be used
│   ├── InvalidFileError      a file of the user has problems, one line for each
│   │   ├── ConfigError       the configuration
│   │   ├── WatchFileError    the watch list
│   │   └── OwnersFileError   the file of the setting `owners`
│   ├── WatchEntryError       a text is not an entry of the watch list
│   ├── NotAFileError         the path of the database is not a regular file
│   ├── NotTextError          the path is not a small text file
│   ├── TimeError             a text is not a time or a week; also a ValueError
│   ├── SizeError             a text is not an amount of memory; also a ValueError
│   ├── UnknownFacetError     a word is not a facet
│   ├── AmbiguousNameError    several entities have or had the name
│   ├── SqlRefusedError       DuckDB rejects the statement
│   └── QueryLimitError       a query reached a limit
│       ├── TimeLimitError    of time
│       ├── MemoryLimitError  of memory
│       └── QueryDiedError    the system killed its process
├── QuestionError             the store has no answer to the question
│   ├── NoDataYetError        there is no snapshot by that time
│   ├── UnknownEntityError    no snapshot has ever shown the entity
│   ├── NoReportYetError      the folder has no report
│   └── NothingNamesItError   no entity, text or file has the name
├── JournalError              the journal of runs cannot be used
│   ├── JournalDamagedError   the file is not a sound SQLite file
│   ├── JournalNotWritableError  the file or its folder is read-only
│   ├── JournalFullError      the disk is full
│   └── ReportsForgottenError the journal has lost reports, so nothing may be pruned
├── WouldWaitError            the Hub asks for a longer wait than a check allows
└── OutputError               stdout cannot be written

The simulated Hub has a tree of its own in sim/errors.py. This module imports no library, because `sql` needs it before
its process is forked.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from errno import EBADF, EIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.deletion.naming import NamedEntity


class HubtrendsError(Exception):
    """An error of the shell."""


class InputError(HubtrendsError):
    """The user gave something that cannot be used."""


class InvalidFileError(InputError):
    """A file of the user has `problems`."""

    def __init__(self, path: Path, problems: Sequence[object]) -> None:
        self.path, self.problems = path, tuple(problems)
        super().__init__("\n".join(f"{path}: {problem}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a configuration file."""

    key: str
    """The path of the setting, such as crawl.top; empty for a problem of the whole file."""
    what: str
    suggestion: str | None = None
    """The nearest valid word."""

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        hint = f" (did you mean '{self.suggestion}'?)" if self.suggestion else ""
        return f"{key}{self.what}{hint}"


class ConfigError(InvalidFileError):
    """The configuration is invalid; `problems` has every problem."""

    problems: tuple[Problem, ...]


class WatchFileError(InvalidFileError):
    """The watch list has invalid lines or cannot be read or written."""

    problems: tuple[str, ...]


class OwnersFileError(InvalidFileError):
    """The file of the setting `owners` has an invalid line or cannot be read."""

    problems: tuple[str, ...]


def did_you_mean(names: Sequence[str]) -> str:
    """Return a question with the nearest names, or nothing without one."""
    listed = " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
    return f"did you mean {listed}?" if listed else ""


class UnknownFacetError(InputError):
    """A word is not a facet; the message lists the facets."""


class WatchEntryError(InputError):
    """A text is not an entry of the watch list."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        super().__init__(f"{shown!r} cannot be watched: {reason}")


class NotAFileError(InputError):
    """The path of the database is not a regular file."""

    def __init__(self, path: Path, what: str) -> None:
        self.path, self.what = path, what
        super().__init__(f"{path} is {what} and cannot be the database: name a file with --db")


class NotTextError(InputError):
    """The path is not a small text file; the message lacks the path, which the caller adds."""


class TimeError(InputError, ValueError):
    """The text is not a time or a week."""


class SizeError(InputError, ValueError):
    """The text is not a valid amount of memory."""


class AmbiguousNameError(InputError):
    """Several entities have or had the name."""

    def __init__(self, name: str, found: Sequence["NamedEntity"]) -> None:
        self.name, self.found = name, tuple(found)
        entities = "; ".join(
            f"the {one.kind} {one.hub_id}, now {one.id}, seen {one.first_seen:%Y-%m-%d} to {one.last_seen:%Y-%m-%d}"
            for one in found
        )
        super().__init__(f"'{name}' names {len(self.found)} entities ({entities}): give a Hub id, or --kind")


class SqlRefusedError(InputError):
    """DuckDB rejects the statement."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the query failed: {reason}")


class QueryLimitError(InputError):
    """A query reached a limit."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the query failed: {reason}")


class TimeLimitError(QueryLimitError):
    """The query exceeds its time limit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"it took longer than {seconds:g} s; raise the limit with --timeout")


class MemoryLimitError(QueryLimitError):
    """The query exceeds its memory limit; `remedy` is the option that raises it."""

    def __init__(self, limit: int, remedy: str) -> None:
        self.limit, self.remedy = limit, remedy
        super().__init__(f"it needs more memory than {limit / 1e6:,.0f} MB; raise the limit with {remedy}")


class QueryDiedError(QueryLimitError):
    """The system killed the process of the query."""

    def __init__(self, signal_name: str) -> None:
        self.signal_name = signal_name
        super().__init__(
            f"its process was ended by {signal_name}; if the machine ran out of memory, give a smaller --memory"
        )


class QuestionError(HubtrendsError):
    """The store has no answer to the question."""


class NoDataYetError(QuestionError):
    """There is no snapshot to report on."""

    def __init__(self, database: Path, moment: datetime) -> None:
        self.database, self.moment = database, moment
        super().__init__(
            f"{database} holds no snapshot observed by {moment:%Y-%m-%d %H:%M} UTC: crawl first, or ask for later"
        )


class UnknownEntityError(QuestionError):
    """No snapshot has ever shown the entity."""

    def __init__(self, database: Path, entity: str, nearest: Sequence[str] = ()) -> None:
        self.database, self.entity, self.nearest = database, entity, tuple(nearest)
        advice = f"check the spelling, or run `hubtrends watch add {entity}`"
        super().__init__(f"{database} has never seen '{entity}': {did_you_mean(nearest) or advice}")


class NoReportYetError(QuestionError):
    """The folder has no report, or none of the week."""

    def __init__(self, folder: Path, week: str | None, newest: str | None) -> None:
        self.folder, self.week, self.newest = folder, week, newest
        found = f"the newest is of {newest}" if newest else "write one with `hubtrends weekly` or `hubtrends report`"
        super().__init__(f"{folder} has no report{f' of {week}' if week else ''}: {found}")


class NothingNamesItError(QuestionError):
    """Neither the database nor a file next to it has the name."""

    def __init__(self, database: Path, name: str, nearest: Sequence[str] = ()) -> None:
        self.database, self.name, self.nearest = database, name, tuple(nearest)
        advice = did_you_mean(nearest) or "check the spelling and --kind, or give its Hub id"
        super().__init__(f"nothing in {database} or next to it names '{name}': {advice}")


class JournalError(HubtrendsError):
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


class WouldWaitError(HubtrendsError):
    """The Hub asks for a longer wait than a check allows."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(cause)


class OutputError(HubtrendsError):
    """stdout cannot be written; `errno` is the system's reason, such as ENOSPC or EPIPE."""

    errno = EIO

    def __init__(self, number: int | None) -> None:
        self.errno = number or EIO
        reason = "it is closed" if self.errno == EBADF else os.strerror(self.errno)
        super().__init__(f"stdout cannot be written: {reason}")
