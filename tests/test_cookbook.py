"""The cookbook's SQL, asked of the demo's database by both DuckDB versions that analysts use."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.cookbook import (
    DATABASE,
    PAGE,
    Entry,
    NotAnEntry,
    NotAnswered,
    answered,
    ask_command_line,
    ask_python,
    boxed,
    build_database,
    entries,
)

pytestmark = pytest.mark.timeout(600)

TEXT = PAGE.read_text(encoding="utf-8")
ENTRIES = entries(TEXT)
MOST_ROWS = 10
FRAME = 4
"""Lines of a box that are no rows: three rules and the names."""

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.question)

TWO_ENTRIES = """# Page

## Group

### How many?

Counted.

```sql
SELECT 1;
```

```text
old
```

## Other

### How few?

With ``` in the text.

```sql
SELECT 2;
```

```text
```
"""


@pytest.fixture(scope="session")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo's database lies as hub.duckdb."""
    return build_database(tmp_path_factory.mktemp("cookbook"))


@each_entry
def test_duckdb_in_python_gives_the_answer_on_the_page(entry: Entry, kitchen: Path) -> None:
    """DuckDB 2.0, read-only, gives the printed answer to the letter."""
    answer = ask_python(entry.sql, kitchen)

    assert entry.answer == answer


@each_entry
def test_the_command_line_gives_the_answer_on_the_page(entry: Entry, kitchen: Path) -> None:
    """The DuckDB command line 1.5 opens the file and prints the same."""
    answer = ask_command_line(entry.sql, kitchen)

    assert entry.answer == answer


@each_entry
def test_an_answer_can_be_taken_in_at_a_glance(entry: Entry) -> None:
    """An answer has one to ten rows: a query that finds nothing shows nothing."""
    rows = entry.answer.count("\n") - FRAME

    assert 1 <= rows <= MOST_ROWS


def test_there_are_thirty_questions_and_none_twice() -> None:
    """At least thirty entries, each a question of its own with SQL of its own."""
    assert len(ENTRIES) >= 30
    assert all(entry.question.endswith("?") for entry in ENTRIES)
    assert len({entry.question for entry in ENTRIES}) == len({entry.sql for entry in ENTRIES}) == len(ENTRIES)


def test_every_public_table_macro_is_put_to_use(kitchen: Path) -> None:
    """Each macro that the file's own dictionary names answers at least one question."""
    asked = " ".join(entry.sql for entry in ENTRIES)
    with contextlib.closing(duckdb.connect(kitchen / DATABASE, read_only=True)) as con:
        macros = con.execute("SELECT DISTINCT name FROM data_dictionary WHERE name_is = 'table macro'").fetchall()

    unused = [name for (name,) in macros if f"{name}('" not in asked]

    assert macros
    assert unused == []


def test_only_the_answers_are_written_anew() -> None:
    """Answering a page changes its text blocks and no other letter."""
    first, second = "answer to SELECT 1;\n", "answer to SELECT 2;\n"
    expected = TWO_ENTRIES.replace("old\n", first).replace("```text\n```", f"```text\n{second}```")

    page = answered(TWO_ENTRIES, lambda sql: f"answer to {sql}")

    assert expected == page
    assert [entry.answer for entry in entries(page)] == [first, second]


@pytest.mark.parametrize("lost", ["Counted.\n\n", "```sql\nSELECT 1;\n```\n\n", "```text\nold\n```\n"])
def test_a_heading_without_all_its_parts_is_refused(lost: str) -> None:
    """An entry that lacks its paragraph, its SQL or its answer is named, not passed over."""
    with pytest.raises(NotAnEntry, match="How many"):
        entries(TWO_ENTRIES.replace(lost, ""))


@pytest.mark.parametrize("ask", [ask_command_line, ask_python])
@pytest.mark.parametrize("sql", ["SELECT nothing FROM nowhere;", "DELETE FROM snapshots;"])
def test_sql_that_duckdb_refuses_is_shown(ask: Callable[[str, Path], str], sql: str, kitchen: Path) -> None:
    """A mistake, and an attempt to write, end with the SQL to mend."""
    with pytest.raises(NotAnswered, match="Mend this SQL") as refused:
        ask(sql, kitchen)

    assert sql == refused.value.sql


def test_a_box_is_drawn_as_the_command_line_draws_it() -> None:
    """Names stand in the middle, values to the left, and NULL is written out."""
    expected = "┌───┬──────┐\n│ a │ name │\n├───┼──────┤\n│ 1 │ NULL │\n└───┴──────┘\n"

    assert expected == boxed(["a", "name"], [["1", None]])
