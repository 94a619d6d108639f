"""Brings a file of an older program up to date on its first use, with a backup beside it.

The backup is made inside of the commit, while nobody can write: it is the very file that is migrated.
"""

import os
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.durable import sync
from db.commit.commit import commit
from db.commit.lock import Clock, WaitPolicy
from db.commit.paths import LOGS, Files
from db.connect import open_readonly
from db.errors import CopyFailedError
from db.schema.migrate import check_version, migrate, pending_migrations


def backup_of(database: Path, version: int) -> Path:
    """Where the file of an older schema is kept."""
    return Files.of(database).schema_backup(version)


def migrate_with_backup(con: duckdb.DuckDBPyConnection, database: Path, now: datetime, tool_version: str) -> None:
    """Migrate the working copy of a commit; an older original is copied beside itself first."""
    version = check_version(con, database)
    if version and pending_migrations(con):
        _back_up(Files.of(database), backup_of(database, version))
    migrate(con, now, tool_version)


def upgrade(
    database: Path,
    *,
    now: datetime,
    tool_version: str,
    on_wait: Callable[[str], None],
    wait: WaitPolicy,
    clock: Clock,
) -> Path | None:
    """Migrate a file of an older program and return its backup; None where there was nothing to do.

    Raises what opening and committing raise.
    """
    with open_readonly(database) as con:
        version = check_version(con)
        pending = pending_migrations(con)
    if not version or not pending:
        return None
    commit(
        database,
        lambda con: migrate_with_backup(con, database, now, tool_version),
        on_wait=on_wait,
        wait=wait,
        clock=clock,
    )
    return backup_of(database, version)


def _back_up(files: Files, backup: Path) -> None:
    """Copy the file and its logs: what a user wrote last may lie in them alone."""
    for suffix in (*LOGS, ""):
        there, here = files.beside(suffix), backup.with_name(backup.name + suffix)
        here.unlink(missing_ok=True)
        if there.exists():
            _copy(there, here)


def _copy(source: Path, target: Path) -> None:
    """Copy in a child: closing a descriptor of the source here would drop whatever lock this process has on it."""
    partial = target.with_name(f"{target.name}.partial")
    done = subprocess.run(  # noqa: S603
        ["cp", "-p", str(source), str(partial)],  # noqa: S607
        capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    if done.returncode:
        raise CopyFailedError(source, done.stderr.strip())
    sync(partial)
    partial.replace(target)
    sync(target.parent)
