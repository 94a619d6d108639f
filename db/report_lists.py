"""Stores the lists of published reports.

A report's rows are replaced as a whole, by its moment. They record what the report showed: no computation reads them,
and they are kept when the compared snapshots are pruned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from db.errors import DatabaseReplacedError
from db.sql import insert_rows, transaction

Row = Mapping[str, object]
"""Values by column; all rows of a table have the same columns."""


@dataclass(frozen=True, slots=True)
class ReportLists:
    """The lists of one report; a pick has the `hub_id` of its entity instead of `entity_key`."""

    report_at: datetime
    lists: Sequence[Row]
    picks: Sequence[Row]


def store_report_lists(con: duckdb.DuckDBPyConnection, database: Path, said: ReportLists) -> None:
    """Store the lists of a report; replace those of the same moment.

    Raises DatabaseReplacedError if the file lacks an entity of the report.
    """
    keys = _keys(con, said.picks)
    if not all((pick["kind"], pick["hub_id"]) in keys for pick in said.picks):
        raise DatabaseReplacedError(database)
    with transaction(con):
        _replace(con, "lists", said.report_at, said.lists)
        _replace(con, "picks", said.report_at, (_keyed(pick, keys) for pick in said.picks))


def _keys(con: duckdb.DuckDBPyConnection, picks: Iterable[Row]) -> Mapping[tuple[object, object], int]:
    rows = con.execute(
        "SELECT e.kind, e.hub_id, e.entity_key FROM entities AS e WHERE e.hub_id IN (SELECT unnest(?::VARCHAR[]))",
        [[pick["hub_id"] for pick in picks]],
    ).fetchall()
    return {(kind, hub_id): key for kind, hub_id, key in rows}


def _keyed(pick: Row, keys: Mapping[tuple[object, object], int]) -> Row:
    others = {column: value for column, value in pick.items() if column != "hub_id"}
    return {"entity_key": keys[pick["kind"], pick["hub_id"]]} | others


def _replace(con: duckdb.DuckDBPyConnection, table: str, report_at: datetime, rows: Iterable[Row]) -> None:
    con.execute(f"DELETE FROM {table} WHERE report_at = ?", [report_at])  # noqa: S608
    told = [{"report_at": report_at, **row} for row in rows]
    if told:
        insert_rows(con, table, list(told[0]), [list(row.values()) for row in told])
