"""A commit survives problems with the disk, the owner, the copy and other programs."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from db.commit import disk_space as room
from db.commit.commit import commit
from db.commit.disk_space import DiskRoom, disk_room
from db.commit.lock import writer
from db.commit.paths import Files
from db.commit.working_copy import Change
from db.errors import (
    CopyFailedError,
    DatabaseNotAFileError,
    DatabaseReplacedError,
    DiskSpaceError,
    ForeignOwnerError,
    NotADatabaseError,
    WriteGuardLostError,
)
from db.schema.migrate import path_of
from tests.fakes.actors import AT_ONCE, Lines, Time, adding, leave_log, rows, store
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


def test_a_file_that_cannot_be_given_back_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that cannot keep the owner is refused, and names the owner."""
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        fields = list(real(descriptor))
        fields[4] += 1
        return os.stat_result(fields)

    def fchown(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fstat", fstat)
    monkeypatch.setattr(os, "fchown", fchown)

    with pytest.raises(ForeignOwnerError, match="belongs to user") as refusal:
        store(path, 2)

    assert path.stat().st_uid == refusal.value.uid
    assert {"hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_what_is_wrong_with_the_copy_is_told_of_the_file(path: Path) -> None:
    """An error about the working copy names the database, because the copy no longer exists."""

    def change(con: duckdb.DuckDBPyConnection) -> None:
        raise NotADatabaseError(path_of(con), "damaged")

    with pytest.raises(NotADatabaseError, match=r"hub\.duckdb is not") as trouble:
        refused(path, change)

    assert trouble.value.path == path


def test_a_lock_that_finds_no_room_names_its_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk while locking is reported with the path of the lock file."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)

    with pytest.raises(OSError, match="No space left") as trouble:
        store(path, 2)

    assert trouble.value.filename == f"{path}.lock"


def test_room_is_measured(path: Path) -> None:
    """A commit needs the size of the file and its log, plus room to grow."""
    leave_log(path, 7)
    size = path.stat().st_size + path.with_name("hub.duckdb.wal").stat().st_size

    assert size + room.GROWTH == disk_room(path).need
    assert DiskRoom(need=2, free=1).short
    assert not DiskRoom(need=2, free=2).short


def test_room_is_known_before_there_is_a_folder(tmp_path: Path) -> None:
    """The disk space of the nearest existing folder is measured."""
    assert disk_room(tmp_path / "a" / "b" / "hub.duckdb").need == room.GROWTH


def test_a_short_disk_is_told_before_the_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit without room for its copy is refused with the required size."""
    monkeypatch.setattr(room, "GROWTH", 2**60)

    with pytest.raises(DiskSpaceError, match="needs 1,152,921,504,607 MB") as shortage:
        store(path, 2)

    assert shortage.value.free < shortage.value.need
    assert rows(path) == [1]


FILL_THE_DISK = """
import os, sys, time
from pathlib import Path
from db.commit.commit import commit
from db.errors import DiskSpaceError
from db.commit.lock import WaitPolicy
from tests.fakes.actors import rows, store

path = Path(sys.argv[1]) / "hub.duckdb"
store(path, 1)

def change(connection):
    free = os.statvfs(path.parent).f_bavail * os.statvfs(path.parent).f_frsize
    with path.with_name("filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, free - 2**20)
    connection.execute("CREATE TABLE big AS SELECT md5(i::VARCHAR) FROM range(200000) r(i)")

try:
    commit(path, change, on_wait=print, wait=WaitPolicy(0), clock=time)
except DiskSpaceError:
    print(rows(path), sorted(file.name for file in path.parent.iterdir()))
"""


def small_disk_works() -> bool:
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not small_disk_works(), reason="this system gives no disk of one's own")
def test_a_disk_that_fills_up_in_the_middle_costs_nothing(tmp_path: Path) -> None:
    """A disk that fills up during the change leaves the file unchanged and no copy."""
    mount = f'mount -t tmpfs -o size=300m none {tmp_path} && exec {sys.executable} -c "$0" {tmp_path}'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, FILL_THE_DISK], capture_output=True, text=True, check=False
    )

    assert done.stdout.strip() == "[1] ['filler', 'hub.duckdb', 'hub.duckdb.lock']", done.stderr


def test_a_full_disk_is_known_by_its_error(path: Path) -> None:
    """Any error that means a full disk becomes DiskSpaceError."""

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskSpaceError):
        refused(path, change)


def fake_cp(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "cp").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "cp").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_a_plain_cp_will_do(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `cp` without --reflink makes a plain copy."""
    script = 'case "$*" in *--reflink*) echo "illegal option" >&2; exit 64;; esac; exec /bin/cp "$@"'
    fake_cp(tmp_path / "bin", script, monkeypatch)

    store(path, 2)

    assert rows(path) == [1, 2]


def test_a_copy_that_fails_is_told(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error contains the message of `cp`, and no copy is left."""
    fake_cp(tmp_path / "bin", 'echo "cp: input/output error" >&2; exit 1', monkeypatch)

    with pytest.raises(CopyFailedError, match="input/output error"):
        store(path, 2)

    assert {"bin", "hub.duckdb", "hub.duckdb.lock"} == names(path)


def test_a_file_that_was_replaced_meanwhile_is_kept(path: Path, tmp_path: Path) -> None:
    """A file that a user moves into place during a commit is kept."""
    store(tmp_path / "other.duckdb", 9)

    def replace(step: Step) -> None:
        if step is Step.CHANGED:
            (tmp_path / "other.duckdb").replace(path)

    with pytest.raises(DatabaseReplacedError), at_each_step(replace):
        commit(path, adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert rows(path) == [9]
    assert "hub.duckdb.next" not in names(path)


class Known(subprocess.Popen[bytes]):
    """Records the child process of the write guard."""

    holder: "Known"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "write_guard_child" in str(arguments):
            Known.holder = self


def test_a_commit_does_not_outlive_its_hold(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit whose write guard has died publishes nothing."""

    def end_holder(step: Step) -> None:
        if step is Step.CHANGED:
            Known.holder.kill()
            Known.holder.wait()

    monkeypatch.setattr("db.commit.write_guard.subprocess.Popen", Known)

    with pytest.raises(WriteGuardLostError), at_each_step(end_holder):
        commit(path, adding(2), on_wait=Lines(), wait=AT_ONCE, clock=Time())

    assert rows(path) == [1]


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A commit to a file that is not a database is refused."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 500)

    with pytest.raises(NotADatabaseError):
        store(path, 1)

    assert path.read_text() == "not a database" * 500


@pytest.mark.parametrize(
    ("text", "found"),
    [(str(os.getpid()), os.getpid()), ("", None), ("x", None), ("-1", None)],
    ids=["a living process", "empty", "no number", "negative"],
)
def test_the_holder_of_the_lock(path: Path, text: str, found: int | None) -> None:
    """The lock file names a living process, or nobody."""
    Files.of(path).lock.write_text(text)

    assert writer(Files.of(path)) == found


@pytest.mark.parametrize("target", ["a pipe", "a device"])
def test_what_is_no_file_in_the_place_of_the_lock(path: Path, target: str) -> None:
    """The commit is refused, and nobody is said to hold the lock: reading either would never end."""
    lock = Files.of(path).lock
    lock.unlink(missing_ok=True)
    if target == "a pipe":
        os.mkfifo(lock)
    else:
        lock.symlink_to("/dev/zero")

    with pytest.raises(DatabaseNotAFileError, match=f"lock is {target}"):
        refused(path, adding(2))

    assert writer(Files.of(path)) is None
    assert rows(path) == [1]
