"""The errors of the store, as one tree.

    StoreError
    ├── DatabaseMissingError         the file does not exist
    ├── NotADatabaseError            the file is not a DuckDB database, or is damaged
    │   ├── DatabaseDamagedError     some of its pages cannot be read
    │   └── EmptyFileError           the file has no bytes
    ├── DatabaseNotAFileError        the path is a folder, a pipe or a device
    ├── DatabaseTooNewError          a newer DuckDB wrote the file
    ├── DatabaseUnreadableError      the file cannot be opened for another reason
    ├── LogMismatchError             the `.wal` of the file belongs to another file
    ├── DiskFullError                the disk is full
    ├── SchemaTooNewError            a newer hubtrends migrated the file
    ├── NameTakenError               a user's own table or view has a name that hubtrends needs
    ├── ObservedInThePastError       a snapshot would precede the newest one in the file
    ├── UnknownSnapshotError         the file has no snapshot of that number
    ├── BusyError
    │   ├── DatabaseBusyError        another process has the file open for writing
    │   └── WriterBusyError          another hubtrends is writing
    ├── CommitError                  a commit failed and changed nothing
    │   ├── DiskSpaceError           too little room for the working copy
    │   ├── CopyFailedError          the working copy could not be made
    │   ├── ForeignOwnerError        the file's owner could not be kept
    │   ├── WriteGuardLostError      the process that keeps writers out has died
    │   └── DatabaseReplacedError    the file was replaced during the commit
    ├── BackupError                                                                      (db/backup/errors.py)
    │   ├── BackupPathError          the path cannot be used for this purpose
    │   │   ├── BackupMissingError   the backup does not exist
    │   │   ├── BackupExistsError    a file exists already
    │   │   ├── NotReplaceableError  --force replaces only databases of hubtrends
    │   │   ├── OwnFileError         the path is the database's own, or that of a file it needs
    │   │   ├── LeftoverLogError     a `.wal` of the path exists already
    │   │   └── NameNotTextError     the path is not text that DuckDB can open
    │   ├── CopyDiffersError         the copy differs from its original
    │   ├── ChecksumMismatchError    the backup differs from its checksum
    │   ├── ChecksumUnreadableError  its `.sha256` holds no checksum
    │   ├── BackupDamagedError       some of its pages cannot be read
    │   └── NotABackupError          a DuckDB database, but not one of hubtrends
    ├── ExportError                                                                      (db/export/errors.py)
    │   ├── OtherDatabaseError       the target holds an export of another database
    │   └── ExportDamagedError       files of the export are missing or changed
    ├── TargetError                                                                      (db/export/errors.py)
    │   ├── PackageMissingError      fsspec needs another package for this address
    │   └── TargetNotWritableError   the target cannot be read or written
    └── ArchiveError                 nothing was imported                                (db/importing/errors.py)
        ├── UnknownFormatError       the name does not end in a format that can be read
        ├── UndecodableError         the content is not in the format of its name
        ├── NoSuchColumnError        --map names a column that the file lacks
        ├── NoNameColumnError        no column holds the names of the entities
        ├── NoRowsError              --rows names no list
        ├── NoTimeError              the observation time of the file is unknown
        ├── FutureTimeError          the observation time lies in the future
        ├── TimeBeforeTheHubError    the observation time lies before the Hub began
        ├── TooManyTimesError        the rows were not observed together
        ├── ReservedOriginError      the origin is reserved for own snapshots
        ├── NoValidRowsError         no row is valid
        ├── UnknownOriginError       no import to undo has this origin
        └── NeededByOthersError      rows of another archive need its names

Every error has its file as `path`, and its message says what to do next. Errors that a user cannot act on are bugs and
pass through unchanged.
"""

from datetime import datetime
from pathlib import Path


class StoreError(Exception):
    """A problem with the file at `path` that its owner can solve."""

    def __init__(self, path: Path, *details: object) -> None:
        super().__init__(path, *details)
        self.path = path


class DatabaseMissingError(StoreError):
    """The file at `path` does not exist."""

    def __str__(self) -> str:
        return f"{self.path} does not exist: run `hubtrends crawl` to create it, or name another with --db"


class NotADatabaseError(StoreError):
    """The file is not a DuckDB database; `reason` is DuckDB's message."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} is not a valid DuckDB file ({self.reason}): name another, or restore a backup"


class DatabaseDamagedError(NotADatabaseError):
    """Pages of the database cannot be read; `reason` names them."""

    def __str__(self) -> str:
        return f"{self.path} is damaged ({self.reason}): restore a backup"

    def within(self, part: str) -> "DatabaseDamagedError":
        """Return the same error with the part of the database that was being read."""
        return DatabaseDamagedError(self.path, f"{part}: {self.reason}")


class EmptyFileError(NotADatabaseError):
    """The file at `path` has no bytes, as after a `touch` or a copy that failed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it is empty")

    def __str__(self) -> str:
        return f"{self.path} is empty: delete it for a new start, or restore a backup"


class DatabaseNotAFileError(StoreError):
    """The path is not a regular file; `what` names its type."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.path} is {self.what}, not a file: name a file"


class DiskFullError(StoreError):
    """The disk is too full to write the file at `path`."""

    def __str__(self) -> str:
        return f"{self.path} cannot be written, because the disk is full: make room and try again"


class DatabaseTooNewError(StoreError):
    """The file's storage version is newer than the installed DuckDB reads."""

    def __str__(self) -> str:
        return f"{self.path} was written by a newer DuckDB: install that version, or a newer hubtrends"


