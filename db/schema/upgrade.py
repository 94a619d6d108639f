"""Upgrades a file of an older version on its first use, and keeps a backup next to it.

The backup is made within the commit, while no other process can write, so it holds exactly what is migrated.
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
    """Return the path of the backup of an older schema."""
    return Files.of(database).schema_backup(version)


def migrate_with_backup(con: duckdb.DuckDBPyConnection, database: Path, now: datetime, tool_version: str) -> None:
    """Migrate the working copy of a commit; back up an original with an older schema."""
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
    """Migrate a file of an older version; return its backup, or None if nothing is pending.

    Raises the errors of opening and committing.
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
    """Copy the file and its logs, because recent writes may be only in a log."""
    for suffix in (*LOGS, ""):
        there, here = files.beside(suffix), backup.with_name(backup.name + suffix)
        here.unlink(missing_ok=True)
        if there.exists():
            _copy(there, here)


def _copy(source: Path, target: Path) -> None:
    """Copy in a child process.

    Closing a descriptor of the source here would release the locks of this process on it.
    """
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
