"""Allow one hubtrends writer at a time.

A writer holds an flock on a file next to the database. The kernel releases the lock when its holder dies. The lock file
is never unlinked, because two writers could then lock two files with the same name.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from db.commit.paths import Files, regular_file
from db.errors import BusyError, WriterBusyError

T = TypeVar("T")


class Clock(Protocol):
    """The clock of the store; the `time` module implements it."""

    def monotonic(self) -> float:
        """Return the seconds of a monotonic clock."""

    def sleep(self, seconds: float, /) -> None:
        """Sleep for `seconds`."""


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """The limit and poll interval for waits, in seconds; `WaitPolicy(limit=0)` does not wait."""

    limit: float = 600.0
    every: float = 0.5


@dataclass(frozen=True, slots=True)
class LockWait:
    """A wait policy with its clock and the callback that receives messages for the user."""

    policy: WaitPolicy
    clock: Clock
    notify: Callable[[str], None]

    def until(self, attempt: Callable[[], T]) -> T:
        """Repeat `attempt` on BusyError up to the limit, and report the wait once."""
        deadline = self.clock.monotonic() + self.policy.limit
        reported = False
        while True:
            try:
                return attempt()
            except BusyError as busy:
                if self.clock.monotonic() >= deadline:
                    raise
                if not reported:
                    self.notify(f"{busy.reason}: waiting for it, at most {self.policy.limit:g} s")
                reported = True
            self.clock.sleep(self.policy.every)


@contextlib.contextmanager
def writer_lock(files: Files, lock_wait: LockWait) -> Iterator[None]:
    """Hold the writer lock; raise WriterBusyError, which names the holder, after the wait limit."""
    regular_file(files.lock)
    descriptor = os.open(files.lock, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        lock_wait.until(lambda: _acquire(files, descriptor))
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(files: Files, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(descriptor, 20, 0)
        raise WriterBusyError(files.database, int(text) if text.isdigit() else None, "another hubtrends") from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except OSError as error:  # the error of a descriptor lacks the path, which the user needs to free space
        raise OSError(error.errno, error.strerror, str(files.lock)) from error


def writer(files: Files) -> int | None:
    """Return the PID of the lock holder from the lock file, without locking it."""
    if not files.lock.is_file():  # reading a pipe would wait for a writer
        return None
    try:
        text = files.lock.read_text(encoding="ascii")
    except UnicodeDecodeError:
        return None
    return int(text) if text.isdigit() and _is_alive(int(text)) else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
