"""Map errors to exit codes and messages.

EXIT_CODES is the one table of exit codes; README.md shows it for people, and a test compares the two.
"""

import errno
from collections.abc import Mapping

from crawler.errors import (
    ClockWrongError,
    CrawlError,
    CrawlStoppedError,
    HubRefusedError,
    HubRejectedRequestError,
    SpoolFullError,
)
from db.backup.errors import BackupPathError
from db.errors import (
    BusyError,
    DatabaseMissingError,
    DatabaseNotAFileError,
    DatabaseReplacedError,
    DiskFullError,
    DiskSpaceError,
    LogMismatchError,
    NotADatabaseError,
    ObservedInThePastError,
    StoreError,
    UnknownSnapshotError,
    WriteGuardLostError,
)
from db.export.errors import OtherDatabaseError, TargetError
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
from hubtrends.exit_codes import ExitCode
from hubtrends.output.streams import printable
from hubtrends.secrets import without_secrets

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
    errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.ENAMETOOLONG,
    errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.ENOTEMPTY,
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


def remedy(error: BaseException) -> str | None:
    """Return how to restore a database that is damaged, or missing with a known backup; None for any other error."""
    if not isinstance(error, NotADatabaseError | LogMismatchError | DatabaseMissingError):
        return None
    from hubtrends.jobs.backups import advice, known_advice

    found = known_advice(error.path) if isinstance(error, DatabaseMissingError) else advice(error.path)
    return None if found is None else printable(found)
