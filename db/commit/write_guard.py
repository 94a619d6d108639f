"""Exclude writers from the database while its copy is changed, without affecting readers."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.commit.lock import LockWait
from db.commit.paths import LOGS, Files, regular_file
from db.connect import explain
from db.errors import BusyError, DatabaseDamagedError, StoreError, WriteGuardLostError

CRASHES = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE})
"""Signals of a crash; any other signal means that the process was stopped."""

_CHILD = Path(__file__).with_name("write_guard_child.py")


@dataclass(frozen=True, slots=True)
class WriteGuard:
    """A guard against writes to a database; `child` is None without a file."""

    path: Path
    child: subprocess.Popen[bytes] | None

    def verify(self) -> None:
        """Open the file in the child, or check that the child still has it open.

        Raises the translated DuckDB error, or WriteGuardLostError.
        """
        if self.child is None:
            return
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.write(b"\n")
        if answer := self.child.stdout.readline():
            if (refusal := json.loads(answer)) is not None:
                raise explain(self.path, refusal)
        elif -self.child.wait() in CRASHES:
            crash = signal.Signals(-self.child.returncode).name
            raise DatabaseDamagedError(self.path, f"DuckDB ended with {crash} on opening it")
        else:
            raise WriteGuardLostError(self.path)


@contextlib.contextmanager
def guard_writes(files: Files, lock_wait: LockWait) -> Iterator[WriteGuard]:
    """Wait for other writers of the database to end, then keep them out during the block."""
    for file in (files.database, *map(files.log, LOGS)):
        regular_file(file)
    if not files.database.exists():
        yield WriteGuard(files.database, None)
        return
    # -P: keep the script's folder off sys.path, where its modules would shadow the standard library
    command = [sys.executable, "-P", str(_CHILD), str(files.database)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0) as child:  # noqa: S603
        guard = WriteGuard(files.database, child)
        lock_wait.until(guard.verify)
        yield guard


@contextlib.contextmanager
def guard_writes_if_readable(files: Files, lock_wait: LockWait) -> Iterator[None]:
    """Guard the database, or continue without a guard if DuckDB cannot open the file.

    No other process can open such a file either. DuckDB locks a file before it reads it, so the wait for a writer works
    even then.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(guard_writes(files, lock_wait))
        except BusyError:
            raise
        except StoreError:
            pass
        yield
