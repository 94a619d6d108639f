"""Answers of the store as polars frames, without pyarrow: DuckDB hands its columns over as they are."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import duckdb
import polars as pl

from db.connect import is_damage
from db.schema.migrate import path_of
from hubtrends.errors import SqlRefusedError
from hubtrends.output.arrow import ArrowStream

NOT_IN_FRAMES = ("INTERVAL", "UNION")
"""DuckDB's types that polars has no counterpart of, and would fall over."""


def frame(
    con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = (), *, limit: int | None = None
) -> pl.DataFrame:
    """The rows of a query, at most `limit` of them; raises SqlRefusedError."""
    con.abort()  # what is left of an answer that was not read to its end
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
"""How long a wait may be: polars has system calls go on after a signal, so one without an end hears no Ctrl-C."""


def _streamed(con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation) -> object:
    """The columns, made in a thread: while DuckDB makes them in the main one, Python hears no Ctrl-C."""
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(rows.__arrow_c_stream__)
        try:
            while not wait([made], HEARING_SECONDS).done:
                pass
        except KeyboardInterrupt:
            con.interrupt()
            raise
        return made.result()
