"""A backup is a verified copy of the database, and a restore brings it back."""

import hashlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from db.backup.backup import Backup, backup
from db.backup.errors import BackupExistsError, BackupMissingError, ChecksumMismatchError, NotABackupError
from db.backup.restore import Restored
from db.backup.restore import restore as restore_backup
from db.backup.sums import sum_file
from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.errors import DatabaseBusyError, DatabaseMissingError, DatabaseUnreadableError, SchemaTooNewError
from db.schema.migrate import migrate
from tests.fakes.actors import AT_ONCE, Lines, Session, Time, session

NOW = datetime(2026, 9, 7, 10, tzinfo=UTC)


def notes(path: Path) -> list[str]:
    """Return the notes that an analyst wrote into a file."""
    with open_readonly(path) as con:
        return [text for (text,) in con.execute("SELECT text FROM notes ORDER BY text").fetchall()]


def note(path: Path, text: str) -> None:
    """Commit a row to an analyst's table."""

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate(con, NOW, "1.0")
        con.execute("CREATE TABLE IF NOT EXISTS notes (text VARCHAR)")
        con.execute("INSERT INTO notes VALUES (?)", [text])

    commit(path, change, on_wait=Lines(), wait=AT_ONCE, clock=Time())


def leave_log(path: Path, text: str) -> None:
    """Leave a `.wal` file with an analyst's row, as a killed DuckDB does."""
    analyst = Session(path)
    analyst.sql(f"INSERT INTO notes VALUES ('{text}')")
    analyst.die()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "hub.duckdb"
    note(path, "first")
    return path


def back_up(path: Path, target: Path, *, force: bool = False) -> Backup:
    return backup(path, target, force=force, on_step=Lines(), on_wait=Lines(), wait=AT_ONCE, clock=Time())


def restore(path: Path, source: Path) -> Restored:
    return restore_backup(path, source, NOW, on_step=Lines(), on_wait=Lines(), wait=AT_ONCE, clock=Time())


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_backup_is_the_database_with_its_sum(path: Path, tmp_path: Path) -> None:
    """A backup holds every row, including an analyst's, with a matching checksum and no leftovers."""
    made = back_up(path, tmp_path / "safe" / "copy.duckdb")

    assert notes(made.path) == ["first"]
    assert {"copy.duckdb", "copy.duckdb.sha256"} == names(tmp_path / "safe")
    sha256 = hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert sum_file(made.path).read_text() == f"{sha256}  copy.duckdb\n"
    assert (sha256, made.path.stat().st_size) == (made.sha256, made.bytes)


def test_a_backup_holds_what_only_the_log_has(path: Path, tmp_path: Path) -> None:
    """Rows that are only in the log are part of the single-file backup."""
    leave_log(path, "logged")

    back_up(path, tmp_path / "safe" / "copy.duckdb")

    assert {"copy.duckdb", "copy.duckdb.sha256"} == names(tmp_path / "safe")
    assert notes(tmp_path / "safe" / "copy.duckdb") == ["first", "logged"]
    assert notes(path) == ["first", "logged"]


def test_readers_are_no_hindrance(path: Path, tmp_path: Path) -> None:
    """A reader that stays open during a backup is not affected."""
    with open_readonly(path) as reader:
        back_up(path, tmp_path / "copy.duckdb")

        assert reader.execute("SELECT text FROM notes").fetchall() == [("first",)]


def test_a_writer_is_waited_for(path: Path, tmp_path: Path) -> None:
    """A backup names a writer, waits for it, and includes its rows."""
    lines = Lines()
    with session(path) as writer:
        writer.sql("INSERT INTO notes VALUES ('theirs')")
        with pytest.raises(DatabaseBusyError):
            back_up(path, tmp_path / "copy.duckdb")
        clock, target = Time(meanwhile=writer.leave), tmp_path / "copy.duckdb"
        backup(path, target, force=False, on_step=Lines(), on_wait=lines, wait=WaitPolicy(), clock=clock)

    assert notes(tmp_path / "copy.duckdb") == ["first", "theirs"]
    assert len(lines.said) == 1


def test_a_backup_is_never_written_over(path: Path, tmp_path: Path) -> None:
    """A backup replaces an existing file only with --force."""
    target = tmp_path / "copy.duckdb"
    back_up(path, target)
    note(path, "second")

    with pytest.raises(BackupExistsError, match="--force"):
        back_up(path, target)
    assert notes(target) == ["first"]
    back_up(path, target, force=True)
    assert notes(target) == ["first", "second"]


