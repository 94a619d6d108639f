"""The working copy: made by `cp`, changed in a session of its own, checkpointed and put on the disk.

`cp` shares the blocks where the file system can (`--reflink=auto`), so there a copy costs next to nothing. The
copy belongs to the original's owner, and is nobody else's to read, before its first byte is there.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from crawler.durable import sync
from db.commit.paths import LOGS, Files, FileSet, FileStamp, known
from db.connect import session
from db.errors import CopyFailed, ForeignOwner, StoreError

Change = Callable[[duckdb.DuckDBPyConnection], None]

_COPIERS = (("cp", "-p", "--reflink=auto"), ("cp", "-p"))
"""The second for a `cp` that does not know --reflink, such as that of macOS."""

_STORAGE = "STORAGE_VERSION 'v1.4.0'"
"""The newest format that DuckDB 1.5 opens, and most analysts' tools are 1.x."""


def make(files: Files, original: FileSet) -> int:
    """Copies the original and its logs, if there is an original; returns the bytes copied."""
    if original.database is None:
        return 0
    clone(files.database, files.copy)
    for suffix in original.logs:
        clone(files.log(suffix), files.copy_log(suffix))
    return original.size


def apply(files: Files, change: Change, *, fresh: bool, repack: bool = False) -> None:
    """Runs `change` on the copy; afterwards it is one file without a log, in its final bytes.

    With `repack` it is written anew, since deleting rows gives no space back.
    """
    with _named_as(files), session(files.copy, *([_STORAGE] if fresh else [])) as connection:
        change(connection)
        connection.execute("CHECKPOINT hub")
        if repack:
            files.packed.unlink(missing_ok=True)
            connection.execute(f"ATTACH $path AS packed (TYPE duckdb, {_STORAGE})", {"path": str(files.packed)})
            connection.execute("COPY FROM DATABASE hub TO packed")
            connection.execute("DETACH packed")
    if repack:
        shutil.copystat(files.copy, files.packed)
        like = files.copy.stat()
        os.chown(files.packed, like.st_uid, like.st_gid)
        files.packed.replace(files.copy)


@contextlib.contextmanager
def _named_as(files: Files) -> Iterator[None]:
    """What is wrong with the copy is told of the file that it stands for: the copy is gone when a person looks."""
    try:
        yield
    except StoreError as error:
        if error.path == files.copy:
            error.path = files.database
        raise


def flush(files: Files) -> FileStamp:
    """Puts the copy on the disk; returns what it can be known by."""
    sync(files.copy)
    return known(files.copy)


def drop(files: Files) -> None:
    """Removes the copy with all that belongs to it; the copy last, for it is what tells of the rest."""
    shutil.rmtree(files.spill, ignore_errors=True)
    for path in (*(files.copy_log(suffix) for suffix in LOGS), files.packed, files.copy):
        path.unlink(missing_ok=True)


def clone(source: Path, target: Path) -> None:
    """Copies a file that nobody writes to, by a child process; raises CopyFailed."""
    _create_like(source, target)
    failure = ""
    for copier in _COPIERS:
        done = subprocess.run(  # noqa: S603
            [*copier, source, target], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False
        )
        if done.returncode == 0:
            return
        failure = done.stderr.strip() or f"cp ended with {done.returncode}"
    raise CopyFailed(source, failure)


def _create_like(source: Path, target: Path) -> None:
    like = source.stat()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with contextlib.closing(os.fdopen(descriptor, "wb")):
        made = os.fstat(descriptor)
        if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
            _give(descriptor, source, like)


def _give(descriptor: int, source: Path, like: os.stat_result) -> None:
    try:
        os.fchown(descriptor, like.st_uid, like.st_gid)
    except PermissionError as error:
        raise ForeignOwner(source, like.st_uid, like.st_gid) from error
