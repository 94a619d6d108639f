"""The last steps of a commit, from the intent to a clean folder, and the way back.

The old log goes aside before the rename: beside a file that it was not written for it makes that file
unopenable. Each step can be repeated, so the next start goes on wherever the last one was cut off.
"""

from collections.abc import Callable
from enum import StrEnum, auto

from crawler.durable import sync
from db.commit import working_copy
from db.commit.paths import LOGS, Files, asides


class Step(StrEnum):
    """A point of a commit that has just been reached."""

    LOCKED = auto()
    HELD = auto()
    COPIED = auto()
    CHANGED = auto()
    WHOLE = auto()
    INTENDED = auto()
    ASIDE = auto()
    RENAMED = auto()
    FLUSHED = auto()
    CLEANED = auto()


Watch = Callable[[Step], None]


def publish(files: Files, at: Watch) -> None:
    """Puts the copy in the place of the original."""
    folder = files.database.parent
    if move_logs_aside(files):
        sync(folder)
    at(Step.ASIDE)
    files.copy.replace(files.database)
    at(Step.RENAMED)
    sync(folder)
    at(Step.FLUSHED)
    clean(files)
    at(Step.CLEANED)


def clean(files: Files) -> None:
    """Removes what a finished commit leaves: the old log first, for the intent is what tells of it."""
    if moved := asides(files):
        for suffix in moved:
            files.run_interruptible(suffix).unlink()
        sync(files.database.parent)
    files.intent.unlink(missing_ok=True)


def move_logs_aside(files: Files) -> bool:
    """Takes the logs out of the way; tells whether there were any."""
    present = [suffix for suffix in LOGS if files.log(suffix).exists()]
    for suffix in present:
        files.log(suffix).replace(files.run_interruptible(suffix))
    return bool(present)


def is_published(files: Files) -> bool:
    """Tells whether the rename is done, and only traces are left to remove."""
    return files.intent.exists() and not files.copy.exists()


def roll_back(files: Files) -> None:
    """Leaves the original as it was before the commit."""
    for suffix in asides(files):
        files.run_interruptible(suffix).replace(files.log(suffix))
    working_copy.drop(files)
    files.intent.unlink(missing_ok=True)
