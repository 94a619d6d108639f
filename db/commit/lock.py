"""One hubtrends writes at a time: an flock on a file beside the database.

The kernel releases it when its holder dies, so a dead writer's lock is simply taken over. The file stays:
unlinking it would let two writers hold locks on two files of one name.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from db.commit.paths import Files
from db.commit.wait import LockWait
from db.errors import WriterBusy


@contextlib.contextmanager
def writer_lock(files: Files, patience: LockWait) -> Iterator[None]:
    """Holds the writers' lock; raises WriterBusy, naming the holder, when the wait is over."""
    descriptor = os.open(files.lock, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        patience.until(lambda: _take(files, descriptor))
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def writer(files: Files) -> int | None:
    """Gives the process that holds the lock, by what stands in its file; the lock itself is not touched."""
    try:
        text = files.lock.read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return int(text) if text.isdigit() and _lives(int(text)) else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _take(files: Files, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WriterBusy(files.database, _holder(descriptor), "another hubtrends") from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except OSError as error:  # a descriptor has no name for the one who must make room
        raise OSError(error.errno, error.strerror, str(files.lock)) from error


def _holder(descriptor: int) -> int | None:
    text = os.pread(descriptor, 20, 0)
    return int(text) if text.isdigit() else None
