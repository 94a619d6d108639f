"""Dropping a snapshot leaves the store that the other snapshots alone would produce."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import Rejection
from db.deletion.drop_snapshot import contents, drop_snapshots, runs_left
from db.errors import UnknownSnapshotError
from db.queries import mirror_journal
from tests.fakes.archives import Dump, in_store, known_after, take_dump
from tests.fakes.examples import BUILDS_DATABASE
from tests.fakes.walks import Page, Row, Store, day, new_store, paper, repo

COMPARED = {
    "snapshots": "* EXCLUDE (walk_id)",
    "entities": "* EXCLUDE (last_modified)",
    "repo_attributes": "*",
    "observations": "*",
    "events": "*",
    "rejects": "*",
    "coverage": "*",
}
"""Excluded columns: newer values of `last_modified` are kept, and walk ids are random."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as made:
        yield made


def tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Read every table that a crawl writes, in a fixed order."""
    return {name: store.ask(f"SELECT {columns} FROM {name} ORDER BY ALL") for name, columns in COMPARED.items()}


@dataclass(frozen=True)
class Seen:
    """The input of one walk of a small Hub."""

    rows: tuple[Row, ...]
    scope: Scope
    rejected: int


def random_walk(chance: random.Random) -> Seen:
    """Generate a walk over some of six repositories with random attributes and counters."""
    rows = [
        repo(
            f"h{key}",
            id=f"org/{chance.choice('ab')}{key}",
            gated=chance.choice(["no", "auto"]),
            license=chance.choice([None, "mit"]),
            likes=chance.randrange(50),
            downloads=chance.randrange(1000),
            downloads_all_time=chance.choice([None, 1000 + chance.randrange(100)]),
            created_at=day(-400 if key < 4 else 0.5),
            last_modified=day(-chance.randrange(5)),
        )
        for key in range(6)
        if chance.random() < 0.7
    ]
    return Seen(tuple(rows), chance.choice([Scope.HEAD, Scope.FULL]), chance.randrange(3))


def take(store: Store, number: int, seen: Seen) -> int:
    rejections = tuple(Rejection(place, "id: not text", "{}") for place in range(seen.rejected))
    page = Page(seen.rows, rejections=rejections, fields={"likes": "int"})
    return store.take(Kind.MODEL, day(number), page, scope=seen.scope).snapshot_id


def built(folder: Path, walks: Sequence[tuple[int, Seen]], *drop: int) -> dict[str, list[tuple[object, ...]]]:
    """Build a store from the walks except those numbered in `drop`, and return its tables."""
    folder.mkdir()
    with new_store(folder) as store:
        ids = {number: take(store, number, seen) for number, seen in walks}
        drop_snapshots(store.con, [ids[number] for number in drop], [])
        return tables(store)


@BUILDS_DATABASE
@given(st.integers(0, 2**32))
def test_dropping_the_newest_gives_the_store_without_it(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Every table is equal, for any content of the last of three snapshots."""
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("pair")
    walks = [(number, random_walk(chance)) for number in range(3)]

    assert built(folder / "with", walks, 2) == built(folder / "without", walks[:2])


LATER = {
    "snapshots": "SELECT kind, scope, observed_at, complete, records, duplicates, rejected FROM snapshots",
    "entities": "SELECT hub_id, id, created_at, first_seen, last_seen, status FROM entities",
    "repo_attributes": "SELECT e.hub_id, f.* EXCLUDE (entity_key) FROM repo_attributes AS f"
    " JOIN entities AS e USING (entity_key)",
    "observations": "SELECT s.observed_at, e.hub_id, o.* EXCLUDE (snapshot_id, entity_key) FROM observations AS o"
    " JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)",
    "rejects": "SELECT s.observed_at, r.* EXCLUDE (snapshot_id) FROM rejects AS r"
    " JOIN snapshots AS s USING (snapshot_id)",
}
"""Columns that do not depend on the order of arrival, as keys and events do."""


