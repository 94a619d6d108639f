"""What can go wrong with the store, as one tree.

    StoreError
    ├── DatabaseMissing      there is no file
    ├── NotADatabase         the file is something else, or damaged
    │   ├── DatabaseDamaged  some of its pages cannot be read
    │   └── EmptyFile        the file has no bytes
    ├── NotAFile             the path leads to a folder, a pipe or a device
    ├── DiskFull             the disk has no room for what is written
    ├── DatabaseTooNew       the file was written by a newer DuckDB
    ├── LogMismatch          the `.wal` beside the file belongs to another file
    ├── Unreadable           the file cannot be opened for another reason
    ├── SchemaTooNew         a newer hubtrends has migrated the file
    ├── NameTaken            a user's own table bears a name that hubtrends needs
    ├── ObservedInThePast    a snapshot would lie before what the file already holds
    ├── Busy
    │   ├── DatabaseBusy     another process has the file open for writing
    │   └── WriterBusy       another hubtrends is writing
    └── CommitFailed         nothing was changed
        ├── DiskShort        too little room for the working copy
        ├── CopyFailed       the working copy could not be made
        ├── ForeignOwner     the file's owner could not be kept
        ├── WriteGuardLostError         the process that keeps writers out has died
        └── DatabaseReplaced somebody put another file in its place meanwhile

Every error names its file as `path`; its text says what to do next. Only what a user can act on is
translated: a bug passes through as it is.
"""

from datetime import datetime
from pathlib import Path


class StoreError(Exception):
    """Something about the file at `path` that its keeper can mend."""

    def __init__(self, path: Path, *facts: object) -> None:
        super().__init__(path, *facts)
        self.path = path


class DatabaseMissing(StoreError):
    """There is no file at `path`."""

    def __str__(self) -> str:
        return f"{self.path} does not exist: run `hubtrends crawl` to make it, or name another with --db"


class NotADatabase(StoreError):
    """The file is no DuckDB database; `reason` is DuckDB's own."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} is not a sound DuckDB file ({self.reason}): name another, or restore a backup"


class DatabaseDamaged(NotADatabase):
    """Pages of the database cannot be read; `reason` names them."""

    def __str__(self) -> str:
        return f"{self.path} is damaged ({self.reason}): restore a backup"

    def within(self, part: str) -> "DatabaseDamaged":
        """Return the same error with the part of the database that was read."""
        return DatabaseDamaged(self.path, f"{part}: {self.reason}")


class EmptyFile(NotADatabase):
    """The file at `path` has no bytes, as after a `touch` or a copy that failed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it is empty")

    def __str__(self) -> str:
        return f"{self.path} is empty: delete it for a new start, or restore a backup"


class NotAFile(StoreError):
    """The path leads to something other than a regular file; `what` names it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.path} is {self.what}, not a file: name a file"


class DiskFull(StoreError):
    """The disk has no room for the file at `path`."""

    def __str__(self) -> str:
        return f"{self.path} cannot be written, for the disk is full: make room and try again"


class DatabaseTooNew(StoreError):
    """The file's storage version is newer than the installed DuckDB reads."""

    def __str__(self) -> str:
        return f"{self.path} was written by a newer DuckDB: install that version, or a newer hubtrends"


class LogMismatch(StoreError):
    """A `.wal` lies beside the file that was not written for it."""

    def __str__(self) -> str:
        return f"{self.path}.wal is damaged, or not of {self.path}: move it away and try again, or restore a backup"


