"""What absence from a walk means: only a whole walk in creation order makes entities missing."""

from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import Rejection
from db.ingest.removals import suspects
from tests.fakes.walks import Page, Row, Store, day, new_store, repo


@pytest.mark.parametrize(
    ("scope", "cut_off", "status"),
    [
        pytest.param(Scope.HEAD, False, "listed", id="a head list ends somewhere"),
        pytest.param(Scope.FULL, True, "listed", id="a walk that was cut off has not come to it"),
        pytest.param(Scope.FULL, False, "missing", id="a whole walk should have shown it"),
    ],
)
def test_absence(tmp_path: Path, scope: Scope, cut_off: bool, status: str) -> None:
    """Only a whole walk in creation order makes an entity missing, and no walk makes it removed."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)
        store.take(Kind.MODEL, day(1), repo("a"), scope=scope, cut_off=cut_off)

        assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == status
        assert store.one("SELECT count(*) FROM events WHERE event = 'removed'") == 0


SEEN_BY_ID = Rejection(1, "likes: not a count", "", "b", "org/renamed")
SEEN_BY_NAME = Rejection(1, "_id: not there", "", None, "org/b")
NOT_SEEN = (
    Rejection(1, "likes: not a count", "", "c", "org/b"),
    Rejection(1, "not an object", "42"),
)
"""Another entity under the same name, and an item without readable id."""


def whole(store: Store, days: float, *rows: Row, rejected: Rejection | None = None) -> tuple[int, list[str]]:
    """Return the newly missing count and the suspects of a whole walk with one rejected item."""
    page = Page(rows, rejections=(rejected,) if rejected else ())
    walk = store.walk(Kind.MODEL, day(days), page, scope=Scope.FULL)
    found = suspects(store.con, walk, 10)
    store.take(Kind.MODEL, day(days), page, scope=Scope.FULL)
    return found.newly_missing, [entity.hub_id or "" for entity in found.entities]


@pytest.mark.parametrize("rejected", [SEEN_BY_ID, SEEN_BY_NAME], ids=["by its id", "by its name"])
def test_what_was_rejected_was_seen(tmp_path: Path, rejected: Rejection) -> None:
    """An entity shown as a rejected item is neither missing nor a suspect."""
    with new_store(tmp_path) as store:
        whole(store, 0, repo("a"), repo("b"))

        assert whole(store, 1, repo("a"), rejected=rejected) == (0, [])
        assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == "listed"


@pytest.mark.parametrize("rejected", NOT_SEEN, ids=["another entity of its name", "an item that cannot be told"])
def test_what_a_rejected_item_does_not_show(tmp_path: Path, rejected: Rejection) -> None:
    """A rejected item counts for its own id, or for its name if the id is unreadable."""
    with new_store(tmp_path) as store:
        whole(store, 0, repo("a"), repo("b"))

        assert whole(store, 1, repo("a"), rejected=rejected) == (1, ["b"])
        assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == "missing"


def test_a_missing_thing_that_is_shown_and_rejected_is_listed_again(tmp_path: Path) -> None:
    """A rejected item makes a missing entity listed again without a look-up; its numbers stay."""
    with new_store(tmp_path) as store:
        whole(store, 0, repo("a"), repo("b", likes=5))
        whole(store, 1, repo("a"))

        assert whole(store, 2, repo("a"), rejected=SEEN_BY_ID) == (0, [])
        assert store.ask("SELECT id, status, likes FROM models WHERE hub_id = 'b'") == [("org/b", "listed", 5)]


@pytest.mark.parametrize(("rejected", "status", "returned"), [(SEEN_BY_ID, "listed", 1), (SEEN_BY_NAME, "removed", 0)])
def test_a_removed_thing_that_is_shown_and_rejected(
    tmp_path: Path, rejected: Rejection, status: str, returned: int
) -> None:
    """A rejected item restores a removed entity by id, not by name alone."""
    with new_store(tmp_path) as store:
        whole(store, 0, repo("a"), repo("b"))
        store.con.execute("UPDATE entities SET status = 'removed' WHERE hub_id = 'b'")
        whole(store, 2, repo("a"), rejected=rejected)

        assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == status
        assert store.one("SELECT count(*) FROM events WHERE event = 'returned'") == returned
