"""Measure the disk space for a commit, and translate errors of a full disk."""

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
"""The bytes that one commit may add.

The attributes of 3 M models take 200 MB, and their counters 19 MB.
"""


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """The additional bytes that the next commit needs, and the free bytes."""

    need: int
    free: int

    @property
    def short(self) -> bool:
        """Check whether the next commit would be refused."""
        return self.free < self.need


def disk_room(path: Path) -> DiskRoom:
    """Measure the disk space for a commit: a full copy plus its growth.

    File systems that share blocks need less. If the folder is missing, its nearest existing parent is measured.
    """
    files = Files.of(path)
    disk = os.statvfs(next(folder for folder in files.database.parents if folder.exists()))
    return DiskRoom(FileSet.of(files).size + GROWTH, disk.f_bavail * disk.f_frsize)


@contextlib.contextmanager
def within_room(files: Files) -> Iterator[None]:
    """Raise DiskSpaceError if space is short before the block or runs out during it."""
    if (room := disk_room(files.database)).short:
        raise DiskSpaceError(files.database, room.need, room.free)
    try:
        yield
    except (OSError, duckdb.Error, StoreError) as error:
        if not is_full(error):
            raise
        raise DiskSpaceError(files.database, room.need, disk_room(files.database).free) from error


def is_full(error: BaseException) -> bool:
    """Check whether an error of the system, DuckDB or `cp` means a full disk."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return any(os.strerror(code) in str(error) for code in (errno.ENOSPC, errno.EDQUOT))


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Translate file system errors into StoreErrors with a path, and a full disk into DiskFullError."""
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
