"""Reads a file into the temporary table `staged`, with our columns and a check of each row.

Private rows are counted and never staged. `staged` has all columns of the kind and both dates, NULL where the
archive has none, and:

    place         the number of the row in the file
    observed_at   the time of observation
    reason        why the row is rejected, else NULL
    raw           the used columns of a rejected row, cut; empty for a row with a duplicate key, which may be private
    odd_time      the text of an invalid time of observation
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from crawler.kinds import Kind
from crawler.schema.columns import COLUMNS
from crawler.schema.value_types import TEXTS, TIME
from db.importing.columns import RecognisedColumns, private_rows, recognise_columns
from db.importing.errors import (
    FutureTimeError,
    NoSuchColumnError,
    NoTimeError,
    NoValidRowsError,
    TimeBeforeTheHubError,
    TooManyTimesError,
    UndecodableError,
)
from db.importing.rows import OpenedFile, Rows, open_rows
from db.importing.times import HUB_START, ObservationTime, time_in_name
from db.importing.value_checks import Source, prepare_values, text_sql, time_sql
from db.sql import quote_name, quote_text

MAX_TIMES = 2_000
"""Maximum number of snapshots in a file: five years of days. More times are times of rows."""

RAW_CHARACTERS = 2_000

RAW_TIME = quote_name("raw time")

_TYPES: Mapping[pl.DataType, str] = {
    pl.String(): "VARCHAR", pl.Int64(): "BIGINT", pl.Float64(): "DOUBLE", pl.Boolean(): "BOOLEAN",
    TIME: "TIMESTAMPTZ", TEXTS: "VARCHAR[]",
}  # fmt: skip

NO_TIME = "no time of observation"
WRAPPED = "check --kind and --map; if the rows are a list in the object, name the list with --rows"
ODD_TIME = "time of observation not understood"


@dataclass(frozen=True, slots=True)
class Staged:
    """The contents of the table `staged`."""

    path: Path
    recognised: RecognisedColumns
    times: tuple[datetime, ...]
    """The times of its snapshots, oldest first."""
    private: Mapping[datetime | None, int] | None
    """Private rows by time; None if the archive does not state them."""


@dataclass(frozen=True, slots=True)
class _TimeSql:
    """SQL for the observation time of a row: source, text and value, as in `Column`."""

    source: str
    text: str
    sql: str


def stage(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    kind: Kind,
    mapping: dict[str, str],
    when: ObservationTime,
    now: datetime,
    list_of_rows: str | None = None,
) -> Staged:
    """Read a file into `staged`; times after `now` are invalid.

    Raises ArchiveError.
    """
    prepare_values(con, when.form)
    with open_rows(con, path, list_of_rows) as file:
        is_outside = when.column in file.outside
        recognised = recognise_columns(file.rows, path, kind, mapping, None if is_outside else when.column)
        moment = _moment(path, file, when, now)
        is_private, bounds = private_rows(file.rows), {"earliest": HUB_START, "now": now}
        con.execute(_staging(kind, file.rows, recognised, moment, is_private or "false"), bounds)
        private = _count_private(con, file.rows, moment, is_private, bounds) if is_private else None
    return Staged(path, recognised, _times(con, path, private), private)


def _count_private(
    con: duckdb.DuckDBPyConnection, rows: Rows, moment: _TimeSql, is_private: str, bounds: Mapping[str, datetime]
) -> Mapping[datetime | None, int]:
    query = f"""
        SELECT CASE WHEN moment BETWEEN $earliest AND $now THEN moment END AS observed_at, count(*)
        FROM (
            SELECT {moment.sql} AS moment
            FROM (
                SELECT *, {moment.text} AS "text time"
                FROM (SELECT {moment.source} AS "raw time" FROM {rows.relation()} WHERE {is_private})
            )
        )
        GROUP BY observed_at
    """  # noqa: S608
    return dict(con.execute(query, bounds).fetchall())


def _moment(path: Path, file: OpenedFile, when: ObservationTime, now: datetime) -> _TimeSql:
    if when.column is None:
        at = _time_of_file(path, when, now).isoformat()
        return _TimeSql(f"CAST({quote_text(at)} AS TIMESTAMPTZ)", quote_text(at), RAW_TIME)
    if when.column in file.outside:
        source = Source(f"CAST({quote_text(file.outside[when.column])} AS JSON)", "JSON")
    elif found := file.rows.find(when.column):
        source = found
    else:
        raise NoSuchColumnError(path, when.column, [*file.outside, *file.rows.columns])
    if source.is_nested:
        raise NoSuchColumnError(path, when.column, list(file.rows.columns))
    raw, later = Source(RAW_TIME, source.type), when.later // timedelta(microseconds=1)
    value = f"{time_sql(raw, quote_name('text time'))} + to_microseconds({later})"
    return _TimeSql(source.sql, text_sql(raw), value)


def _time_of_file(path: Path, when: ObservationTime, now: datetime) -> datetime:
    """Return the time that the caller or the file name states."""
    stated = when.at or time_in_name(path)
    if stated is None:
        raise NoTimeError(path)
    at = stated + when.later
    if at > now:
        raise FutureTimeError(path, at, now)
    if at < HUB_START:
        raise TimeBeforeTheHubError(path, at)
    return at


def _staging(kind: Kind, rows: Rows, recognised: RecognisedColumns, moment: _TimeSql, is_private: str) -> str:
    """Return the SQL, one level per step: a column of one level hides the archive's column of the same name."""
    columns = recognised.columns
    raws = [f"{column.source} AS {quote_name('raw ' + column.name)}" for column in columns]
    texts = [f"{column.text} AS {quote_name('text ' + column.name)}" for column in columns]
    values = [f"{column.value} AS {column.name}" for column in columns]
    faults = [f"WHEN {c.fault} THEN {quote_text(f'{c.name}: {c.complaint}')}" for c in columns]
    kept = [f"nullif({c.name}, []) AS {c.name}" if COLUMNS[kind][c.name] == TEXTS else c.name for c in columns]
    for name, dtype in {**COLUMNS[kind], "created_at": TIME, "last_modified": TIME}.items():
        if name not in recognised.names:
            kept.append(f"NULL::{_TYPES[dtype]} AS {name}")
    raw = ", ".join(f"{quote_text(column.name)}, {quote_name('raw ' + column.name)}" for column in columns)
    return f"""
        CREATE OR REPLACE TEMP TABLE staged AS
        SELECT place, observed_at, {", ".join(kept)}, reason,
               CASE WHEN "row fault" IS NOT NULL THEN '{{}}'
                    WHEN reason IS NOT NULL
                    THEN left(json_object({raw}, 'observed_at', "text time")::VARCHAR, {RAW_CHARACTERS}) END AS raw,
               CASE WHEN observed_at IS NULL THEN left("text time", 40) END AS odd_time
        FROM (
            SELECT *, CASE WHEN moment BETWEEN $earliest AND $now THEN moment END AS observed_at,
                   CASE WHEN "row fault" IS NOT NULL THEN "row fault"
                        WHEN "text time" IS NULL THEN '{NO_TIME}'
                        WHEN moment IS NULL THEN '{ODD_TIME}'
                        WHEN moment < $earliest THEN 'time of observation before 2016, when the Hub began'
                        WHEN moment > $now THEN 'time of observation in the future' {" ".join(faults)} END AS reason
            FROM (
                SELECT *, {moment.sql} AS moment, {", ".join(values)}
                FROM (
                    SELECT *, {moment.text} AS "text time", {", ".join(texts)}
                    FROM (
                        SELECT row_number() OVER () AS place, {rows.fault or "NULL"} AS "row fault",
                               {moment.source} AS "raw time", {", ".join(raws)}
                        FROM {rows.relation()}
                        QUALIFY NOT ({is_private})
                    )
                )
            )
        )
    """  # noqa: S608


