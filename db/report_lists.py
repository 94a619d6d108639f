"""Stores the lists of published reports.

A report's rows are replaced as a whole, by its moment. They record what the report showed: no computation reads them,
and they are kept when the compared snapshots are pruned.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from db.errors import DatabaseReplacedError
from db.sql import insert_rows, transaction

logger = logging.getLogger(__name__)

Row = Mapping[str, object]
"""Values by column; all rows of a table have the same columns."""


@dataclass(frozen=True, slots=True)
class ReportLists:
    """The lists of one report; a pick has the `hub_id` of its entity instead of `entity_key`."""

    report_at: datetime
    lists: Sequence[Row]
    picks: Sequence[Row]


def store_report_lists(con: duckdb.DuckDBPyConnection, database: Path, report: ReportLists) -> None:
    """Store the lists of a report; replace those of the same moment.

    Raises DatabaseReplacedError if the file lacks an entity of the report.
    """
    rows = con.execute(
        "SELECT e.kind, e.hub_id, e.entity_key FROM entities AS e WHERE e.hub_id IN (SELECT unnest(?::VARCHAR[]))",
        [[pick["hub_id"] for pick in report.picks]],
    ).fetchall()
    keys = {(kind, hub_id): key for kind, hub_id, key in rows}
    if not all((pick["kind"], pick["hub_id"]) in keys for pick in report.picks):
        raise DatabaseReplacedError(database)
    picks = [{"entity_key": keys[pick["kind"], pick["hub_id"]], **pick} for pick in report.picks]
    with transaction(con):
        _replace(con, "lists", report.report_at, report.lists)
        _replace(con, "picks", report.report_at, picks)
    logger.debug("report of %s: %d lists and %d picks are stored", report.report_at, len(report.lists), len(picks))


def _replace(con: duckdb.DuckDBPyConnection, table: str, report_at: datetime, rows: Sequence[Row]) -> None:
    con.execute(f"DELETE FROM {table} WHERE report_at = ?", [report_at])  # noqa: S608
    if rows:
        columns = ["report_at", *(name for name in rows[0] if name != "hub_id")]
        insert_rows(con, table, columns, [[{"report_at": report_at, **row}[name] for name in columns] for row in rows])
