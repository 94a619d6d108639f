"""Run a command in a child process that is killed at its limits of time and memory.

DuckDB checks for an interrupt only between two steps of a query, and a call of a scalar function is one step. A child
process can be killed at any moment. It is forked before the program is imported, so it costs nothing, and it prints the
result itself.

    parent                            child
    fork ──────────────────────────►  import, parse, open the database
    wait for the limit of time     ◄  `Confinement.start`: the limits hold from here
    wait at most the limit         ◄  `Confinement.answered`: only printing remains, at the reader's pace
      then kill
    wait for the exit code         ◄  exit
"""

import contextlib
import os
import resource
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from hubtrends.errors import QueryDiedError, TimeLimitError

HEADROOM = 256 * 2**20
"""Bytes above the memory limit that the child process may use, so that DuckDB reaches its own limit first."""

GRACE_SECONDS = 0.5
"""How long a child may take to end after an interrupt before it is killed."""

LONGEST_POLL_MS = 1000 * 86_400
"""poll() takes milliseconds as a 32-bit number, so a longer wait is split."""

SECONDS = struct.Struct("d")

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a query; they are held back until both processes can handle them."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """Lets the child process report the progress of the query to its parent."""

    pipe: int
    """The descriptor that the parent reads."""

    def start(self, seconds: float, memory: int) -> None:
        """Tell the parent that the query starts; the limits apply from now on."""
        limit_memory(memory + HEADROOM)
        os.write(self.pipe, SECONDS.pack(seconds))

    def answered(self) -> None:
        """Tell the parent that the result is complete; the time limit no longer applies."""
        os.write(self.pipe, b"a")


def supervised(work: Callable[[Confinement], int]) -> int:
    """Run `work` in a child process and return its exit code; no thread may run yet.

    Raises TimeLimitError, or QueryDiedError for a child that the system killed.
    """
    reading, writing = os.pipe()
    life, alive = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.close(alive)
        os._exit(_as_child(work, Confinement(writing), life, before))
    os.close(writing)
    os.close(life)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under `nohup`
            signal.signal(number, _end)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # a signal that came since the fork arrives here
        _wait(reading)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except BaseException:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise
    if status < 0:
        raise QueryDiedError(signal.Signals(-status).name)
    return status


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _as_child(work: Callable[[Confinement], int], confinement: Confinement, life: int, mask: Iterable[int]) -> int:
    """Run `work`; the parent handles Ctrl-C, and the child ends with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    threading.Thread(target=_end_with_parent, args=(life,), daemon=True).start()
    code = work(confinement)
    with contextlib.suppress(Exception):  # errors of stdout and stderr were reported before
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _end_with_parent(life: int) -> None:
    os.read(life, 1)  # returns when the parent's end of the pipe is closed
    os._exit(1)


def _wait(reading: int) -> None:
    """Wait until the answer is complete or the child has ended; raises TimeLimitError."""
    message = os.read(reading, SECONDS.size)
    if len(message) < SECONDS.size:
        return
    (seconds,) = SECONDS.unpack(message)
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    whole, rest = divmod((seconds + GRACE_SECONDS) * 1000, LONGEST_POLL_MS)
    if not any(poll.poll(LONGEST_POLL_MS) for _ in range(int(whole))) and not poll.poll(rest):
        raise TimeLimitError(seconds)


def limit_memory(more: int) -> None:
    """Limit the memory of this process to `more` bytes above its current size, if the system shows that."""
    if (taken := _data_bytes()) is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    least = min([taken + more, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)])
    resource.setrlimit(resource.RLIMIT_DATA, (least, hard))


def _data_bytes() -> int | None:
    """Return the writable private memory of this process, which is what RLIMIT_DATA counts."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    sizes = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(sizes["VmData"].split()[0]) * 1024 if "VmData" in sizes else None
