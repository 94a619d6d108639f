"""Inserts many rows by one statement, for one statement a row takes a third of a millisecond and more each."""

from collections.abc import Sequence

import duckdb


def insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows with values for these columns of a table of ours."""
    types = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"unnest(?::{types[name]}[])" for name in columns)
    told = [[row[place] for row in rows] for place in range(len(columns))]
    con.execute(f"INSERT INTO {table} ({names}) SELECT {values}", told)
