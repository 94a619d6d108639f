"""Answers of the store as polars frames, without pyarrow: DuckDB hands its columns over as they are."""

from collections.abc import Sequence

import duckdb
import polars as pl

from hubtrends.arrow import ArrowStream
from hubtrends.errors import SqlRefused

NOT_IN_FRAMES = ("INTERVAL", "UNION")
"""DuckDB's types that polars has no counterpart of, and would fall over."""


def frame(
    con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = (), *, limit: int | None = None
) -> pl.DataFrame:
    """The rows of a query, at most `limit` of them; raises SqlRefused."""
    con.abort()  # what is left of an answer that was not read to its end
    try:
        relation = con.sql(query, params=list(parameters)) if parameters else con.sql(query)
        if relation is None:
            return pl.DataFrame()
        for name, kind in zip(relation.columns, relation.types, strict=True):
            if any(word in str(kind) for word in NOT_IN_FRAMES):
                raise SqlRefused(f"a frame cannot hold the {kind} of column '{name}': cast it, as to VARCHAR")
        rows = relation if limit is None else relation.limit(limit)
        return pl.DataFrame(ArrowStream(rows.__arrow_c_stream__()))
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise SqlRefused(str(error)) from error
