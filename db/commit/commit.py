"""Change the database through a copy that then takes its name, so that readers are never refused.

    lock                 hubtrends processes that write exclude each other
    recover              an interrupted commit is completed or dropped, and the user is told
    guard                a child process keeps the file open read-only, so nobody can open it for writing
    copy                 `cp` in a child process, logs included; disk space is measured first
    change, checkpoint   in the copy, which nobody else uses
    flush, intend        the copy is on disk, then the intent record names the original that it was made from
    move logs, rename    the old log moves away, the copy takes the name; open readers keep the old file
    clean                remove the old log and the intent record

Readers see one whole state. Writers are refused while a commit runs. Tables that a user added are in the copy.
docs/commit-protocol.md gives the reasons. POSIX only. Each step leaves a DEBUG line.
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
    """Apply `change` to the database at `path` as a whole or not at all; create the file if it is missing.

    `change` gets a connection in UTC with the working copy in USE as `hub`, and may run any transactions. A commit
    that is killed after its copy is whole is completed at the next start, so `change` must recognise its own rows.
    `on_wait` gets one line for each process that is waited for, and one about an interrupted commit.

    Raises WriterBusyError, DatabaseBusyError, DiskSpaceError and the rest of StoreError; then the file is unchanged.
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
