"""The cookbook's SQL on the database of the demo, in both DuckDB versions that analysts use."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.cookbook import (
    DATABASE,
    PAGE,
    Entry,
    InvalidEntryError,
    RefusedSqlError,
    answered,
    ask_command_line,
    ask_python,
    boxed,
    entries,
)

TEXT = PAGE.read_text(encoding="utf-8")
ENTRIES = entries(TEXT)
MOST_ROWS = 10
FRAME = 4
"""Lines of a box without rows: three rules and the names."""

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


@each_entry
def test_duckdb_in_python_gives_the_answer_on_the_page(entry: Entry, demo_folder: Path) -> None:
    """DuckDB 2.0, read-only, gives exactly the printed answer."""
    answer = ask_python(entry.sql, demo_folder)

    assert entry.answer == answer


@each_entry
def test_the_command_line_gives_the_answer_on_the_page(entry: Entry, demo_folder: Path) -> None:
    """The DuckDB command line 1.5 opens the file and prints the same."""
    answer = ask_command_line(entry.sql, demo_folder)

    assert entry.answer == answer


@each_entry
def test_an_answer_is_short(entry: Entry) -> None:
    """An answer has one to ten rows."""
    rows = entry.answer.count("\n") - FRAME

    assert 1 <= rows <= MOST_ROWS


def test_at_least_fifty_distinct_questions() -> None:
    """Each entry has its own question and its own SQL."""
    assert len(ENTRIES) >= 50
    assert all(entry.question.endswith("?") for entry in ENTRIES)
    assert len({entry.question for entry in ENTRIES}) == len({entry.sql for entry in ENTRIES}) == len(ENTRIES)


def test_every_public_table_macro_is_used(demo_folder: Path) -> None:
    """Each macro of the data dictionary that no other macro is built from answers at least one question."""
    asked = " ".join(entry.sql for entry in ENTRIES)
    with contextlib.closing(duckdb.connect(demo_folder / DATABASE, read_only=True)) as con:
        macros = con.execute("SELECT DISTINCT name FROM data_dictionary WHERE name_is = 'table macro'").fetchall()
        bodies = con.execute("SELECT macro_definition FROM duckdb_functions() WHERE function_type = 'table_macro'")
        built = " ".join(definition for (definition,) in bodies.fetchall())

    unused = [name for (name,) in macros if not re.search(rf"\b{name}\(", asked + built)]

    assert macros
    assert unused == []


def test_update_changes_only_answers() -> None:
    """An update changes the text blocks of a page and no other character."""
    first, second = "answer to SELECT 1;\n", "answer to SELECT 2;\n"
    expected = TWO_ENTRIES.replace("old\n", first).replace("```text\n```", f"```text\n{second}```")

    page = answered(TWO_ENTRIES, lambda sql: f"answer to {sql}")

    assert expected == page
    assert [entry.answer for entry in entries(page)] == [first, second]


@pytest.mark.parametrize("lost", ["Counted.\n\n", "```sql\nSELECT 1;\n```\n\n", "```text\nold\n```\n"])
def test_incomplete_entry(lost: str) -> None:
    """The error names an entry that lacks its paragraph, its SQL or its answer."""
    with pytest.raises(InvalidEntryError, match="How many"):
        entries(TWO_ENTRIES.replace(lost, ""))


@pytest.mark.parametrize("ask", [ask_command_line, ask_python])
@pytest.mark.parametrize("sql", ["SELECT nothing FROM nowhere;", "DELETE FROM snapshots;"])
def test_refused_sql(ask: Callable[[str, Path], str], sql: str, demo_folder: Path) -> None:
    """The error of invalid SQL and of an attempt to write has the SQL."""
    with pytest.raises(RefusedSqlError) as refused:
        ask(sql, demo_folder)

    assert sql == refused.value.sql


def test_box() -> None:
    """Names are centred, values left-aligned, and NULL is written out."""
    expected = "┌───┬──────┐\n│ a │ name │\n├───┼──────┤\n│ 1 │ NULL │\n└───┴──────┘\n"

    assert expected == boxed(["a", "name"], [["1", None]])
