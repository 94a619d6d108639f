"""A backup and a restore that are killed before each of their changes of the file system."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from db.backup.sums import sum_file
from tests.db.backup.test_backup import back_up, leave_log, names, note, notes, restore
from tests.fakes.actors import ROOT, recover
from tests.fakes.damage import damage, flipped

pytestmark = pytest.mark.timeout(600)  # each kill is a process, and each look at what it left reads all of it

OLD, NEW = ["first"], ["first", "logged", "second"]


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder with a backup, and a database that has gone on since, a part of it in its log."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    note(folder / "hub.duckdb", "first")
    back_up(folder / "hub.duckdb", folder / "copy.duckdb")
    note(folder / "hub.duckdb", "second")
    leave_log(folder / "hub.duckdb", "logged")
    return folder


def killed_everywhere(job: str, prepared: Path) -> Iterator[Path]:
    """Each folder that the job leaves when it is killed before its first change, its second, and so on."""
    for fatal in count(1):
        folder = prepared.with_name(f"{job}-{fatal}")
        shutil.copytree(prepared, folder)
        arguments = [job, str(folder / "hub.duckdb"), str(folder / "copy.duckdb"), str(fatal)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fakes.child_killed", *arguments],
            cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        yield folder


def test_a_restore_that_is_killed_is_done_or_not(prepared: Path) -> None:
    """The database is the old or the new one, whole; once it is the backup, what was there is kept."""
    outcomes = []
    for folder in killed_everywhere("restore", prepared):
        recover(folder / "hub.duckdb")

        outcomes.append(notes(folder / "hub.duckdb"))
        kept = [name for name in names(folder) if "before-restore" in name and not name.endswith(".wal")]
        assert outcomes[-1] == NEW or [notes(folder / name) for name in kept] == [NEW]
        assert not {"hub.duckdb.next", "hub.duckdb.commit", "hub.duckdb.aside.wal"} & names(folder)
        restore(folder / "hub.duckdb", folder / "copy.duckdb")
        assert notes(folder / "hub.duckdb") == OLD
    assert outcomes == sorted(outcomes, key=NEW.__ne__)
    assert outcomes.count(OLD) > 2


def test_a_restore_over_a_damaged_database_is_done_or_not(prepared: Path) -> None:
    """The damaged file lies there, untouched, or the backup does; the next restore succeeds in any case."""
    damage(prepared / "hub.duckdb", flipped(1))
    damaged, outcomes = (prepared / "hub.duckdb").read_bytes(), []
    for folder in killed_everywhere("restore", prepared):
        recover(folder / "hub.duckdb")

        outcomes.append((folder / "hub.duckdb").read_bytes() != damaged)
        if outcomes[-1]:
            assert notes(folder / "hub.duckdb") == OLD
            assert damaged in [file.read_bytes() for file in folder.glob("*.before-restore-*")]
        restore(folder / "hub.duckdb", folder / "copy.duckdb")
        assert notes(folder / "hub.duckdb") == OLD
    assert outcomes == sorted(outcomes)
    assert {False, True} == set(outcomes)


def test_a_backup_that_is_killed_leaves_one_that_can_be_restored(prepared: Path) -> None:
    """The one before it or the new one; and the next backup clears away what is left."""
    found = []
    for folder in killed_everywhere("backup", prepared):
        assert notes(folder / "hub.duckdb") == NEW

        restore(folder / "hub.duckdb", folder / "copy.duckdb")
        found.append(notes(folder / "hub.duckdb"))
        back_up(folder / "hub.duckdb", folder / "copy.duckdb", force=True)
        assert not [name for name in names(folder) if ".part" in name]
        assert sum_file(folder / "copy.duckdb").exists()
    assert found == sorted(found, key=OLD.__ne__)
    assert NEW in found
