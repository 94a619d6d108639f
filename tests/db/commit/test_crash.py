"""A commit survives power loss at every moment, with every possible loss of writes."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from db.commit.commit import commit
from db.commit.paths import Files
from db.commit.recover import has_leftovers
from tests.fakes.actors import AT_ONCE, Lines, Time, adding, recover, rows, store
from tests.fakes.crash import Recorder, faults
from tests.fakes.steps import Step, at_each_step

OLD, NEW, NONE = "[1, 7]", "[1, 2, 7]", "no file"
IGNORED = (".lock", ".tmp")


@contextlib.contextmanager
def unguarded(*_: object) -> Iterator[None]:
    """Yield a guard without a child process."""
    yield


class NoGuard:
    def verify(self) -> None:
        """Accept at once."""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the write guard's child process, because it does not change the disk."""
    monkeypatch.setattr("db.commit.commit.guard_writes", lambda *_: contextlib.nullcontext(NoGuard()))
    monkeypatch.setattr("db.commit.recover.guard_writes_if_readable", unguarded)


def with_a_log(folder: Path) -> None:
    """Create a database with one row, and another row in its log."""
    store(folder / "hub.duckdb", 1)
    with contextlib.closing(duckdb.connect(folder / "hub.duckdb")) as user:
        user.execute("PRAGMA disable_checkpoint_on_shutdown; INSERT INTO t VALUES (7)")


def without_a_log(folder: Path) -> None:
    """Create a database with two rows."""
    store(folder / "hub.duckdb", 1, 7)


def nothing(folder: Path) -> None:
    """Create no database."""


def committed(folder: Path, tmp_path: Path, dropped: int | None = None) -> Recorder:
    """Record the disk operations of a commit in a copy of the folder."""
    name = f"{folder.name}-{dropped}"
    shutil.copytree(folder, tmp_path / name, copy_function=shutil.copy2)
    recorder = Recorder(tmp_path / name, tmp_path / f"{name}-vault", IGNORED, dropped)
    with recorder.recording():
        commit(tmp_path / name / "hub.duckdb", adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())
        recorder.promise("new")
    return recorder


def after_a_restart(folder: Path) -> str:
    """Return the rows after the next start; check that it leaves no other files."""
    path = folder / "hub.duckdb"
    recover(path)
    assert not has_leftovers(Files.of(path))
    left = {file.name for file in folder.iterdir()} - {"hub.duckdb", "hub.duckdb.wal", "hub.duckdb.lock"}
    assert not left, left
    return str(rows(path)) if path.exists() else NONE


def is_old_or_new(promised: object, found: object) -> bool:
    return found in (NEW, "[2]") or (promised is None and found in (OLD, NONE))


SITUATIONS = {"with a log": with_a_log, "without a log": without_a_log, "the first": nothing}


@pytest.fixture(params=SITUATIONS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder in one of the initial states."""
    (tmp_path / "folder").mkdir()
    SITUATIONS[request.param](tmp_path / "folder")
    return tmp_path / "folder"


def test_a_crash_leaves_the_old_state_or_the_new_one(folder: Path, tmp_path: Path) -> None:
    """A crash during a commit leaves the old or the new state."""
    recorder = committed(folder, tmp_path)

    assert faults(recorder, after_a_restart, is_old_or_new) == []


def test_each_fsync_of_a_commit_is_needed(tmp_path: Path) -> None:
    """Without any one of the fsyncs, some crash loses rows or leaves an unreadable file."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with_a_log(folder)

    fsyncs = committed(folder, tmp_path).fsyncs
    idle = [n for n in range(fsyncs) if not faults(committed(folder, tmp_path, n), after_a_restart, is_old_or_new)]

    assert idle == []
    assert fsyncs == 6


def test_a_crash_of_the_recovery_costs_nothing(tmp_path: Path) -> None:
    """A commit with a written intent is completed, even if the recovery crashes."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with_a_log(folder)
    recorder = Recorder(folder, tmp_path / "vault", IGNORED)

    with pytest.raises(KeyboardInterrupt), at_each_step(interrupt), mock.patch("db.commit.commit.roll_back"):
        commit(folder / "hub.duckdb", adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())
    with recorder.recording():
        recover(folder / "hub.duckdb")
        recorder.promise("new")

    assert faults(recorder, after_a_restart, lambda _, found: found == NEW) == []


def interrupt(step: Step) -> None:
    if step is Step.INTENDED:
        raise KeyboardInterrupt
