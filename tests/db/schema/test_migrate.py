"""Migrating a file to the current schema: once, atomically, and never backwards."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind
from crawler.schema.columns import COLUMNS, FROM_TAGS, NUMBERS, attribute_columns, spooled_attributes
from crawler.schema.value_types import TEXTS
from db.connect import session
from db.errors import SchemaTooNewError
from db.schema import migrate as schema
from db.schema.docs import document
from db.schema.migrate import Migration, check_version, migrate, migrations, schema_version
from db.sql import transaction
from tests.fakes.walks import T0, Store, day, new_store, repo

ROOT = Path(__file__).parents[3]


NEWEST = migrations()[-1].version


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def catalogue(store: Store) -> list[tuple[object, ...]]:
    """Return every named object with its definition and comment."""
    return store.ask(
        "SELECT table_name, sql, comment FROM duckdb_tables() WHERE database_name = 'hub'"
        " UNION ALL SELECT view_name, sql, comment FROM duckdb_views() WHERE database_name = 'hub'"
        " UNION ALL SELECT function_name, macro_definition, comment FROM duckdb_functions()"
        " WHERE database_name = 'hub' ORDER BY ALL"
    )


def test_an_empty_file_has_version_0(tmp_path: Path) -> None:
    """An empty file has version 0, a migrated one the newest."""
    with session(tmp_path / "new.duckdb") as con:
        assert schema_version(con) == 0
        migrate(con, T0, "1.0")
        assert schema_version(con) == migrations()[-1].version == check_version(con)


def test_migrating_again_changes_nothing(store: Store) -> None:
    """A second migration changes nothing."""
    store.take(Kind.MODEL, day(0), repo("a"))
    migrate(store.con, day(1), "1.1")
    before = catalogue(store), store.ask("FROM data_dictionary"), store.ask("FROM schema_migrations")

    migrate(store.con, day(2), "1.2")

    assert (catalogue(store), store.ask("FROM data_dictionary"), store.ask("FROM schema_migrations")) == before
    assert store.one("SELECT count(*) FROM models") == 1


CHANGES = {
    "a replaced view": "CREATE OR REPLACE VIEW spaces AS SELECT 1 AS x",
    "a dropped view": "DROP VIEW spaces",
    "a dropped macro": "DROP MACRO TABLE leaders",
    "a replaced macro": "CREATE OR REPLACE MACRO basis_of(span_days, days) AS 'exact'",
    "another comment on a table": "COMMENT ON TABLE entities IS 'mine'",
    "another comment on a column": "COMMENT ON COLUMN entities.id IS 'mine'",
    "another comment on a macro": "COMMENT ON MACRO basis_of IS 'mine'",
    "a row of the dictionary": "DELETE FROM data_dictionary WHERE name = 'entities'",
    "no fingerprint": "DROP MACRO schema_fingerprint",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_public_name_is_restored(store: Store, change: str) -> None:
    """The next migration writes the names again, whatever a user changed."""

    def state() -> object:
        columns = store.ask("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE database_name = 'hub'")
        return catalogue(store), sorted(columns, key=repr), store.ask("FROM data_dictionary ORDER BY ALL")

    schema.write_public_names(store.con)  # DuckDB prints a definition that it has read from a file in another form
    before = state()
    store.con.execute(CHANGES[change])
    assert state() != before

    migrate(store.con, day(1), "1.1")

    assert state() == before


def test_unchanged_names_are_not_written_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are written only for another program: writing them is the largest part of a small commit."""
    written: list[object] = []
    monkeypatch.setattr(schema, "write_public_names", written.append)

    migrate(store.con, day(1), "1.1")
    assert written == []

    monkeypatch.setattr(schema, "_program", lambda: "another program")
    migrate(store.con, day(2), "1.2")
    assert written == [store.con]


