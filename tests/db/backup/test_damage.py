"""A damaged database is not backed up, and a good backup can replace it."""

import shutil
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind
from db.backup.backup import copy_database
from db.backup.errors import BackupDamagedError, ChecksumMismatchError, CopyDiffersError
from db.errors import DatabaseBusyError, DatabaseDamagedError, NotADatabaseError, WriterBusyError
from db.integrity.isolated import IsolatedReader, open_isolated
from db.integrity.verify import Contents, Table, differences, read_contents, sample_table, sampled_groups, tables_of
from tests.db.backup.test_backup import back_up, names, restore
from tests.fakes.actors import Committer, Lines, Session, session
from tests.fakes.damage import BLOCK, DAMAGES, FIRST_BLOCK, Damage, blocks_of, damage, flip_in_block, flipped
from tests.fakes.steps import Step
from tests.fakes.walks import day, new_store, repo

TABLES = ("entities", "observations", "repo_attributes")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a folder with a database of two thousand models, and a backup of it."""
    folder = tmp_path_factory.mktemp("prepared")
    models = [repo(f"m{number}", likes=number, tags=[f"tag-{number}"]) for number in range(2000)]
    with new_store(folder) as store:
        store.take(Kind.MODEL, day(0), *models)
        store.take(Kind.MODEL, day(1), *models)
    back_up(folder / "hub.duckdb", folder / "good.duckdb")
    return folder


@pytest.fixture
def path(prepared: Path, tmp_path: Path) -> Path:
    """Return a fresh copy of the database, with the backup next to it."""
    for name in ("hub.duckdb", "good.duckdb", "good.duckdb.sha256"):
        shutil.copyfile(prepared / name, tmp_path / name)
    return tmp_path / "hub.duckdb"


def contents(path: Path) -> Contents:
    with open_isolated(path) as reader:
        return read_contents(reader, Lines())


@pytest.mark.parametrize("how", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_never_passed_on(path: Path, how: Damage) -> None:
    """A damaged file is not backed up; a restore replaces and keeps it."""
    good = contents(path)
    damage(path, how)
    damaged = path.read_bytes()

    with pytest.raises(NotADatabaseError, match=r"hub\.duckdb is "):
        back_up(path, path.with_name("copy.duckdb"))
    assert {"hub.duckdb", "hub.duckdb.lock", "good.duckdb", "good.duckdb.sha256"} == names(path.parent)

    restored = restore(path, path.with_name("good.duckdb"))
    assert good == contents(path)
    assert [damaged] == [file.read_bytes() for file in restored.kept]


@pytest.mark.parametrize("table", TABLES)
def test_a_single_bit_is_found(path: Path, table: str) -> None:
    """A full read and a sample find a flipped bit and name its table."""
    flip_in_block(path, blocks_of(path, table)[0])

    with pytest.raises(DatabaseDamagedError, match="fails its checksum"):
        back_up(path, path.with_name("copy.duckdb"))
    with open_isolated(path) as reader:
        found = {one.name for one in tables_of(reader) if one.name == f"main.{table}" and is_damaged(reader, one)}
    assert {f"main.{table}"} == found


def is_damaged(reader: IsolatedReader, table: Table) -> bool:
    try:
        sample_table(reader, table)
    except DatabaseDamagedError:
        return True
    return False


def test_damage_in_free_blocks_harms_nobody(path: Path) -> None:
    """Damage in unused blocks is neither read nor reported."""
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE ballast AS SELECT md5(i::VARCHAR) AS text FROM range(200000) AS r(i)")
        con.execute("CHECKPOINT")
    blocks = blocks_of(path, "ballast")
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE later AS SELECT md5(i::VARCHAR) AS text FROM range(20000) AS r(i)")
        con.execute("CHECKPOINT")
        con.execute("DROP TABLE ballast")
        con.execute("CHECKPOINT")
    free = blocks[len(blocks) // 2]
    assert path.stat().st_size >= FIRST_BLOCK + (free + 1) * BLOCK
    flip_in_block(path, free)

    made = back_up(path, path.with_name("copy.duckdb"))

    assert contents(path) == contents(made.path)


def test_a_damaged_backup_is_refused(path: Path) -> None:
    """A damaged backup is refused by its checksum or by a full read."""
    good, before = path.with_name("good.duckdb"), path.read_bytes()
    flip_in_block(good, blocks_of(good, "observations")[0])

    with pytest.raises(ChecksumMismatchError):
        restore(path, good)
    path.with_name("good.duckdb.sha256").unlink()
    with pytest.raises(BackupDamagedError, match=r"good\.duckdb is damaged \(table main\.observations"):
        restore(path, good)
    assert before == path.read_bytes()
    assert not [name for name in names(path.parent) if "before-restore" in name]


@pytest.mark.parametrize("job", ["backup", "restore"])
def test_a_copy_that_differs_is_refused(path: Path, job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy with one changed value is refused, although its row count is equal."""

    def altered(source: Path, target: Path) -> None:
        copy_database(source, target)
        with duckdb.connect(str(target)) as con:
            con.execute("UPDATE entities SET id = 'org/other' WHERE entity_key = 7")

    monkeypatch.setattr(f"db.backup.{job}.copy_database", altered)
    before, lying = path.read_bytes(), names(path.parent) | {"hub.duckdb.lock"}

    with pytest.raises(CopyDiffersError, match=r"differs from its original in main\.entities"):
        back_up(path, path.with_name("copy")) if job == "backup" else restore(path, path.with_name("good.duckdb"))
    assert (before, lying) == (path.read_bytes(), names(path.parent))


