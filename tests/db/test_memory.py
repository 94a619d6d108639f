"""What DuckDB may hold while a walk is taken in."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind
from db.memory import with_memory_limit
from tests.fakes.walks import Page, Store, day, new_store, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


SETTINGS = "SELECT current_setting('memory_limit'), current_setting('threads')"


def test_the_limit_ends_with_the_work(store: Store) -> None:
    """Whatever happens within it, others find DuckDB's own limits again."""
    before = store.ask(SETTINGS)

    assert with_memory_limit(store.con, lambda: store.ask(SETTINGS)) == [("128.0 MiB", 1)]
    with pytest.raises(ZeroDivisionError):
        with_memory_limit(store.con, lambda: 1 // 0)
    assert store.ask(SETTINGS) == before


def test_a_limit_that_is_too_tight(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk is taken in under the next one, once and whole."""
    monkeypatch.setattr("db.memory.LIMITS_MIB", (1, 128))
    walk = Page([repo(f"m{number}", tags=[f"word-{number}-{tag}" for tag in range(20)]) for number in range(5000)])

    taken = store.take(Kind.MODEL, day(0), walk)

    assert taken.records == store.one("SELECT count(*) FROM repo_attributes") == 5000


class CommitWithoutRoom:
    """Work that fails as a COMMIT does that finds no memory, but for the second time."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self) -> int:
        self.tries += 1
        if self.tries == 1:
            raise duckdb.TransactionException("Failed to commit: failed to allocate data of size 3.0 MiB")
        return self.tries


def test_a_limit_that_is_too_tight_for_the_commit(store: Store) -> None:
    """DuckDB gives it another name; it is tried again as well."""
    assert with_memory_limit(store.con, CommitWithoutRoom()) == 2


def test_no_limit_is_enough(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said so, and nothing is stored."""
    monkeypatch.setattr("db.memory.LIMITS_MIB", (1,))
    walk = Page([repo(f"m{number}") for number in range(5000)])

    with pytest.raises(duckdb.OutOfMemoryException):
        store.take(Kind.MODEL, day(0), walk)
    assert store.one("SELECT count(*) FROM entities") == 0
