"""The room on the disk that a commit needs."""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from db.commit.paths import Files, footprint
from db.errors import DiskFull, DiskShort, StoreError, Unreadable

GROWTH = 256 * 2**20
"""What one commit may add: the facts of 3 M models are some 200 MB, their numbers 19 MB."""


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """Bytes that the next commit needs beside the file, and bytes that are free there."""

    need: int
    free: int

    @property
    def short(self) -> bool:
        """Tells whether the next commit would be refused."""
        return self.free < self.need


def disk_room(path: Path) -> DiskRoom:
    """Measures the room for a commit: a whole copy and its growth, although a file system that clones needs less.

    Where there is no folder yet, the disk is that of the nearest one that is there.
    """
    files = Files.of(path)
    disk = os.statvfs(next(folder for folder in files.database.parents if folder.exists()))
    return DiskRoom(footprint(files).size + GROWTH, disk.f_bavail * disk.f_frsize)


@contextlib.contextmanager
def within_room(files: Files) -> Iterator[None]:
    """Raises DiskShort at the start of the block if the room is short, and inside it once the disk is full."""
    if (room := disk_room(files.database)).short:
        raise DiskShort(files.database, room.need, room.free)
    try:
        yield
    except (OSError, duckdb.Error, StoreError) as error:
        if not is_full(error):
            raise
        raise DiskShort(files.database, room.need, disk_room(files.database).free) from error


def is_full(error: BaseException) -> bool:
    """Tells whether an error, of the system, of DuckDB or of `cp`, means a full disk."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return any(os.strerror(code) in str(error) for code in (errno.ENOSPC, errno.EDQUOT))


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns a refusal of the file system into an error that names its file, a full disk into DiskFull of `path`."""
    try:
        yield
    except (DiskFull, DiskShort):
        raise
    except (OSError, duckdb.Error, StoreError) as error:
        if is_full(error):
            raise DiskFull(path) from error
        if not isinstance(error, OSError) or error.filename is None:
            raise
        raise Unreadable(Path(os.fsdecode(error.filename)), error.strerror or str(error)) from error
