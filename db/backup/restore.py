"""Replace the database with a backup.

    checksum, read         verify the checksum, read every page of the backup, and check that its schema is supported
    lock, recover, guard   exclude writers; a database that DuckDB cannot open is replaced without a guard
    copy, read             copy the backup and verify the copy
    keep                   link the present file and its logs to a second name, ….before-restore-<time>
    intend, publish        as in a commit, so the next start completes an interrupted restore

This process never opens the file that it replaces, which may be damaged, empty, invalid or missing.
"""

import contextlib
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from crawler.durable import make_folder, sync
from db.backup.backup import OnStep, check_copy, copy_database
from db.backup.errors import (
    BackupDamagedError,
    ChecksumMismatchError,
    ChecksumUnreadableError,
    LeftoverLogError,
    NotABackupError,
)
from db.backup.path_checks import backup_source, is_hubtrends
from db.backup.sums import read_sum, sha256_of
from db.commit import working_copy
from db.commit.disk_space import disk_room, writing
from db.commit.intent import Intent, write_intent
from db.commit.lock import Clock, LockWait, WaitPolicy, writer_lock
from db.commit.paths import LOGS, Files, FileSet, FileStamp, regular_file
from db.commit.publish import publish, roll_back
from db.commit.recover import recover_locked
from db.commit.write_guard import guard_writes_if_readable
from db.errors import DatabaseDamagedError, DiskSpaceError, LogMismatchError, NotADatabaseError, SchemaTooNewError
from db.integrity.isolated import open_isolated
from db.integrity.verify import Contents, read_contents
from db.schema.migrate import migrations

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore."""

    rows: int
    kept: tuple[Path, ...]
    """The new paths of the replaced file and its logs."""
    has_sum: bool


def restore(
    database: Path, source: Path, now: datetime, *, on_step: OnStep, on_wait: OnStep, wait: WaitPolicy, clock: Clock
) -> Restored:
    """Replace the database with a backup, and keep the old file.

    The name of the old file contains `now`. `on_step` receives a line per step. Raises BackupError, SchemaTooNewError,
    BusyError and other subclasses of StoreError; the database is unchanged after an error.
    """
    files, lock_wait = Files.of(database), LockWait(wait, clock, on_wait)
    regular_file(files.database, database)
    with writing(files.database):
        source = backup_source(files, source)
        has_sum = check_sum(source)
        expected = read_backup(source, on_step)
        make_folder(files.database.parent)
        with writer_lock(files, lock_wait):
            recover_locked(files, lock_wait)
            with guard_writes_if_readable(files, lock_wait):
                need, free = source.stat().st_size, disk_room(files.database).free
                if free < need:
                    raise DiskSpaceError(files.database, need, free)
                kept = _replace(files, source, expected, now, on_step)
    logger.debug("%s is restored from %s, %d rows", files.database, source, expected.rows)
    return Restored(expected.rows, kept, has_sum)


def check_sum(source: Path) -> bool:
    """Verify a backup against its checksum file; return False if there is none.

    Raises ChecksumMismatchError and ChecksumUnreadableError.
    """
    try:
        expected = read_sum(source)
    except ValueError as error:
        raise ChecksumUnreadableError(source, str(error)) from error
    if expected is not None and expected != sha256_of(source)[0]:
        raise ChecksumMismatchError(source)
    return expected is not None


def read_backup(source: Path, on_step: OnStep) -> Contents:
    """Read the full contents of a backup; raises BackupError and SchemaTooNewError."""
    newest = migrations()[-1].version
    try:
        with open_isolated(source) as reader:
            if not is_hubtrends(reader):
                raise NotABackupError(source)
            ((version,),) = reader.ask("SELECT coalesce(max(version), 0) FROM schema_migrations")
            if version > newest:
                raise SchemaTooNewError(source, version, newest)
            return read_contents(reader, on_step)
    except DatabaseDamagedError as damage:
        raise BackupDamagedError(source, damage.reason) from damage
    except NotADatabaseError as error:
        raise NotABackupError(source) from error
    except LogMismatchError as error:
        raise LeftoverLogError(source, source.with_name(source.name + LOGS[0])) from error


def _replace(files: Files, source: Path, expected: Contents, now: datetime, on_step: OnStep) -> tuple[Path, ...]:
    """Copy and verify the backup, keep the present files and publish; return the kept paths."""
    original = FileSet.of(files)
    with contextlib.ExitStack() as names:
        try:
            copy_database(source, files.copy)
            check_copy(files.copy, files.copy, expected, on_step)
            whole = working_copy.flush(files)
            kept = _keep(files, original, now, names)
            write_intent(files, Intent(original, whole))
            publish(files)
        except BaseException:
            if FileStamp.if_exists(files.database) == original.database:
                roll_back(files)
                names.close()
            raise
        finally:
            names.pop_all()
    return kept


def _keep(files: Files, original: FileSet, now: datetime, undoing: contextlib.ExitStack) -> tuple[Path, ...]:
    """Link the present file and its logs to an unused name; `undoing` removes the links."""
    present = [*original.logs, *([""] if original.database else [])]
    first = files.before_restore(now)
    names = chain([first], (_suffixed(first, f"-{number}") for number in count(2)))
    kept = next(name for name in names if not any(_suffixed(name, suffix).exists() for suffix in ("", *present)))
    for suffix in present:
        second = _suffixed(kept, suffix)
        os.link(files.named(suffix), second)
        undoing.callback(second.unlink)
    sync(kept.parent)
    return tuple(_suffixed(kept, suffix) for suffix in reversed(present))


def _suffixed(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
