"""Put a backup in the place of the database.

    checksum, read         the backup is what was written, every page of it, and this program knows its schema
    lock, recover, guard   nobody writes; a database that DuckDB cannot open is replaced without a guard
    copy, read             the copy holds what the backup holds
    keep                   the present file and its logs get a second name, ….before-restore-<time>
    intend, publish        as in a commit, so the next start completes an interrupted restore

This process never opens what it replaces: that file may be damaged, empty, junk or missing.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from crawler.durable import make_folder, sync
from db.backup.backup import Tell, check_copy, copy_database
from db.backup.errors import (
    BackupDamagedError,
    ChecksumMismatchError,
    ChecksumUnreadableError,
    LeftoverLogError,
    NotABackupError,
)
from db.backup.paths import backup_source, is_hubtrends
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


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    rows: int
    kept: tuple[Path, ...]
    """The file that was there before and its logs, under their new names."""
    has_sum: bool


def restore(
    database: Path, source: Path, now: datetime, *, tell: Tell, on_wait: Tell, wait: WaitPolicy, clock: Clock
) -> Restored:
    """Put a backup in the place of the database, which is kept beside it under a name with `now` in it.

    `tell` gets a line for each step. Raises BackupError, SchemaTooNewError, BusyError and the rest of StoreError; then
    the database is as it was.
    """
    files, lock_wait = Files.of(database), LockWait(wait, clock, on_wait)
    regular_file(files.database, database)
    with writing(files.database):
        source = backup_source(files, source)
        has_sum = check_sum(source)
        expected = read_backup(source, tell)
        make_folder(files.database.parent)
        with writer_lock(files, lock_wait):
            recover_locked(files, lock_wait)
            with guard_writes_if_readable(files, lock_wait):
                _check_room(files, source)
                kept = _replace(files, source, expected, now, tell)
    return Restored(expected.rows, kept, has_sum)


def check_sum(source: Path) -> bool:
    """Compare a backup with the sum beside it; tell whether there is one.

    Raises ChecksumMismatchError and ChecksumUnreadableError.
    """
    try:
        expected = read_sum(source)
    except ValueError as error:
        raise ChecksumUnreadableError(source, str(error)) from error
    if expected is not None and expected != sha256_of(source)[0]:
        raise ChecksumMismatchError(source)
    return expected is not None


def read_backup(source: Path, tell: Tell) -> Contents:
    """Read everything that a backup holds; raises BackupError and SchemaTooNewError."""
    newest = migrations()[-1].version
    try:
        with open_isolated(source) as reader:
            if not is_hubtrends(reader.ask("SELECT table_name FROM duckdb_tables() WHERE database_name = 'hub'")):
                raise NotABackupError(source)
            ((version,),) = reader.ask("SELECT coalesce(max(version), 0) FROM schema_migrations")
            if version > newest:
                raise SchemaTooNewError(source, version, newest)
            return read_contents(reader, tell)
    except DatabaseDamagedError as damage:
        raise BackupDamagedError(source, damage.reason) from damage
    except NotADatabaseError as error:
        raise NotABackupError(source) from error
    except LogMismatchError as error:
        raise LeftoverLogError(source, source.with_name(source.name + LOGS[0])) from error


def _check_room(files: Files, source: Path) -> None:
    need, free = source.stat().st_size, disk_room(files.database).free
    if free < need:
        raise DiskSpaceError(files.database, need, free)


def _replace(files: Files, source: Path, expected: Contents, now: datetime, tell: Tell) -> tuple[Path, ...]:
    """Copy, check the copy, keep what is there and publish; return what is kept."""
    original = FileSet.of(files)
    with contextlib.ExitStack() as names:
        try:
            copy_database(source, files.copy)
            check_copy(files.copy, files.copy, expected, tell)
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
    """Give the present file and its logs a second, unused name on disk; `undoing` removes it."""
    present = [*original.logs, *([""] if original.database else [])]
    first = files.before_restore(now)
    kept = next(name for name in _numbered(first) if not any(_suffixed(name, s).exists() for s in ("", *present)))
    for suffix in present:
        second = _suffixed(kept, suffix)
        os.link(files.beside(suffix), second)
        undoing.callback(second.unlink)
    sync(kept.parent)
    return tuple(_suffixed(kept, suffix) for suffix in reversed(present))


def _suffixed(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.name}-{number}") for number in count(2))
