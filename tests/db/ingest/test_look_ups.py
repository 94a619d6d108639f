"""Look-ups of a report in the store: numbers, requests, and entities that are private by now."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind
from crawler.lookups import LookUp
from crawler.plan import WatchedEntity
from db.ingest.look_ups import StoredLookUps, store_look_ups, without_look_up
from db.integrity.invariants import breaches
from db.integrity.isolated import open_isolated
from tests.fakes.walks import Store, day, new_store, repo

FRESH = day(-20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with two weekly snapshots of models; b is new in the second, a was renamed."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="org/old", likes=1), repo("c"))
        store.take(Kind.MODEL, day(7), repo("a", likes=5), repo("b", created_at=day(3)), repo("c"))
        yield store


def answer(hub_id: str, *, private: bool = False, **numbers: int) -> LookUp:
    return LookUp(WatchedEntity(Kind.MODEL, f"org/{hub_id}", hub_id), 1, 200, private, numbers)


def stores(store: Store, *answers: LookUp) -> StoredLookUps:
    return store_look_ups(store.con, Kind.MODEL, 2, answers, day(7) + timedelta(minutes=9))


def broken(store: Store) -> list[str]:
    """Return the names of the invariants that the stored file violates."""
    store.con.execute("CHECKPOINT")
    copy = store.file.with_name("copy.duckdb")
    shutil.copy(store.file, copy)
    with open_isolated(copy) as reader:
        return [breach.invariant.name for breach in breaches(reader, lambda _: None)]


def wanted(store: Store, *hub_ids: str, snapshot: int = 2) -> Sequence[str | None]:
    return [one.hub_id for one in without_look_up(store.con, Kind.MODEL, snapshot, hub_ids, FRESH)]


def test_numbers_go_into_the_snapshot_with_their_requests(store: Store) -> None:
    """The observation has the number, coverage counts it, and the snapshot its requests and its end."""
    assert stores(store, answer("a", used_storage=70), answer("c")) == StoredLookUps(requests=2, numbers=1)

    assert store.ask("SELECT hub_id, likes, used_storage FROM model_history WHERE used_storage > 0") == [("a", 5, 70)]
    assert store.one("SELECT carried FROM coverage WHERE snapshot_id = 2 AND field = 'used_storage'") == 1
    assert store.ask("SELECT requests, finished_at FROM snapshots WHERE snapshot_id = 2") == [
        (3, day(7) + timedelta(minutes=9))
    ]
    assert broken(store) == []


def test_an_entity_with_fresh_numbers_is_not_asked_again(store: Store) -> None:
    """Only entities of the snapshot without numbers of the last weeks are asked, in the given order."""
    stores(store, answer("a", used_storage=70))

    assert wanted(store, "c", "a", "b", "elsewhere") == ["c", "b"]


def test_a_snapshot_of_an_earlier_run_asks_for_nothing(store: Store) -> None:
    """What earlier commits have stored never changes."""
    assert wanted(store, "a", "c", snapshot=1) == []


def test_a_known_entity_that_is_private_by_now_leaves_the_snapshot(store: Store) -> None:
    """It keeps its past, has its former name, and is missing."""
    assert stores(store, answer("a", private=True)) == StoredLookUps(requests=1, hidden=1)

    assert store.ask("SELECT hub_id, observed_at FROM model_history WHERE hub_id = 'a'") == [("a", day(0))]
    assert store.ask("SELECT id, status, last_seen, last_snapshot FROM entities WHERE hub_id = 'a'") == [
        ("org/old", "missing", day(0), 1)
    ]
    assert store.ask("SELECT records, private FROM snapshots WHERE snapshot_id = 2") == [(2, 1)]
    assert broken(store) == []


def test_a_new_entity_that_is_private_by_now_leaves_no_trace(store: Store) -> None:
    """Nothing of it stays in the store: no name, no attribute, no event."""
    stores(store, answer("b", private=True))

    for table in ("entities", "repo_attributes", "events"):
        assert store.one(f"SELECT count(*) FROM {table} WHERE id = 'org/b'") == 0
    assert broken(store) == []
