"""Measure the disk space that a commit needs, and translate the errors of a full disk."""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from db.commit.paths import Files, FileSet
from db.errors import DatabaseUnreadableError, DiskFullError, DiskSpaceError, StoreError

GROWTH = 256 * 2**20
"""What one commit may add, in bytes: the attributes of 3 M models take 200 MB, their counters 19 MB."""


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """Bytes that the next commit needs beside the file, and bytes that are free."""

    need: int
    free: int

    @property
    def short(self) -> bool:
        """Tell whether the next commit would be refused."""
        return self.free < self.need


def disk_room(path: Path) -> DiskRoom:
    """Measure the space for a commit: a whole copy and its growth; a file system that clones needs less.

    If the folder is missing, the disk is that of the nearest parent that exists.
    """
    files = Files.of(path)
    disk = os.statvfs(next(folder for folder in files.database.parents if folder.exists()))
    return DiskRoom(FileSet.of(files).size + GROWTH, disk.f_bavail * disk.f_frsize)


@contextlib.contextmanager
def within_room(files: Files) -> Iterator[None]:
    """Raise DiskSpaceError before the block if space is short, or in the block once the disk is full."""
    if (room := disk_room(files.database)).short:
        raise DiskSpaceError(files.database, room.need, room.free)
    try:
        yield
    except (OSError, duckdb.Error, StoreError) as error:
        if not is_full(error):
            raise
        raise DiskSpaceError(files.database, room.need, disk_room(files.database).free) from error


def is_full(error: BaseException) -> bool:
    """Tell whether an error of the system, of DuckDB or of `cp` means a full disk."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return any(os.strerror(code) in str(error) for code in (errno.ENOSPC, errno.EDQUOT))


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a file system error into one that names its file, and a full disk into DiskFullError of `path`."""
    try:
        yield
    except (DiskFullError, DiskSpaceError):
        raise
    except (OSError, duckdb.Error, StoreError) as error:
        if is_full(error):
            raise DiskFullError(path) from error
        if not isinstance(error, OSError) or error.filename is None:
            raise
        raise DatabaseUnreadableError(Path(os.fsdecode(error.filename)), error.strerror or str(error)) from error
