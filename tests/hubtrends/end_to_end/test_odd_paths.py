"""Paths that cannot be a database."""

import os
from pathlib import Path

import pytest

import hubtrends
from hubtrends.cli import run
from hubtrends.errors import NotAFileError
from hubtrends.exit_codes import ExitCode

COMMANDS = [
    ["sql", "SELECT 1"], ["status"], ["doctor"], ["report"], ["trends", "model"], ["history", "a/b"], ["prune"],
    ["export"], ["backup"], ["watch", "list"], ["crawl", "model"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=[words[0] for words in COMMANDS])
def test_a_database_that_is_no_file(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command names a folder, a FIFO or a device in one line; none opens it."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    for path, what in ((".", "a folder"), ("fifo", "a device, a FIFO or a socket"), ("/dev/zero", "a device, a FIFO")):
        assert run([*words, "--db", path]) == ExitCode.USAGE
        assert capsys.readouterr().err.startswith(f"hubtrends: {path} is {what}")


@pytest.mark.parametrize("words", COMMANDS, ids=[words[0] for words in COMMANDS])
def test_a_name_that_is_too_long(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message is the system's, with the exit code of a usage error."""
    monkeypatch.chdir(tmp_path)

    assert run([*words, "--db", "x" * 300]) == ExitCode.USAGE
    assert capsys.readouterr().err.endswith("cannot be used: File name too long\n")


def test_bytes_that_are_not_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB accepts only UTF-8 in queries and paths."""
    monkeypatch.chdir(tmp_path)
    assert run(["sql", "SELECT '\udcff'"]) == ExitCode.USAGE
    monkeypatch.setenv("HUBTRENDS_DB", "\udcff")
    assert run(["status"]) == ExitCode.USAGE


def test_a_notebook_on_a_folder(tmp_path: Path) -> None:
    """The Python interface rejects such a path as well."""
    with pytest.raises(NotAFileError, match="is a folder"):
        hubtrends.open(tmp_path)
