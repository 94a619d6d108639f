"""Run `backup|restore DATABASE FILE N` and die before the N-th change of the file system.

The exit code is 0 if there are fewer than N changes.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from db.backup.backup import backup
from db.backup.restore import restore
from db.commit.lock import WaitPolicy

CHANGES = {"os.rename", "os.link", "os.truncate"}


def play(job: str, database: str, file: str, fatal: str) -> None:
    changes = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal changes
        if not is_change(event, arguments):
            return
        changes += 1
        if changes == int(fatal):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    wait = WaitPolicy(limit=0)
    if job == "backup":
        backup(Path(database), Path(file), force=True, on_step=ignore, on_wait=fail, wait=wait, clock=time)
    else:
        restore(
            Path(database),
            Path(file),
            datetime(2026, 9, 7, tzinfo=UTC),
            on_step=ignore,
            on_wait=fail,
            wait=wait,
            clock=time,
        )


def is_change(event: str, arguments: tuple[object, ...]) -> bool:
    """Return whether the call changes the file system; removing a missing file does not."""
    if event == "os.remove":
        return os.path.lexists(str(arguments[0]))
    return event in CHANGES or (event == "open" and is_writing(arguments))


def is_writing(arguments: tuple[object, ...]) -> bool:
    """Return whether the call creates or truncates a file; wrapping a descriptor does neither."""
    path, _, flags = arguments
    return not isinstance(path, int) and isinstance(flags, int) and bool(flags & os.O_CREAT)


def ignore(line: str) -> None:
    """Drop progress messages."""


def fail(line: str) -> None:
    raise AssertionError(line)


if __name__ == "__main__":
    play(*sys.argv[1:])
