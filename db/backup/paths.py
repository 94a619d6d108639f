"""Which paths a backup is written to and restored from: everything else is refused before it is opened."""

import os
from pathlib import Path

from db.backup.errors import (
    BackupExistsError,
    BackupMissingError,
    LeftoverLogError,
    NameNotTextError,
    NotReplaceableError,
    OwnFileError,
)
from db.backup.sums import sum_file
from db.commit.paths import LOGS, Files, regular_file
from db.errors import NotADatabaseError
from db.integrity.isolated import open_isolated

_MAGIC = slice(8, 12)
"""Where every DuckDB file says `DUCK`."""


def backup_target(files: Files, target: Path, *, force: bool) -> Path:
    """Return the path that a backup is written to, all links followed.

    Raises DatabaseNotAFileError and BackupPathError; only with `force`, and only a database of hubtrends, is replaced.
    """
    real = _real(target)
    if files.owns(real) or _same_file(real, files.database):
        raise OwnFileError(target, files.database)
    log_beside(real)
    if real.exists() and not force:
        raise BackupExistsError(target)
    if real.exists() and not _is_ours(real):
        raise NotReplaceableError(target)
    return real


def backup_source(files: Files, source: Path) -> Path:
    """Return the path of an existing backup, links resolved; raises DatabaseNotAFileError and BackupPathError."""
    real = _real(source)
    if not real.exists():
        raise BackupMissingError(source)
    if _same_file(real, files.database):
        raise OwnFileError(source, files.database)
    return real


def _real(named: Path) -> Path:
    """Follow all links; raise DatabaseNotAFileError or NameNotTextError for what DuckDB cannot open."""
    real = Path(os.path.realpath(named))
    regular_file(real, named)
    try:
        str(real).encode()
    except UnicodeEncodeError as error:
        raise NameNotTextError(named) from error
    return real


def log_beside(path: Path) -> None:
    """Raise LeftoverLogError where DuckDB would take another file's log for that of the backup."""
    for suffix in LOGS:
        if os.path.lexists(log := path.with_name(path.name + suffix)):
            raise LeftoverLogError(path, log)


def _same_file(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def _is_ours(path: Path) -> bool:
    """A database with the tables of hubtrends, or a damaged DuckDB file that has the sum of a backup beside it."""
    try:
        with open_isolated(path) as reader:
            return is_hubtrends(reader.ask("SELECT table_name FROM duckdb_tables() WHERE database_name = 'hub'"))
    except NotADatabaseError:
        with path.open("rb") as file:
            return file.read(_MAGIC.stop)[_MAGIC] == b"DUCK" and sum_file(path).is_file()


def is_hubtrends(tables: list[list[str]]) -> bool:
    """Tell by the names of its tables whether a database is one of hubtrends."""
    return {"schema_migrations", "snapshots"} <= {name for (name,) in tables}
