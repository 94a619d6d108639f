"""The part of a hubtrends that is killed: `backup|restore DATABASE FILE N`, before its N-th change of the file system.

It ends with 0 once it gets by without so many changes.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from db import backup as safe
from db.wait import WaitPolicy

CHANGES = {"os.rename", "os.remove", "os.link", "os.truncate"}


def play(job: str, database: str, file: str, fatal: str) -> None:
    changes = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal changes
        if event not in CHANGES and not (event == "open" and is_writing(arguments)):
            return
        changes += 1
        if changes == int(fatal):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    wait = WaitPolicy(limit=0)
    if job == "backup":
        safe.backup(Path(database), Path(file), force=True, on_wait=fail, wait=wait, clock=time)
    else:
        safe.restore(Path(database), Path(file), datetime(2026, 9, 7, tzinfo=UTC), on_wait=fail, wait=wait, clock=time)


def is_writing(arguments: tuple[object, ...]) -> bool:
    """Whether a file is made or emptied, and not just a descriptor wrapped."""
    path, _, flags = arguments
    return not isinstance(path, int) and isinstance(flags, int) and bool(flags & os.O_CREAT)


def fail(line: str) -> None:
    raise AssertionError(line)


if __name__ == "__main__":
    play(*sys.argv[1:])