def leave_log(path: Path) -> bytes:
    """Leave a log with unmerged rows, and return its bytes."""
    analyst = Session(path)
    analyst.sql("CREATE TABLE mine AS SELECT range AS i FROM range(2000)")
    analyst.die()
    return path.with_name(path.name + ".wal").read_bytes()


@pytest.mark.parametrize("log", ["foreign", "flipped", "junk"])
def test_a_log_that_does_not_fit(path: Path, tmp_path: Path, log: str) -> None:
    """A restore moves the database and its mismatched log away, and keeps both."""
    good, wal = contents(path), path.with_name("hub.duckdb.wal")
    other = tmp_path / "other.duckdb"
    shutil.copyfile(path, other)
    foreign = leave_log(other)
    turned = foreign[:200] + bytes([foreign[200] ^ 1]) + foreign[201:]
    bodies = {"foreign": foreign, "flipped": turned, "junk": b"x" * 99}
    if log == "foreign":
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE TABLE t AS SELECT 1 AS i")
    wal.write_bytes(bodies[log])
    before = path.read_bytes()

    restored = restore(path, path.with_name("good.duckdb"))

    assert good == contents(path)
    assert not wal.exists()
    assert [before, bodies[log]] == [file.read_bytes() for file in restored.kept]


def test_a_log_without_its_database_is_kept(path: Path) -> None:
    """A log without its database is kept, because its rows may be unique."""
    body = leave_log(path)
    path.unlink()

    restored = restore(path, path.with_name("good.duckdb"))

    assert [(path.with_name("hub.duckdb.before-restore-20260907T100000Z.wal"), body)] == [
        (file, file.read_bytes()) for file in restored.kept
    ]


def test_a_damaged_database_is_locked_all_the_same(path: Path) -> None:
    """A restore waits for any writer, even if the file is unreadable."""
    committer = Committer(path, 1)
    committer.advance(Step.COPIED)
    with pytest.raises(WriterBusyError):
        restore(path, path.with_name("good.duckdb"))
    committer.finish()
    committer.leave()
    with session(path):
        damage(path, flipped(1))
        with pytest.raises(DatabaseBusyError):
            restore(path, path.with_name("good.duckdb"))


