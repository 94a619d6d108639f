"""Run many commits with concurrent readers and a writing user; `make soak` runs longer.

HUBTRENDS_SOAK_COMMITS and HUBTRENDS_SOAK_READERS scale it.
"""

import os
from collections.abc import Iterator
from itertools import cycle, islice, pairwise
from pathlib import Path

import duckdb
import pytest

from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.commit.working_copy import Change
from db.connect import open_readonly
from tests.fakes.actors import Actor, Lines, Time, session
from tests.fakes.child_reader import PART

COMMITS = int(os.environ.get("HUBTRENDS_SOAK_COMMITS", "6"))
READERS = int(os.environ.get("HUBTRENDS_SOAK_READERS", "8"))
HABITS = ("stay", "visit", "visit", "cli", "stay", "visit", "visit", "visit")


def adding_part(number: int) -> Change:
    def change(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("INSERT INTO parts SELECT ?, i FROM range(?) r(i)", [number, PART])
        connection.execute("UPDATE summary SET newest = ?", [number])

    return change


def founding(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE parts (commit_no INTEGER, i INTEGER)")
    connection.execute("CREATE TABLE summary AS SELECT 0 AS newest")
    connection.execute("CREATE TABLE notes (i INTEGER)")
    adding_part(0)(connection)


def store(path: Path, change: Change) -> None:
    """Commit without waiting, so that a delay by a reader is an error."""
    commit(path, change, on_wait=Lines(), wait=WaitPolicy(limit=0), clock=Time())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "hub.duckdb"
    store(path, founding)
    return path


@pytest.fixture
def readers(path: Path) -> Iterator[list[Actor]]:
    actors = [Actor("child_reader", path, habit, n) for n, habit in enumerate(islice(cycle(HABITS), READERS))]
    assert [actor.hear() for actor in actors] == ["ready"] * READERS
    yield actors
    for actor in actors:
        actor.leave()


def write_note(path: Path, note: int) -> tuple[int, bool]:
    """Let a user try to write; return the PID and whether the write was possible."""
    with session(path) as user:
        if user.refusal is None:
            user.sql(f"INSERT INTO notes VALUES ({note})")
        return user.pid, user.refusal is None


def test_commits_beside_readers_and_a_user_who_writes(path: Path, readers: list[Actor]) -> None:
    """Readers see no partial or older state, and no user row is lost."""
    users: dict[int, bool] = {}
    for number in range(1, COMMITS + 1):
        store(path, adding_part(number))
        pid, wrote = write_note(path, number)
        users[pid] = wrote

    for reader in readers:
        reader.close()
    seen = [reader.hear() for reader in readers]

    for reader in seen:
        assert reader["halves"] == []
        assert set(reader["refusals"]) <= users.keys()
        assert all(before <= after for before, after in pairwise(reader["newest"]))
    with open_readonly(path) as connection:
        assert connection.execute("SELECT count(*) FROM parts").fetchone() == (PART * (COMMITS + 1),)
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (sum(users.values()),)
