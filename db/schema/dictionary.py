"""What every public name and column means: read from sql/dictionary.toml, the one place where it is written.

A column that means the same everywhere is told once, under [columns]; a name may tell its own where it differs.
The comments in the file and the rows of data_dictionary are both made from these entries.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A name, or one column of it where `column` is given."""

    name: str
    name_is: str
    """table, view, table macro or scalar macro."""
    column: str | None
    unit: str | None
    meaning: str
    null_means: str | None


@cache
def dictionary() -> tuple[Entry, ...]:
    """Every public name followed by its columns, in the order of the file."""
    source = tomllib.loads((files("db.schema") / "dictionary.toml").read_text(encoding="utf-8"))
    common: Mapping[str, Mapping[str, str]] = source.pop("columns")
    return tuple(entry for name, told in source.items() for entry in _entries(name, told, common))


def _entries(name: str, told: Mapping[str, Any], common: Mapping[str, Mapping[str, str]]) -> Iterator[Entry]:
    name_is = told["is"]
    yield Entry(name, name_is, None, None, told["about"], None)
    own: Mapping[str, Mapping[str, str]] = told.get("own", {})
    for column in told.get("columns", ()):
        means = own.get(column) or common[column]
        yield Entry(name, name_is, column, means.get("unit"), means["means"], means.get("null"))


def comments(entries: tuple[Entry, ...]) -> Iterator[str]:
    """COMMENT statements for tables, views and macros; the columns of macros are not in DuckDB's catalogue."""
    for entry in entries:
        target = entry.name_is.replace("scalar macro", "macro").replace("table macro", "macro table").upper()
        if entry.column is None:
            yield f"COMMENT ON {target} {entry.name} IS {_quoted(entry.meaning)}"
        elif entry.name_is in ("table", "view"):
            yield f'COMMENT ON COLUMN {entry.name}."{entry.column}" IS {_quoted(_comment(entry))}'


def _comment(entry: Entry) -> str:
    parts = [entry.meaning]
    if entry.unit:
        parts.append(f"Unit: {entry.unit}.")
    if entry.null_means:
        parts.append(f"NULL: {entry.null_means}")
    return " ".join(parts)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
