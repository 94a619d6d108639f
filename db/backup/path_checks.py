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
from db.integrity.isolated import IsolatedReader, open_isolated

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
    raise_if_log_exists(real)
    if real.exists() and not force:
        raise BackupExistsError(target)
    if real.exists():
        try:
            with open_isolated(real) as reader:
                is_ours = is_hubtrends(reader)
        except NotADatabaseError:  # a damaged DuckDB file is replaceable if it has a checksum file
            with real.open("rb") as file:
                is_ours = file.read(_MAGIC.stop)[_MAGIC] == b"DUCK" and sum_file(real).is_file()
        if not is_ours:
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


def raise_if_log_exists(path: Path) -> None:
    """Raise LeftoverLogError if DuckDB would apply another file's log to the backup."""
    for suffix in LOGS:
        if os.path.lexists(log := path.with_name(path.name + suffix)):
            raise LeftoverLogError(path, log)


def _same_file(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def is_hubtrends(reader: IsolatedReader) -> bool:
    """Recognise a hubtrends database by its table names."""
    tables = reader.ask("SELECT table_name FROM duckdb_tables() WHERE database_name = 'hub'")
    return {"schema_migrations", "snapshots"} <= {name for (name,) in tables}
