"""Validate the paths of a backup and a restore before any file is opened."""

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
"""The bytes of a DuckDB file that hold the magic `DUCK`."""


def backup_target(files: Files, target: Path, *, force: bool) -> Path:
    """Return the path that a backup is written to, with links resolved.

    An existing file is replaced only with `force`, and only if it is a hubtrends database or backup. Raises
    DatabaseNotAFileError and BackupPathError.
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
    """Resolve all links; raise DatabaseNotAFileError or NameNotTextError if DuckDB cannot open the path."""
    real = Path(os.path.realpath(named))
    regular_file(real, named)
    try:
        str(real).encode()
    except UnicodeEncodeError as error:
        raise NameNotTextError(named) from error
    return real


def log_beside(path: Path) -> None:
    """Raise LeftoverLogError if DuckDB would apply another file's log to the backup."""
    for suffix in LOGS:
        if os.path.lexists(log := path.with_name(path.name + suffix)):
            raise LeftoverLogError(path, log)


def _same_file(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def _is_ours(path: Path) -> bool:
    """Check for a hubtrends database, or a damaged DuckDB file with a checksum file."""
    try:
        with open_isolated(path) as reader:
            return is_hubtrends(reader.ask("SELECT table_name FROM duckdb_tables() WHERE database_name = 'hub'"))
    except NotADatabaseError:
        with path.open("rb") as file:
            return file.read(_MAGIC.stop)[_MAGIC] == b"DUCK" and sum_file(path).is_file()


def is_hubtrends(tables: list[list[str]]) -> bool:
    """Recognise a hubtrends database by its table names."""
    return {"schema_migrations", "snapshots"} <= {name for (name,) in tables}