class LogMismatchError(StoreError):
    """The `.wal` of the file belongs to another file."""

    def __str__(self) -> str:
        return (
            f"{self.path}.wal is damaged, or belongs to another file: move it away and try again, or restore a backup"
        )


class DatabaseUnreadableError(StoreError):
    """The file cannot be opened; `reason` is DuckDB's message."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be opened ({self.reason}): check the path and its permissions"


class SchemaTooNewError(StoreError):
    """A newer hubtrends migrated the file to schema `version`; this one knows `newest`."""

    def __init__(self, path: Path, version: int, newest: int) -> None:
        super().__init__(path, version, newest)
        self.version = version
        self.newest = newest

    def __str__(self) -> str:
        known = f"this hubtrends knows {self.newest}"
        return f"{self.path} has schema version {self.version}, {known}: install a newer hubtrends"


class NameTakenError(StoreError):
    """A user's own table, view or macro has the `name` of one that this version adds."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self.name = name

    def __str__(self) -> str:
        return (
            f"{self.path} has a table or view of yours named {self.name}, and hubtrends now brings its own: give yours"
            f" another name in DuckDB (ALTER TABLE {self.name} RENAME TO my_{self.name}, or ALTER VIEW) and run again"
        )


class ObservedInThePastError(StoreError):
    """A snapshot of `kind` at `observed_at` would precede the `newest` one."""

    def __init__(self, path: Path, kind: str, observed_at: datetime, newest: datetime) -> None:
        super().__init__(path, kind, observed_at, newest)
        self.kind = kind
        self.observed_at = observed_at
        self.newest = newest

    def __str__(self) -> str:
        then, newest = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (self.observed_at, self.newest))
        return (
            f"{self.path} holds {self.kind}s of {newest}, after {then}: snapshots are stored in order of time,"
            " so check --observed-at and the clock; `hubtrends status` names a snapshot from the future and its remedy"
        )


class UnknownSnapshotError(StoreError):
    """The file holds no snapshot of this number."""

    def __init__(self, path: Path, snapshot_id: int) -> None:
        super().__init__(path, snapshot_id)
        self.snapshot_id = snapshot_id

    def __str__(self) -> str:
        ask = 'hubtrends sql "SELECT snapshot_id, kind, observed_at FROM snapshots ORDER BY ALL"'
        return f"{self.path} holds no snapshot {self.snapshot_id}: list them with `{ask}`"


class BusyError(StoreError):
    """Another process is writing; `pid` is None if the system does not name it."""

    def __init__(self, path: Path, pid: int | None, process: str = "another process") -> None:
        super().__init__(path, pid, process)
        self.pid = pid
        self.process = process

    @property
    def holder(self) -> str:
        """Return the name of the process that holds the file."""
        return self.process if self.pid is None else f"{self.process} (PID {self.pid})"

    @property
    def reason(self) -> str:
        """Return which process blocks the file, for the line shown while waiting."""
        return f"{self.path} is in use by {self.holder}"


class DatabaseBusyError(BusyError):
    """Another process has the file open for writing."""

    @property
    def reason(self) -> str:
        """Return which process has the file open."""
        return f"{self.path} is open for writing in {self.holder}"

    def __str__(self) -> str:
        return f"{self.reason}: close it there and try again"


class WriterBusyError(BusyError):
    """Another hubtrends is writing to the file."""

    @property
    def reason(self) -> str:
        """Return which hubtrends is writing."""
        return f"{self.path} is being written by {self.holder}"

    def __str__(self) -> str:
        return f"{self.reason}: let it finish and try again"


class CommitError(StoreError):
    """A commit that left the file as it was."""


class DiskSpaceError(CommitError):
    """The working copy needs `need` bytes and the disk has `free`."""

    def __init__(self, path: Path, need: int, free: int) -> None:
        super().__init__(path, need, free)
        self.need = need
        self.free = free

    def __str__(self) -> str:
        need, free = (f"{n / 1e6:,.0f} MB" for n in (self.need, self.free))
        return f"a commit to {self.path} needs {need} of disk space and {free} are free: make room and try again"


class CopyFailedError(CommitError):
    """The working copy could not be made; `reason` is the system's message."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} could not be copied ({self.reason}): it is unchanged; remove the cause and try again"


class ForeignOwnerError(CommitError):
    """The file belongs to `uid` and `gid`, and this process may not give its copy to them."""

    def __init__(self, path: Path, uid: int, gid: int) -> None:
        super().__init__(path, uid, gid)
        self.uid = uid
        self.gid = gid

    def __str__(self) -> str:
        owner = f"user {self.uid}, group {self.gid}"
        return f"{self.path} belongs to {owner}: run hubtrends as that user, or give the file to this one"


class WriteGuardLostError(CommitError):
    """The child process that keeps writers out of the file has died."""

    def __str__(self) -> str:
        return f"the process that keeps writers out of {self.path} has died: it is unchanged; try again"


class DatabaseReplacedError(CommitError):
    """The file was changed or replaced while its copy was being changed."""

    def __str__(self) -> str:
        return f"{self.path} was replaced during a commit: the new file was kept; try again"
