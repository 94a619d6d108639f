"""How much memory an analysis may take: beyond it DuckDB spills into the folder that the session names."""

import contextlib
from collections.abc import Iterator

import duckdb

MOST = 1_200_000_000
"""Bytes for DuckDB. A report of 3 M models and nine weeks of days then peaks at 1.4 GB, and at 3.3 without."""


@contextlib.contextmanager
def bounded(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep the session within `MOST`, or within its own limit where that is lower; afterwards it has its own again."""
    row = con.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    if row is None or row[0] <= MOST:
        yield
        return
    con.execute(f"SET memory_limit = '{MOST} B'")
    try:
        yield
    finally:
        con.execute("RESET memory_limit")
