"""A restore survives a kill before each of its file system changes.

Power loss is tested in test_crash.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.db.backup.test_backup import back_up, leave_log, note, notes, restore
from tests.fakes.actors import ROOT, recover
from tests.fakes.damage import damage, flipped

OLD = ["first"]


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Build a backup, and a database with later rows, some in its log."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    note(folder / "hub.duckdb", "first")
    back_up(folder / "hub.duckdb", folder / "copy.duckdb")
    note(folder / "hub.duckdb", "second")
    leave_log(folder / "hub.duckdb", "logged")
    return folder


def killed_everywhere(job: str, prepared: Path) -> Iterator[Path]:
    """Yield the folder that remains after a kill before each successive change."""
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


def test_a_restore_over_a_damaged_database_is_done_or_not(prepared: Path) -> None:
    """A kill leaves the damaged file or the backup; the next restore succeeds."""
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