def test_what_an_analyst_added_stays(store: Store) -> None:
    """A user's tables, views and macros are kept, including views on ours."""
    store.ask("CREATE TABLE mine AS SELECT 1 AS i")
    store.ask("CREATE VIEW best AS SELECT id FROM models WHERE likes > 2")
    store.ask("CREATE MACRO twice(x) AS 2 * x")

    migrate(store.con, day(1), "1.1")
    store.take(Kind.MODEL, day(1), repo("a", likes=3))

    assert store.ask("SELECT i, twice(i), (SELECT id FROM best) FROM mine") == [(1, 2, "org/a")]


def test_a_newer_file_is_refused(store: Store) -> None:
    """A file with a newer schema is refused unchanged; the error has file and versions."""
    store.ask("INSERT INTO schema_migrations VALUES (99, 'later', now(), '9.9')")
    before = catalogue(store)

    with pytest.raises(
        SchemaTooNewError, match=rf"hub\.duckdb has schema version 99, this hubtrends knows {NEWEST}: install"
    ) as caught:
        migrate(store.con, day(1), "1.0")

    assert (caught.value.path, caught.value.version) == (store.file, 99)
    assert catalogue(store) == before


def test_a_migration_that_fails_leaves_the_file_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed migration is rolled back."""
    broken = Migration(NEWEST + 1, "broken", "CREATE TABLE half (i INTEGER); SELECT error('no further');")
    monkeypatch.setattr(schema, "migrations", lambda: (*migrations(), broken))
    before = catalogue(store)

    with pytest.raises(duckdb.InvalidInputException, match="no further"):
        migrate(store.con, day(1), "2.0")

    assert catalogue(store) == before
    assert schema_version(store.con) == NEWEST


def test_a_later_migration_is_run_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only pending migrations run; each writes its row."""
    later = Migration(NEWEST + 1, "later", "CREATE TABLE later (i INTEGER)")
    monkeypatch.setattr(schema, "migrations", lambda: (*migrations(), later))

    migrate(store.con, day(1), "2.0")

    assert store.ask("SELECT version, name, applied_at, tool_version FROM schema_migrations") == [
        *((one.version, one.name, T0, "1.0") for one in migrations()),
        (NEWEST + 1, "later", day(1), "2.0"),
    ]


def test_migrations_are_numbered_in_their_order() -> None:
    """Migration numbers are unique and increasing."""
    versions = [migration.version for migration in migrations()]

    assert sorted(set(versions)) == versions


def test_a_transaction_is_a_whole(store: Store) -> None:
    """A failed transaction is rolled back, and the next one can begin."""
    with contextlib.suppress(KeyError), transaction(store.con):
        store.ask("CREATE TABLE half (i INTEGER)")
        raise KeyError
    with transaction(store.con):
        store.ask("CREATE TABLE half (i INTEGER)")

    assert store.ask("FROM half") == []


@pytest.mark.parametrize("kind", list(Kind))
def test_the_spool_and_the_tables_have_the_same_columns(store: Store, kind: Kind) -> None:
    """Every spool column has a table column of the same type, after splitting lists and reading tags."""
    walk = store.walk(kind, day(0), {"hub_id": "a", "id": "a"})
    types = {
        name: type_
        for name, type_, *_ in store.ask(
            "DESCRIBE FROM read_parquet($files)", {"files": [str(f) for f in walk.spool.files]}
        )
    }
    facts = {name: type_ for name, type_, *_ in store.ask(f"DESCRIBE {kind.spec.attribute_table}")}
    numbers = {name for name, *_ in store.ask("DESCRIBE observations")}

    words = {name: "VARCHAR[]" if COLUMNS[kind][name] == TEXTS else "VARCHAR" for name in attribute_columns(kind)}
    told = words | {name: types[name] for name in spooled_attributes(kind) if COLUMNS[kind][name] != TEXTS}
    assert told | {"fingerprint": types["fingerprint"]} == {
        name: type_ for name, type_ in facts.items() if name not in ("entity_key", "valid_from", "valid_to")
    }
    assert set(NUMBERS) | {"snapshot_id", "entity_key"} == numbers
    assert set(COLUMNS[kind]) - set(FROM_TAGS) <= types.keys()


def test_the_page_on_the_data_model_is_up_to_date() -> None:
    """docs/data-model.md equals the output of `python -m db.schema.docs`."""
    assert (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8") == document()
