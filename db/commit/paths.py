"""Define the names of all files next to the database.

- `hub.duckdb`: the database.
- `hub.duckdb.wal` and its variants: DuckDB's log of writes that are not checkpointed yet.
- `hub.duckdb.lock`: the lock file of the hubtrends writer.
- `hub.duckdb.next`: the working copy, with its own logs; `hub.duckdb.next.packed`: the rewritten working copy.
- `hub.duckdb.commit`: the intent record; it states that the copy is complete and identifies its original.
- `hub.duckdb.aside.wal` and its variants: the original's logs, moved away from the new file.
- `hub.duckdb.rescued`: an unpublished copy that is kept because it holds the only copy of some rows.
- `hub.duckdb.spool`: the folder of unfinished walks.
- `hub.duckdb.journal`: the journal of runs.
- `hub.duckdb.export`: the default target of `hubtrends export`.
- `hub.duckdb.tmp`: the spill folder of a session.
- `hub.duckdb.schema-3.backup`: the file before a migration from schema 3.
- `hub.duckdb.before-restore-20260907T100000Z`: the file that a restore replaced.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from db.errors import DatabaseNotAFileError

LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
"""The suffixes of DuckDB's logs. DuckDB 2.0 writes the second one during a checkpoint, and the third to merge the
two."""

_OWN = (".wal", ".lock", ".next", ".commit", ".aside", ".rescued", ".journal", ".spool", ".tmp")
"""Prefixes of the suffixes of files that hubtrends or DuckDB needs next to a database."""

_SPECIAL = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Distinguishes two states of a file without reading it."""

    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the stamp of an existing file."""
        found = path.stat()
        return cls(found.st_ino, found.st_size, found.st_mtime_ns)

    @classmethod
    def if_exists(cls, path: Path) -> Self | None:
        """Return the stamp of the file at `path`, None if there is no file."""
        try:
            return cls.of(path)
        except FileNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class FileSet:
    """The stamps of a database, None if missing, and of its logs by suffix."""

    database: FileStamp | None
    logs: Mapping[str, FileStamp]

    @classmethod
    def of(cls, files: "Files") -> Self:
        """Return the present stamps of the database and its logs."""
        return cls(FileStamp.if_exists(files.database), _stamps({s: files.log(s) for s in LOGS}))

    @property
    def size(self) -> int:
        """Return the total size in bytes."""
        return sum(file.size for file in (*self.logs.values(), self.database) if file)


@dataclass(frozen=True, slots=True)
class Files:
    """The paths of a database and its neighbouring files; `database` is never a symbolic link."""

    database: Path

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the files of the database at `path`, with links resolved."""
        return cls(path.resolve())

    def named(self, suffix: str) -> Path:
        """Return the path of the database with `suffix` appended to its name."""
        return self.database.with_name(self.database.name + suffix)

    @property
    def lock(self) -> Path:
        """Return the lock file of hubtrends writers."""
        return self.named(".lock")

    @property
    def copy(self) -> Path:
        """Return the working copy."""
        return self.named(".next")

    @property
    def packed(self) -> Path:
        """Return the path of the file into which the working copy is rewritten."""
        return self.named(".next.packed")

    @property
    def copy_spill(self) -> Path:
        """Return the spill folder of a session on the working copy."""
        return self.named(".next.tmp")

    @property
    def spill(self) -> Path:
        """Return the spill folder of a session on the database."""
        return self.named(".tmp")

    @property
    def intent(self) -> Path:
        """Return the intent record."""
        return self.named(".commit")

    @property
    def rescued(self) -> Path:
        """Return the path of a copy that is kept for its rows."""
        return self.named(".rescued")

    @property
    def spool(self) -> Path:
        """Return the folder of unfinished walks."""
        return self.named(".spool")

    @property
    def journal(self) -> Path:
        """Return the journal of runs."""
        return self.named(".journal")

    @property
    def export(self) -> Path:
        """Return the default target of an export."""
        return self.named(".export")

    def schema_backup(self, version: int) -> Path:
        """Return the path of the backup before a migration from schema `version`."""
        return self.named(f".schema-{version}.backup")

    def before_restore(self, now: datetime) -> Path:
        """Return the path under which a restore keeps the replaced file."""
        return self.named(f".before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")

    def log(self, suffix: str) -> Path:
        """Return a log of the original."""
        return self.named(suffix)

    def moved_log(self, suffix: str) -> Path:
        """Return the path of a log that was moved away from the new file."""
        return self.named(".aside" + suffix)

    def copy_log(self, suffix: str) -> Path:
        """Return a log of the working copy."""
        return self.named(".next" + suffix)

    def owns(self, path: Path) -> bool:
        """Check whether `path` is the database or one of its neighbouring files."""
        if path.parent != self.database.parent:
            return False
        suffix = path.name.removeprefix(self.database.name)
        return path.name == self.database.name or (suffix != path.name and suffix.startswith(_OWN))


def moved_logs(files: Files) -> Mapping[str, FileStamp]:
    """Return the stamps of the logs that were moved away, by suffix."""
    return _stamps({s: files.moved_log(s) for s in LOGS})


def _stamps(paths: Mapping[str, Path]) -> Mapping[str, FileStamp]:
    found = {key: FileStamp.if_exists(path) for key, path in paths.items()}
    return {key: one for key, one in found.items() if one is not None}


def regular_file(path: Path, named: Path | None = None) -> None:
    """Raise DatabaseNotAFileError, which names the given path, unless the file is regular.

    Opening a pipe would block, and reading a device may never end.
    """
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return
    if kind != stat.S_IFREG:
        raise DatabaseNotAFileError(named or path, _SPECIAL.get(kind, "something else"))
