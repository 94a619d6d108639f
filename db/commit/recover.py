"""What becomes of a commit that was cut off: decided from the files alone, then done.

A copy replaces the original only if that is still the very file that the copy was made from. If a user wrote
in between, the copy goes and their rows stay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from db.commit import working_copy
from db.commit.intent import Intent, read_intent
from db.commit.lock import writer_lock
from db.commit.paths import Files, FileSet, FileStamp, asides, footprint, identity
from db.commit.publish import clean, publish, roll_back
from db.commit.wait import Clock, LockWait, WaitPolicy
from db.commit.write_guard import holding_if_readable


class Recovery(StrEnum):
    """What a start found of an earlier commit, and did."""

    NOTHING = "nothing was left over"
    ROLLED_FORWARD = "a commit that was cut off has been completed"
    FINISHED = "a commit had been completed; its traces were removed"
    DROPPED = "a commit that was cut off has been dropped; the file is as it was"
    SUPERSEDED = "somebody wrote to the file after a commit was cut off; that commit has been dropped"
    RESCUED = "somebody wrote to the file after a commit was cut off; its copy is kept beside it as .rescued"


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What lies in the folder at the start."""

    present: FileSet
    asides: Mapping[str, FileStamp]
    copy: FileStamp | None
    intent: Intent | None


def recover(path: Path, *, on_wait: Callable[[str], None], wait: WaitPolicy, clock: Clock) -> Recovery:
    """Completes or drops a commit that was cut off; raises WriterBusy while another is under way."""
    files = Files.of(path)
    if not has_leftovers(files):
        return Recovery.NOTHING
    patience = LockWait(wait, clock, on_wait)
    with writer_lock(files, patience):
        return recover_locked(files, patience)


def recover_locked(files: Files, patience: LockWait) -> Recovery:
    """Does what `recover` does, for one who has the writers' lock.

    The database need not be sound: a restore that was cut off replaces a damaged one.
    """
    if not has_leftovers(files):
        return Recovery.NOTHING
    with holding_if_readable(files, patience):
        verdict = decide(look(files))
        _ACTIONS[verdict](files)
    return verdict


def has_leftovers(files: Files) -> bool:
    """Tells whether a commit was cut off."""
    return files.copy.exists() or files.intent.exists()


def look(files: Files) -> Leftovers:
    """Reads the state of the folder."""
    return Leftovers(footprint(files), asides(files), identity(files.copy), read_intent(files))


def decide(remains: Leftovers) -> Recovery:
    """Decides what becomes of a commit that was cut off."""
    intent = remains.intent
    if intent is None:
        return Recovery.DROPPED
    if remains.present.database and remains.present.database.inode == intent.copy.inode:
        return Recovery.FINISHED
    whole = remains.copy == intent.copy
    if _untouched(remains, intent.original):
        return Recovery.ROLLED_FORWARD if whole else Recovery.DROPPED
    return Recovery.RESCUED if whole and remains.asides else Recovery.SUPERSEDED


def _untouched(remains: Leftovers, original: FileSet) -> bool:
    """The original is the same, and each of its logs lies in its place or aside, but not another in both."""
    doubled = remains.present.logs.keys() & remains.asides.keys()
    logs = {**remains.present.logs, **remains.asides}
    return not doubled and remains.present.database == original.database and logs == original.logs


def _roll_forward(files: Files) -> None:
    publish(files, lambda _: None)


def _supersede(files: Files) -> None:
    working_copy.drop(files)
    clean(files)


def _rescue(files: Files) -> None:
    """The log that lies aside fits no file any more; what was in it is in the copy alone."""
    files.copy.replace(files.rescued)
    clean(files)


_ACTIONS: Mapping[Recovery, Callable[[Files], None]] = {
    Recovery.ROLLED_FORWARD: _roll_forward,
    Recovery.FINISHED: clean,
    Recovery.DROPPED: roll_back,
    Recovery.SUPERSEDED: _supersede,
    Recovery.RESCUED: _rescue,
}
