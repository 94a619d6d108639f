"""Reads the meanings of public names and columns from dictionary.toml and joins them with the columns in the file.

A meaning under [columns] holds for every name; [NAME.own] overrides it for one name and for those that name it in
`columns_of`. Comments and the rows of data_dictionary are both made from these entries. DuckDB has no catalogue of the
columns of a macro, and describing thirty calls takes 0.3 s: `returns` lists them, and a test compares it with `call`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from db.sql import quote_name, quote_text


@dataclass(frozen=True, slots=True)
class Entry:
    """A public name, or one of its columns if `column` is set."""

    name: str
    name_is: str
    """One of table, view, table macro or scalar macro."""
    column: str | None
    unit: str | None
    meaning: str
    null_means: str | None


@cache
def _source() -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, str]]]:
    """Return the names in file order, and the meanings that hold for all names."""
    names = tomllib.loads((files("db.schema") / "dictionary.toml").read_text(encoding="utf-8"))
    return names, names.pop("columns")


def public_names() -> Mapping[str, str]:
    """Return every public name with its type: table, view, table macro or scalar macro."""
    return {name: described["is"] for name, described in _source()[0].items()}


def dictionary(con: duckdb.DuckDBPyConnection) -> tuple[Entry, ...]:
    """Return every public name followed by its columns; columns that a user added have no entry."""
    names, common = _source()
    columns, entries = _columns(con), list[Entry]()
    for name, described in names.items():
        meanings = {**common, **_own_meanings(names, name)}
        entries.append(Entry(name, described["is"], None, None, described["about"], None))
        for column in columns.get(name, ()):
            if means := meanings.get(column):
                unit, null_means = means.get("unit"), means.get("null")
                entries.append(Entry(name, described["is"], column, unit, means["means"], null_means))
    return tuple(entries)


def _own_meanings(names: Mapping[str, Mapping[str, Any]], name: str) -> Mapping[str, Mapping[str, str]]:
    """Return the meanings that override the common ones; those from `columns_of` come first."""
    described = names[name]
    inherited = _own_meanings(names, described["columns_of"]) if "columns_of" in described else {}
    return {**inherited, **described.get("own", {})}


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, column in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE database_name = current_database() AND NOT internal ORDER BY table_oid, column_index"
    ).fetchall():
        found.setdefault(name, []).append(column)
    for name, described in _source()[0].items():
        if "returns" in described:
            found[name] = described["returns"]
    for name, described in _source()[0].items():
        if described["is"] == "table macro" and "returns" not in described:
            found[name] = found[described["columns_of"]]
    return found


def comments(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Yield COMMENT statements for names and columns; DuckDB keeps no comments on the columns of macros."""
    for entry in entries:
        target = entry.name_is.replace("scalar macro", "macro").replace("table macro", "macro table").upper()
        if entry.column is None:
            yield f"COMMENT ON {target} {entry.name} IS {quote_text(entry.meaning)}"
        elif entry.name_is in ("table", "view"):
            unit = f" Unit: {entry.unit}." if entry.unit else ""
            null_means = f" NULL: {entry.null_means}" if entry.null_means else ""
            comment = quote_text(f"{entry.meaning}{unit}{null_means}")
            yield f"COMMENT ON COLUMN {entry.name}.{quote_name(entry.column)} IS {comment}"
