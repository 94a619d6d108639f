"""After an undo, every table is as if the archive had never been imported."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crawler.kinds import Kind, Scope
from db.importing.errors import NeededByOthersError, UnknownOriginError
from db.importing.times import ObservationTime
from db.importing.undo import plan_undo, undo_import
from tests.db.importing.test_archive_order import histories
from tests.fakes.archives import Dump, bring_in, take_dump, write_parquet
from tests.fakes.examples import BUILDS_DATABASE
from tests.fakes.walks import Store, day, new_store, repo

SNAPSHOT = "(SELECT (n.kind, n.origin, n.observed_at) FROM snapshots AS n WHERE n.snapshot_id = t.{})"
LAST_SNAPSHOT = SNAPSHOT.format("last_snapshot")
ENTITY = "(SELECT n.hub_id FROM entities AS n WHERE n.entity_key = t.entity_key)"
KEYED = f"{SNAPSHOT.format('snapshot_id')}, {ENTITY}, t.* EXCLUDE (snapshot_id, entity_key)"

TABLES = {
    "snapshots": "SELECT t.* EXCLUDE (snapshot_id) FROM snapshots AS t",
    "entities": f"SELECT t.* EXCLUDE (entity_key, last_snapshot), {LAST_SNAPSHOT} FROM entities AS t",
    "repo_attributes": f"SELECT {ENTITY}, t.* EXCLUDE (entity_key, fingerprint) FROM repo_attributes AS t",
    "observations": f"SELECT {KEYED} FROM observations AS t",
    "events": f"SELECT {KEYED} FROM events AS t",
    "links": "SELECT t.* EXCLUDE (from_key, to_key) FROM links AS t",
    "rejects": f"SELECT {SNAPSHOT.format('snapshot_id')}, t.* EXCLUDE (snapshot_id) FROM rejects AS t",
    "coverage": f"SELECT {SNAPSHOT.format('snapshot_id')}, t.* EXCLUDE (snapshot_id) FROM coverage AS t",
    "sources": f"SELECT {SNAPSHOT.format('snapshot_id')}, t.* EXCLUDE (snapshot_id) FROM sources AS t",
}
"""Snapshot ids and entity keys depend on earlier rows, so the rows that they refer to are compared."""


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {name: store.ask(f"{query} ORDER BY ALL") for name, query in TABLES.items()}


def in_order(dumps: Sequence[Dump], chance: Any) -> list[Dump]:
    """Shuffle the imports; a crawl cannot come after a newer import."""
    own = sorted((dump for dump in dumps if dump.is_own), key=lambda dump: dump.at)
    imports = [dump for dump in dumps if not dump.is_own]
    chance.shuffle(imports)
    ordered = []
    for dump in imports:
        while own and own[0].at <= dump.at:
            ordered.append(own.pop(0))
        ordered.append(dump)
    return ordered + own


def after(dumps: Sequence[Dump], undone: str | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Return the contents of a store after the dumps and the undo of an archive."""
    with TemporaryDirectory() as folder, new_store(Path(folder)) as store:
        for dump in dumps:
            take_dump(store, Path(folder), dump)
        if undone:
            undo_import(store.con, undone)
        return contents(store)


@given(histories, st.sampled_from(("early", "late")), st.randoms(use_true_random=False))
@settings(BUILDS_DATABASE, derandomize=True)
def test_an_undo_leaves_nothing(dumps: list[Dump], undone: str, chance: object) -> None:
    """This holds for any history of crawls and another archive, with the same and other entities."""
    theirs = {dump.at for dump in dumps if dump.origin == "early"} & {d.at for d in dumps if d.origin == "late"}
    assume(any(dump.origin == undone for dump in dumps) and not (undone == "late" and theirs))
    ordered = in_order(dumps, chance)

    assert after(ordered, undone) == after([dump for dump in ordered if dump.origin != undone])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def crawl(store: Store, at: float) -> None:
    """Store a full walk; its entities change over time."""
    shown = {
        0: [repo("a", id="org/one", downloads_all_time=50), repo("b", downloads_all_time=9)],
        10: [repo("a", id="org/two", downloads_all_time=40, gated="auto"), repo("new", created_at=day(8))],
        20: [repo("a", id="org/two"), repo("b", license="mit"), repo("new", created_at=day(8), disabled=True)],
    }
    store.take(Kind.MODEL, day(at), *shown[int(at)], scope=Scope.FULL)


