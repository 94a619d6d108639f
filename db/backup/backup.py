"""Write a verified copy of the database.

lock, recover, guard   exclude writers while the file is copied; readers are not affected
read                   read every column of every row of the original, in a child process
copy, checkpoint       create one file that includes the rows of the original's log
read                   read the copy; its definitions, row counts and checksums must equal the original's
publish                remove the checksum file of an older backup, rename the copy, rename its checksum file
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.durable import make_folder, replace_durably, sync
from db.backup.errors import CopyDiffersError
from db.backup.path_checks import backup_target, raise_if_log_exists
from db.backup.sums import sha256_of, sum_file, write_sum
from db.commit import working_copy
from db.commit.disk_space import writing
from db.commit.lock import Clock, LockWait, WaitPolicy, writer_lock
from db.commit.paths import LOGS, Files
from db.commit.recover import recover_locked
from db.commit.write_guard import guard_writes
from db.connect import session
from db.errors import DatabaseMissingError
from db.integrity.isolated import open_isolated
from db.integrity.verify import Contents, differences, read_contents

logger = logging.getLogger(__name__)

OnStep = Callable[[str], None]
"""Receives one line about a step or a wait."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy of the database."""

    path: Path
    bytes: int
    sha256: str
    rows: int
    """The number of rows in all tables, including the user's own."""


def backup(
    database: Path, target: Path, *, force: bool, on_step: OnStep, on_wait: OnStep, wait: WaitPolicy, clock: Clock
) -> Backup:
    """Write a verified copy of the database to `target`; create its folder if necessary.

    `on_step` receives a line per step, `on_wait` a line per blocking process. Raises DatabaseDamagedError, which names
    the table, BackupPathError, CopyDiffersError and other subclasses of StoreError.
    """
    files, lock_wait = Files.of(database), LockWait(wait, clock, on_wait)
    if not files.database.exists():
        raise DatabaseMissingError(database)
    target = backup_target(files, target, force=force)
    part = target.with_name(f".{target.name}.part")
    with writing(target), contextlib.ExitStack() as stack:
        make_folder(target.parent)
        for leftover in (part, sum_file(part), *(part.with_name(part.name + suffix) for suffix in LOGS)):
            stack.callback(leftover.unlink, missing_ok=True)
        with writer_lock(files, lock_wait):
            recover_locked(files, lock_wait)
            with guard_writes(files, lock_wait):
                expected = read_file(files.database, on_step)
                copy_database(files.database, part)
        check_copy(part, target, expected, on_step)
        made = _publish(part, target, expected.rows)
    logger.debug("%s is backed up as %s, %d rows, SHA-256 %s", files.database, target, made.rows, made.sha256)
    return made


def read_file(path: Path, on_step: OnStep) -> Contents:
    """Read the full contents of a database."""
    with open_isolated(path) as reader:
        return read_contents(reader, on_step)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that nobody writes to into one file without a log."""
    for suffix in ("", *LOGS):
        there, here = source.with_name(source.name + suffix), target.with_name(target.name + suffix)
        here.unlink(missing_ok=True)
        if there.exists():
            working_copy.clone(there, here)
    with session(target) as con:
        con.execute("CHECKPOINT hub")


def check_copy(copy: Path, target: Path, expected: Contents, on_step: OnStep) -> None:
    """Compare the copy with the expected contents; raises CopyDiffersError, which names `target`."""
    found = read_file(copy, lambda step: on_step(f"{step}, of the copy"))
    if differing := differences(expected, found):
        raise CopyDiffersError(target, differing)


def _publish(part: Path, target: Path, rows: int) -> Backup:
    sha256, length = sha256_of(part)
    write_sum(part, sha256, target.name)
    raise_if_log_exists(target)
    if sum_file(target).exists():  # a backup without a checksum can be restored; with a wrong checksum it cannot
        sum_file(target).unlink()
        sync(target.parent)
    replace_durably(part, target)
    replace_durably(sum_file(part), sum_file(target))
    return Backup(target, length, sha256, rows)
