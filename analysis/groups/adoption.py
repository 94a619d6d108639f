"""Reads which repositories cite a paper, from the macro `adoption`."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import duckdb

from analysis.groups.entity_records import Adoption, Adoptions
from analysis.groups.rows import contributions, named_rows

ROWS = 20
"""Papers that a report keeps."""


def adoption(con: duckdb.DuckDBPyConnection, *, as_of: datetime, days: float = 7, rows: int = ROWS) -> Adoptions:
    """Return the `rows` papers with the most new citers; `con` is as for `analyse_week`."""
    found = named_rows(
        con,
        """
        SELECT a.*, count(*) OVER () AS all_papers, count(*) FILTER (a.citers > 0) OVER () AS cited,
               count(*) FILTER (a.new_citers > 0) OVER () AS newly_cited
        FROM adoption(as_of := $as_of, days := $days) AS a
        ORDER BY a.place
        LIMIT $rows
        """,
        {"as_of": as_of, "days": days, "rows": rows},
    )
    first = found[0] if found else {"all_papers": 0, "cited": 0, "newly_cited": 0}
    return Adoptions(tuple(map(_adoption, found)), first["all_papers"], first["cited"], first["newly_cited"])


def _adoption(row: Mapping[str, Any]) -> Adoption:
    values = {field.name: row[field.name] for field in fields(Adoption)}
    return Adoption(**{**values, "largest": contributions(row["largest"])})
