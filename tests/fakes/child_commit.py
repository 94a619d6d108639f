"""Run a commit in a child process: `PATH VALUE…`. It prints each step and waits for a line."""

import sys
import time
from pathlib import Path

from db.commit.commit import commit
from tests.fakes.actors import AT_ONCE, adding
from tests.fakes.child_session import tell
from tests.fakes.steps import Step, at_each_step


def play(path: str, *values: str) -> None:
    def at(step: Step) -> None:
        tell({"step": step})
        sys.stdin.readline()

    with at_each_step(at):
        commit(Path(path), adding(*map(int, values)), on_wait=tell, wait=AT_ONCE, clock=time)
    tell({"done": True})


if __name__ == "__main__":
    play(*sys.argv[1:])
