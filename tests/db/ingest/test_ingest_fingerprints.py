"""Which attribute rows a walk writes: changed ones only, detected by fingerprint."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from db.importing.times import ObservationTime
from db.schema.migrate import migrate
from tests.fakes.archives import bring_in, write_parquet
from tests.fakes.old_files import old_entity, old_snapshot, old_store
from tests.fakes.walks import Page, Store, day, new_store, repo

FACTS = """
SELECT e.hub_id, f.license, f.valid_to IS NULL AS in_force, f.fingerprint IS NOT NULL AS known
FROM repo_attributes AS f JOIN entities AS e USING (entity_key)
ORDER BY e.hub_id, f.valid_from
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def test_only_what_changed_is_written(store: Store) -> None:
    """A changed licence writes a new row; a changed number does not."""
    store.take(Kind.MODEL, day(0), repo("a", license="mit", likes=1), repo("b", license="mit"))
    store.take(Kind.MODEL, day(1), repo("a", license="mit", likes=9), repo("b", license="apache-2.0"))

    assert store.ask(FACTS) == [
        ("a", "mit", True, True),
        ("b", "mit", False, True),
        ("b", "apache-2.0", True, True),
    ]


def test_facts_of_an_archive_are_compared_by_value(store: Store, tmp_path: Path) -> None:
    """Imported attributes are compared by value: equal ones get a fingerprint, others a new row."""
    own = [repo(name, license="mit", tags=["license:mit"]) for name in "abc"]
    fields = ("id", "author", "tags", "gated", "disabled")
    a, b, _ = [{"_id": row["hub_id"], **{name: row[name] for name in fields}} for row in own]
    dump = [a, b | {"tags": ["license:gpl"]}]
    bring_in(store, write_parquet(tmp_path / "m.parquet", dump), when=ObservationTime(at=day(-7)))
    assert store.ask(FACTS) == [("a", "mit", True, False), ("b", "gpl", True, False)]

    store.take(Kind.MODEL, day(0), *own, scope=Scope.FULL)

    assert store.ask(FACTS) == [
        ("a", "mit", True, True),
        ("b", "gpl", False, False),
        ("b", "mit", True, True),
        ("c", "mit", True, True),
    ]


@pytest.mark.parametrize(("version", "fingerprint"), [(1, {}), (3, {"fingerprint": 1})])
def test_attributes_of_an_older_file_are_compared_by_value_once(
    tmp_path: Path, version: int, fingerprint: dict[str, int]
) -> None:
    """Attributes of an older schema are compared by value once, then by fingerprint."""
    with old_store(tmp_path, version) as store:
        for key, name in enumerate("ab", 1):
            old_snapshot(store.con, key, "model", day(0))
            tags = ["region:us", "license:mit"]
            old_entity(
                store.con, key, "model", name, "repo_facts", author="org", gated="no", disabled=False, license="mit",
                tags=tags, **fingerprint,
            )  # fmt: skip
        migrate(store.con, day(1), "2.0")
        assert store.ask(FACTS) == [("a", "mit", True, False), ("b", "mit", True, False)]

        store.take(Kind.MODEL, day(1), repo("a", license="mit"), repo("b", license="gpl"))

        assert store.ask(FACTS) == [("a", "mit", True, True), ("b", "mit", False, False), ("b", "gpl", True, True)]


def test_a_name_a_date_and_a_number_come_from_different_pages(store: Store) -> None:
    """Only pages with new values are read again, each for its own rows."""
    pages = [Page([repo(f"{page}-{row}") for row in range(3)], f"list {page}") for page in range(4)]
    store.take(Kind.MODEL, day(0), *pages)
    renamed = repo("2-1") | {"id": "org/new-name"}
    moved = repo("3-0", last_modified=day(0) + timedelta(hours=1))

    store.take(
        Kind.MODEL, day(1), *pages[:2], Page([repo("2-0"), renamed], "list 2"), Page([moved, repo("new")], "list 3")
    )

    changed = "SELECT hub_id, id, last_modified FROM entities WHERE id = 'org/new-name' OR last_modified IS NOT NULL"
    assert store.ask(f"{changed} ORDER BY ALL") == [
        ("2-1", "org/new-name", None),
        ("3-0", "org/3-0", day(0) + timedelta(hours=1)),
    ]
    assert store.ask("SELECT hub_id, id FROM entities WHERE hub_id = 'new'") == [("new", "org/new")]


def test_what_carries_a_column_is_counted_once(store: Store) -> None:
    """A model on three lists counts once per column."""
    liked, plain = repo("a", likes=1, license="mit"), repo("b")
    store.take(
        Kind.MODEL, day(0), Page([liked, plain], "one", ranked=True), Page([liked], "two"), Page([liked], "three")
    )

    carried = store.ask(
        "SELECT field, carried, records FROM coverage WHERE field IN ('likes', 'license', 'id', 'rank')"
    )
    assert sorted(carried) == [("id", 2, 2), ("license", 1, 2), ("likes", 1, 2), ("rank", 2, 2)]