def archive(store: Store, folder: Path, at: float, origin: str = "gone") -> None:
    """Import a dump that differs in many values."""
    rows: list[dict[str, Any]] = [
        {"_id": "a", "id": "org/three", "downloadsAllTime": 45 + at, "gated": "manual", "createdAt": day(-500)},
        {"_id": "b", "id": "org/b", "downloadsAllTime": 20, "gated": "no", "createdAt": day(-500)},
        {"_id": "new", "id": "org/new", "downloadsAllTime": 1, "gated": "no", "createdAt": day(8)},
        {"_id": "only", "id": "org/only", "downloadsAllTime": -1 if at > 9 else 1, "gated": "no", "createdAt": day(1)},
    ]
    path = write_parquet(folder / f"{origin}-{at}.parquet", rows)
    bring_in(store, path, origin=origin, when=ObservationTime(at=day(at)))


def test_events_of_crawls_are_as_without_the_archive(store: Store, tmp_path: Path) -> None:
    """Renames, gates, revisions, returns, removals and first appearances are compared without the archive."""
    for at, take in ((0, crawl), (5, archive), (9, archive), (10, crawl), (15, archive), (20, crawl)):
        take(store, at) if take is crawl else archive(store, tmp_path, at)
    (tmp_path / "alone").mkdir()
    with new_store(tmp_path / "alone") as alone:
        for at in (0, 10, 20):
            crawl(alone, at)

        (undone,) = undo_import(store.con, "gone")

        assert contents(store) == contents(alone)
    assert (undone.snapshots, undone.entities, undone.rejects) == ((2, 3, 5), 1, 1)


def test_values_that_only_the_archive_stated_are_deleted(store: Store, tmp_path: Path) -> None:
    """Another archive without the column had kept the value; the other archive's own value stays."""
    for at, stated in ((3, {"pipeline_tag": "translation"}), (6, {"author": "org"})):
        path = write_parquet(tmp_path / f"{at}.parquet", [{"_id": "a", "id": "org/a", **stated}])
        bring_in(store, path, origin="gone" if at == 3 else "other", when=ObservationTime(at=day(at)))
    assert store.one("SELECT task FROM models") == "translation"

    undo_import(store.con, "gone")

    assert store.ask("SELECT valid_from, valid_to, author, task FROM repo_attributes") == [(day(6), None, "org", None)]


def test_an_archive_that_another_one_needs(store: Store, tmp_path: Path) -> None:
    """Rows without ids depend on an archive with ids, so they are taken back first."""
    archive(store, tmp_path, 3)
    names = write_parquet(tmp_path / "names.parquet", [{"id": "org/only", "downloads": 5}])
    bring_in(store, names, origin="names", when=ObservationTime(at=day(4)))
    before = contents(store)

    with pytest.raises(NeededByOthersError, match="--undo names"):
        undo_import(store.con, "gone")
    assert contents(store) == before

    for origin in ("names", "gone"):
        undo_import(store.con, origin)
    assert set(map(len, contents(store).values())) == {0}


def test_an_unknown_archive(store: Store, tmp_path: Path) -> None:
    """The message lists the imported archives; crawls are not an archive."""
    archive(store, tmp_path, 3)
    crawl(store, 10)

    for origin in ("other", "crawl"):
        with pytest.raises(UnknownOriginError, match=f"no archive '{origin}': it has gone"):
            plan_undo(store.con, origin)
