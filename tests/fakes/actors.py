"""The others around a database file: child processes that a test leads line by line.

`Session` is somebody with DuckDB, `Committer` another hubtrends that stops at every step of its commit. Each
waits for the test before it goes on, so nothing here depends on time.
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
    """A clock that moves only when somebody sleeps on it, and lets `meanwhile` happen then."""

    now: float = 0.0
    meanwhile: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.meanwhile()


@dataclass
class Lines:
    """Collects what a person is told."""

    said: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> None:
        self.said.append(line)


def adding(*values: int) -> Change:
    """A change that adds rows to the table `t`, which it makes if need be."""

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("CREATE TABLE IF NOT EXISTS t (i INTEGER)")
        for value in values:
            connection.execute("INSERT INTO t VALUES (?)", [value])

    return change


def store(path: Path, *values: int) -> None:
    """Commits rows without any waiting."""
    commit(path, adding(*values), on_wait=Lines(), wait=AT_ONCE, clock=Time())


def recover(path: Path, lines: Lines | None = None) -> Recovery:
    """Completes or drops an interrupted commit, as the next start of hubtrends does."""
    files, lock_wait = Files.of(path), LockWait(AT_ONCE, Time(), lines or Lines())
    with writer_lock(files, lock_wait):
        return recover_locked(files, lock_wait)


def rows(path: Path) -> list[int]:
    """What a reader sees now."""
    with open_readonly(path) as connection:
        return [i for (i,) in connection.execute("SELECT i FROM t ORDER BY i").fetchall()]


def rows_in_duckdb_1_5(path: Path) -> list[int]:
    """What the DuckDB command line of the 1.5 series sees now."""
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
        """Tells it that no more lines will come."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it may be gone already
            self.process.stdin.close()

    def leave(self) -> None:
        """Ends it in good order."""
        assert self.process.stdout is not None
        self.close()
        self.process.wait()
        self.process.stdout.close()

    def die(self) -> None:
        """Ends it as a power cut does for its memory: nothing more is written."""
        self.process.kill()
        self.leave()


class Session(Actor):
    """Somebody who has the file open in a DuckDB of their own."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        super().__init__("child_session", path, int(read_only))
        self.refusal: str | None = self.hear()

    def sql(self, query: str) -> Any:
        self.say(query)
        return self.hear()


class Committer(Actor):
    """Another hubtrends, which waits at each step until it is told to go on."""

    def __init__(self, path: Path, *values: int) -> None:
        super().__init__("child_commit", path, *values)

    def advance(self, step: Step) -> None:
        """Lets it come to `step`, and leaves it there."""
        while (message := self.hear()) != {"step": step}:
            assert "step" in message, message
            self.say("on")

    def finish(self) -> Any:
        """Lets it go on to its end; returns its last message."""
        self.say("on")
        while "step" in (message := self.hear()):
            self.say("on")
        return message


@contextmanager
def session(path: Path, *, read_only: bool = False) -> Iterator[Session]:
    """A user's session that ends with the block, if it has not before."""
    user = Session(path, read_only=read_only)
    try:
        yield user
    finally:
        user.leave()


def leave_log(path: Path, value: int) -> None:
    """Leaves a `.wal` with a user's row, as one does whose DuckDB was killed."""
    user = Session(path)
    user.sql(f"INSERT INTO t VALUES ({value})")
    user.die()


def cut_off(path: Path, step: Step, value: int) -> None:
    """Leaves what a hubtrends leaves that is killed at `step`."""
    committer = Committer(path, value)
    committer.advance(step)
    committer.die()
