"""Reads the gains of each owner across all kinds, from the macro `organisations`."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import duckdb

from analysis.groups.entity_records import Organisation, Organisations
from analysis.groups.rows import contributions, named_rows

ROWS = 20
"""Owners that a report keeps."""


_FIRST = """
SELECT o.*, count(*) OVER () AS owners, count(*) FILTER (o.likes_gain > 0) OVER () AS gaining
FROM {organisations} AS o
ORDER BY o.place
LIMIT $rows
"""


def organisations(
    con: duckdb.DuckDBPyConnection, *, as_of: datetime, days: float = 7, rows: int = ROWS
) -> Organisations:
    """Return the `rows` owners with the largest gains of likes; `con` is as for `analyse_week`."""
    query = _FIRST.format(organisations="organisations(as_of := $as_of, days := $days)")
    return _organisations(named_rows(con, query, {"as_of": as_of, "days": days, "rows": rows}))


def week_organisations(con: duckdb.DuckDBPyConnection) -> Organisations:
    """Return the owners of a report from the relation week_owners."""
    return _organisations(
        named_rows(con, _FIRST.format(organisations="organisations_of('week_owners')"), {"rows": ROWS})
    )


def _organisations(found: Sequence[Mapping[str, Any]]) -> Organisations:
    owners, gaining = (found[0]["owners"], found[0]["gaining"]) if found else (0, 0)
    return Organisations(tuple(map(_organisation, found)), owners, gaining)


def _organisation(row: Mapping[str, Any]) -> Organisation:
    values = {field.name: row[field.name] for field in fields(Organisation)}
    return Organisation(**{**values, "largest": contributions(row["largest"])})
