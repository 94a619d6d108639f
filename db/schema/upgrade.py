"""Upgrades a file of an older version on its first use, and keeps a backup next to it.

The backup is made within the commit, while no other process can write, so it holds exactly what is migrated.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.durable import replace_durably
from db.commit import working_copy
from db.commit.commit import commit
from db.commit.lock import Clock, WaitPolicy
from db.commit.paths import LOGS, Files
from db.connect import open_readonly
from db.schema.migrate import check_version, has_current_names, migrate, pending_migrations

logger = logging.getLogger(__name__)


def backup_of(database: Path, version: int) -> Path:
    """Return the path of the backup of an older schema."""
    return Files.of(database).schema_backup(version)


def migrate_with_backup(
    con: duckdb.DuckDBPyConnection, database: Path, now: datetime, tool_version: str, log: Callable[[str], None]
) -> None:
    """Migrate the working copy of a commit; back up an original with an older schema.

    `log` receives how many stored counts the views of this version leave out.
    """
    version = check_version(con, database)
    is_older = version and pending_migrations(con)
    if is_older:
        files, backup = Files.of(database), backup_of(database, version)
        for suffix in (*LOGS, ""):  # the logs as well: recent writes may be only there
            source, target = files.named(suffix), backup.with_name(backup.name + suffix)
            partial = target.with_name(f"{target.name}.partial")
            target.unlink(missing_ok=True)
            partial.unlink(missing_ok=True)
            if source.exists():
                working_copy.clone(source, partial)
                replace_durably(partial, target)
        logger.debug("schema %d is backed up as %s", version, backup)
    migrate(con, now, tool_version)
    if is_older and (impossible := count_impossible(con)):
        log(f"{database}: {impossible:,} stored counts are negative or above 10^15, so reports treat them as unknown")


def upgrade(
    database: Path,
    *,
    now: datetime,
    tool_version: str,
    on_wait: Callable[[str], None],
    wait: WaitPolicy,
    clock: Clock,
) -> Path | None:
    """Migrate a file of an older version; return its backup, or None if no migration is pending.

    A file whose views and macros come from another version of the program gets those of this one. Raises the errors of
    opening and committing.
    """
    with open_readonly(database) as con:
        version = check_version(con)
        pending = pending_migrations(con)
        current = has_current_names(con)
    if not version or (current and not pending):
        return None
    commit(
        database,
        lambda con: migrate_with_backup(con, database, now, tool_version, on_wait),
        on_wait=on_wait,
        wait=wait,
        clock=clock,
    )
    return backup_of(database, version) if pending else None


_COUNTS = ("downloads", "downloads_all_time", "likes", "upvotes", "upvotes_7d", "comments", "github_stars")


def count_impossible(con: duckdb.DuckDBPyConnection) -> int:
    """Count the stored counts that `plausible_observations` shows as NULL."""
    stored, shown = (
        con.execute(f"SELECT {' + '.join(f'count({name})' for name in _COUNTS)} FROM {table}").fetchone() or (0,)  # noqa: S608
        for table in ("observations", "plausible_observations")
    )
    return int(stored[0] - shown[0])
