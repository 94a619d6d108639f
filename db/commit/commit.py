"""Change a copy of the database and rename it into place, without blocking readers.

    lock                 exclude other hubtrends writers
    recover              complete or drop an interrupted commit, and inform the user
    guard                keep the file open read-only in a child process, so nobody can open it for writing
    copy                 measure the disk space, then copy the file and its logs with `cp` in a child process
    change, checkpoint   change the copy, which no other process uses
    flush, intend        flush the copy to disk, then write the intent record, which identifies the original
    move logs, rename    move the old log away and rename the copy; open readers keep the old file
    clean                remove the old log and the intent record

Readers see a consistent state. Writers are refused during a commit. The copy includes tables that a user added.
docs/commit-protocol.md explains the design. POSIX only. Each step logs a DEBUG line.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from db.commit import working_copy
from db.commit.disk_space import within_room
from db.commit.intent import Intent, write_intent
from db.commit.lock import Clock, LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files, FileSet
from db.commit.publish import is_published, publish, roll_back
from db.commit.recover import recover_locked
from db.commit.working_copy import Change
from db.commit.write_guard import WriteGuard, guard_writes
from db.errors import DatabaseReplacedError

logger = logging.getLogger(__name__)


def commit(
    path: Path,
    change: Change,
    *,
    on_wait: Callable[[str], None],
    wait: WaitPolicy,
    clock: Clock,
    repack: bool = False,
) -> None:
    """Apply `change` atomically to the database at `path`; create the file if it is missing.

    `change` receives a UTC connection with the working copy in USE as `hub`, and may run any transactions. The next
    start completes a commit that was killed after its intent was written, so `change` must recognise its own rows.
    `on_wait` receives one line per blocking process, and one about an interrupted commit.

    Raises WriterBusyError, DatabaseBusyError, DiskSpaceError and other subclasses of StoreError; the file is unchanged
    after an error.
    """
    files = Files.of(path)
    lock_wait = LockWait(wait, clock, on_wait)
    with writer_lock(files, lock_wait):
        logger.debug("locked")
        recover_locked(files, lock_wait)
        with guard_writes(files, lock_wait) as guard:
            logger.debug("guarded")
            _replace(files, change, guard, repack=repack)


def _replace(files: Files, change: Change, guard: WriteGuard, *, repack: bool) -> None:
    original = FileSet.of(files)
    try:
        with within_room(files):
            working_copy.make(files, original)
            logger.debug("copied")
            working_copy.apply(files, change, fresh=original.database is None, repack=repack)
            logger.debug("changed")
            copy = working_copy.flush(files)
            logger.debug("copy flushed")
            write_intent(files, Intent(original, copy))
            logger.debug("intent written")
            guard.verify()
            _raise_if_replaced(files, original)
            publish(files)
    except BaseException:
        if not is_published(files):
            roll_back(files)
        raise


def _raise_if_replaced(files: Files, original: FileSet) -> None:
    if FileSet.of(files) != original:
        raise DatabaseReplacedError(files.database)
