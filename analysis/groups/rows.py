"""Reads the rows of a group's macro by column name."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from analysis.groups.entity_records import Contribution
from crawler.kinds import Kind


def contributions(entries: Sequence[Mapping[str, Any]]) -> tuple[Contribution, ...]:
    """Return the entries of a column `largest` as records."""
    return tuple(Contribution(**{**entry, "kind": Kind(entry["kind"])}) for entry in entries)


def named_rows(
    con: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a query by column name."""
    rows = con.execute(query, dict(parameters or {})).fetchall()
    names = [column for column, *_ in con.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]
