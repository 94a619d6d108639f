"""What DuckDB may take while walks are taken in: memory and threads.

By itself it takes a thread for each core and most of the machine's memory. Walks are taken in slice by slice, so one
limit is enough however large the Hub is; what is more spills beside the file. One thread needs a tenth to a fifth less
CPU than two, and as much memory on any machine.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import duckdb

T = TypeVar("T")

LIMITS_MIB = (128, 512, 2048)
"""Slices of 250,000 models with ten tags each are taken in within 48 MiB, with sixty long ones each within 256. Where
the first limit is too tight after all, the next one is tried.
"""


_TOO_LITTLE = (duckdb.OutOfMemoryException, duckdb.TransactionException)
"""The second is what a COMMIT raises that finds no memory; it is undone then."""


def with_memory_limit(con: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
    """Return what the work returns under the first limit that is enough; what it does must be whole or undone.

    Raises duckdb.OutOfMemoryException where none is.
    """
    for mebibytes in LIMITS_MIB[:-1]:
        with contextlib.suppress(*_TOO_LITTLE), _lean(con, mebibytes):
            return work()
    with _lean(con, LIMITS_MIB[-1]):
        return work()


@contextlib.contextmanager
def _lean(con: duckdb.DuckDBPyConnection, mebibytes: int) -> Iterator[None]:
    """Keep to the limit, and to one thread, within the block."""
    con.execute(f"SET memory_limit = '{mebibytes}MiB'; SET threads = 1")
    try:
        yield
    finally:
        con.execute("RESET memory_limit; RESET threads")
