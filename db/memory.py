"""Limits DuckDB's memory during an ingest and during an analysis.

By default DuckDB starts a thread per core and takes most of the machine's memory. An ingest reads walks slice by slice,
so one limit suffices for a Hub of any size; DuckDB spills the rest next to the file. One thread needs 10 to 20 % less
CPU time than two, and the same memory on every machine.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import duckdb

T = TypeVar("T")

INGEST_LIMITS_MIB = (128, 512, 2048)
"""Memory limits in MiB. A slice of 250,000 models needs 48 MiB with ten tags a model, and 256 MiB with sixty long tags.

If a limit is too small, the next one is tried.
"""

_TOO_SMALL = (duckdb.OutOfMemoryException, duckdb.TransactionException)
"""The errors of a limit that is too small. A COMMIT raises the second one and is rolled back."""

ANALYSIS_LIMIT = 1_200_000_000
"""Memory limit in bytes. With it, a report on 3 M models and nine weeks of daily snapshots peaks at 1.4 GB instead of
3.3 GB."""


def with_memory_limit(
    con: duckdb.DuckDBPyConnection, work: Callable[[], T], limits: Sequence[int] = INGEST_LIMITS_MIB
) -> T:
    """Run `work` under the smallest sufficient memory limit; it must be atomic, because it may be retried.

    Raises duckdb.OutOfMemoryException if the largest limit is too small.
    """
    for mebibytes in limits[:-1]:
        with contextlib.suppress(*_TOO_SMALL), _limited(con, mebibytes):
            return work()
    with _limited(con, limits[-1]):
        return work()


@contextlib.contextmanager
def _limited(con: duckdb.DuckDBPyConnection, mebibytes: int) -> Iterator[None]:
    """Use one thread and at most this memory limit within the block."""
    con.execute(f"SET memory_limit = '{mebibytes}MiB'; SET threads = 1")
    try:
        yield
    finally:
        con.execute("RESET memory_limit; RESET threads")


@contextlib.contextmanager
def cap_memory(con: duckdb.DuckDBPyConnection, limit: int = ANALYSIS_LIMIT) -> Iterator[None]:
    """Lower the session's limit to `limit` bytes within the block, unless it is lower already."""
    row = con.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    if row is None or row[0] <= limit:
        yield
        return
    con.execute(f"SET memory_limit = '{limit} B'")
    try:
        yield
    finally:
        con.execute("RESET memory_limit")