def _times(
    con: duckdb.DuckDBPyConnection, path: Path, private: Mapping[datetime | None, int] | None
) -> tuple[datetime, ...]:
    found = con.execute(
        "SELECT observed_at FROM staged WHERE reason IS NULL GROUP BY observed_at ORDER BY observed_at LIMIT ?",
        [MAX_TIMES + 1],
    ).fetchall()
    times = tuple(moment for (moment,) in found)
    if not times:
        _raise_no_valid_rows(con, path, sum(private.values()) if private else 0)
    if len(times) > MAX_TIMES:
        raise TooManyTimesError(path, len(times), MAX_TIMES)
    return times


def _raise_no_valid_rows(con: duckdb.DuckDBPyConnection, path: Path, private: int) -> None:
    rows, reason = con.execute("SELECT count(*), mode(reason) FROM staged").fetchone() or (0, None)
    if reason is None and private:
        raise NoValidRowsError(path, private, "every one is private", "nothing private is stored")
    if reason is None:
        raise UndecodableError(path, "it holds no rows")
    example = con.execute("SELECT odd_time FROM staged WHERE reason = ? LIMIT 1", [reason]).fetchone()
    if not example or example[0] is None:
        wrapped = rows == 1 and ".json" in path.suffixes
        raise NoValidRowsError(path, rows, reason, WRAPPED) if wrapped else NoValidRowsError(path, rows, reason)
    remedy = "check the column, or say how it writes a time with --time-format, as in %d-%m-%Y"
    raise NoValidRowsError(path, rows, f"{reason}: {example[0]!r}", remedy)
