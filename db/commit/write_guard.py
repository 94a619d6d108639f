"""Keeping writers out of the database while its copy is worked on; readers come and go as they like."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.commit.paths import Files, regular_file
from db.commit.wait import LockWait
from db.connect import explain
from db.errors import Busy, DatabaseDamaged, StoreError, WriteGuardLostError

CRASHES = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE})
"""How a process ends by its own fault; the others mean that somebody ended it."""

_HOLDER = Path(__file__).with_name("write_guard_child.py")


@dataclass(frozen=True, slots=True)
class WriteGuard:
    """A database that nobody can open for writing; `child` is None while there is no file yet."""

    path: Path
    child: subprocess.Popen[bytes] | None

    def ask(self) -> None:
        """Takes the hold, or makes sure of it; raises what DuckDB says, or WriteGuardLostError."""
        if self.child is None:
            return
        refusal = json.loads(self._exchange(self.child))
        if refusal is not None:
            raise explain(self.path, refusal)

    def _exchange(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(b"\n")
        if answer := child.stdout.readline():
            return answer
        if -child.wait() in CRASHES:
            raise DatabaseDamaged(
                self.path, f"DuckDB ended with {signal.Signals(-child.returncode).name} on opening it"
            )
        raise WriteGuardLostError(self.path)


@contextlib.contextmanager
def guard_writes(files: Files, patience: LockWait) -> Iterator[WriteGuard]:
    """Holds the database from here to the end of the block; waits for one who has it open for writing."""
    regular_file(files.database)
    if not files.database.exists():
        yield WriteGuard(files.database, None)
        return
    # -P: the folder of the script is ours, and its names would hide those of the standard library
    command = [sys.executable, "-P", str(_HOLDER), str(files.database)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0) as child:  # noqa: S603
        hold = WriteGuard(files.database, child)
        patience.until(hold.ask)
        yield hold


@contextlib.contextmanager
def holding_if_readable(files: Files, patience: LockWait) -> Iterator[None]:
    """WriteGuard the database, or go on without where DuckDB cannot open it: then nobody else can, either.

    DuckDB asks for its lock before it reads, so one who writes is waited for even then.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(guard_writes(files, patience))
        except Busy:
            raise
        except StoreError:
            pass
        yield
