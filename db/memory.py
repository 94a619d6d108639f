"""What DuckDB may take while walks are taken in: memory and threads.

By itself it takes a thread for each core and most of the machine's memory. Walks are taken in slice by slice, so one
limit is enough however large the Hub is; what is more spills beside the file. One thread needs a tenth to a fifth less
CPU than two, and as much memory on any machine.
"""

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

import duckdb

T = TypeVar("T")

LIMITS_MIB = (128, 512, 2048)
"""Slices of 250,000 models with ten tags each are taken in within 48 MiB, with sixty long ones each within 256. Where
the first limit is too tight after all, the next one is tried.
"""


def leanly(
    con: duckdb.DuckDBPyConnection,
    work: Callable[[], T],
    *,
    within: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
) -> T:
    """Return what the work returns under the first limit that is enough.

    Each try is `within` a context, such as a transaction, that is left without a limit: what DuckDB says of a COMMIT
    that finds no memory does not tell whether it counts. Raises duckdb.OutOfMemoryException where no limit is enough.
    """
    for mebibytes in LIMITS_MIB[:-1]:
        with contextlib.suppress(duckdb.OutOfMemoryException):
            return _try(con, mebibytes, work, within)
    return _try(con, LIMITS_MIB[-1], work, within)


def _try(
    con: duckdb.DuckDBPyConnection,
    mebibytes: int,
    work: Callable[[], T],
    within: Callable[[], AbstractContextManager[None]],
) -> T:
    con.execute(f"SET memory_limit = '{mebibytes}MiB'; SET threads = 1")
    try:
        with within():
            done = work()
            _set_free(con)
            return done
    finally:
        _set_free(con)


def _set_free(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("RESET memory_limit; RESET threads")
