"""A commit concurrent with readers, users who write, and other hubtrends processes."""

import contextlib
import os
from pathlib import Path

import duckdb
import pytest

from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.errors import DatabaseBusyError, WriterBusyError
from tests.fakes.actors import (
    AT_ONCE,
    Committer,
    Lines,
    Session,
    Time,
    adding,
    leave_log,
    rows,
    rows_in_duckdb_1_5,
    session,
    store,
)
from tests.fakes.steps import Step, at_each_step


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Create a database with one row."""
    path = tmp_path / "hub.duckdb"
    store(path, 1)
    return path


def test_a_reader_keeps_its_state_and_delays_nobody(path: Path) -> None:
    """An open reader keeps its state across commits; new readers see the new one."""
    with session(path, read_only=True) as old:
        store(path, 2)
        store(path, 3)
        with session(path, read_only=True) as new:
            assert new.sql("SELECT count(*) FROM t") == [[3]]
        assert old.sql("SELECT count(*) FROM t") == [[1]]


def test_readers_in_the_same_process(path: Path) -> None:
    """A connection in the same process keeps its state across a commit."""
    with open_readonly(path) as old:
        store(path, 2)
        assert rows(path) == [1, 2]
        assert old.execute("SELECT count(*) FROM t").fetchall() == [(1,)]


@pytest.mark.parametrize("step", [Step.GUARDED, Step.COPIED, Step.CHANGED, Step.INTENDED, Step.MOVED_LOGS])
def test_readers_come_at_any_step(path: Path, step: Step) -> None:
    """A reader at any step before the rename sees the old state without an error."""
    committer = Committer(path, 2)
    committer.advance(step)

    assert rows(path) == rows_in_duckdb_1_5(path) == [1]
    assert committer.finish() == {"done": True}
    committer.leave()


@pytest.mark.parametrize("step", [Step.RENAMED, Step.FLUSHED_FOLDER, Step.CLEANED])
def test_readers_come_after_the_rename(path: Path, step: Step) -> None:
    """A reader after the rename sees the new state, including rows from the log."""
    leave_log(path, 7)
    committer = Committer(path, 2)
    committer.advance(step)

    assert rows(path) == rows_in_duckdb_1_5(path) == [1, 2, 7]
    assert committer.finish() == {"done": True}
    committer.leave()


def test_nobody_writes_during_a_commit(path: Path) -> None:
    """Writing users are refused until the rename, even if readers in our process close."""
    refusals = []

    def look(step: Step) -> None:
        if step in (Step.GUARDED, Step.INTENDED):
            rows(path)
            with session(path) as user:
                refusals.append(user.refusal)

    with at_each_step(look):
        commit(path, adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert len(refusals) == 2
    assert all("Conflicting lock is held" in str(refusal) for refusal in refusals)
    with session(path) as user:
        assert user.refusal is None


def test_a_user_who_writes_is_waited_for(path: Path) -> None:
    """A commit waits for a user's session, reports its PID once, and keeps its rows."""
    lines = Lines()
    with session(path) as user:
        user.sql("INSERT INTO t VALUES (7)")
        clock = Time()
        clock.meanwhile = lambda: user.leave() if clock.now >= 3 else None

        commit(path, adding(2), on_wait=lines, wait=WaitPolicy(limit=60, every=1), clock=clock)

    assert rows(path) == [1, 2, 7]
    assert clock.now == 3
    (line,) = lines.said
    assert line.endswith(f"(PID {user.pid}): waiting for it, at most 60 s")


def test_patience_ends(path: Path) -> None:
    """A commit gives up after the limit, names the process, and changes nothing."""
    clock = Time()
    with session(path) as user, pytest.raises(DatabaseBusyError, match="close it there and try again") as refusal:
        commit(path, adding(2), on_wait=Lines(), wait=WaitPolicy(limit=5, every=1), clock=clock)

    assert refusal.value.pid == user.pid
    assert clock.now == 5
    assert rows(path) == [1]


def test_a_writer_in_the_same_process_is_named(path: Path) -> None:
    """A writing connection in the same process is reported like any other."""
    with contextlib.closing(duckdb.connect(path)), pytest.raises(DatabaseBusyError) as refusal:
        store(path, 2)

    assert refusal.value.pid == os.getpid()


def test_an_analysts_tables_and_views_survive(path: Path) -> None:
    """Tables and views that a user added survive a commit in their order."""
    with session(path) as analyst:
        analyst.sql("CREATE TABLE notes AS SELECT 'mine' AS note")
        analyst.sql("CREATE VIEW many AS SELECT count(*) AS n FROM t")
        analyst.sql("CREATE MACRO twice(x) AS 2 * x")

    store(path, 2)

    with session(path) as analyst:
        assert analyst.sql("SELECT note, n, twice(n) FROM notes, many") == [["mine", 2, 4]]


def test_a_second_writer_of_ours_gives_up_at_once_if_told_to(path: Path) -> None:
    """A second writer that does not wait is refused, and the error names the first."""
    first = Committer(path, 2)
    first.advance(Step.GUARDED)

    with pytest.raises(WriterBusyError, match="being written by another hubtrends") as refusal:
        store(path, 3)

    assert refusal.value.pid == first.pid
    assert first.finish() == {"done": True}
    first.leave()


def test_two_commits_at_once_both_arrive(path: Path) -> None:
    """A second hubtrends waits for the first, reports the wait, and adds to its result."""
    lines = Lines()
    first = Committer(path, 2)
    first.advance(Step.GUARDED)

    commit(path, adding(3), on_wait=lines, wait=WaitPolicy(), clock=Time(meanwhile=first.finish))

    assert rows(path) == [1, 2, 3]
    (line,) = lines.said
    assert f"(PID {first.pid})" in line
    first.leave()


def test_users_are_free_between_commits(path: Path) -> None:
    """Users can write between commits while old readers are open, and every row is kept."""
    with session(path, read_only=True) as reader:
        store(path, 2)
        with session(path) as user:
            user.sql("INSERT INTO t VALUES (7)")
        store(path, 3)
        assert reader.sql("SELECT count(*) FROM t") == [[1]]

    assert rows(path) == [1, 2, 3, 7]


def test_a_user_who_is_killed_does_not_block(path: Path) -> None:
    """A killed session leaves no lock, and the next commit keeps its rows."""
    user = Session(path)
    user.sql("INSERT INTO t VALUES (7)")
    user.die()

    store(path, 2)

    assert rows(path) == [1, 2, 7]
