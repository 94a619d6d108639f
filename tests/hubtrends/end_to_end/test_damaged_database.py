"""A damaged database on the command line: every command reports it and names the remedy."""

import errno
import os
import re
import shlex
from pathlib import Path

import duckdb
import pytest

from db.commit import working_copy
from db.errors import DiskFullError
from db.export import target
from db.export.target import Folder, reachable
from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.backups import advice, newest_good, noted_backups
from hubtrends.jobs.journal import Journal
from tests.fakes.command_line import database, said
from tests.fakes.damage import blocks_of, flip_in_block, swap_blocks

__all__ = ["database"]


def is_damaged(database: Path) -> None:
    """Flip a bit in the counters."""
    flip_in_block(database, blocks_of(database, "observations")[0])


def advised(text: str) -> list[str]:
    """Return the arguments of the command between backquotes."""
    (command,) = re.findall(r"run `hubtrends (.+?)`", text)
    return shlex.split(command)


COMMANDS = {
    "backup": (["backup", "new.duckdb"], ExitCode.DATABASE_UNUSABLE),
    "doctor": (["doctor", "--format", "csv"], ExitCode.ATTENTION),
    "doctor --deep": (["doctor", "--deep", "--format", "csv"], ExitCode.ATTENTION),
    "trends": (["trends", "model"], ExitCode.DATABASE_UNUSABLE),
    "sql": (["sql", "SELECT sum(likes) FROM observations"], ExitCode.DATABASE_UNUSABLE),
    "export": (["export", "--to", "out"], ExitCode.DATABASE_UNUSABLE),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_names_the_newest_good_backup(
    database: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The advised command restores the backup, and the same command then works."""
    words, code = COMMANDS[name]
    assert run(["backup", "safe/good 1.duckdb"]) == ExitCode.OK
    is_damaged(database)
    said(capsys)

    assert run(words) == code
    out, err = said(capsys)
    assert "damaged (table main.observations" in out + err or "is damaged (the block" in out + err
    assert not Path("new.duckdb").exists()
    assert run(advised(out + err)) == ExitCode.OK
    assert run(words) == ExitCode.OK


@pytest.mark.parametrize("words", [["backup", "new.duckdb"], ["doctor", "--deep", "--format", "csv"]], ids=" ".join)
def test_swapped_blocks_are_damage(database: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Their checksums hold, and DuckDB fails to decode them with messages that name no checksum."""
    assert run(["backup", "safe.duckdb"]) == ExitCode.OK
    swap_blocks(database, blocks_of(database, "entities")[0], blocks_of(database, "observations")[0])
    said(capsys)

    assert run(words) != ExitCode.OK
    out, err = said(capsys)
    assert "is damaged (table main." in out + err
    assert "hubtrends restore" in out + err
    assert not Path("new.duckdb").exists()


def test_the_newest_intact_backup_is_not_the_newest(database: Path) -> None:
    """Of three backups, one is damaged and one is deleted."""
    for name in ("first", "second", "third"):
        assert run(["backup", f"{name}.duckdb"]) == ExitCode.OK
    flip_in_block(Path("second.duckdb"), 1)
    Path("third.duckdb").unlink()

    backup = newest_good(database)
    assert backup is not None
    assert backup.path == database.with_name("first.duckdb")
    assert sorted(known.path.name for known in noted_backups(Journal(database))) == [
        "first.duckdb",
        "second.duckdb",
        "third.duckdb",
    ]


def test_without_a_journal_the_folder_is_looked_at(database: Path) -> None:
    """A backup next to the database is found by its checksum; without any, the message says how to look for one."""
    assert "no good backup is known: look for a file with a .sha256" in advice(database)
    run(["backup", "beside.duckdb"])
    Journal(database).path.unlink()

    assert f"hubtrends restore {database.with_name('beside.duckdb')} --db" in advice(database)


def test_a_deep_check_names_the_violated_invariants(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The pages are readable, but a row violates an invariant; a missing backup is a separate warning."""
    assert run(["doctor", "--deep", "--format", "csv"]) == ExitCode.OK
    out = said(capsys)[0]
    assert "every row was read" in out
    assert re.search(r"^invariants,ok,all \d+ hold", out, re.MULTILINE)
    assert "backup,warning,no intact backup is known,run `hubtrends backup`" in out

    with duckdb.connect(str(database)) as con:
        con.execute("UPDATE entities SET hub_id = 'a' WHERE kind = 'model'")
    assert run(["doctor", "--deep", "--format", "csv"]) == ExitCode.ATTENTION
    assert "violated once, for example by model a: " in said(capsys)[0]


@pytest.mark.parametrize("words", [["backup", "new.duckdb"], ["trends", "model"], ["report"]], ids=" ".join)
def test_a_missing_database_names_its_backup(
    database: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a backup the message says nothing about one; the advised command brings the database back."""
    moved = database.rename("moved")
    assert run(words) == ExitCode.NOTHING_YET
    assert "backup" not in said(capsys)[1].replace(" ".join(words), "")
    moved.rename(database)
    assert run(["backup", "safe.duckdb"]) == ExitCode.OK
    database.unlink()
    said(capsys)

    assert run(words) == ExitCode.NOTHING_YET

    told = re.search("the newest good backup is of .*: run `hubtrends (restore .+?)`", said(capsys)[1])
    assert told is not None
    assert run(shlex.split(told[1])) == ExitCode.OK
    assert database.exists()


PATHS = {
    "a folder": (["restore", "."], ExitCode.USAGE, ". is a folder, not a file"),
    "a pipe": (["restore", "pipe"], ExitCode.USAGE, "pipe is a pipe, not a file"),
    "a folder for a backup": (["backup", ".", "--force"], ExitCode.USAGE, ". is a folder"),
    "the journal": (["backup", "hub.duckdb.journal", "--force"], ExitCode.USAGE, "belongs to the database"),
    "text": (["restore", "text"], ExitCode.DATABASE_UNUSABLE, "text is no database of hubtrends: name a file"),
}


@pytest.mark.parametrize(("words", "code", "reason"), PATHS.values(), ids=PATHS.keys())
def test_a_path_that_no_database_can_have(
    database: Path, words: list[str], code: ExitCode, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command fails at once with one line."""
    os.mkfifo("pipe")
    Path("text").write_text("no database" * 999)

    assert run(words) == code
    assert reason in said(capsys)[1]


@pytest.mark.parametrize("words", [["doctor"], ["trends", "model"], ["status"], ["crawl"], ["backup"]])
def test_a_fifo_as_the_database_is_refused_at_once(
    database: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A FIFO has no writer, so opening it would block; its name may be a typing mistake."""
    os.mkfifo("pipe")

    assert run([*words, "--db", "pipe"]) in (ExitCode.USAGE, ExitCode.ATTENTION)
    assert "pipe is a device, a FIFO or a socket" in " ".join(said(capsys))


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("words", [["backup", "new.duckdb"], ["export", "--to", "out"]], ids=["backup", "export"])
def test_a_full_disk_has_its_own_exit_code(
    database: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the file that could not be written."""
    monkeypatch.setattr(working_copy, "clone", full)
    monkeypatch.setattr(target, "replace_durably", full)

    assert run(words) == ExitCode.DISK_FULL
    assert re.search(
        r"(new\.duckdb|out\S*) cannot be written,? (for|because) the disk is full: make room", said(capsys)[1]
    )


def test_a_disk_that_duckdb_finds_full(tmp_path: Path) -> None:
    """DuckDB writes the Parquet files of an export itself, and its error is mapped as well."""
    with (
        pytest.raises(DiskFullError, match="out cannot be written"),
        reachable(tmp_path / "x.duckdb", Folder(Path("out"))),
    ):
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")
