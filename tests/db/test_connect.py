"""Opening the database, and the errors if it cannot be read."""

import contextlib
import os
import re
import sqlite3
from pathlib import Path

import duckdb
import pytest

from db.commit.paths import LOGS
from db.connect import open_readonly
from db.errors import (
    DatabaseBusyError,
    DatabaseMissingError,
    DatabaseNotAFileError,
    DatabaseTooNewError,
    EmptyFileError,
    LogMismatchError,
    NotADatabaseError,
    StoreError,
)
from tests.fakes.actors import leave_log, session, store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a database with one row."""
    path = tmp_path / "hub.duckdb"
    store(path, 1)
    return path


def open_and_close(path: Path) -> None:
    with open_readonly(path):
        pass


@pytest.mark.parametrize("name", ["it's here.duckdb", 'a "quoted" name', "ünï ✓", "--readonly", "x; DROP TABLE t"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    """A path with any characters can be opened."""
    store(tmp_path / name, 1)

    with open_readonly(tmp_path / name) as connection:
        assert connection.execute("SELECT i FROM t").fetchall() == [(1,)]


def test_it_is_read_only_and_in_utc(path: Path) -> None:
    """The session is read-only, in UTC, with `hub` as the current database."""
    with open_readonly(path) as connection:
        row = connection.execute("SELECT current_database(), current_setting('TimeZone')").fetchone()
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("INSERT INTO t VALUES (2)")

    assert row == ("hub", "UTC")


def test_a_log_is_read_too(path: Path) -> None:
    """Rows in the `.wal` of a killed process are read, and the `.wal` stays."""
    leave_log(path, 7)

    with open_readonly(path) as connection:
        assert connection.execute("SELECT i FROM t").fetchall() == [(1,), (7,)]
    assert path.with_name("hub.duckdb.wal").exists()


def test_variables_of_python_are_no_tables(path: Path) -> None:
    """A query cannot read Python variables of the calling program."""
    with contextlib.closing(duckdb.connect()) as other, open_readonly(path) as connection:
        secret = other.sql("SELECT 1")
        with pytest.raises(duckdb.CatalogException, match="secret does not exist"):
            connection.execute("FROM secret")

    assert secret is not None


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_csv('/etc/passwd')",
        "COPY t TO 'stolen.csv'",
        "ATTACH 'other.duckdb'",
        "FROM 'https://example.org/x.parquet'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "INSTALL httpfs",
    ],
)
def test_sealed_it_reaches_nothing_else(path: Path, query: str) -> None:
    """A sealed session denies SQL access to files, network and settings."""
    with (
        open_readonly(path, sealed=True) as connection,
        pytest.raises(duckdb.Error, match=r"disabled by config|locked"),
    ):
        connection.execute(query)


def test_sealed_it_reaches_not_even_the_spill(path: Path) -> None:
    """A sealed session cannot read or write the folder to which other sessions spill."""
    spill = path.with_name(f"{path.name}.tmp")
    spill.mkdir()

    with (
        open_readonly(path, sealed=True) as connection,
        pytest.raises(duckdb.PermissionException, match="disabled by config"),
    ):
        connection.execute(f"COPY (SELECT 1) TO '{spill}/stolen.csv'")


def test_it_spills_beside_the_file(path: Path) -> None:
    """A session spills next to the database, not into the working directory."""
    with open_readonly(path) as connection:
        assert connection.execute("SELECT current_setting('temp_directory')").fetchone() == (f"{path}.tmp",)


def make_too_new(path: Path) -> None:
    """Raise the storage version in the file's header, with a valid checksum."""
    content = bytearray(path.read_bytes())
    content[12] = 200
    path.write_bytes(content)
    with pytest.raises(NotADatabaseError) as damage:
        open_and_close(path)
    found = re.search(r"computed checksum (\d+)", str(damage.value.__cause__))
    assert found
    content[:8] = int(found[1]).to_bytes(8, "little")
    path.write_bytes(content)


def make_sqlite(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (i INTEGER)")


def misplace_log(path: Path) -> None:
    leave_log(path, 7)
    path.unlink()
    other = path.with_name("other.duckdb")
    store(other, 1)
    other.replace(path)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (Path.unlink, DatabaseMissingError),
        (lambda path: path.write_text("notes"), NotADatabaseError),
        (lambda path: path.write_bytes(b""), EmptyFileError),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), NotADatabaseError),
        (make_sqlite, NotADatabaseError),
        (make_too_new, DatabaseTooNewError),
        (misplace_log, LogMismatchError),
        (make_folder, DatabaseNotAFileError),
    ],
)
def test_what_cannot_be_read_is_explained(path: Path, spoil: object, error: type[StoreError]) -> None:
    """Each reason why a file cannot be opened has its own error with the path."""
    assert callable(spoil)
    spoil(path)

    with pytest.raises(error, match=re.escape(str(path))) as explained:
        open_and_close(path)

    assert explained.value.path == path


def test_a_writer_is_named(path: Path) -> None:
    """While another process writes, the error names that process."""
    with session(path) as user, pytest.raises(DatabaseBusyError, match="close it there") as busy:
        open_and_close(path)

    assert busy.value.pid == user.pid


@pytest.mark.parametrize("damage", ["cut short", "overwritten"])
def test_damage_that_shows_only_where_it_is_read(damage: str, path: Path) -> None:
    """Damage found while reading has the same error as damage found while opening."""
    with contextlib.closing(duckdb.connect(str(path))) as con:
        con.execute("CREATE TABLE many AS SELECT hash(i) AS h FROM range(300_000) AS r(i)")
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] if damage == "cut short" else whole[:half] + bytes(2**20) + whole[half + 2**20 :])

    with pytest.raises(NotADatabaseError, match=r"hub\.duckdb is damaged \(.+\): restore a backup"):
        read_many(path)


def read_many(path: Path) -> None:
    with open_readonly(path) as con:
        con.execute("SELECT sum(h % 7) FROM many").fetchall()


def test_a_damaged_file_that_a_query_reads_is_not_the_database(path: Path, tmp_path: Path) -> None:
    """A damaged Parquet file in a query is not reported as a damaged database."""
    other = tmp_path / "other.parquet"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute(f"COPY (FROM range(1000)) TO '{other}'")
    other.write_bytes(other.read_bytes()[:50] + other.read_bytes()[-8:])

    with pytest.raises(duckdb.Error), open_readonly(path) as con:
        con.execute("FROM read_parquet(?)", [str(other)]).fetchall()


@pytest.mark.parametrize("suffix", LOGS)
def test_a_pipe_in_the_place_of_a_log(tmp_path: Path, suffix: str) -> None:
    """DuckDB would wait for a writer of the pipe for ever."""
    path = tmp_path / "hub.duckdb"
    duckdb.connect(path).close()
    os.mkfifo(f"{path}{suffix}")

    with pytest.raises(DatabaseNotAFileError, match=f"{suffix} is a pipe"), open_readonly(path):
        pass
