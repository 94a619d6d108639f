"""Brings a file to the schema of this program: tables by numbered migrations, views and macros written anew.

Migrations are the files of sql/migrations, append-only, each run in one transaction with its own row in
schema_migrations. Views, macros, comments and the data_dictionary all follow from views.sql and dictionary.toml and are
rewritten at every commit, so that they can never lag behind.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb

from db.errors import NameTaken, SchemaTooNew
from db.schema.dictionary import Entry, comments, dictionary
from db.sql import insert_rows, transaction

FOLDER = files("db.schema")

_TAKEN = re.compile(r'with name "(?P<name>[^"]+)" already exists')


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    script: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration, in order."""
    found = sorted((FOLDER / "migrations").iterdir(), key=lambda file: file.name)
    return tuple(_migration(file) for file in found if file.name.endswith(".sql"))


def _migration(file: Traversable) -> Migration:
    number, _, name = file.name.removesuffix(".sql").partition("_")
    return Migration(int(number), name, file.read_text(encoding="utf-8"))


def schema_version(con: duckdb.DuckDBPyConnection) -> int:
    """The version of the attached file; 0 for an empty one."""
    known = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_migrations' AND NOT internal"
        " AND database_name = current_database()"
    ).fetchone()
    if not known or not known[0]:
        return 0
    row = con.execute("SELECT max(version) FROM schema_migrations").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def path_of(con: duckdb.DuckDBPyConnection) -> Path:
    """The file that is attached and in use."""
    row = con.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database() AND path IS NOT NULL"
    ).fetchone()
    return Path(row[0]) if row else Path(":memory:")


def check_version(con: duckdb.DuckDBPyConnection, path: Path | None = None) -> int:
    """Return the file's version; raises SchemaTooNew, of `path` or the file itself, for one that is not known here."""
    version, newest = schema_version(con), migrations()[-1].version
    if version > newest:
        raise SchemaTooNew(path or path_of(con), version, newest)
    return version


def migrate(con: duckdb.DuckDBPyConnection, now: datetime, tool_version: str) -> None:
    """Run the migrations that the file has not seen, then write views, macros and the dictionary.

    Raises NameTaken where a user's own table stands in the place of a new one; nothing of that migration is left then.
    """
    version = check_version(con)
    for migration in migrations():
        if migration.version > version:
            with _names_free(con), transaction(con):
                con.execute(migration.script)
                con.execute(
                    "INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
                    [migration.version, migration.name, now, tool_version],
                )
    write_public_names(con)


@contextlib.contextmanager
def _names_free(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    try:
        yield
    except duckdb.CatalogException as error:
        if not (taken := _TAKEN.search(str(error))):
            raise
        raise NameTaken(path_of(con), taken["name"]) from error


def write_public_names(con: duckdb.DuckDBPyConnection) -> None:
    """Write the views and macros, their comments and the data_dictionary."""
    entries = dictionary()
    with transaction(con):
        con.execute((FOLDER / "views.sql").read_text(encoding="utf-8"))
        con.execute("; ".join(comments(entries)))
        _fill_dictionary(con, entries)


_DICTIONARY = ("name", "name_is", "column_name", "type", "unit", "meaning", "null_means")


def _fill_dictionary(con: duckdb.DuckDBPyConnection, entries: tuple[Entry, ...]) -> None:
    types = {
        (table, column): kind
        for table, column, kind in con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_database()"
        ).fetchall()
    }
    con.execute("DELETE FROM data_dictionary")
    rows = [
        (e.name, e.name_is, e.column, types.get((e.name, e.column)), e.unit, e.meaning, e.null_means) for e in entries
    ]
    insert_rows(con, "data_dictionary", _DICTIONARY, rows)
