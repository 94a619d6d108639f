"""What DuckDB may hold while a walk is taken in."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.kinds import Kind
from db.memory import LEAST_BYTES, lean, memory_bytes
from tests.db.walks import Store, day, new_store, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def limit(store: Store) -> object:
    return store.one("SELECT current_setting('memory_limit')")


def test_small_walks_share_one_limit() -> None:
    """It is the same up to 2.4 million things, and from there it grows with them."""
    assert memory_bytes(0) == memory_bytes(2_400_000) == LEAST_BYTES
    assert memory_bytes(6_000_000) == 2 * memory_bytes(3_000_000)


def test_the_limit_ends_with_the_block(store: Store) -> None:
    """Whatever happens within it, others find the limit that they had."""
    before = limit(store)

    with contextlib.suppress(ZeroDivisionError), lean(store.con, 10):
        assert limit(store) == "256.0 MiB"
        raise ZeroDivisionError
    assert limit(store) == before


def test_a_long_walk_gets_more(store: Store) -> None:
    """The first walk of all is as long as what is known after it."""
    with lean(store.con, 3 * 2**20):
        assert limit(store) == "330.0 MiB"


def test_a_short_walk_into_a_large_file_gets_more(store: Store) -> None:
    """It is joined with everything that is known of its kind."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.con.execute("INSERT INTO entities SELECT e.* FROM entities AS e, range(3 * 1024 * 1024 - 1)")

    with lean(store.con, 10):
        assert limit(store) == "330.0 MiB"
