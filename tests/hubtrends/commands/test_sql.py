"""SQL on the command line: answers, limits and interruption."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import hubtrends
from crawler.kinds import Kind
from hubtrends.errors import MemoryLimitError, SizeError
from hubtrends.exit_codes import ExitCode
from hubtrends.sizes import parse_size
from tests.fakes.user import COMMAND, User, one_line
from tests.fakes.walks import day, new_store, repo


@pytest.fixture
def user(tmp_path: Path) -> User:
    """A user with a database of one week."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="org/a", likes=7), repo("b", id="org/b", likes=3))
        store.file.rename(tmp_path / "hub.duckdb")
    return User(tmp_path)


def test_an_answer_as_parquet(user: User) -> None:
    """Bytes go to a pipe or a file; rows beyond the limit are mentioned on stderr."""
    query = "SELECT id, likes FROM models ORDER BY id"
    done = user.shell('"$@"', "sql", query, "--format", "parquet", "--limit", "1")

    assert pl.read_parquet(io.BytesIO(done.stdout)).rows() == [("org/a", 7)]
    assert b"only the first 1 rows" in done.stderr


def test_parquet_is_not_for_a_terminal(user: User) -> None:
    """The user is asked to redirect the output."""
    reader, terminal = pty.openpty()
    words = ("sql", "SELECT 1", "--format", "parquet")
    done = subprocess.run(
        [*COMMAND, *words], cwd=user.home, stdout=terminal, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(terminal)
    os.close(reader)

    assert done.returncode == ExitCode.USAGE
    assert "redirect it" in done.stderr


def test_a_query_of_one_step_that_takes_too_long(user: User) -> None:
    """DuckDB cannot interrupt a step, here a file that never opens; the time limit still holds."""
    os.mkfifo(user.home / "never.csv")
    done = user.runs("sql", "SELECT * FROM read_csv('never.csv')", "--unsafe", "--timeout", "0.2")

    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert one_line(done.stderr).endswith("it took longer than 0.2 s; raise the limit with --timeout")


def test_a_query_of_many_steps_that_takes_too_long(user: User) -> None:
    """A query of many steps ends with the same message."""
    endless = "SELECT max(a.range + b.range) FROM range(1000000000) a, range(1000000000) b"
    done = user.runs("sql", endless, "--timeout", "0.2")

    assert one_line(done.stderr).endswith("it took longer than 0.2 s; raise the limit with --timeout")


@pytest.mark.parametrize(
    "query",
    ["SELECT length(repeat('x', 3000000000))", "SELECT len(list(range)) FROM range(1000000000)"],
    ids=["one value", "an aggregate"],
)
def test_a_query_that_needs_too_much_memory(user: User, query: str) -> None:
    """The limit holds for all memory, counted by DuckDB or not, and the message names the limit."""
    done = user.runs("sql", query, "--memory", "100MB")

    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert one_line(done.stderr).endswith("it needs more memory than 100 MB; raise the limit with --memory")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("style", ["csv", "parquet"])
def test_a_query_can_be_interrupted(user: User, style: str, number: signal.Signals) -> None:
    """A signal ends a running query: no answer, no traceback, and no remaining process."""
    pipe = user.home / "rows.csv"
    os.mkfifo(pipe)
    asked = user.starts("sql", f"SELECT * FROM read_csv('{pipe}')", "--unsafe", "--format", style)
    with pipe.open("wb"):  # opens when the query reads
        asked.send_signal(number)
        out, err = asked.communicate()  # ends when the last process that holds the pipes has ended

    assert asked.returncode == (ExitCode.INTERRUPTED if number == signal.SIGINT else 128 + number)
    assert (out, b"Traceback" in err) == (b"", False)


def test_an_error_in_a_query_is_shown_with_its_position(user: User) -> None:
    """DuckDB's lines and caret are unchanged."""
    lines = user.runs("sql", "SELECT id\nFROM modles").stderr.splitlines()

    assert lines[-2] == "LINE 2: FROM modles"
    assert set(lines[-1].strip()) == {"^"}


@pytest.mark.parametrize("words", [("--memory", "1KB"), ("--memory", "lots"), ("--timeout", "nan"), ("--timeout", "0")])
def test_limits_that_are_refused(user: User, words: tuple[str, str]) -> None:
    """An invalid limit is refused before the query starts."""
    done = user.runs("sql", "SELECT 1", *words)

    assert done.returncode == ExitCode.USAGE
    assert f"Invalid value for '{words[0]}'" in done.stderr


def test_sizes() -> None:
    """Units are powers of ten and of two, as in DuckDB."""
    assert [parse_size(text) for text in ("500MB", "2 GB", "1.5gib")] == [500_000_000, 2_000_000_000, 1_610_612_736]
    with pytest.raises(SizeError, match="500MB"):
        parse_size("1.5")


def test_the_limit_of_a_notebook(user: User) -> None:
    """A frame that needs too much memory raises an error that names the remedy; the next query works."""
    with hubtrends.open(user.home / "hub.duckdb", memory="50MB") as hub:
        with pytest.raises(
            MemoryLimitError, match=r"more memory than 50 MB; raise the limit with hubtrends.open\(memory=...\)"
        ):
            hub.sql("SELECT len(list(range)) FROM range(1000000000)")
        assert hub.sql("SELECT 1 AS a").rows() == [(1,)]


def test_the_entry_starts_no_thread() -> None:
    """The child is forked before any library starts a thread, because a fork would lose it."""
    code = "import hubtrends.cli, os, sys; print(len(os.listdir('/proc/self/task')), 'duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "1 False\n"


CHINESE = "SELECT '中😀' AS name"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "latin-1:strict", "shift_jis", "utf-8"])
@pytest.mark.parametrize("style", ["table", "json", "csv", "md"])
def test_an_encoding_that_lacks_a_character(user: User, style: str, encoding: str) -> None:
    """The character is escaped; JSON readers decode it to the same character."""
    done = user.shell('"$@"', "sql", CHINESE, "--format", style, PYTHONIOENCODING=encoding)
    said = done.stdout.decode(encoding.partition(":")[0])

    assert done.returncode == ExitCode.OK, done.stderr
    assert "中😀" in said or "\\ud83d\\ude00" in said
    if style == "json":
        assert json.loads(said) == [{"name": "中😀"}]


OUTPUTS = {
    '"$@" | head -1; exit ${PIPESTATUS[0]}': (ExitCode.READER_GONE, ""),
    '"$@" >&-': (ExitCode.OUTPUT_LOST, "hubtrends: stdout cannot be written: it is closed\n"),
    '"$@" >/dev/full': (ExitCode.DISK_FULL, "hubtrends: stdout cannot be written: No space left on device\n"),
    '"$@" 2>&- | tail -1': (ExitCode.OK, ""),
    '"$@" 2>/dev/full | tail -1': (ExitCode.OK, ""),
}


@pytest.mark.parametrize("line", OUTPUTS)
def test_a_stdout_that_accepts_nothing(user: User, line: str) -> None:
    """A full disk gives one line and an exit code; a closed pipe is no failure."""
    done = user.shell(line, "sql", "SELECT repeat('x', 100) FROM range(20000)", "--limit", "20000", "--format", "csv")

    assert (done.returncode, done.stderr.decode()) == OUTPUTS[line]
