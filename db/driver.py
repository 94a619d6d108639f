"""The seam to DuckDB: a session on one file, and its errors in our words.

A session is a fresh in-memory instance to which the file is attached as `hub`. `duckdb.connect(path)` will
not do: while an old connection lives in the process it silently hands out the file that was renamed away.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from db.errors import (
    DatabaseBusy,
    DatabaseMissing,
    DatabaseTooNew,
    EmptyFile,
    LogMismatch,
    NotADatabase,
    StoreError,
    Unreadable,
)

_LOCKED = re.compile(r"Conflicting lock is held in (?:(?P<process>.+?) \()?PID (?P<pid>-?\d+)")
_DAMAGED = re.compile(r"not a valid DuckDB database|Corrupt database file|Could not read enough bytes")
_STALE_LOG = re.compile(r"WAL does not match|WAL checkpoint iteration does not match|Corrupt WAL file")


@contextlib.contextmanager
def session(path: Path, *options: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens `path` as `hub`, in USE, in UTC; `options` are those of ATTACH."""
    with contextlib.closing(duckdb.connect(config=_settings(path))) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")  # it would go to stdout
        try:
            connection.execute(f"ATTACH $path AS hub ({', '.join(('TYPE duckdb', *options))})", {"path": str(path)})
        except duckdb.Error as error:
            raise explain(path, str(error)) from error
        connection.execute("USE hub")
        with _translated(path):
            yield connection


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Tells of damage that shows only where it is read, and makes a Ctrl-C of what DuckDB calls a RuntimeError."""
    try:
        yield
    except duckdb.Error as error:
        message = str(error)
        cut = "Could not read enough bytes" in message and f'{path.name}"' in message  # of this file, not of a Parquet
        if cut or "Corrupt database file" in message:
            raise explain(path, message) from error
        raise
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


def _settings(path: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Spills beside the file, not in the working directory; hides Python's variables from SQL."""
    return {"temp_directory": f"{path.absolute()}.tmp", "python_enable_replacements": False}


def explain(path: Path, message: str) -> StoreError:
    """Turns DuckDB's message about opening `path` into an error of ours."""
    if found := _LOCKED.search(message):
        pid = int(found["pid"])
        return DatabaseBusy(path, pid if pid > 0 else None, found["process"] or "another process")
    if "Unique file handle conflict" in message:
        return DatabaseBusy(path, os.getpid(), "this very process")
    if "database does not exist" in message:
        return DatabaseMissing(path)
    if "storage version number" in message or "with version number" in message:
        return DatabaseTooNew(path)
    if _STALE_LOG.search(message):
        return LogMismatch(path)
    reason = message.partition("\n")[0]
    if not _DAMAGED.search(message):
        return Unreadable(path, reason)
    return NotADatabase(path, reason) if path.stat().st_size else EmptyFile(path)
