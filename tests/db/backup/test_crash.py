"""Backup and restore survive power loss at every moment, with any lost writes."""

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from db.backup.restore import check_sum
from db.backup.sums import sum_file
from db.connect import session
from tests.db.backup.test_backup import back_up, notes, restore
from tests.fakes.actors import recover
from tests.fakes.crash import Recorder, faults

IGNORED = (".lock", ".tmp")
OLD, NEW = ["first"], ["first", "logged", "second"]


@dataclass(frozen=True)
class ReaderHere:
    """Answers like the reading child process, but runs in this process."""

    con: duckdb.DuckDBPyConnection

    def ask(self, query: str, parameters: Mapping[str, object] | None = None) -> Any:
        return json.loads(json.dumps(self.con.execute(query, parameters).fetchall(), default=str))


@contextlib.contextmanager
def read_here(path: Path) -> Iterator[ReaderHere]:
    with session(path, "READ_ONLY") as con:
        yield ReaderHere(con)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the child processes that guard and read, because they do not change the disk."""
    for module in ("db.backup.backup", "db.backup.restore", "db.backup.path_checks"):
        monkeypatch.setattr(f"{module}.open_isolated", read_here)
    for name in ("backup.backup.guard_writes", "backup.restore.guard_writes_if_readable"):
        monkeypatch.setattr(f"db.{name}", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr("db.commit.recover.guard_writes_if_readable", lambda *_: contextlib.nullcontext())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a backup, and a database with later rows, some in its log."""
    folder = tmp_path_factory.mktemp("prepared")
    with contextlib.closing(duckdb.connect(folder / "hub.duckdb")) as con:
        con.execute("CREATE TABLE schema_migrations AS SELECT 1 AS version; CREATE TABLE snapshots (i INTEGER)")
        con.execute("CREATE TABLE notes AS SELECT 'first' AS text")
    back_up(folder / "hub.duckdb", folder / "copy.duckdb")
    with contextlib.closing(duckdb.connect(folder / "hub.duckdb")) as con:
        con.execute("INSERT INTO notes VALUES ('second'); CHECKPOINT; PRAGMA disable_checkpoint_on_shutdown")
        con.execute("INSERT INTO notes VALUES ('logged')")
    return folder


def recorded(prepared: Path, tmp_path: Path, job: str, dropped: int | None = None) -> Recorder:
    """Record the disk operations of a job in a copy of the folder."""
    folder = tmp_path / f"{job}-{dropped}"
    shutil.copytree(prepared, folder)
    recorder = Recorder(folder, tmp_path / f"{job}-{dropped}-vault", IGNORED, dropped)
    with recorder.recording():
        if job == "restore":
            restore(folder / "hub.duckdb", folder / "copy.duckdb")
        else:
            back_up(folder / "hub.duckdb", folder / job, force=True)
        recorder.promise("done")
    return recorder


def the_backup(name: str) -> Any:
    """Return the contents of a backup without a wrong checksum, None without a backup."""

    def found(folder: Path) -> tuple[list[str], bool] | None:
        path = folder / name
        if not path.exists():
            return None
        check_sum(path)
        return notes(path), sum_file(path).exists()

    return found


def the_database(folder: Path) -> list[str]:
    """Return the contents after the next start; a finished restore keeps the old file."""
    path = folder / "hub.duckdb"
    recover(path)
    assert not [file.name for file in folder.iterdir() if {".next", ".commit", ".aside"} & set(file.suffixes)]
    if (found := notes(path)) == OLD:
        (kept,) = [file for file in folder.glob("*.before-restore-*") if not file.name.endswith(".wal")]
        assert notes(kept) == NEW
    return found


JOBS = {
    "restore": (the_database, NEW, OLD),
    "copy.duckdb": (the_backup("copy.duckdb"), (OLD, True), (NEW, True)),
    "safe/first.duckdb": (the_backup("safe/first.duckdb"), None, (NEW, True)),
}
"""For each job: the check, the state before, and the promised state."""


NOT_NEEDED = {"safe/first.duckdb": [2], "restore": [3]}
"""Fsyncs without an observable effect.

A first backup has no older checksum file. A restore flushes the folder with the second names just before its intent.
"""


def fits(job: str, promised: object, found: object) -> bool:
    _, before, after = JOBS[job]
    if promised is not None:
        return found == after
    return found in (before, after) or (job != "restore" and found in ((NEW, False), (OLD, False)))


@pytest.mark.parametrize("job", JOBS)
def test_a_crash_leaves_the_old_state_or_the_new_one(prepared: Path, tmp_path: Path, job: str) -> None:
    """A crash leaves a restorable backup, and a complete restore or none."""
    recorder = recorded(prepared, tmp_path, job)

    assert faults(recorder, JOBS[job][0], lambda promised, found: fits(job, promised, found)) == []


@pytest.mark.parametrize("job", JOBS)
def test_each_fsync_is_needed(prepared: Path, tmp_path: Path, job: str) -> None:
    """Without any one of the fsyncs, some crash leaves an invalid state."""
    fsyncs = recorded(prepared, tmp_path, job).fsyncs

    records = [recorded(prepared, tmp_path, job, number) for number in range(fsyncs)]
    idle = [
        number
        for number, record in enumerate(records)
        if not faults(record, JOBS[job][0], lambda promised, found: fits(job, promised, found))
    ]

    assert idle == NOT_NEEDED.get(job, [])
