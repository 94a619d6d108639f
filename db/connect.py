"""Opens sessions on a database and translates DuckDB's messages into errors of db/errors.py.

A session is a new in-memory instance with the file attached as `hub`. `duckdb.connect(path)` does not suffice: while an
old connection lives in the process, it silently returns the file that was renamed away.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from db.commit.paths import LOGS, Files, regular_file
from db.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseMissingError,
    DatabaseTooNewError,
    DatabaseUnreadableError,
    EmptyFileError,
    LogMismatchError,
    NotADatabaseError,
    StoreError,
)

_LOCKED = re.compile(r"Conflicting lock is held in (?:(?P<process>.+?) \()?PID (?P<pid>-?\d+)")
_NO_DATABASE = "not a valid DuckDB database"
_DAMAGED = re.compile(
    r"Corrupt database file|Corrupted |appears to be corrupted"
    r"|Could not read enough bytes|Serialization Error|Failed to deserialize"
)
_CRASHED = re.compile(r"INTERNAL Error|FATAL Error")
"""The message of a failed assertion of DuckDB. Damaged files cause it when they are opened or read; unusual SQL can
too."""

_BAD_BLOCK = re.compile(r"computed checksum \d+ does not match stored checksum \d+ in block at location (?P<byte>\d+)")
_SHORT = re.compile(r"Could not read enough bytes .*from location (?P<byte>\d+)")
_NOT_THE_PAGES = re.compile(
    r"Out of Memory Error|Catalog Error|Binder Error|Permission Error|No space left|Could not write"
)
"""Causes of a failed query that lie outside the pages it reads."""

_STALE_LOG = re.compile(r"WAL does not match|WAL checkpoint iteration does not match|Corrupt WAL file")


@contextlib.contextmanager
def session(path: Path, *options: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `path` as `hub`, the current database, in UTC, with `options` of ATTACH."""
    regular_file(path)
    for suffix in LOGS:
        regular_file(Files.of(path).log(suffix))
    # spill next to the file, and hide Python's variables from SQL
    folder = spill_folder(path)
    connected = duckdb.connect(config={"temp_directory": folder, "python_enable_replacements": False})
    with contextlib.closing(connected) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")  # it would be printed to stdout
        try:
            connection.execute(f"ATTACH $path AS hub ({', '.join(('TYPE duckdb', *options))})", {"path": str(path)})
        except duckdb.Error as error:
            raise explain(path, str(error)) from error
        connection.execute("USE hub")
        with _translated(path):
            yield connection


@contextlib.contextmanager
def open_readonly(
    path: Path, *, sealed: bool = False, memory: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the database read-only as `hub`, the current database, in UTC.

    The session sees one state of the file for its whole life. `sealed` denies SQL access to files, network and
    settings. A sealed session does not spill, because DuckDB lets SQL use its temporary folder, so a query that needs
    more memory fails. `memory` is DuckDB's limit in bytes; a single call of a scalar function may take more. Raises
    DatabaseMissingError, NotADatabaseError, BusyError and the rest of StoreError.
    """
    with session(path, "READ_ONLY") as connection:
        if memory is not None:
            connection.execute(f"SET memory_limit = '{memory}B'")
        if sealed:
            connection.execute("SET temp_directory = ''")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        yield connection


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Translate errors from reading damaged pages, and DuckDB's RuntimeError for Ctrl-C."""
    try:
        yield
    except duckdb.Error as error:
        if is_damage(path, error):
            raise explain(path, str(error)) from error
        raise
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


def is_damage(path: Path, error: duckdb.Error) -> bool:
    """Return whether pages of this file could not be read; truncated Parquet files do not count."""
    message = str(error)
    return _DAMAGED.search(message) is not None and ("Could not read" not in message or f'{path.name}"' in message)


def spill_folder(path: Path) -> str:
    """Return the folder where a session on `path` spills."""
    return f"{path.absolute()}.tmp"


def explain(path: Path, message: str) -> StoreError:
    """Return the error of db/errors.py for DuckDB's message about opening `path`."""
    if found := _LOCKED.search(message):
        pid = int(found["pid"])
        return DatabaseBusyError(path, pid if pid > 0 else None, found["process"] or "another process")
    if "Unique file handle conflict" in message:
        return DatabaseBusyError(path, os.getpid(), "this very process")
    if "database does not exist" in message:
        return DatabaseMissingError(path)
    if "storage version number" in message or "with version number" in message:
        return DatabaseTooNewError(path)
    if _STALE_LOG.search(message):
        return LogMismatchError(path)
    reason = message.partition("\n")[0]
    damaged = _DAMAGED.search(message) or _CRASHED.search(message)
    if not damaged and _NO_DATABASE not in message:
        return DatabaseUnreadableError(path, reason)
    if not path.stat().st_size:
        return EmptyFileError(path)
    if not damaged:
        return NotADatabaseError(path, reason)
    if found := _BAD_BLOCK.search(reason):
        reason = f"the block at byte {int(found['byte']):,} fails its checksum"
    elif found := _SHORT.search(reason):
        reason = f"it ends within the block at byte {int(found['byte']):,}"
    return DatabaseDamagedError(path, reason)


def explain_read(path: Path, message: str) -> StoreError:
    """Return the error for DuckDB's message about a query of ours on `path`.

    A block in the wrong place has a valid checksum, but DuckDB fails to decode it in many ways. So any failure without
    another known cause counts as damage.
    """
    error = explain(path, message)
    if isinstance(error, DatabaseUnreadableError) and not _NOT_THE_PAGES.search(message):
        return DatabaseDamagedError(path, error.reason)
    return error
