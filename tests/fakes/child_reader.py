"""Read a database repeatedly until stdin closes, then report: `PATH HABIT SEED`.

HABIT is `stay` (one connection for the whole time), `visit` (opens, looks a few times, closes) or `cli` (the
DuckDB command line of the 1.5 series). A refusal is reported as the PID that DuckDB names.
"""

import contextlib
import json
import os
import random
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tests.fakes.child_session import tell

PART = 100
"""Rows added by each commit."""

QUESTION = """
SELECT (SELECT count(*) FROM parts), (SELECT max(commit_no) FROM parts), (SELECT newest FROM summary)
"""

ONE_THREAD: dict[str, str | bool | int | float | list[str]] = {"threads": 1}

State = tuple[int, int, int]


def over() -> bool:
    """Return whether the test has closed stdin."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


def stay(path: str) -> Iterator[State]:
    with contextlib.closing(duckdb.connect(path, read_only=True, config=ONE_THREAD)) as connection:
        while not over():
            yield connection.execute(QUESTION).fetchall()[0]


def visit(path: str, looks: int) -> Iterator[State]:
    with contextlib.closing(duckdb.connect(path, read_only=True, config=ONE_THREAD)) as connection:
        for _ in range(looks):
            yield connection.execute(QUESTION).fetchall()[0]


def ask_command_line(path: str) -> Iterator[State]:
    command = [str(Path(sys.executable).with_name("duckdb")), "-readonly", "-json", path, QUESTION]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    count, newest, summary = json.loads(done.stdout)[0].values()
    yield count, newest, summary


def looking(path: str, habit: str, chance: random.Random) -> Iterator[State]:
    if habit == "stay":
        return stay(path)
    return visit(path, chance.randrange(1, 20)) if habit == "visit" else ask_command_line(path)


def refusal(error: Exception) -> int | str:
    """Return the PID of the writer that holds the file, or the message of any other error."""
    message = str(getattr(error, "stderr", None) or error)
    found = re.search(r"Conflicting lock is held .*PID (\d+)", message)
    return int(found[1]) if found else message


def play(path: str, habit: str, seed: str) -> None:
    os.nice(19)  # eight readers without a pause would leave the commits no CPU time
    chance = random.Random(seed)
    states: list[State] = []
    refusals: list[int | str] = []
    while not (states and over()):
        try:
            for state in looking(path, habit, chance):
                if not states:
                    tell("ready")
                states.append(state)
        except (duckdb.Error, subprocess.CalledProcessError) as error:
            refusals.append(refusal(error))
    halves = [
        (count, new, summary) for count, new, summary in states if not count == PART * (new + 1) == PART * (summary + 1)
    ]
    tell({"newest": [new for _, new, _ in states], "halves": halves, "refusals": refusals})


if __name__ == "__main__":
    play(*sys.argv[1:])
