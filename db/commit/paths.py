"""The database file and what lies beside it during a commit.

- `hub.duckdb`: the database.
- `hub.duckdb.wal` and its kin: DuckDB's own log of what a writer has not yet checkpointed.
- `hub.duckdb.lock`: held by the one hubtrends that writes.
- `hub.duckdb.next`: the working copy, with a log of its own; `hub.duckdb.next.packed`: the same, written anew.
- `hub.duckdb.commit`: the intent, which says that the copy is whole and made from exactly this original.
- `hub.duckdb.aside.wal` and its kin: the original's log, out of the way of the new file.
- `hub.duckdb.rescued`: a copy that was not published, kept because some of its rows are nowhere else.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from db.errors import NotAFile

LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
"""DuckDB 2.0 writes the second while it checkpoints and the third while it merges the two."""

_OWN = (".wal", ".lock", ".next", ".commit", ".aside", ".rescued", ".journal", ".spool", ".tmp")
"""How the suffixes begin of all that lies beside a database."""

_SPECIAL = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Tells one state of a file from another without reading it."""

    inode: int
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FileSet:
    """The identity of a database (None: there is no file) and of its logs, by suffix."""

    database: FileStamp | None
    logs: Mapping[str, FileStamp]

    @property
    def size(self) -> int:
        """Adds up the bytes of the files."""
        files = [*self.logs.values(), *([self.database] if self.database else [])]
        return sum(file.size for file in files)


@dataclass(frozen=True, slots=True)
class Files:
    """Spells every name once; `database` is never a symbolic link."""

    database: Path

    @classmethod
    def of(cls, path: Path) -> Self:
        """Names the files of the database that `path` leads to, through any links."""
        return cls(path.resolve())

    def beside(self, suffix: str) -> Path:
        """Names the neighbour of the database with `suffix` added to its name."""
        return self.database.with_name(self.database.name + suffix)

    @property
    def lock(self) -> Path:
        """Names the lock of our own writers."""
        return self.beside(".lock")

    @property
    def copy(self) -> Path:
        """Names the working copy."""
        return self.beside(".next")

    @property
    def packed(self) -> Path:
        """Names the working copy while it is written anew."""
        return self.beside(".next.packed")

    @property
    def spill(self) -> Path:
        """Names the folder for what a session on the working copy cannot keep in memory."""
        return self.beside(".next.tmp")

    @property
    def intent(self) -> Path:
        """Names the intent record."""
        return self.beside(".commit")

    @property
    def rescued(self) -> Path:
        """Names the place of a copy that is kept for its rows."""
        return self.beside(".rescued")

    def owns(self, path: Path) -> bool:
        """Tells whether a path is that of the database or of a file that hubtrends or DuckDB writes beside it."""
        if path.parent != self.database.parent:
            return False
        suffix = path.name.removeprefix(self.database.name)
        return path.name == self.database.name or (suffix != path.name and suffix.startswith(_OWN))

    def log(self, suffix: str) -> Path:
        """Names a log of the original."""
        return self.beside(suffix)

    def run_interruptible(self, suffix: str) -> Path:
        """Names the place of a log that was moved out of the way."""
        return self.beside(".aside" + suffix)

    def copy_log(self, suffix: str) -> Path:
        """Names a log of the working copy."""
        return self.beside(".next" + suffix)


def identity(path: Path) -> FileStamp | None:
    """Gives the identity of the file at `path`, None if there is none."""
    try:
        return known(path)
    except FileNotFoundError:
        return None


def known(path: Path) -> FileStamp:
    """Gives the identity of a file that is there."""
    stat = path.stat()
    return FileStamp(stat.st_ino, stat.st_size, stat.st_mtime_ns)


def footprint(files: Files) -> FileSet:
    """Gives the present identity of the database and its logs."""
    return FileSet(identity(files.database), identities({s: files.log(s) for s in LOGS}))


def asides(files: Files) -> Mapping[str, FileStamp]:
    """Gives the identity of the logs that were moved aside."""
    return identities({s: files.run_interruptible(s) for s in LOGS})


def identities(paths: Mapping[str, Path]) -> Mapping[str, FileStamp]:
    """Gives the identities of those files that exist."""
    found = {key: identity(path) for key, path in paths.items()}
    return {key: one for key, one in found.items() if one is not None}


def regular_file(path: Path, named: Path | None = None) -> None:
    """Raise NotAFile, by the name that a person gave, where something other than a regular file is.

    Opening a pipe would wait for its other end, and a device may never end.
    """
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return
    if kind != stat.S_IFREG:
        raise NotAFile(named or path, _SPECIAL.get(kind, "something else"))
