"""Forgetting an entity removes it from every row, list and text, and keeps everything else."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import DroppedValue, Rejection
from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.deletion.forget import entities_named, foreign_mentions, forget, holds, mentions, subject_of, subject_of_name
from db.deletion.naming import Subject, without_name
from db.status import miscounted
from tests.fakes.walks import Page, Store, day, new_store, paper, repo

SECRET = "5ecae7" * 4
"""The Hub id of the forgotten entity."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as made:
        yield made


def subject(store: Store, wanted: str, kind: Kind | None = None) -> Subject:
    (entity,) = entities_named(store.con, wanted, kind)
    return subject_of(store.con, entity)


def everything(store: Store) -> str:
    """Return every row of every table as text."""
    names = store.ask(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'hub' AND table_name <> 'data_dictionary'"
    )
    return "\n".join(str(row) for (name,) in sorted(names) for row in store.ask(f"FROM {name} ORDER BY ALL"))


def fill(store: Store) -> None:
    """Store a renamed model, references to both of its names, and messages that contain them."""
    raw = f'{{"_id":"{SECRET}","id":"acme\\/secret-net","likes":"many"}}'
    store.take(
        Kind.MODEL,
        day(0),
        Page(
            [
                repo(SECRET, id="acme/first-name", likes=9),
                repo(
                    "b" * 24, id="acme/first-name-2", base_models=["acme/first-name", "org/base"], base_relation="merge"
                ),
                repo("c" * 24, id="org/base"),
            ],
            rejections=(Rejection(7, "likes: not a number", raw), Rejection(8, "id: none", "{}")),
            dropped=(DroppedValue(0, "tags", "tags: null among its words", f'{{"_id": "{SECRET}", "tags": [null]}}'),),
        ),
        scope=Scope.FULL,
    )
    store.take(Kind.MODEL, day(1), repo(SECRET, id="acme/secret-net"), repo("b" * 24, base_models=["ACME/Secret-Net"]))
    store.take(Kind.DATASET, day(1), repo("d" * 24, id="org/data", tags=["base_model:acme/secret-net", "region:us"]))
    store.take(Kind.PAPER, day(1), paper("2609.00001", project_page="https://hub.test/acme/secret-net."))
    store.con.execute(
        "UPDATE snapshots SET reason = 'https://hub.test/api/models/acme%2Fsecret-net failed' WHERE snapshot_id = 2"
    )
    store.con.execute(
        "INSERT INTO picks BY NAME SELECT now() AS report_at, 'model' AS kind, 'likes' AS metric, 'risers' AS list,"
        " 1 AS place, entity_key, id, 'exact' AS basis, 'compared' AS status, [] AS flags FROM entities"
    )


def test_nothing_names_it_afterwards(store: Store) -> None:
    """Its id and names are removed in any spelling; longer names are kept."""
    fill(store)
    naming = re.compile(rf"{SECRET}|acme.{{1,3}}secret-net|acme/first-name(?!-2)", re.IGNORECASE)
    assert len(naming.findall(everything(store))) > 10

    forget(store.con, subject(store, "acme/secret-net"))

    left = everything(store)
    assert not naming.search(left)
    assert "acme/first-name-2" in left
    assert "https://hub.test/api/models/[forgotten] failed" in left


def test_what_refers_to_it_stays(store: Store) -> None:
    """References lose one element; other rejects, picks and rows are unchanged."""
    fill(store)

    forget(store.con, subject(store, SECRET))

    assert store.ask(
        "SELECT f.base_models, f.tags FROM repo_attributes AS f JOIN entities AS e USING (entity_key)"
        " WHERE e.hub_id = ? ORDER BY f.valid_from",
        ["b" * 24],
    ) == [(["org/base"], ["region:us", "base_model:merge:org/base"]), (None, ["region:us"])]
    assert store.ask("SELECT id FROM entities ORDER BY 1") == [
        ("2609.00001",),
        ("org/base",),
        ("org/" + "b" * 24,),
        ("org/data",),
    ]
    assert store.ask("SELECT reason FROM rejects") == [("id: none",)]
    assert store.one("SELECT count(*) FROM picks") == 4


def test_snapshots_count_what_they_hold(store: Store) -> None:
    """Record counts match the remaining rows, so doctor reports no damage."""
    fill(store)

    forget(store.con, subject(store, SECRET))

    assert miscounted(store.con) == []
    assert store.ask("SELECT records, rejected FROM snapshots ORDER BY snapshot_id LIMIT 2") == [(2, 1), (1, 0)]


def test_the_next_walk_shows_it_again(store: Store) -> None:
    """The next walk stores the entity under a new key, as a new entity."""
    fill(store)
    forget(store.con, subject(store, SECRET))

    store.take(Kind.MODEL, day(2), repo(SECRET, id="acme/secret-net"))

    assert store.ask("SELECT id, first_seen FROM entities WHERE hub_id = ?", [SECRET]) == [("acme/secret-net", day(2))]


