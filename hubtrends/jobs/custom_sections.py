"""Run the SQL files of the operator that become sections of a report.

    -- Models of my team                 the first comment is the title
    -- chart: bars                       optional: the first two columns as bars
    SELECT id, likes FROM models …       $as_of is the end of the week

Each file is one query. It runs read-only, without access to files, and with limits of time and memory. A query that
fails becomes a section with its error: it never costs a report.
"""

import logging
import re
import threading
from datetime import datetime
from pathlib import Path

import duckdb

from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext
from hubtrends.store import open_store
from reports.document import CustomTable

logger = logging.getLogger(__name__)

ROWS = 200
SECONDS = 60.0
MEMORY = 1_000_000_000
"""Bytes."""

COMMENT = re.compile(r"^--[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def custom_tables(context: RunContext, as_of: datetime) -> tuple[CustomTable, ...]:
    """Return one table for each SQL file of the configured folder, in the order of their names."""
    settings = context.settings
    if settings.report.sections is None:
        return ()
    files = sorted(settings.report.sections.glob("*.sql"))
    logger.debug("%d custom sections in %s", len(files), settings.report.sections)
    return tuple(_table(context, settings, path, as_of) for path in files)


def _table(context: RunContext, settings: Settings, path: Path, as_of: datetime) -> CustomTable:
    title, chart, query = path.stem, False, ""
    try:
        query = path.read_text(encoding="utf-8")
        comments = COMMENT.findall(query)
        title = next((comment for comment in comments if comment and not comment.startswith("chart:")), title)
        chart = any(comment == "chart: bars" for comment in comments)
        with open_store(settings, context.now(), context.reporter.log, sealed=True, memory=MEMORY) as con:
            columns, rows = _answer(con, query, as_of)
    except (OSError, UnicodeDecodeError, duckdb.Error) as error:
        logger.warning("the custom section %s failed: %s", path.name, error)
        return CustomTable(title, (), (), bars=False, error=str(error).split("\n", 1)[0])
    return CustomTable(title, columns, rows, bars=chart, error=None)


def _answer(
    con: duckdb.DuckDBPyConnection, query: str, as_of: datetime
) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    """Return the columns and the first rows of a query; a query that takes too long raises InterruptException."""
    timer = threading.Timer(SECONDS, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        found = con.execute(query, {"as_of": as_of} if "$as_of" in query else None)
        columns = tuple(column[0] for column in found.description or ())
        return columns, tuple(map(tuple, found.fetchmany(ROWS)))
    finally:
        timer.cancel()
