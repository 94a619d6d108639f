"""Returns query results as polars frames through the Arrow interface, without pyarrow."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import duckdb
import polars as pl

from db.connect import is_damage
from db.schema.migrate import path_of
from hubtrends.errors import SqlRefusedError
from hubtrends.output.arrow import ArrowStream

NOT_IN_FRAMES = ("INTERVAL", "UNION")
"""Types of DuckDB that polars cannot represent."""


def frame(
    con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = (), *, limit: int | None = None
) -> pl.DataFrame:
    """Return the rows of a query, at most `limit`; raises SqlRefusedError."""
    con.abort()  # drop a result that was not read to its end
    try:
        relation = con.sql(query, params=list(parameters)) if parameters else con.sql(query)
        if relation is None:
            return pl.DataFrame()
        for name, kind in zip(relation.columns, relation.types, strict=True):
            if any(word in str(kind) for word in NOT_IN_FRAMES):
                raise SqlRefusedError(f"a frame cannot hold the {kind} of column '{name}': cast it, as to VARCHAR")
        rows = relation if limit is None else relation.limit(limit)
        return pl.DataFrame(ArrowStream(_streamed(con, rows)))
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        if not isinstance(error, duckdb.ConnectionException) and is_damage(path_of(con), error):
            raise
        raise SqlRefusedError(str(error)) from error


HEARING_SECONDS = 0.2
"""Seconds of one wait. polars installs SA_RESTART, so Ctrl-C cannot interrupt a wait without a timeout."""


def _streamed(con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation) -> object:
    """Return the columns, computed in a thread: Ctrl-C does not interrupt DuckDB in the main thread."""
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(rows.__arrow_c_stream__)
        try:
            while not wait([made], HEARING_SECONDS).done:
                pass
        except KeyboardInterrupt:
            con.interrupt()
            raise
        return made.result()
