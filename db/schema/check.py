"""Checks whether the views and macros of a file are those that this program writes.

The next commit restores them. They differ only if another version wrote the file last, or if a user replaced one. The
fingerprint is not compared, because it also covers columns that a user added to a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from db.commit import working_copy
from db.commit.paths import Files
from db.connect import open_readonly
from db.schema.migrate import FINGERPRINT, migrate


@dataclass(frozen=True, slots=True)
class NamesDiffer:
    """The public names whose definitions differ from those of this program."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]


def names_differ(con: duckdb.DuckDBPyConnection, now: datetime) -> NamesDiffer:
    """Compare the definitions in the file with those in a new file, because DuckDB reformats them."""
    found = _definitions(con)
    with TemporaryDirectory(prefix="hubtrends-") as folder:
        files = Files(Path(folder).resolve() / "new.duckdb")
        working_copy.apply(files, lambda con: migrate(con, now, ""), fresh=True)
        with open_readonly(files.copy) as new:
            wanted = _definitions(new)
    return NamesDiffer(
        tuple(sorted(wanted.keys() - found.keys())),
        tuple(sorted(name for name in wanted.keys() & found.keys() if wanted[name] != found[name])),
    )


def _definitions(con: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    rows = con.execute(
        "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = current_database()"
        " UNION ALL"
        " SELECT function_name, concat_ws(' ', function_type, parameters, macro_definition) FROM duckdb_functions()"
        " WHERE NOT internal AND database_name = current_database()"
    ).fetchall()
    return {name: definition for name, definition in rows if name != FINGERPRINT}
