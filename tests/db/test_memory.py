"""The memory limits of an ingest and of an analysis."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind
from db.ingest.ingest import ingest_walks
from db.memory import cap_memory, with_memory_limit
from tests.fakes.walks import Page, Store, day, new_store, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


SETTINGS = "SELECT current_setting('memory_limit'), current_setting('threads')"


def test_the_limit_ends_with_the_work(store: Store) -> None:
    """The session has its original limits afterwards, even after a failure."""
    before = store.ask(SETTINGS)

    assert with_memory_limit(store.con, lambda: store.ask(SETTINGS)) == [("128.0 MiB", 1)]
    with pytest.raises(ZeroDivisionError):
        with_memory_limit(store.con, lambda: 1 // 0)
    assert store.ask(SETTINGS) == before


def test_a_limit_that_is_too_small_is_raised(store: Store) -> None:
    """If a limit is too small, the walk is stored once under the next one."""
    rows = [repo(f"m{number}", tags=[f"word-{number}-{tag}" for tag in range(20)]) for number in range(5000)]
    walk = store.walk(Kind.MODEL, day(0), Page(rows))

    (stored,) = ingest_walks(store.con, [walk], "1.0", memory_limits=(1, 128))

    assert stored.records == store.one("SELECT count(*) FROM repo_attributes") == 5000


class CommitWithoutRoom:
    """Work whose first COMMIT fails for lack of memory."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self) -> int:
        self.tries += 1
        if self.tries == 1:
            raise duckdb.TransactionException("Failed to commit: failed to allocate data of size 3.0 MiB")
        return self.tries


def test_a_limit_that_is_too_small_for_the_commit_is_raised(store: Store) -> None:
    """A COMMIT without memory raises another class and is retried too."""
    assert with_memory_limit(store.con, CommitWithoutRoom()) == 2


def test_an_ingest_that_no_limit_suffices_for_stores_nothing(store: Store) -> None:
    """If no limit suffices, DuckDB's error is raised and the transaction rolled back."""
    walk = store.walk(Kind.MODEL, day(0), Page([repo(f"m{number}") for number in range(5000)]))

    with pytest.raises(duckdb.OutOfMemoryException):
        ingest_walks(store.con, [walk], "1.0", memory_limits=(1,))
    assert store.one("SELECT count(*) FROM entities") == 0


def test_an_analysis_lowers_the_limit_only_while_it_lasts(store: Store) -> None:
    """The session has its own limit afterwards, even after a failure."""
    before = store.ask(SETTINGS)

    with cap_memory(store.con, 300_000_000):
        ((during, _),) = store.ask(SETTINGS)
    with pytest.raises(KeyError), cap_memory(store.con):
        raise KeyError

    assert (during, store.ask(SETTINGS)) == ("286.1 MiB", before)


def test_a_lower_limit_of_the_session_stays(store: Store) -> None:
    """An analysis never raises the limit of its caller."""
    store.ask("SET memory_limit = '200MiB'")

    with cap_memory(store.con):
        ((during, _),) = store.ask(SETTINGS)

    assert during == store.ask(SETTINGS)[0][0] == "200.0 MiB"
