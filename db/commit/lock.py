"""Let one hubtrends write at a time: an flock on a file beside the database, and the wait for it.

The kernel releases the lock when its holder dies. The file stays: unlinking it would let two writers lock two files of
the same name.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from db.commit.paths import Files
from db.errors import BusyError, WriterBusyError

T = TypeVar("T")


class Clock(Protocol):
    """Time as the store needs it; the `time` module is one."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""

    def sleep(self, seconds: float, /) -> None:
        """Let that many seconds pass."""


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """How long to wait for other processes, in seconds; `WaitPolicy(limit=0)` gives up at once."""

    limit: float = 600.0
    every: float = 0.5


@dataclass(frozen=True, slots=True)
class LockWait:
    """A wait policy with its clock and the callback that shows lines to the user."""

    policy: WaitPolicy
    clock: Clock
    tell: Callable[[str], None]

    def until(self, attempt: Callable[[], T]) -> T:
        """Repeat `attempt` while it raises BusyError; report the wait once and give up at the limit."""
        deadline = self.clock.monotonic() + self.policy.limit
        reported = False
        while True:
            try:
                return attempt()
            except BusyError as busy:
                if self.clock.monotonic() >= deadline:
                    raise
                if not reported:
                    self.tell(f"{busy.reason}: waiting for it, at most {self.policy.limit:g} s")
                reported = True
            self.clock.sleep(self.policy.every)


@contextlib.contextmanager
def writer_lock(files: Files, lock_wait: LockWait) -> Iterator[None]:
    """Hold the writers' lock; raise WriterBusyError, which names the holder, when the wait is over."""
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
    except OSError as error:  # a descriptor has no name, and the user needs one to make room
        raise OSError(error.errno, error.strerror, str(files.lock)) from error


def writer(files: Files) -> int | None:
    """Return the process that holds the lock, read from its file; the lock is not touched."""
    try:
        text = files.lock.read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
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
