"""Writes docs/data-model.md from a freshly migrated store: python -m db.schema.docs > docs/data-model.md

The texts come from data_dictionary, the types from DuckDB. A test compares the file with the output.
"""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

import duckdb

from db.schema.migrate import migrate

INTRODUCTION = """\
# What is in the file

Every name below can be queried in any DuckDB from 1.5 on, with no Python. NULL means "the Hub did not say", never zero.
A row in `observations` means "seen then". Times are UTC. The same texts are in the file itself, in the table
`data_dictionary` and in the comments of tables, views and columns.

This page is made by `python -m db.schema.docs > docs/data-model.md`.
"""

SECTIONS = {
    "Macros that answer with a table": "table macro",
    "Views": "view",
    "Tables": "table",
    "Macros that answer with a value": "scalar macro",
}
"""The sections in the order in which analysts need them."""

Row = tuple[str, str, str | None, str | None, str | None, str, str | None]


def document() -> str:
    """Return the page as Markdown."""
    with contextlib.closing(duckdb.connect()) as con:
        migrate(con, datetime(2026, 1, 1, tzinfo=UTC), "")
        rows = con.execute("FROM data_dictionary ORDER BY rowid").fetchall()
    return "\n".join([INTRODUCTION, *_sections(rows)])


def _sections(rows: Sequence[Row]) -> Iterator[str]:
    for title, name_is in SECTIONS.items():
        yield f"## {title}\n"
        chosen = (row for row in rows if row[1] == name_is)
        for name, described in groupby(chosen, key=lambda row: row[0]):
            (_, _, _, _, _, about, _), *columns = described
            yield f"### {name}\n\n{about}\n"
            if columns:
                yield "\n".join(_table(columns)) + "\n"


def _table(columns: Sequence[Row]) -> Iterator[str]:
    """Yield the table of one name's columns; DuckDB has no types for those of a macro."""
    typed = any(row[3] for row in columns)
    yield "| column | type | meaning | unit | NULL |" if typed else "| column | meaning | unit | NULL |"
    yield "|---" * (5 if typed else 4) + "|"
    for _, _, column, type_, unit, meaning, null_means in columns:
        types = [(type_ or "").replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")] if typed else []
        cells = (f"`{column}`", *types, meaning, unit or "", null_means or "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(document())
