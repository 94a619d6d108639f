"""Reading the database beside a writer, another program's or our own.

A session sees one whole state, that of the moment it was opened, for as long as it lives.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from db.connect import session


@contextlib.contextmanager
def open_readonly(
    path: Path, *, sealed: bool = False, memory: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the database as `hub`, in USE, in UTC; `sealed` bars SQL from files, network and settings.

    A sealed session does not spill, for DuckDB lets SQL read and write where it may spill: what does not fit in memory
    is refused. `memory` is what DuckDB may take, in bytes; a single call of a scalar function may take more.

    Raises DatabaseMissingError, DatabaseBusyError (somebody writes), NotADatabaseError, DatabaseTooNewError, LogMismatchError or
    DatabaseUnreadableError.
    """
    with session(path, "READ_ONLY") as connection:
        if memory is not None:
            connection.execute(f"SET memory_limit = '{memory}B'")
        if sealed:
            connection.execute("SET temp_directory = ''")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        yield connection
