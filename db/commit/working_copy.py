"""Create the working copy with `cp`, change it, checkpoint it and flush it.

On file systems that share blocks (`--reflink=auto`) a copy takes almost no time. From its first byte the copy has the
owner of the original, and other users have no access to it.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb

from crawler.durable import sync
from db.commit.paths import LOGS, Files, FileSet, FileStamp
from db.connect import session
from db.errors import CopyFailedError, ForeignOwnerError, StoreError

Change = Callable[[duckdb.DuckDBPyConnection], None]

_COPIERS = (("cp", "-p", "--reflink=auto"), ("cp", "-p"))
"""Copy commands in order; the second supports a `cp` without --reflink (macOS)."""

_STORAGE = "STORAGE_VERSION 'v1.4.0'"
"""The newest storage format that DuckDB 1.5 can open, because most analysts use 1.x."""


def make(files: Files, original: FileSet) -> None:
    """Copy the original and its logs; do nothing if there is no original."""
    if original.database is None:
        return
    clone(files.database, files.copy)
    for suffix in original.logs:
        clone(files.log(suffix), files.copy_log(suffix))


def apply(files: Files, change: Change, *, fresh: bool, repack: bool = False) -> None:
    """Run `change` on the copy and checkpoint it into one file without a log.

    `repack` rewrites the file to free the space of deleted rows. Errors about the copy name the database instead,
    because the copy no longer exists when the user reads the error.
    """
    try:
        with session(files.copy, *([_STORAGE] if fresh else [])) as connection:
            change(connection)
            connection.execute("CHECKPOINT hub")
            if repack:
                files.packed.unlink(missing_ok=True)
                connection.execute(f"ATTACH $path AS packed (TYPE duckdb, {_STORAGE})", {"path": str(files.packed)})
                connection.execute("COPY FROM DATABASE hub TO packed")
                connection.execute("DETACH packed")
    except StoreError as error:
        if error.path == files.copy:
            error.path = files.database
        raise
    if repack:
        shutil.copystat(files.copy, files.packed)
        like = files.copy.stat()
        os.chown(files.packed, like.st_uid, like.st_gid)
        files.packed.replace(files.copy)


def flush(files: Files) -> FileStamp:
    """Flush the copy to disk and return its stamp."""
    sync(files.copy)
    return FileStamp.of(files.copy)


def drop(files: Files) -> None:
    """Remove the copy and its logs.

    The copy is removed last, because it marks the others as leftovers.
    """
    shutil.rmtree(files.copy_spill, ignore_errors=True)
    for path in (*(files.copy_log(suffix) for suffix in LOGS), files.packed, files.copy):
        path.unlink(missing_ok=True)


def clone(source: Path, target: Path) -> None:
    """Copy an idle file in a child process; raise CopyFailedError.

    The target has the owner of the source from its first byte. Closing a descriptor of the source in this process would
    release its DuckDB locks on the file. Raises ForeignOwnerError too.
    """
    like = source.stat()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with contextlib.closing(os.fdopen(descriptor, "wb")):
        made = os.fstat(descriptor)
        if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
            try:
                os.fchown(descriptor, like.st_uid, like.st_gid)
            except PermissionError as error:
                raise ForeignOwnerError(source, like.st_uid, like.st_gid) from error
    failure = ""
    for copier in _COPIERS:
        done = subprocess.run(  # noqa: S603
            [*copier, source, target], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False
        )
        if done.returncode == 0:
            return
        failure = done.stderr.strip() or f"cp ended with {done.returncode}"
    raise CopyFailedError(source, failure)
