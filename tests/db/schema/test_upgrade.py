"""The first use of a file of an older version."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.connect import session as open_session
from db.errors import NameTakenError, SchemaTooNewError
from db.schema import migrate as schema
from db.schema import upgrade
from db.schema.migrate import Migration, migrate, migrations, schema_version
from tests.fakes.actors import Session, session

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of this version that lacks the newest migration."""
    path = tmp_path / "hub.duckdb"
    commit(path, lambda con: migrate(con, NOW, "old"), on_wait=print, wait=WaitPolicy(limit=0), clock=time)
    known = migrations()
    later = Migration(known[-1].version + 1, "later", "CREATE TABLE later (x INTEGER);")
    monkeypatch.setattr(schema, "migrations", lambda: (*known, later))
    return path


def upgraded(path: Path) -> Path | None:
    return upgrade.upgrade(path, now=NOW, tool_version="new", on_wait=print, wait=WaitPolicy(limit=0), clock=time)


def version_of(path: Path) -> int:
    with open_readonly(path) as con:
        return schema_version(con)


def test_an_older_file_is_migrated_with_a_backup_beside_it(old_file: Path) -> None:
    """The backup has the old schema, the file the new one."""
    before = old_file.read_bytes()
    old = version_of(old_file)

    backup = upgraded(old_file)

    assert backup is not None
    assert backup.read_bytes() == before
    assert (version_of(backup), version_of(old_file)) == (old, old + 1)


def test_the_backup_has_what_only_the_log_has(old_file: Path) -> None:
    """Rows that exist only in the log of a killed process are in both files."""
    analyst = Session(old_file)
    analyst.sql("CREATE TABLE notes AS SELECT 'logged' AS text")
    analyst.die()

    backup = upgraded(old_file)

    for file in (old_file, backup):
        assert file is not None
        with open_readonly(file) as con:
            assert con.execute("SELECT text FROM notes").fetchall() == [("logged",)]


def test_a_newer_file_is_refused_by_its_own_name(tmp_path: Path) -> None:
    """The error names the file, not the working copy of the commit."""
    path = tmp_path / "hub.duckdb"
    commit(path, lambda con: migrate(con, NOW, "new"), on_wait=print, wait=WaitPolicy(limit=0), clock=time)
    with session(path) as user:
        user.sql("INSERT INTO schema_migrations VALUES (99, 'later', now(), '9.9')")

    with pytest.raises(SchemaTooNewError, match=r"hub\.duckdb has schema version 99"):
        commit(
            path, lambda con: upgrade.migrate_with_backup(con, path, NOW, "old", print),
            on_wait=print, wait=WaitPolicy(limit=0), clock=time,
        )  # fmt: skip


def test_a_file_of_this_program_is_left_alone(old_file: Path) -> None:
    """A current file is left unchanged, without a backup."""
    upgraded(old_file)
    after = old_file.read_bytes()

    assert upgraded(old_file) is None
    assert old_file.read_bytes() == after


@pytest.mark.parametrize(
    "made", ["CREATE TABLE later AS SELECT 'mine' AS text", "CREATE VIEW later AS SELECT 'mine' AS text"]
)
def test_a_name_that_a_user_has_taken(old_file: Path, made: str) -> None:
    """If a user's object has a new name, the error explains the rename and nothing changes."""
    with session(old_file) as analyst:
        analyst.sql(made)
    before = old_file.read_bytes()

    with pytest.raises(NameTakenError, match=r"of yours named later.*ALTER TABLE later RENAME TO my_later") as caught:
        upgraded(old_file)

    assert (caught.value.path, caught.value.name) == (old_file, "later")
    assert old_file.read_bytes() == before


def test_counts_that_the_views_leave_out_are_told(old_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An upgrade tells once how many stored counts no report uses any more."""
    with open_session(old_file) as con:
        columns = "snapshot_id, entity_key, likes, downloads"
        con.execute(f"INSERT INTO observations ({columns}) VALUES (1, 1, {2**62}, -1), (1, 2, 5, NULL)")

    upgraded(old_file)
    upgraded(old_file)

    told = f"{old_file}: 2 stored counts are negative or above 10^15, so reports treat them as unknown\n"
    assert capsys.readouterr().out == told


def test_macros_of_another_program_are_replaced_without_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the same schema that a program with other macros wrote gets those of this program."""
    path = tmp_path / "hub.duckdb"
    with monkeypatch.context() as other:
        other.setattr(schema, "_program", lambda: "other")
        commit(path, lambda con: migrate(con, NOW, "old"), on_wait=print, wait=WaitPolicy(limit=0), clock=time)
    with open_session(path) as con:
        con.execute("DROP MACRO TABLE leaders")

    backup = upgraded(path)

    assert backup is None
    with open_readonly(path) as con:
        assert schema.has_current_names(con)
        assert con.execute("FROM leaders('model', 'likes')").fetchall() == []