def test_a_name_that_passed_to_another_entity(store: Store) -> None:
    """Both entities are found; the shared name and its references stay with the remaining one."""
    store.take(Kind.MODEL, day(0), repo(SECRET, id="acme/net"))
    store.take(Kind.MODEL, day(1), repo(SECRET, id="acme/moved"), repo("b" * 24, id="acme/net"))
    store.take(Kind.MODEL, day(2), repo("c" * 24, base_models=["acme/net", "acme/moved"]))

    assert [one.hub_id for one in entities_named(store.con, "acme/net", None)] == [SECRET, "b" * 24]
    forget(store.con, subject(store, SECRET))

    assert store.ask("SELECT hub_id, id FROM entities ORDER BY 1") == [
        ("b" * 24, "acme/net"),
        ("c" * 24, "org/" + "c" * 24),
    ]
    assert store.one("SELECT base_models FROM repo_attributes WHERE base_models IS NOT NULL") == ["acme/net"]
    assert "acme/moved" not in everything(store)


def test_a_name_that_two_kinds_bear(store: Store) -> None:
    """References to the entity's own kind are removed; references to the other kind are kept."""
    store.take(Kind.MODEL, day(0), repo(SECRET, id="acme/net"))
    store.take(Kind.DATASET, day(0), repo("b" * 24, id="acme/net"))
    store.take(Kind.MODEL, day(1), repo("c" * 24, base_models=["acme/net"], tags=["dataset:acme/net"]))

    forget(store.con, subject(store, "acme/net", Kind.MODEL))

    assert store.ask("SELECT kind, id FROM entities ORDER BY ALL") == [
        ("dataset", "acme/net"),
        ("model", "org/" + "c" * 24),
    ]
    ((bases, datasets, tags),) = store.ask(
        "SELECT base_models, datasets, tags FROM repo_attributes WHERE id LIKE 'org/%'"
    )
    assert (bases, datasets, tags) == (None, ["acme/net"], ["dataset:acme/net"])


def test_an_old_name_without_an_owner(store: Store) -> None:
    """A name that is also a word is removed only from references and messages."""
    store.take(Kind.MODEL, day(0), repo(SECRET, id="gpt2"), repo("b" * 24, base_models=["gpt2"], tags=["gpt2"]))
    store.take(Kind.PAPER, day(0), paper("2609.00001", title="On gpt2"))

    forget(store.con, subject(store, "gpt2"))

    assert store.ask("SELECT base_models, tags FROM repo_attributes") == [(None, ["gpt2"])]
    assert store.one("SELECT title FROM paper_attributes") == "On gpt2"


def test_a_name_of_nothing_that_is_stored(store: Store) -> None:
    """A name without an entity, such as a private base model in tags, is removed."""
    store.take(Kind.MODEL, day(0), repo("b" * 24, base_models=["acme/private"]))
    named = subject_of_name("acme/private")
    assert named is not None

    assert {(found.table, found.column) for found in mentions(store.con, named)} == {
        ("repo_attributes", "base_models"),
        ("repo_attributes", "tags"),
    }
    forget(store.con, named)
    assert "acme/private" not in everything(store)
    assert subject_of_name("gpt2") is None


def test_tables_of_the_user_are_told(store: Store) -> None:
    """The user's tables are reported and left unchanged."""
    fill(store)
    store.con.execute('CREATE TABLE "my notes" AS SELECT \'see acme/secret-net\' AS "a note"')

    named = subject(store, SECRET)
    assert foreign_mentions(store.con, named) == ["my notes"]
    forget(store.con, named)
    assert store.one('SELECT "a note" FROM "my notes"') == "see acme/secret-net"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("acme/net", "[forgotten]"),
        ("acme/net acme/net,acme/net", "[forgotten] [forgotten],[forgotten]"),
        ("see acme/net.", "see [forgotten]."),
        ("/api/models/acme%2Fnet?x=1", "/api/models/[forgotten]?x=1"),
        ("filter=base_model%3Aacme/net", "filter=base_model%3A[forgotten]"),
        ("acme/net-2 acme/net_2 acme/net2 acme/net.v2 my-acme/net xacme/net", None),
    ],
)
def test_a_name_stands_alone(text: str, left: str | None) -> None:
    """Longer names that contain the name do not match."""
    assert without_name(text, Subject(None, ("acme/net",)).text) == (left or text)


def test_the_bytes_are_gone(tmp_path: Path) -> None:
    """Rewriting the file removes the deleted bytes; an earlier copy still holds the entity."""
    with new_store(tmp_path) as store:
        fill(store)
        named = subject(store, SECRET)
    database, copy = tmp_path / "hub.duckdb", tmp_path / "copy.duckdb"
    copy.write_bytes(database.read_bytes())
    assert SECRET.encode() in copy.read_bytes()

    commit(
        database, lambda con: forget(con, named), on_wait=print, wait=WaitPolicy(limit=0), clock=time, repack=True
    )  # fmt: skip

    for word in (SECRET, "secret-net"):
        assert word.encode() not in database.read_bytes()
    assert (holds(copy, named), holds(database, named)) == (True, False)
