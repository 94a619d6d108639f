"""Controls other processes that use a database file, step by step.

`Session` is a user's DuckDB, `Committer` another hubtrends that pauses at every step of its commit. Each waits for the
test before it continues, so nothing depends on time.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from db.commit.commit import commit
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.commit.recover import Recovery, recover_locked
from db.commit.working_copy import Change
from db.connect import open_readonly
from tests.fakes.steps import Step

ROOT = Path(__file__).parents[2]
AT_ONCE = WaitPolicy(limit=0)


@dataclass
class Time:
    """A clock that advances only during `sleep`, and calls `meanwhile` then."""

    now: float = 0.0
    meanwhile: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.meanwhile()


@dataclass
class Lines:
    """Collects log lines."""

    said: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> None:
        self.said.append(line)


def adding(*values: int) -> Change:
    """A change that adds rows to the table `t` and creates the table if necessary."""

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("CREATE TABLE IF NOT EXISTS t (i INTEGER)")
        for value in values:
            connection.execute("INSERT INTO t VALUES (?)", [value])

    return change


def store(path: Path, *values: int) -> None:
    """Commit rows without waiting for locks."""
    commit(path, adding(*values), on_wait=Lines(), wait=AT_ONCE, clock=Time())


def recover(path: Path, lines: Lines | None = None) -> Recovery:
    """Complete or discard an interrupted commit, as the next start of hubtrends does."""
    files, lock_wait = Files.of(path), LockWait(AT_ONCE, Time(), lines or Lines())
    with writer_lock(files, lock_wait):
        return recover_locked(files, lock_wait)


def rows(path: Path) -> list[int]:
    """Return the rows that a reader sees now."""
    with open_readonly(path) as connection:
        return [i for (i,) in connection.execute("SELECT i FROM t ORDER BY i").fetchall()]


def rows_in_duckdb_1_5(path: Path) -> list[int]:
    """Return the rows that the DuckDB 1.5 command line sees now."""
    command = [str(Path(sys.executable).with_name("duckdb")), "-readonly", "-csv", "-noheader", str(path)]
    done = subprocess.run([*command, "SELECT i FROM t ORDER BY i"], capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


class Actor:
    """A child process that answers each line with one line of JSON."""

    def __init__(self, part: str, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.fakes.{part}", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.pid = self.process.pid

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """Close the input of the process."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # the process may have ended already
            self.process.stdin.close()

    def leave(self) -> None:
        """Close the input and wait for the end of the process."""
        assert self.process.stdout is not None
        self.close()
        self.process.wait()
        self.process.stdout.close()

    def die(self) -> None:
        """Kill the process; nothing more is written, as in a power cut."""
        self.process.kill()
        self.leave()


class Session(Actor):
    """A user's DuckDB session that has the file open."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        super().__init__("child_session", path, int(read_only))
        self.refusal: str | None = self.hear()

    def sql(self, query: str) -> Any:
        self.say(query)
        return self.hear()


class Committer(Actor):
    """Another hubtrends, which pauses at each step of its commit."""

    def __init__(self, path: Path, *values: int) -> None:
        super().__init__("child_commit", path, *values)

    def advance(self, step: Step) -> None:
        """Continue until the commit reaches `step`, and pause there."""
        while (message := self.hear()) != {"step": step}:
            assert "step" in message, message
            self.say("on")

    def finish(self) -> Any:
        """Continue to the end and return the last message."""
        self.say("on")
        while "step" in (message := self.hear()):
            self.say("on")
        return message


@contextmanager
def session(path: Path, *, read_only: bool = False) -> Iterator[Session]:
    """Yield a user's session that ends with the block at the latest."""
    user = Session(path, read_only=read_only)
    try:
        yield user
    finally:
        user.leave()


def leave_log(path: Path, value: int) -> None:
    """Leave a `.wal` with a user's row, as a killed DuckDB does."""
    user = Session(path)
    user.sql(f"INSERT INTO t VALUES ({value})")
    user.die()


def cut_off(path: Path, step: Step, value: int) -> None:
    """Leave the files of a hubtrends that was killed at `step`."""
    committer = Committer(path, value)
    committer.advance(step)
    committer.die()
