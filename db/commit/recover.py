"""Complete or drop an interrupted commit, depending on the files in the folder.

A copy replaces the original only if the original is unchanged since it was copied. If a user wrote in the meantime, the
copy is dropped and the user's rows are kept.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.commit import working_copy
from db.commit.intent import Intent, read_intent
from db.commit.lock import LockWait
from db.commit.paths import Files, FileSet, FileStamp, moved_logs
from db.commit.publish import clean, publish, roll_back
from db.commit.write_guard import guard_writes_if_readable

logger = logging.getLogger(__name__)


class Recovery(StrEnum):
    """The outcome of an interrupted commit, as a message for the user."""

    NOTHING = "no commit was interrupted"
    ROLLED_FORWARD = "an interrupted commit has been completed"
    FINISHED = "an interrupted commit was complete; its leftovers have been removed"
    DROPPED = "an interrupted commit has been dropped; the file is unchanged"
    SUPERSEDED = "another program wrote to the file after a commit was interrupted; that commit has been dropped"
    RESCUED = "another program wrote to the file after a commit was interrupted; its copy is kept as .rescued"


@dataclass(frozen=True, slots=True)
class Leftovers:
    """The files in the folder at the start."""

    present: FileSet
    moved_logs: Mapping[str, FileStamp]
    copy: FileStamp | None
    intent: Intent | None


def recover_locked(files: Files, lock_wait: LockWait) -> Recovery:
    """Complete or drop an interrupted commit and inform the user.

    The caller holds the writer lock. The database may be damaged, because an interrupted restore may be replacing it.
    """
    if not has_leftovers(files):
        return Recovery.NOTHING
    with guard_writes_if_readable(files, lock_wait):
        verdict = decide(inspect(files))
        match verdict:
            case Recovery.ROLLED_FORWARD:
                publish(files)
            case Recovery.FINISHED:
                clean(files)
            case Recovery.DROPPED:
                roll_back(files)
            case Recovery.SUPERSEDED:
                working_copy.drop(files)
                clean(files)
            case Recovery.RESCUED:  # the moved log no longer matches any file; only the copy has its rows
                files.copy.replace(files.rescued)
                clean(files)
    logger.info("%s: %s", files.database, verdict)
    lock_wait.notify(f"{files.database}: {verdict}")
    return verdict


def has_leftovers(files: Files) -> bool:
    """Check whether a commit was interrupted."""
    return files.copy.exists() or files.intent.exists()


def inspect(files: Files) -> Leftovers:
    """Read the state of the folder."""
    return Leftovers(FileSet.of(files), moved_logs(files), FileStamp.if_exists(files.copy), read_intent(files))


def decide(found: Leftovers) -> Recovery:
    """Choose the outcome of an interrupted commit."""
    intent = found.intent
    if intent is None:
        return Recovery.DROPPED
    if found.present.database and found.present.database.inode == intent.copy.inode:
        return Recovery.FINISHED
    is_whole = found.copy == intent.copy
    # the original is unchanged if each of its logs is either in place or moved away
    doubled = found.present.logs.keys() & found.moved_logs.keys()
    logs = {**found.present.logs, **found.moved_logs}
    if not doubled and found.present.database == intent.original.database and logs == intent.original.logs:
        return Recovery.ROLLED_FORWARD if is_whole else Recovery.DROPPED
    return Recovery.RESCUED if is_whole and found.moved_logs else Recovery.SUPERSEDED
