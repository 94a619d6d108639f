"""How much memory DuckDB may hold while walks are taken in; what is more spills beside the file.

Without a limit DuckDB takes what it finds, up to most of the machine's memory. The one thing that must fit is a join
of a kind's ids, which grows with the largest kind.
"""

import contextlib
from collections.abc import Iterator

import duckdb

LEAST_BYTES = 256 * 2**20

BYTES_A_THING = 110
"""Taking in a walk of 3 M models, of whom all are known, fails below 90 bytes each."""


@contextlib.contextmanager
def lean(con: duckdb.DuckDBPyConnection, rows: int) -> Iterator[None]:
    """Keep to a limit within the block, for a walk of that many rows."""
    con.execute(f"SET memory_limit = '{memory_bytes(max(rows, _largest_kind(con)))}B'")
    try:
        yield
    finally:
        con.execute("RESET memory_limit")


def memory_bytes(things: int) -> int:
    """The limit for a file or a walk with so many things of one kind."""
    return max(LEAST_BYTES, BYTES_A_THING * things)


def _largest_kind(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT max(things) FROM (SELECT count(*) AS things FROM entities GROUP BY kind)").fetchone()
    return int(row[0] or 0) if row else 0