def test_what_cannot_be_backed_up(path: Path, tmp_path: Path) -> None:
    """A missing database and an impossible folder are reported, and no file is left."""
    (tmp_path / "file").write_text("")

    with pytest.raises(DatabaseMissingError):
        back_up(tmp_path / "none.duckdb", tmp_path / "copy.duckdb")
    with pytest.raises(DatabaseUnreadableError, match="check the path and its permissions"):
        back_up(path, tmp_path / "file" / "copy.duckdb")
    assert {"hub.duckdb", "hub.duckdb.lock", "file"} == names(tmp_path)


def test_restoring_keeps_what_was_there(path: Path, tmp_path: Path) -> None:
    """A restore brings back the backup, and keeps the replaced file and its log."""
    back_up(path, tmp_path / "copy.duckdb")
    note(path, "second")
    leave_log(path, "logged")

    restored = restore(path, tmp_path / "copy.duckdb")

    assert notes(path) == ["first"]
    assert restored.kept[0] == path.with_name("hub.duckdb.before-restore-20260907T100000Z")
    assert notes(restored.kept[0]) == ["first", "logged", "second"]


def test_what_an_earlier_restore_has_kept_stays(path: Path, tmp_path: Path) -> None:
    """Two restores in the same second keep two files."""
    back_up(path, tmp_path / "copy.duckdb")
    note(path, "second")

    kept = [restore(path, tmp_path / "copy.duckdb").kept for _ in range(2)]

    assert [notes(file) for (file,) in kept] == [["first", "second"], ["first"]]


def test_a_restore_needs_no_database(path: Path, tmp_path: Path) -> None:
    """A restore without an existing database keeps no file."""
    made = back_up(path, tmp_path / "copy.duckdb")

    restored = restore(tmp_path / "new" / "hub.duckdb", made.path)

    assert ((), made.rows, True) == (restored.kept, restored.rows, restored.has_sum)
    assert notes(tmp_path / "new" / "hub.duckdb") == ["first"]


def test_readers_keep_their_state_through_a_restore(path: Path, tmp_path: Path) -> None:
    """A reader that stays open during a restore keeps its state."""
    back_up(path, tmp_path / "copy.duckdb")
    note(path, "second")

    with open_readonly(path) as reader:
        restore(path, tmp_path / "copy.duckdb")

        assert reader.execute("SELECT count(*) FROM notes").fetchall() == [(2,)]


def test_what_is_no_sound_backup_is_refused(path: Path, tmp_path: Path) -> None:
    """A damaged, foreign, newer or missing backup is refused, and the database is unchanged."""
    changed, foreign, newer = tmp_path / "changed", tmp_path / "foreign", tmp_path / "newer"
    back_up(path, changed)
    with changed.open("ab") as file:
        file.write(b"x")
    (tmp_path / "text").write_text("no database")
    with duckdb.connect(str(foreign)) as con:
        con.execute("CREATE TABLE t (i INTEGER)")
    shutil.copyfile(path, newer)
    with duckdb.connect(str(newer)) as con:
        con.execute("INSERT INTO schema_migrations VALUES (999, 'later', now(), '9.9')")
    before = path.read_bytes()

    refusals = {
        changed: ChecksumMismatchError, foreign: NotABackupError, newer: SchemaTooNewError,
        tmp_path / "text": NotABackupError, tmp_path / "none": BackupMissingError,
    }  # fmt: skip
    for source, error in refusals.items():
        with pytest.raises(error):
            restore(path, source)
    assert before == path.read_bytes()
    assert not [name for name in names(tmp_path) if "before-restore" in name]


def test_a_restore_that_fails_leaves_the_database(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk error during a restore leaves the database and its log unchanged."""
    back_up(path, tmp_path / "copy.duckdb")
    note(path, "second")
    before = names(tmp_path)

    def fails(descriptor: int) -> None:
        raise OSError(5, "Input/output error", "hub.duckdb.next")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(DatabaseUnreadableError, match="Input/output error"):
        restore(path, tmp_path / "copy.duckdb")
    monkeypatch.undo()

    assert before == names(tmp_path)
    assert notes(path) == ["first", "second"]
