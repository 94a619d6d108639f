"""Migrates a file to the current schema: numbered migrations, then views, macros and the dictionary.

Migrations are the files of db/schema/migrations. Each runs once, in one transaction with its row in schema_migrations.
The views, macros, comments and the data_dictionary are written again if the program or the file has changed them. The
hash in the macro schema_fingerprint shows a change. Computing the hash takes a tenth of the time of writing them.
"""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from db.errors import NameTakenError, SchemaTooNewError
from db.reference import default_reference
from db.reference_tables import write_reference
from db.schema.dictionary import Entry, comments, dictionary, public_names
from db.sql import insert_rows, run_sql, transaction

logger = logging.getLogger(__name__)

FOLDER = files("db.schema")

VIEWS = (
    "current", "history", "week_over_week", "as_of", "reports", "two_weeks", "family_roots", "families", "facets",
    "weeks", "emerging_tags", "rising_families", "topics", "organisations", "adoption", "ages",
)  # fmt: skip
"""The files of db/schema/views; each comes after those that it uses."""

FINGERPRINT = "schema_fingerprint"
"""The macro that returns the hash of the public names."""

REFERENCE = 15
"""The migration that creates the tables of db/reference.py."""

_TAKEN = re.compile(r'with name "(?P<name>[^"]+)" already exists|to "(?P<new>[^"]+)": another entry')


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered SQL script that changes the tables."""

    version: int
    name: str
    script: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Return every migration, in order."""
    found = []
    for file in sorted((FOLDER / "migrations").iterdir(), key=lambda file: file.name):
        number, _, name = file.name.partition("_")
        if name.endswith(".sql"):
            found.append(Migration(int(number), name.removesuffix(".sql"), file.read_text(encoding="utf-8")))
    return tuple(found)


def schema_version(con: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the newest applied migration; 0 for an empty file."""
    return max(_applied(con), default=0)


def _applied(con: duckdb.DuckDBPyConnection) -> frozenset[int]:
    known = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_migrations' AND NOT internal"
        " AND database_name = current_database()"
    ).fetchone()
    if not known or not known[0]:
        return frozenset()
    return frozenset(int(version) for (version,) in con.execute("SELECT version FROM schema_migrations").fetchall())


def pending_migrations(con: duckdb.DuckDBPyConnection) -> tuple[Migration, ...]:
    """Return the migrations not yet applied, including those below the newest applied number."""
    applied = _applied(con)
    return tuple(migration for migration in migrations() if migration.version not in applied)


def path_of(con: duckdb.DuckDBPyConnection) -> Path:
    """Return the path of the current database."""
    row = con.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database() AND path IS NOT NULL"
    ).fetchone()
    return Path(row[0]) if row else Path(":memory:")


def check_version(con: duckdb.DuckDBPyConnection, path: Path | None = None) -> int:
    """Return the file's schema version.

    Raises SchemaTooNewError, with `path` or else the path of the file itself.
    """
    version, newest = schema_version(con), migrations()[-1].version
    if version > newest:
        raise SchemaTooNewError(path or path_of(con), version, newest)
    return version


def migrate(con: duckdb.DuckDBPyConnection, now: datetime, tool_version: str) -> None:
    """Run the pending migrations, then write views, macros and the dictionary unless the file has them already.

    Raises NameTakenError if a user's own table or view has the name of a new one; that migration is then rolled back.
    """
    check_version(con)
    pending = pending_migrations(con)
    if pending:
        _check_view_names(con)
    for migration in pending:
        try:
            with transaction(con):
                con.execute(migration.script)
                con.execute(
                    "INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
                    [migration.version, migration.name, now, tool_version],
                )
        except duckdb.CatalogException as error:
            if not (taken := _TAKEN.search(str(error))):
                raise
            raise NameTakenError(path_of(con), taken["name"] or taken["new"]) from error
        logger.debug("migration %d (%s) is applied", migration.version, migration.name)
    if any(migration.version == REFERENCE for migration in pending):
        write_reference(con, default_reference())
    if pending or _stored_fingerprint(con) != _fingerprint(con):
        write_public_names(con)


def _check_view_names(con: duckdb.DuckDBPyConnection) -> None:
    """Raise NameTakenError if a user's object has the name of a new view or macro."""
    if not schema_version(con):
        return
    ours = {name for (name,) in con.execute("SELECT name FROM data_dictionary").fetchall()}
    found = con.execute(
        "SELECT name FROM (SELECT table_name AS name, database_name, internal FROM duckdb_tables()"
        " UNION ALL SELECT view_name, database_name, internal FROM duckdb_views()"
        " UNION ALL SELECT function_name, database_name, internal FROM duckdb_functions())"
        " WHERE NOT internal AND database_name = current_database()"
    ).fetchall()
    new = {name for name, name_is in public_names().items() if name_is != "table"} - ours
    if taken := sorted(new & {name for (name,) in found}):
        raise NameTakenError(path_of(con), taken[0])


@cache
def _program() -> str:
    """Return a hash of all files that define the public names."""
    sources = [(FOLDER / "views" / f"{subject}.sql").read_bytes() for subject in VIEWS]
    sources += [(FOLDER / "dictionary.toml").read_bytes(), duckdb.__version__.encode()]
    return hashlib.md5(b"".join(sources), usedforsecurity=False).hexdigest()


def _fingerprint(con: duckdb.DuckDBPyConnection) -> str:
    """Return a hash of the program and of its public names in the file."""
    names = [name for name in public_names() if name != FINGERPRINT]
    ((state,),) = run_sql(con, "db/schema/public_names_state", {"names": names})
    return f"{_program()}-{state}"


def has_current_names(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether this version of the program wrote the views and macros of the file."""
    return (_stored_fingerprint(con) or "").startswith(f"{_program()}-")


def _stored_fingerprint(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return the hash in the file; None in a file that has none."""
    row = con.execute(
        "SELECT trim(macro_definition, chr(39)) FROM duckdb_functions()"
        " WHERE function_name = ? AND database_name = current_database()",
        [FINGERPRINT],
    ).fetchone()
    return None if row is None else str(row[0])


def write_public_names(con: duckdb.DuckDBPyConnection) -> None:
    """Write the views and macros, their comments and the data_dictionary."""
    with transaction(con):
        con.execute(f"CREATE OR REPLACE MACRO {FINGERPRINT}() AS ''")
        for subject in VIEWS:
            con.execute((FOLDER / "views" / f"{subject}.sql").read_text(encoding="utf-8"))
        entries = dictionary(con)
        con.execute("; ".join(comments(entries)))
        _fill_dictionary(con, entries)
        con.execute(f"CREATE OR REPLACE MACRO {FINGERPRINT}() AS '{_fingerprint(con)}'")
        con.execute("; ".join(comments(tuple(entry for entry in entries if entry.name == FINGERPRINT))))


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