@BUILDS_DATABASE
@given(st.integers(0, 2**32))
def test_dropping_an_earlier_one_gives_what_the_others_say(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Attributes, sightings and status follow from the remaining snapshots."""
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("pair")
    walks = [(number, random_walk(chance)) for number in range(4)]
    dropped = chance.choice([0, 1, 2])
    found = []
    for name, taken, gone in (("with", walks, [dropped]), ("without", [w for w in walks if w[0] != dropped], [])):
        (folder / name).mkdir()
        with new_store(folder / name) as store:
            ids = {number: take(store, number, seen) for number, seen in taken}
            drop_snapshots(store.con, [ids[number] for number in gone], [])
            found.append({table: store.ask(f"{query} ORDER BY ALL") for table, query in LATER.items()})

    assert found[0] == found[1]


def test_a_change_that_only_the_dropped_one_saw(store: Store) -> None:
    """Equal attributes before and after the dropped snapshot become one row without a gap."""
    for number, gated in enumerate(["no", "auto", "no"]):
        store.take(Kind.MODEL, day(number), repo("a", gated=gated))

    drop_snapshots(store.con, [2], [])

    assert store.ask("SELECT gated, valid_from, valid_to FROM repo_attributes") == [("no", day(0), None)]


def test_a_change_that_a_later_one_repeats(store: Store) -> None:
    """The changed attributes start at the next sighting."""
    for number, gated in enumerate(["no", "auto", "auto"]):
        store.take(Kind.MODEL, day(number), repo("a", gated=gated))

    drop_snapshots(store.con, [2], [])

    assert store.ask("SELECT gated, valid_from, valid_to FROM repo_attributes ORDER BY 2") == [
        ("no", day(0), day(2)),
        ("auto", day(2), None),
    ]


def call_removed(store: Store, hub_id: str, snapshot_id: int, days: float) -> None:
    """Write the rows of a look-up that found no entity."""
    store.con.execute("UPDATE entities SET status = 'removed' WHERE hub_id = ?", [hub_id])
    store.con.execute(
        "INSERT INTO events SELECT 'removed', 'model', entity_key, id, ?, ?, 'missing', 'removed', 'answered 404'"
        " FROM entities WHERE hub_id = ?",
        [snapshot_id, day(days), hub_id],
    )


def test_a_removal_is_taken_back(store: Store) -> None:
    """An entity that only the dropped snapshot marked as removed is listed again."""
    store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)
    store.take(Kind.MODEL, day(1), repo("a"), scope=Scope.FULL)
    call_removed(store, "b", 2, 1)

    drop_snapshots(store.con, [2], [])

    assert store.ask("SELECT hub_id, status FROM entities ORDER BY ALL") == [("a", "listed"), ("b", "listed")]
    assert store.one("SELECT count(*) FROM events WHERE event = 'removed'") == 0


def test_a_return_is_taken_back(store: Store) -> None:
    """An entity is removed again if only the dropped snapshot saw it after its removal."""
    store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)
    store.take(Kind.MODEL, day(1), repo("a"), scope=Scope.FULL)
    call_removed(store, "b", 2, 1)
    store.take(Kind.MODEL, day(2), repo("b"))

    drop_snapshots(store.con, [3], [])

    assert store.ask("SELECT hub_id, status, last_seen FROM entities ORDER BY ALL") == [
        ("a", "listed", day(1)),
        ("b", "removed", day(0)),
    ]


def test_a_missing_entity_is_missing_still_by_another_walk(store: Store) -> None:
    """An entity that two full walks missed stays missing when one walk is dropped."""
    store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)
    store.take(Kind.MODEL, day(1), repo("a"), scope=Scope.FULL)
    store.take(Kind.MODEL, day(2), repo("a"), scope=Scope.FULL)

    drop_snapshots(store.con, [3], [])
    assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == "missing"
    drop_snapshots(store.con, [2], [])
    assert store.one("SELECT status FROM entities WHERE hub_id = 'b'") == "listed"


def test_a_crawl_after_a_snapshot_of_the_future(store: Store) -> None:
    """Without the future snapshot, a refused crawl is stored under the next snapshot id."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1700), repo("a", likes=7), repo("new"))

    drop_snapshots(store.con, [2], [])
    taken = store.take(Kind.MODEL, day(1), repo("a", likes=8), repo("other"))

    assert taken.snapshot_id == 2
    assert store.ask("SELECT hub_id, entity_key, last_seen FROM entities ORDER BY 2") == [
        ("a", 1, day(1)),
        ("other", 2, day(1)),
    ]


def test_a_snapshot_whose_past_was_pruned(store: Store) -> None:
    """Entities that pruned snapshots also observed are kept, and the next walk recognises them."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1), repo("a", gated="auto"))
    store.con.execute("DELETE FROM observations WHERE snapshot_id = 1")
    store.con.execute("DELETE FROM snapshots WHERE snapshot_id = 1")

    drop_snapshots(store.con, [2], [])
    store.take(Kind.MODEL, day(2), repo("a", gated="manual"))

    assert store.ask("SELECT entity_key, hub_id, first_seen, last_seen FROM entities") == [(1, "a", day(0), day(2))]
    assert store.ask("SELECT gated, valid_from, valid_to FROM repo_attributes ORDER BY 2") == [
        ("no", day(0), day(2)),
        ("manual", day(2), None),
    ]


def test_an_imported_snapshot(store: Store, tmp_path: Path) -> None:
    """Dropping an import before, between or after crawls restores the store that the crawls produce."""
    own = [
        Dump(day(0), {"a": {"id": "org/a", "task": "asr"}, "b": {"id": "org/b"}}, origin="crawl"),
        Dump(day(9), {"a": {"id": "org/a", "task": "asr"}, "b": {"id": "org/new"}}, origin="crawl"),
    ]
    for dump in own:
        take_dump(store, tmp_path, dump)
    for days in (-5, 5, 15):
        rows = {"a": {"id": "org/a", "task": "tts"}, "b": {"id": "org/b"}, "c": {"id": "org/c"}}
        take_dump(store, tmp_path, Dump(day(days), rows))
        assert in_store(store) != known_after(own)
        drop_snapshots(store.con, [3], [])
        assert in_store(store) == known_after(own)


def test_other_kinds_stay(store: Store) -> None:
    """Dropping a snapshot keeps the snapshots of other kinds from its run."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.PAPER, day(0), paper("p"))

    drop_snapshots(store.con, [2], [])

    assert store.ask("SELECT kind FROM entities") == [("model",)]
    assert store.one("SELECT count(*) FROM paper_attributes") == 0


def test_lists_that_compare_the_snapshot_go(store: Store) -> None:
    """Lists that compare the snapshot are deleted with their picks; other lists are kept."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1), repo("a"))
    for at, now in ((day(0), 1), (day(1), 2)):
        store.con.execute(
            "INSERT INTO lists BY NAME SELECT ? AS report_at, 'model' AS kind, 'likes' AS metric, 'risers' AS list,"
            " 'score' AS ordered_by, 1 AS considered, [] AS left_out, ? AS now_snapshot, 'exact' AS basis,"
            " '1' AS tool_version",
            [at, now],
        )
        store.con.execute(
            "INSERT INTO picks BY NAME SELECT ? AS report_at, 'model' AS kind, 'likes' AS metric, 'risers' AS list,"
            " 1 AS place, 1 AS entity_key, 'org/a' AS id, 'exact' AS basis, 'compared' AS status, [] AS flags",
            [at],
        )

    assert contents(store.con, 2).lists == 1
    drop_snapshots(store.con, [2], [])

    assert store.ask("SELECT report_at FROM lists") == store.ask("SELECT report_at FROM picks") == [(day(0),)]


def test_what_would_go_is_counted(store: Store) -> None:
    """The counts match the rows in the tables."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1), repo("a", id="org/new"), repo("b"))

    found = contents(store.con, 2)

    assert (found.observations, found.entities, found.attributes, found.events) == (2, 1, 2, 1)
    assert store.one("SELECT count(*) FROM snapshots") == 2


def test_a_number_that_is_not_there(store: Store) -> None:
    """The message shows how to list snapshots, and nothing changes."""
    store.take(Kind.MODEL, day(0), repo("a"))

    with pytest.raises(UnknownSnapshotError, match="holds no snapshot 9: list them with"):
        drop_snapshots(store.con, [1, 9], [])

    assert store.one("SELECT count(*) FROM snapshots") == 1


def test_runs_that_brought_nothing_else_go(store: Store) -> None:
    """A run with two kinds is kept until the snapshots of both are dropped."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.PAPER, day(0), paper("p"))
    (run,) = [run for (run,) in store.ask("SELECT DISTINCT run_id FROM snapshots")]
    mirror_journal(store.con, [(run, "crawl", None, day(0), day(0), "done", "")])

    assert runs_left(store.con, [1]) == {run}
    assert runs_left(store.con, [1, 2]) == frozenset()
    drop_snapshots(store.con, [1, 2], [run])
    assert store.one("SELECT count(*) FROM runs") == 0