class Unreadable(StoreError):
    """The file cannot be opened; `reason` is DuckDB's own."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be opened ({self.reason}): check the path and its permissions"


class SchemaTooNew(StoreError):
    """A newer hubtrends has migrated the file to schema `version`; this one knows `newest`."""

    def __init__(self, path: Path, version: int, newest: int) -> None:
        super().__init__(path, version, newest)
        self.version = version
        self.newest = newest

    def __str__(self) -> str:
        known = f"this hubtrends knows {self.newest}"
        return f"{self.path} has schema version {self.version}, {known}: install a newer hubtrends"


class NameTaken(StoreError):
    """A table or view that a user has made bears the `name` of one that a newer hubtrends brings."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self.name = name

    def __str__(self) -> str:
        return (
            f"{self.path} has a table or view of yours named {self.name}, and hubtrends now brings its own: give yours"
            f" another name in DuckDB (ALTER TABLE {self.name} RENAME TO my_{self.name}, or ALTER VIEW) and run again"
        )


class ObservedInThePast(StoreError):
    """A snapshot of `kind` at `observed_at` would lie before the `newest` one."""

    def __init__(self, path: Path, kind: str, observed_at: datetime, newest: datetime) -> None:
        super().__init__(path, kind, observed_at, newest)
        self.kind = kind
        self.observed_at = observed_at
        self.newest = newest

    def __str__(self) -> str:
        then, newest = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (self.observed_at, self.newest))
        return (
            f"{self.path} holds {self.kind}s of {newest}, after {then}: history is written in the order of time,"
            " so check --observed-at and the clock; `hubtrends status` names a snapshot from the future and its remedy"
        )


class Busy(StoreError):
    """Somebody else is writing; `pid` is None where the system does not say who."""

    def __init__(self, path: Path, pid: int | None, process: str = "another process") -> None:
        super().__init__(path, pid, process)
        self.pid = pid
        self.process = process

    @property
    def holder(self) -> str:
        """Names the process that is in the way."""
        return self.process if self.pid is None else f"{self.process} (PID {self.pid})"

    @property
    def reason(self) -> str:
        """Says who is in the way, for the line that is shown while waiting."""
        raise NotImplementedError


class DatabaseBusy(Busy):
    """Another process has the file open for writing."""

    @property
    def reason(self) -> str:
        """Says which process has the file open."""
        return f"{self.path} is open for writing in {self.holder}"

    def __str__(self) -> str:
        return f"{self.reason}: close it there and try again"


class WriterBusy(Busy):
    """Another hubtrends is writing to the file."""

    @property
    def reason(self) -> str:
        """Says which hubtrends writes."""
        return f"{self.path} is being written by {self.holder}"

    def __str__(self) -> str:
        return f"{self.reason}: let it finish and try again"


class CommitFailed(StoreError):
    """A commit that left the file as it was."""


class DiskShort(CommitFailed):
    """The working copy needs `need` bytes and the disk has `free`."""

    def __init__(self, path: Path, need: int, free: int) -> None:
        super().__init__(path, need, free)
        self.need = need
        self.free = free

    def __str__(self) -> str:
        need, free = (f"{n / 1e6:,.0f} MB" for n in (self.need, self.free))
        return f"a commit to {self.path} needs {need} beside it and {free} are free: make room and try again"


class CopyFailed(CommitFailed):
    """The working copy could not be made; `reason` is the system's own."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} could not be copied ({self.reason}): it is unchanged; mend that and try again"


class ForeignOwner(CommitFailed):
    """The file belongs to `uid` and `gid`, which this process may not give to its copy."""

    def __init__(self, path: Path, uid: int, gid: int) -> None:
        super().__init__(path, uid, gid)
        self.uid = uid
        self.gid = gid

    def __str__(self) -> str:
        owner = f"user {self.uid}, group {self.gid}"
        return f"{self.path} belongs to {owner}: run hubtrends as that user, or give the file to this one"


class WriteGuardLostError(CommitFailed):
    """The child process that keeps writers out of the file has died."""

    def __str__(self) -> str:
        return f"the process that keeps writers out of {self.path} has died: it is unchanged; try again"


class DatabaseReplaced(CommitFailed):
    """The file changed or was replaced while its copy was being worked on."""

    def __str__(self) -> str:
        return f"{self.path} was replaced while a commit was under way: the new file was kept; try again"
