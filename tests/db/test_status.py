"""The status of the store: the newest own snapshots and their problems."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import Rejection
from db.status import KindSnapshots, Rejects, miscounted, store_status
from tests.fakes.archives import Dump, take_dump
from tests.fakes.walks import Page, Store, day, new_store, paper, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def test_an_empty_file_has_nothing_to_show(store: Store) -> None:
    """The status of an empty store has all parts, and all are empty."""
    found = store_status(store.con)

    assert not any([found.held, found.newest, found.rejects, found.coverage, found.withheld])


def test_an_import_is_not_the_newest_snapshot(store: Store, tmp_path: Path) -> None:
    """A newer imported snapshot is counted but does not replace the own one."""
    store.take(Kind.MODEL, day(0), repo("a"))
    take_dump(store, tmp_path, Dump(day(3), {"a": {"id": "org/a", "likes": 1}}))

    found = store_status(store.con)

    assert [KindSnapshots(Kind.MODEL, own=1, imported=1)] == found.held
    assert [snapshot.observed_at for snapshot in found.newest] == [day(0)]


def test_a_kind_that_was_only_imported_has_no_newest(store: Store, tmp_path: Path) -> None:
    """A kind with imported snapshots only is counted and has no newest snapshot."""
    take_dump(store, tmp_path, Dump(day(3), {"a": {"id": "org/a", "likes": 1}}))

    found = store_status(store.con)

    assert ([KindSnapshots(Kind.MODEL, own=0, imported=1)], []) == (found.held, found.newest)


def test_duplicates_and_rejects_are_those_of_the_newest(store: Store) -> None:
    """Rejects are those of the newest snapshot, by kind, the most frequent first."""
    wrong = Rejection(0, "likes: not a number", '{"_id": "x"}')
    nameless = Rejection(1, "id: missing", "{}")
    store.take(Kind.MODEL, day(0), Page([repo("a")], rejections=(nameless,) * 3))
    store.take(
        Kind.MODEL, day(1), Page([repo("a")], listing="one", rejections=(nameless, wrong, wrong)), Page([repo("a")])
    )

    found = store_status(store.con)

    assert [(snapshot.records, snapshot.duplicates) for snapshot in found.newest] == [(1, 1)]
    assert [Rejects(Kind.MODEL, wrong.reason, 2), Rejects(Kind.MODEL, nameless.reason, 1)] == found.rejects


def test_coverage_is_of_the_columns_that_a_kind_has(store: Store) -> None:
    """Coverage has only columns of the kind, the lowest first."""
    store.take(Kind.MODEL, day(0), repo("a", likes=1, license="mit"), repo("b", likes=1))

    shares = {one.field: one.share or 0.0 for one in store_status(store.con).coverage if one.source == "store"}

    assert list(shares.values()) == sorted(shares.values())
    assert (shares["likes"], shares["license"], shares["task"]) == (1.0, 0.5, 0.0)
    assert "sdk" not in shares


def test_kinds_stand_in_their_usual_order(store: Store) -> None:
    """Kinds have their usual order, independent of the crawl order."""
    store.take(Kind.PAPER, day(0), paper("2609.00001"))
    store.take(Kind.MODEL, day(0), repo("a"))

    assert [snapshot.kind for snapshot in store_status(store.con).newest] == [Kind.MODEL, Kind.PAPER]


def test_a_mass_removal_waits_until_a_whole_walk_is_believed(store: Store) -> None:
    """A withheld removal is reported until a later whole walk is trusted."""
    everything = [repo(f"m{number}") for number in range(100)]
    store.take(Kind.MODEL, day(0), *everything, scope=Scope.FULL)
    store.take(Kind.MODEL, day(1), *everything[:90], scope=Scope.FULL)
    store.take(Kind.MODEL, day(2), *everything[:5])
    ((kind, evidence),) = store_status(store.con).withheld
    store.take(Kind.MODEL, day(3), *everything, scope=Scope.FULL)

    assert (kind, evidence) == (Kind.MODEL, "10 of 100 listed models were not shown: more than 2 %")
    assert store_status(store.con).withheld == []


def test_rows_that_are_gone_are_noticed(store: Store) -> None:
    """A snapshot with missing rows is reported with both counts."""
    taken = store.take(Kind.MODEL, day(0), repo("a"), repo("b"))
    assert miscounted(store.con) == []

    store.con.execute("DELETE FROM observations WHERE entity_key = 1")

    assert miscounted(store.con) == [(taken.snapshot_id, 2, 1)]
