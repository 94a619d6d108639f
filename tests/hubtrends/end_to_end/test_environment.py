"""Machines without a usable home folder or with few file descriptors."""

from pathlib import Path

import pytest

from crawler.kinds import Kind
from hubtrends.exit_codes import ExitCode
from tests.fakes.user import User
from tests.fakes.walks import day, new_store, repo


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Return a user with a database of one week."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="org/a", likes=7))
        store.file.rename(tmp_path / "hub.duckdb")
    return User(tmp_path)


def test_a_home_that_is_not_writable(user: User) -> None:
    """Matplotlib's cache goes next to the database, without a message."""
    done = user.runs("report", "--as-of", "2026-10-06", HOME="/dev/null")

    assert done.returncode == ExitCode.OK, done.stderr
    assert "atplotlib" not in done.stderr
    assert (user.home / "hub.duckdb.matplotlib").is_dir()


@pytest.mark.parametrize("words", [("sql", "SELECT 1"), ("status",), ("trends", "model"), ("report",)])
def test_few_file_descriptors(user: User, words: tuple[str, ...]) -> None:
    """A command works with few descriptors, or names the shortage in one line."""
    for few in (12, 20):
        done = user.shell(f'ulimit -n {few}; "$@"', *words)

        assert b"Traceback" not in done.stderr, done.stderr
        assert done.returncode != ExitCode.FAILED, done.stderr
