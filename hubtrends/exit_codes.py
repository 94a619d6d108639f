"""Map errors to exit codes and messages.

EXIT_CODES is the one table of exit codes; README.md shows it for people, and a test compares the two.

The exit code is the outcome for scripts: stdout is data, stderr is for people. Codes never change their meaning.
"""

import errno
from collections.abc import Mapping
from enum import IntEnum
from typing import Self

from crawler.errors import (
    ClockWrongError,
    CrawlError,
    CrawlStoppedError,
    HubRefusedError,
    HubRejectedRequestError,
    SpoolFullError,
)
from db.backup.errors import BackupPathError
from db.deletion.drop_snapshot import UnknownSnapshotError
from db.errors import (
    BusyError,
    DatabaseMissingError,
    DatabaseNotAFileError,
    DatabaseReplacedError,
    DiskFullError,
    DiskSpaceError,
    ObservedInThePastError,
    StoreError,
    WriteGuardLostError,
)
from db.export.export import OtherDatabaseError
from db.export.target import TargetError
from db.importing.errors import ArchiveError
from hubtrends.errors import (
    InputError,
    InvalidFileError,
    JournalDamagedError,
    JournalError,
    JournalFullError,
    OutputError,
    QuestionError,
    ReportsForgottenError,
    SqlRefusedError,
    WouldWaitError,
)
from hubtrends.secrets import without_secrets


class ExitCode(IntEnum):
    """The outcome of a command; `meaning` is the sentence for people."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        member = int.__new__(cls, code)
        member._value_, member.meaning = code, meaning
        return member

    OK = 0, "Done. Rejected rows do not change this."
    FAILED = 1, "Unexpected failure: a fault of the program."
    USAGE = 2, "The command line, the configuration or the watch list is wrong."
    HUB_UNAVAILABLE = 3, "The Hub cannot be reached or keeps failing; try again later."
    HUB_REFUSED = 4, "The Hub refused access (401 or 403): the token is wrong or expired."
    HUB_REJECTED = 5, "The Hub says the request is wrong (400): its interface may have changed."
    DATABASE_BUSY = 6, "Another process is at work on the database; try again later."
    DATABASE_UNUSABLE = 7, "The database cannot be used: damaged, made by a newer version, or not permitted."
    INCOMPLETE = 8, "Some kinds failed; what came from the others is stored."
    NOTHING_YET = 9, "There is no data for this yet; crawl first."
    DISK_FULL = 10, "There is not enough room on the disk."
    ATTENTION = 11, "Something needs repair; the lines name it and the remedy."
    OUTPUT_LOST = 12, "stdout is closed or cannot be written."
    INTERRUPTED = 130, "Stopped on request; the next run resumes there."
    READER_GONE = 141, "The reader closed stdout early, as `head` does; nothing is wrong."


EXIT_CODES: tuple[tuple[type[BaseException], ExitCode], ...] = (
    (CrawlStoppedError, ExitCode.INTERRUPTED),
    (HubRefusedError, ExitCode.HUB_REFUSED),
    (HubRejectedRequestError, ExitCode.HUB_REJECTED),
    (SpoolFullError, ExitCode.DISK_FULL),
    (ClockWrongError, ExitCode.ATTENTION),
    (CrawlError, ExitCode.HUB_UNAVAILABLE),
    (ObservedInThePastError, ExitCode.USAGE),
    (DatabaseMissingError, ExitCode.NOTHING_YET),
    (BusyError, ExitCode.DATABASE_BUSY),
    (DatabaseReplacedError, ExitCode.DATABASE_BUSY),
    (WriteGuardLostError, ExitCode.DATABASE_BUSY),
    (DiskSpaceError, ExitCode.DISK_FULL),
    (DiskFullError, ExitCode.DISK_FULL),
    (ArchiveError, ExitCode.USAGE),
    (UnknownSnapshotError, ExitCode.USAGE),
    (BackupPathError, ExitCode.USAGE),
    (DatabaseNotAFileError, ExitCode.USAGE),
    (TargetError, ExitCode.USAGE),
    (OtherDatabaseError, ExitCode.USAGE),
    (StoreError, ExitCode.DATABASE_UNUSABLE),
    (InputError, ExitCode.USAGE),
    (QuestionError, ExitCode.NOTHING_YET),
    (ReportsForgottenError, ExitCode.ATTENTION),
    (JournalDamagedError, ExitCode.ATTENTION),
    (JournalFullError, ExitCode.DISK_FULL),
    (JournalError, ExitCode.DATABASE_UNUSABLE),
    (WouldWaitError, ExitCode.HUB_UNAVAILABLE),
    (OutputError, ExitCode.OUTPUT_LOST),
    (KeyboardInterrupt, ExitCode.INTERRUPTED),
)
"""The exit code of each error; the first match counts, so a root follows its branches."""


UNUSABLE_PATH = frozenset({
    errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.ENAMETOOLONG
})  # fmt: skip
"""System errors of a path that cannot be used as intended."""


FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
"""System errors of a full disk or quota."""


FEW_FILES = frozenset({errno.EMFILE, errno.ENFILE})
"""System errors of too many open files."""


SYSTEM: Mapping[int, ExitCode] = {
    **dict.fromkeys(UNUSABLE_PATH, ExitCode.USAGE),
    **dict.fromkeys(FULL_DISK, ExitCode.DISK_FULL),
    **dict.fromkeys(FEW_FILES, ExitCode.ATTENTION),
}
"""The exit codes of system errors."""

OUTPUT: Mapping[int, ExitCode] = {
    errno.EPIPE: ExitCode.READER_GONE, **dict.fromkeys(FULL_DISK, ExitCode.DISK_FULL)
}  # fmt: skip
"""The exit codes of errors on stdout."""


def exit_code_for(error: BaseException) -> ExitCode:
    """Return the exit code of an error; an unknown error is a failure of the program."""
    if isinstance(error, OutputError):
        return OUTPUT.get(error.errno, ExitCode.OUTPUT_LOST)
    if isinstance(error, OSError) and (code := SYSTEM.get(error.errno or 0)) is not None:
        return code
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), ExitCode.FAILED)


def explain(error: BaseException) -> str:
    """Return the message of an error: one line, or one per problem of a file, safe to show.

    A rejected query keeps its lines, since a caret points at the mistake. A reader that is gone gets no message.
    """
    return without_secrets(_explanation(error))


def _explanation(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED.meaning
    if isinstance(error, OutputError):
        return "" if error.errno == errno.EPIPE else printable(str(error))
    if isinstance(error, SqlRefusedError):
        return "\n".join(map(printable, str(error).split("\n")))
    if isinstance(error, OSError) and error.errno in FEW_FILES:
        return "too many files are open: raise the limit, as with `ulimit -n 256`"
    if isinstance(error, InvalidFileError):
        return "\n".join(printable(f"{error.path}: {problem}") for problem in error.problems)
    if isinstance(error, OSError) and error.filename is not None and error.errno in UNUSABLE_PATH:
        return printable(f"{error.filename} cannot be used: {error.strerror}")
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        what = f"{error.filename} cannot be written" if error.filename is not None else str(error.strerror)
        return printable(f"{what} because the disk is full: make room and run again")
    text = " ".join(str(error).split())
    ours = exit_code_for(error) is not ExitCode.FAILED
    return printable(text if ours else f"{type(error).__name__}: {text}")


def printable(line: str) -> str:
    """Return the line without escape, control and bidirectional characters: Hub text may be in it."""
    return "".join(character if character.isprintable() else "�" for character in line)
