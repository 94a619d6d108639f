"""Changing the database without ever being in anyone's way: a copy is changed, then takes its place.

    lock                 our own writers exclude each other
    recover_locked               what an earlier commit left is completed or dropped
    hold                 a child process reads the file, so nobody can open it for writing until the end
    copy                 `cp` in a child, the log included; the room is measured first
    change, checkpoint   in the copy, where nobody else is
    flush, intend        the copy is on the disk, then a record says from which original it was made
    aside, rename        the old log moves away, the copy takes the name; open readers keep the old file
    clean                the log and the record go

A reader is never refused and sees one whole state; one who wants to write is refused for the length of a
commit; whatever a user put into the file is in the copy. docs/commit-protocol.md gives the reasons. POSIX only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db.commit import working_copy
from db.commit.disk_space import within_room
from db.commit.intent import Intent, write_intent
from db.commit.lock import writer_lock
from db.commit.paths import Files, FileSet, footprint
from db.commit.publish import Step, Watch, is_published, publish, roll_back
from db.commit.recover import recover_locked
from db.commit.wait import Clock, LockWait, WaitPolicy
from db.commit.working_copy import Change
from db.commit.write_guard import WriteGuard, guard_writes
from db.errors import DatabaseReplaced


@dataclass(frozen=True, slots=True)
class CommitCost:
    """What a commit cost, in bytes and seconds; users could not write for all but the waiting."""

    bytes_copied: int
    waiting: float
    copying: float
    changing: float
    publishing: float


def commit(
    path: Path,
    change: Change,
    *,
    on_wait: Callable[[str], None],
    wait: WaitPolicy,
    clock: Clock,
    at: Watch = lambda _: None,
    repack: bool = False,
) -> CommitCost:
    """Applies `change` to the database at `path`, which it creates if need be: as a whole or not at all.

    `change` gets a connection with the working copy as `hub`, in USE, in UTC, and may run any transactions it
    likes. `on_wait` gets one line for each process that is waited for; `at` is told of each step. A commit
    that is killed once its copy is whole is completed at the next start, so `change` must know its own rows.

    Raises WriterBusy, DatabaseBusy, DiskShort and the rest of StoreError; then the file is as it was.
    """
    files = Files.of(path)
    patience = LockWait(wait, clock, on_wait)
    started = clock.monotonic()
    with writer_lock(files, patience):
        at(Step.LOCKED)
        recover_locked(files, patience)
        with guard_writes(files, patience) as hold:
            at(Step.HELD)
            return _replace(files, change, hold, _Stopwatch(clock, started), at, repack=repack)


@dataclass(slots=True)
class _Stopwatch:
    clock: Clock
    last: float

    def lap(self) -> float:
        """Gives the seconds since the last lap."""
        before, self.last = self.last, self.clock.monotonic()
        return self.last - before


def _replace(
    files: Files, change: Change, hold: WriteGuard, watch: _Stopwatch, at: Watch, *, repack: bool
) -> CommitCost:
    waiting = watch.lap()
    original = footprint(files)
    try:
        with within_room(files):
            copied = working_copy.make(files, original)
            at(Step.COPIED)
            copying = watch.lap()
            working_copy.apply(files, change, fresh=original.database is None, repack=repack)
            at(Step.CHANGED)
            changing = watch.lap()
            _intend(files, original, at)
            _check_unchanged(files, original, hold)
            publish(files, at)
    except BaseException:
        if not is_published(files):
            roll_back(files)
        raise
    return CommitCost(copied, waiting, copying, changing, watch.lap())


def _intend(files: Files, original: FileSet, at: Watch) -> None:
    whole = working_copy.flush(files)
    at(Step.WHOLE)
    write_intent(files, Intent(original, whole))
    at(Step.INTENDED)


def _check_unchanged(files: Files, original: FileSet, hold: WriteGuard) -> None:
    hold.ask()
    if footprint(files) != original:
        raise DatabaseReplaced(files.database)
