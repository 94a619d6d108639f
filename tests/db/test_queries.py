"""Queries that the program runs before and after a crawl."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from db.queries import Owned, WalkSize, complete_snapshots, names_of, stored_namespaces, walk_sizes
from tests.fakes.walks import Store, article, day, new_store, paper, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with head walks of all kinds except datasets, and a full walk of models."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="Org/a"))
        store.take(Kind.MODEL, day(1), repo("a", id="Org/a"), repo("b", id="other/b"), scope=Scope.FULL)
        store.take(Kind.SPACE, day(0), repo("s", id="org/s"))
        store.take(Kind.PAPER, day(0), paper("2609.1"))
        store.take(Kind.ARTICLE, day(0), article("p"))
        yield store


def test_papers_and_articles_have_no_scope(store: Store) -> None:
    """A head walk of papers or articles counts for both scopes, one of repositories only for its own."""
    assert complete_snapshots(store.con, Scope.FULL) == {
        (Kind.MODEL, day(1)), (Kind.PAPER, day(0)), (Kind.ARTICLE, day(0)),
    }  # fmt: skip
    assert walk_sizes(store.con, Scope.FULL) == {
        Kind.MODEL: WalkSize(1, 2), Kind.PAPER: WalkSize(1, 1), Kind.ARTICLE: WalkSize(1, 1),
    }  # fmt: skip


def test_namespaces_are_compared_without_their_case(store: Store) -> None:
    """Namespaces are compared without case and returned as stored."""
    assert stored_namespaces(store.con, ["oRG", "nobody"]) == [Owned(Kind.MODEL, "Org"), Owned(Kind.SPACE, "org")]
    assert names_of(store.con, Kind.MODEL, ["b", "a", "s"]) == ["Org/a", "other/b"]
