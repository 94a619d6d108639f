"""A commit without concurrent processes."""

import contextlib
import errno
import os
import stat
from pathlib import Path

import duckdb
import pytest

from db.commit.commit import commit
from db.commit.working_copy import Change
from tests.fakes.actors import AT_ONCE, Lines, Time, adding, leave_log, rows, rows_in_duckdb_1_5, store
from tests.fakes.steps import Step, at_each_step


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Create a database with one row."""
    path = tmp_path / "hub.duckdb"
    store(path, 1)
    return path


def names(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def refused(path: Path, change: Change) -> None:
    commit(path, change, on_wait=Lines(), wait=AT_ONCE, clock=Time())


def test_a_first_commit_makes_the_file(tmp_path: Path) -> None:
    """A first commit creates a file that DuckDB 1.5 opens, and a lock."""
    path = tmp_path / "hub.duckdb"

    store(path, 1, 2)

    assert [1, 2] == rows(path) == rows_in_duckdb_1_5(path)
    assert {"hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_a_later_commit_adds(path: Path) -> None:
    """A commit keeps existing rows, and DuckDB 1.5 still opens the file."""
    store(path, 2)

    assert [1, 2] == rows(path) == rows_in_duckdb_1_5(path)
    assert {"hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_the_change_finds_itself_at_home(path: Path) -> None:
    """The working copy is in USE under the name `hub`, and times are UTC."""
    seen: list[object] = []

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        row = connection.execute("SELECT current_database(), current_setting('TimeZone'), i FROM t").fetchone()
        seen.append(row)

    commit(path, change, on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert seen == [("hub", "UTC", 1)]


def test_steps_come_in_order(path: Path) -> None:
    """A commit passes each step of the protocol once, in the order of their definition."""
    passed: list[Step] = []

    with at_each_step(passed.append):
        commit(path, adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert list(Step) == passed


def test_a_change_that_fails_leaves_the_file_alone(path: Path) -> None:
    """An error in the change propagates, and the file and its folder are unchanged."""
    before = path.stat()

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        adding(2)(connection)
        connection.execute("CHECKPOINT")
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        refused(path, change)

    assert before.st_ino == path.stat().st_ino
    assert {"hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_a_change_may_leave_a_cursor_open(path: Path) -> None:
    """A cursor that outlives the change can no longer access the file."""
    cursors: list[duckdb.DuckDBPyConnection] = []

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        adding(2)(connection)
        cursors.append(connection.cursor())

    commit(path, change, on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert rows(path) == [1, 2]
    with contextlib.closing(cursors[0]) as cursor, pytest.raises(duckdb.ConnectionException, match="already closed"):
        cursor.execute("SELECT i FROM hub.t")


@pytest.mark.parametrize("step", [Step.COPIED, Step.FLUSHED_COPY, Step.INTENDED, Step.MOVED_LOGS])
def test_an_error_before_the_rename_is_undone(path: Path, step: Step) -> None:
    """Any failure before the rename leaves the file and a user's log unchanged."""
    leave_log(path, 7)

    def fail(reached: Step) -> None:
        if reached is step:
            raise OSError(errno.EIO, "the disk fails")

    with pytest.raises(OSError, match="the disk fails"), at_each_step(fail):
        commit(path, adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert rows(path) == [1, 7]
    assert {"hub.duckdb", "hub.duckdb.lock", "hub.duckdb.wal"} == names(path)


@pytest.mark.parametrize("step", [Step.RENAMED, Step.FLUSHED_FOLDER])
def test_an_error_after_the_rename_undoes_nothing(path: Path, step: Step) -> None:
    """A failure after the rename keeps the new file; the next commit cleans up."""
    leave_log(path, 7)

    def fail(reached: Step) -> None:
        if reached is step:
            raise OSError(errno.EIO, "the disk fails")

    with pytest.raises(OSError, match="the disk fails"), at_each_step(fail):
        commit(path, adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert rows(path) == [1, 2, 7]
    store(path, 3)
    assert rows(path) == [1, 2, 3, 7]
    assert {"hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_a_log_is_absorbed(path: Path) -> None:
    """A commit merges the `.wal` of a killed user and removes it."""
    leave_log(path, 7)

    store(path, 2)

    assert [1, 2, 7] == rows(path) == rows_in_duckdb_1_5(path)
    assert {"hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_a_log_without_its_file_is_cleared_away(tmp_path: Path) -> None:
    """A `.wal` whose database was deleted does not make the new file unopenable."""
    path = tmp_path / "hub.duckdb"
    store(path, 1)
    leave_log(path, 7)
    path.unlink()

    store(path, 2)

    assert rows(path) == [2]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """A commit through a symbolic link changes the target of the link."""
    (tmp_path / "disk").mkdir()
    link, target = tmp_path / "hub.duckdb", tmp_path / "disk" / "data.duckdb"
    link.symlink_to(target)

    store(link, 1)
    store(link, 2)

    assert link.is_symlink()
    assert [1, 2] == rows(target) == rows(link)
    assert {"disk", "hub.duckdb"} == names(link)


def test_mode_is_kept(path: Path) -> None:
    """The new file has the mode of the old one."""
    path.chmod(0o640)

    store(path, 2)

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """A first commit leaves the mode to the umask."""
    path = tmp_path / "hub.duckdb"
    old = os.umask(0o027)
    try:
        store(path, 1)
    finally:
        os.umask(old)

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_owner_is_kept(path: Path) -> None:
    """The new file belongs to the owner of the old one."""
    os.chown(path, 12345, 12346)

    store(path, 2)

    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)
