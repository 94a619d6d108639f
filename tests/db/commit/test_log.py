"""Whether DuckDB reads a log to its end: logs of real transactions, cut and replaced."""

import shutil
from pathlib import Path

import duckdb
import pytest

from db.commit.log import is_readable_log


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with three rows in its file and two transactions in its log."""
    path = tmp_path_factory.mktemp("written") / "hub.duckdb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE t AS SELECT range AS i FROM range(3); CHECKPOINT")
        con.execute("PRAGMA disable_checkpoint_on_shutdown")
        con.execute("INSERT INTO t VALUES (100)")
        con.execute("INSERT INTO t SELECT range FROM range(3000)")
    return path


def log_of(written: Path) -> bytes:
    return written.with_name("hub.duckdb.wal").read_bytes()


def test_a_log_at_every_length(written: Path, tmp_path: Path) -> None:
    """A cut log is readable only without entries and where a transaction ends; then DuckDB has all of its rows."""
    whole, path = log_of(written), tmp_path / "log"
    lengths = [*range(400), *range(400, len(whole), 97), *range(len(whole) - 40, len(whole) + 1)]
    readable = []
    for length in lengths:
        path.write_bytes(whole[:length])
        if is_readable_log(path):
            readable.append(length)

    assert (readable[0], readable[-1]) == (0, len(whole))
    assert [rows_with(written, tmp_path, whole[:length]) for length in readable] == [3, 3, 4, 3004]


def rows_with(written: Path, folder: Path, log: bytes) -> int:
    """Return how many rows DuckDB finds with a log."""
    shutil.copy(written, folder / "copy.duckdb")
    (folder / "copy.duckdb.wal").write_bytes(log)
    with duckdb.connect(folder / "copy.duckdb", read_only=True) as con:
        (rows,) = con.execute("SELECT count(*) FROM t").fetchone() or (0,)
    return int(rows)


@pytest.mark.parametrize("junk", [b"x", b"this is no log\n" * 40, bytes(500), b"d\x00b" + b"\xff" * 300])
def test_junk_is_no_log(junk: bytes, written: Path, tmp_path: Path) -> None:
    """DuckDB opens the database without a word and without the rows of the log."""
    (tmp_path / "log").write_bytes(junk)

    assert not is_readable_log(tmp_path / "log")
    assert rows_with(written, tmp_path, junk) == 3


def test_junk_after_a_log(written: Path, tmp_path: Path) -> None:
    """DuckDB reads the transactions before it and skips it."""
    (tmp_path / "log").write_bytes(log_of(written) + b"junk" * 20)

    assert not is_readable_log(tmp_path / "log")


def test_no_log_and_a_folder_in_its_place(tmp_path: Path) -> None:
    """Nothing is unreadable without a log; a folder is no log."""
    assert is_readable_log(tmp_path / "log")
    (tmp_path / "log").mkdir()
    assert not is_readable_log(tmp_path / "log")