def test_a_crash_of_duckdb_is_one_line(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child process that aborts is reported as a damaged database, with the signal."""
    script = tmp_path / "reader.py"
    script.write_text("import os, sys\nprint('{\"rows\": []}', flush=True)\nsys.stdin.readline()\nos.abort()\n")
    monkeypatch.setattr("db.integrity.isolated._READER", script)

    with pytest.raises(DatabaseDamagedError, match=r"hub\.duckdb is damaged \(DuckDB ended with SIGABRT while it read"):
        back_up(path, path.with_name("copy.duckdb"))


def test_a_crash_on_opening_is_damage(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of the write guard is damage, and a restore continues without it."""
    script = tmp_path / "holder.py"
    script.write_text("import os, sys\nsys.stdin.readline()\nos.abort()\n")
    monkeypatch.setattr("db.commit.write_guard._CHILD", script)

    with pytest.raises(DatabaseDamagedError, match=r"DuckDB ended with SIGABRT on opening"):
        back_up(path, path.with_name("copy.duckdb"))
    assert restore(path, path.with_name("good.duckdb")).kept


def test_a_sample_is_spread_over_the_table() -> None:
    """A sample includes the first and last row groups, and all small tables."""
    assert sampled_groups(0) == [0]
    assert sampled_groups(3 * 122_880) == [0, 1, 2]
    assert sampled_groups(8_000_000)[0] == 0
    assert sampled_groups(8_000_000)[-1] == 65
    assert len(sampled_groups(8_000_000)) == 8


CHANGES = {
    "a value": "UPDATE entities SET id = id || 'x' WHERE entity_key = 7",
    "a text that was unknown": "UPDATE repo_attributes SET task = '' WHERE entity_key = 7",
    "an empty list that was unknown": "UPDATE repo_attributes SET languages = [] WHERE entity_key = 7",
    "a list of nothing": "UPDATE repo_attributes SET languages = [NULL] WHERE entity_key = 7",
    "two rows that swap a value": "UPDATE observations SET likes = 13 - likes WHERE entity_key IN (7, 8)",
    "one row twice in place of another": "UPDATE runs_of_mine SET i = 1",
    "an analyst's nested value": "UPDATE nested SET v = {'a': [[1, 2]], 'b': NULL}",
    "the text NULL": "UPDATE nested SET t = ['NULL']",
    "a row less": "DELETE FROM entities WHERE entity_key = 7",
    "a table more": "CREATE TABLE more (i INTEGER)",
    "a view": "CREATE OR REPLACE VIEW models AS SELECT 1 AS id",
    "a macro": "CREATE OR REPLACE MACRO mine(x) AS x + 2",
    "a comment": "COMMENT ON TABLE entities IS 'changed'",
    "a type": "ALTER TABLE runs_of_mine ALTER i TYPE BIGINT",
    "a sequence": "CREATE SEQUENCE another",
}  # fmt: skip


@pytest.fixture(scope="module")
def rich(prepared: Path) -> Path:
    """Return the database with additional tables of an analyst."""
    path = prepared / "rich.duckdb"
    shutil.copyfile(prepared / "hub.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE runs_of_mine AS SELECT unnest([1, 1, 2, 2])::INTEGER AS i")
        con.execute("CREATE TABLE nested AS SELECT {'a': [[1], [2]], 'b': NULL} AS v, [NULL::VARCHAR] AS t")
        con.execute("CREATE MACRO mine(x) AS x + 1; CREATE SEQUENCE counter")
    return path


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_differs_is_seen(rich: Path, tmp_path: Path, statement: str) -> None:
    """Every small change makes the contents differ."""
    shutil.copyfile(rich, tmp_path / "changed.duckdb")
    with duckdb.connect(str(tmp_path / "changed.duckdb")) as con:
        con.execute(statement)

    assert differences(contents(rich), contents(tmp_path / "changed.duckdb"))


def test_the_order_of_rows_is_no_difference(rich: Path, tmp_path: Path) -> None:
    """The same rows in another order are equal contents."""
    shutil.copyfile(rich, tmp_path / "sorted.duckdb")
    with duckdb.connect(str(tmp_path / "sorted.duckdb")) as con:
        con.execute("CREATE TEMP TABLE turned AS FROM observations ORDER BY likes DESC")
        con.execute("DELETE FROM observations")
        con.execute("INSERT INTO observations FROM turned")

    assert differences(contents(rich), contents(tmp_path / "sorted.duckdb")) == ()
