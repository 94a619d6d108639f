"""Reads the gains of each owner across all kinds, from the macro `organisations`."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import duckdb

from analysis.groups.entity_records import Organisation, Organisations
from analysis.groups.rows import contributions, named_rows

ROWS = 20
"""Owners that a report keeps."""


def organisations(
    con: duckdb.DuckDBPyConnection, *, as_of: datetime, days: float = 7, rows: int = ROWS
) -> Organisations:
    """Return the `rows` owners with the largest gains of likes; `con` is as for `analyse_week`."""
    found = named_rows(
        con,
        """
        SELECT o.*, count(*) OVER () AS owners, count(*) FILTER (o.likes_gain > 0) OVER () AS gaining
        FROM organisations(as_of := $as_of, days := $days) AS o
        ORDER BY o.place
        LIMIT $rows
        """,
        {"as_of": as_of, "days": days, "rows": rows},
    )
    owners, gaining = (found[0]["owners"], found[0]["gaining"]) if found else (0, 0)
    return Organisations(tuple(map(_organisation, found)), owners, gaining)


def _organisation(row: Mapping[str, Any]) -> Organisation:
    values = {field.name: row[field.name] for field in fields(Organisation)}
    return Organisation(**{**values, "largest": contributions(row["largest"])})
