"""Every public name and column has a meaning, and no other name has one."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from db.schema.dictionary import Entry, comments, dictionary
from db.schema.migrate import migrate
from tests.fakes.walks import T0, Store, new_store

SOURCE = tomllib.loads((files("db.schema") / "dictionary.toml").read_text(encoding="utf-8"))
CALLS = {
    name: described.get("call") or described["example"]
    for name, described in SOURCE.items()
    if described.get("is") == "table macro"
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def described(store: Store, *name_is: str) -> dict[str, list[str]]:
    """Return the names of these types with their columns, from the dictionary."""
    names: dict[str, list[str]] = {}
    for entry in dictionary(store.con):
        if entry.name_is in name_is:
            names.setdefault(entry.name, []).extend([entry.column] if entry.column else [])
    return names


def test_every_column_of_a_table_and_a_view_has_a_meaning(store: Store) -> None:
    """The dictionary has exactly the tables, views and columns of the file, in order."""
    found: dict[str, list[str]] = {}
    for table, column in store.ask(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = 'hub' AND NOT internal ORDER BY table_oid, column_index"
    ):
        found.setdefault(table, []).append(column)

    assert found == described(store, "table", "view")


def test_every_macro_and_column_of_its_answer_has_a_meaning(store: Store) -> None:
    """The dictionary has every macro, and for table macros the result columns."""
    macros = store.ask(
        "SELECT function_name, function_type FROM duckdb_functions() WHERE database_name = 'hub' AND NOT internal"
    )
    columns = described(store, "table macro")
    answers = {name: [column for column, *_ in store.ask(f"DESCRIBE FROM {call}")] for name, call in CALLS.items()}

    assert {name for name, type_ in macros if type_ == "macro"} == described(store, "scalar macro").keys()
    assert {name for name, type_ in macros if type_ == "table_macro"} == columns.keys()
    assert columns == answers


def test_a_column_that_a_user_has_added_is_left_alone(store: Store) -> None:
    """A column that a user added has no meaning, and the next commit succeeds."""
    store.ask("ALTER TABLE entities ADD COLUMN note_of_mine VARCHAR")

    migrate(store.con, T0, "1.1")

    assert store.ask("SELECT 1 FROM data_dictionary WHERE column_name = 'note_of_mine'") == []


def test_every_macro_begins_with_how_it_is_called(store: Store) -> None:
    """The meaning of a macro begins with its signature."""
    parameters = dict(
        store.ask(
            "SELECT function_name, parameters FROM duckdb_functions() WHERE database_name = 'hub' AND NOT internal"
        )
    )

    for entry in dictionary(store.con):
        if entry.name_is.endswith("macro") and entry.column is None:
            call, _, _ = entry.meaning.partition(")")
            given = filter(None, call.removeprefix(f"{entry.name}(").split(", "))
            assert [parameter.partition(" :=")[0] for parameter in given] == parameters[entry.name]


def test_everything_has_its_comment(store: Store) -> None:
    """Tables, views, macros and columns of tables and views have comments."""
    missing = store.ask(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'hub' AND comment IS NULL"
        " UNION ALL SELECT view_name FROM duckdb_views()"
        " WHERE database_name = 'hub' AND NOT internal AND comment IS NULL"
        " UNION ALL SELECT function_name FROM duckdb_functions() WHERE database_name = 'hub' AND comment IS NULL"
        " UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns()"
        " WHERE database_name = 'hub' AND NOT internal AND comment IS NULL"
    )

    assert missing == []


def test_the_table_says_what_the_file_says(store: Store) -> None:
    """data_dictionary holds every entry, with DuckDB's type if there is one."""
    rows = store.ask("SELECT name, name_is, column_name, unit, meaning, null_means FROM data_dictionary")

    assert [Entry(*row) for row in rows] == list(dictionary(store.con))
    assert store.one("SELECT type FROM data_dictionary WHERE name = 'models' AND column_name = 'likes'") == "BIGINT"
    untyped = store.ask("SELECT DISTINCT name_is FROM data_dictionary WHERE column_name IS NOT NULL AND type IS NULL")
    assert untyped == [("table macro",)]


def test_a_column_that_cannot_be_null_says_nothing_of_null(store: Store) -> None:
    """A column declared NOT NULL has no text for NULL."""
    rows = store.ask(
        "SELECT d.name, d.column_name FROM data_dictionary AS d JOIN duckdb_columns() AS c"
        " ON c.table_name = d.name AND c.column_name = d.column_name AND c.database_name = 'hub'"
        " WHERE NOT c.is_nullable AND d.null_means IS NOT NULL"
    )

    assert rows == []


def test_a_comment_may_hold_any_text() -> None:
    """A meaning with a quote is a valid comment."""
    (statement,) = comments((Entry("t", "table", "c", "h", "It's", "the Hub's silence."),))

    assert statement == "COMMENT ON COLUMN t.\"c\" IS 'It''s Unit: h. NULL: the Hub''s silence.'"
