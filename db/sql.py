"""Loads and runs the SQL files of db/ and analysis/.

The file `db/ingest/sql/04_sightings.sql` has the name `db/ingest/04_sightings`. A statement receives only the $name
parameters that it uses; $own_origin is available to every statement. Slots in braces hold names of tables of this
program, never text from the Hub or a user.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from crawler.kinds import OWN_ORIGIN


@cache
def load_sql(name: str) -> str:
    """Return the text of an SQL file."""
    *package, stem = name.split("/")
    return (files(".".join(package)) / "sql" / f"{stem}.sql").read_text(encoding="utf-8")


def run_sql(
    con: duckdb.DuckDBPyConnection,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    slots: Mapping[str, str] | None = None,
) -> list[tuple[Any, ...]]:
    """Run an SQL file and return the rows of its last statement."""
    text = load_sql(name).format(**slots) if slots is not None else load_sql(name)
    given, rows = {"own_origin": OWN_ORIGIN, **(parameters or {})}, []
    for statement in con.extract_statements(text):
        con.execute(statement, {key: given[key] for key in statement.named_parameters})
        rows = con.fetchall()
    return rows


def insert_rows(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows in one statement; one statement per row would take at least 0.3 ms each."""
    types = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"unnest(?::{types[name]}[])" for name in columns)
    by_column = [[row[place] for row in rows] for place in range(len(columns))]
    con.execute(f"INSERT INTO {table} ({names}) SELECT {values}", by_column)


@contextlib.contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit the changes of the block, or roll them back if it raises."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def quote_text(words: str) -> str:
    """Return an SQL string literal."""
    return "'" + words.replace("'", "''") + "'"


def quote_name(name: str) -> str:
    """Return an SQL identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'
