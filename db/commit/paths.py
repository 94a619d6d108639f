"""Every name beside the database file, in one place.

- `hub.duckdb`: the database.
- `hub.duckdb.wal` and its kin: DuckDB's log of what a writer has not checkpointed yet.
- `hub.duckdb.lock`: locked by the one hubtrends that writes.
- `hub.duckdb.next`: the working copy, with logs of its own; `hub.duckdb.next.packed`: the same, rewritten.
- `hub.duckdb.commit`: the intent record; it states that the copy is whole and which original it was made from.
- `hub.duckdb.aside.wal` and its kin: the original's logs, moved away from the new file.
- `hub.duckdb.rescued`: an unpublished copy that is kept because some of its rows are nowhere else.
- `hub.duckdb.spool`: the folder of walks that are under way.
- `hub.duckdb.journal`: the journal of runs.
- `hub.duckdb.export`: where `hubtrends export` writes without a target.
- `hub.duckdb.tmp`: what a session cannot keep in memory.
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
"""DuckDB 2.0 writes the second during a checkpoint and the third while it merges the two."""

_OWN = (".wal", ".lock", ".next", ".commit", ".aside", ".rescued", ".journal", ".spool", ".tmp")
"""Prefixes of the suffixes of files that hubtrends or DuckDB needs beside a database."""

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
    """The stamps of a database (None if there is no file) and of its logs, by suffix."""

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
    """The paths of a database and of everything beside it; `database` is never a symbolic link."""

    database: Path

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the files of the database that `path` leads to, through any links."""
        return cls(path.resolve())

    def beside(self, suffix: str) -> Path:
        """Return the neighbour of the database with `suffix` added to its name."""
        return self.database.with_name(self.database.name + suffix)

    @property
    def lock(self) -> Path:
        """Return the lock file of hubtrends processes that write."""
        return self.beside(".lock")

    @property
    def copy(self) -> Path:
        """Return the working copy."""
        return self.beside(".next")

    @property
    def packed(self) -> Path:
        """Return the working copy while it is rewritten."""
        return self.beside(".next.packed")

    @property
    def copy_spill(self) -> Path:
        """Return the folder for what a session on the working copy cannot keep in memory."""
        return self.beside(".next.tmp")

    @property
    def spill(self) -> Path:
        """Return the folder for what a session on the database cannot keep in memory."""
        return self.beside(".tmp")

    @property
    def intent(self) -> Path:
        """Return the intent record."""
        return self.beside(".commit")

    @property
    def rescued(self) -> Path:
        """Return the place of a copy that is kept for its rows."""
        return self.beside(".rescued")

    @property
    def spool(self) -> Path:
        """Return the folder of walks that are under way."""
        return self.beside(".spool")

    @property
    def journal(self) -> Path:
        """Return the journal of runs."""
        return self.beside(".journal")

    @property
    def export(self) -> Path:
        """Return the default target of an export."""
        return self.beside(".export")

    def schema_backup(self, version: int) -> Path:
        """Return the place of the file before a migration from schema `version`."""
        return self.beside(f".schema-{version}.backup")

    def before_restore(self, now: datetime) -> Path:
        """Return the place of the file that a restore replaces."""
        return self.beside(f".before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")

    def log(self, suffix: str) -> Path:
        """Return a log of the original."""
        return self.beside(suffix)

    def moved_log(self, suffix: str) -> Path:
        """Return the place of a log that was moved away from the new file."""
        return self.beside(".aside" + suffix)

    def copy_log(self, suffix: str) -> Path:
        """Return a log of the working copy."""
        return self.beside(".next" + suffix)

    def owns(self, path: Path) -> bool:
        """Tell whether `path` is the database or a file that hubtrends or DuckDB writes beside it."""
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
    """Raise DatabaseNotAFileError, with the name that the user gave, where a file is not a regular one.

    Opening a pipe would wait for its other end, and a device may never end.
    """
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return
    if kind != stat.S_IFREG:
        raise DatabaseNotAFileError(named or path, _SPECIAL.get(kind, "something else"))
