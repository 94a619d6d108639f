"""Reads which repositories cite a paper, from the macro `adoption`."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import duckdb

from analysis.groups.entity_records import Adoption, Adoptions
from analysis.groups.rows import contributions, named_rows
from db.sql import run_sql

ROWS = 20
"""Papers that a report keeps."""


_FIRST = """
SELECT a.*, count(*) OVER () AS all_papers, count(*) FILTER (a.citers > 0) OVER () AS cited,
       count(*) FILTER (a.new_citers > 0) OVER () AS newly_cited
FROM {adoption} AS a
ORDER BY a.place
LIMIT $rows
"""


def adoption(con: duckdb.DuckDBPyConnection, *, as_of: datetime, days: float = 7, rows: int = ROWS) -> Adoptions:
    """Return the `rows` papers with the most new citers; `con` is as for `analyse_week`."""
    query = _FIRST.format(adoption="adoption(as_of := $as_of, days := $days)")
    return _adoptions(named_rows(con, query, {"as_of": as_of, "days": days, "rows": rows}))


def week_adoption(con: duckdb.DuckDBPyConnection, as_of: datetime) -> Adoptions:
    """Return the papers of a report from the relation week_citations, with the totals of look-ups made by now."""
    ((moment,),) = run_sql(con, "analysis/groups/week_papers", {"as_of": as_of})
    query = _FIRST.format(adoption="adoption_of('week_citations', 'week_papers', $moment::TIMESTAMPTZ)")
    return _adoptions(named_rows(con, query, {"moment": moment, "rows": ROWS}))


def _adoptions(found: Sequence[Mapping[str, Any]]) -> Adoptions:
    first = found[0] if found else {"all_papers": 0, "cited": 0, "newly_cited": 0}
    return Adoptions(tuple(map(_adoption, found)), first["all_papers"], first["cited"], first["newly_cited"])


def _adoption(row: Mapping[str, Any]) -> Adoption:
    values = {field.name: row[field.name] for field in fields(Adoption)}
    return Adoption(**{**values, "largest": contributions(row["largest"])})
