"""Reads a file of an archive into the table `staged`: our columns, each row judged.

Private rows are counted and never staged.

`staged` has place (of the row in the file), observed_at, our columns, reason (why the row cannot be taken, else NULL),
raw (what a rejected row said in the columns that are used, cut; a card is never among them, and a row with a key that
stands twice says nothing: it may be private) and odd_time (what it said
in place of a time that can be true).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from crawler.kinds import Kind
from crawler.schema.columns import COLUMNS
from crawler.schema.value_types import TEXTS
from db.importing.columns import Recognised, private_rows, recognise
from db.importing.convert import Source, moment_of, prepare_values, quoted, said, text
from db.importing.errors import (
    FutureTimeError,
    NoSuchColumnError,
    NoTimeError,
    NoValidRowsError,
    TimeBeforeTheHubError,
    TooManyTimesError,
    UndecodableError,
)
from db.importing.rows import OpenedFile, Rows, opened
from db.importing.times import FIRST_YEAR, ObservationTime, time_in_name

MOST_TIMES = 2_000
"""More times in one file than five years of days are times of rows, not of snapshots."""

RAW_CHARACTERS = 2_000

RAW_TIME = quoted("raw time")

NO_TIME = "no time of observation"
WRAPPED = "check --kind and --map; where the rows are a list in it, name the list with --rows"

ODD_TIME = "time of observation not understood"


@dataclass(frozen=True, slots=True)
class Staged:
    """What a file holds, as it lies in the table `staged`."""

    path: Path
    recognised: Recognised
    times: tuple[datetime, ...]
    """The snapshots in it, oldest first."""
    private: Mapping[datetime | None, int] | None
    """How many rows of each are private; None where the archive does not say it."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a row was observed: SQL for what says it, for its text and for the time, as `Column` has it."""

    source: str
    said: str
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
    """Read a file into `staged`; `now` is the present, after which nothing can have been observed.

    Raises ArchiveError.
    """
    prepare_values(con, when.form)
    with opened(con, path, list_of_rows) as file:
        is_outside = when.column in file.outside
        recognised = recognise(file.rows, path, kind, mapping, None if is_outside else when.column)
        moment = _moment(path, file, when, now)
        is_private, bounds = private_rows(file.rows), {"earliest": FIRST_YEAR, "now": now}
        con.execute(_staging(kind, file.rows, recognised, moment, is_private or "false"), bounds)
        private = _count_private(con, file.rows, moment, is_private, bounds) if is_private else None
    return Staged(path, recognised, _times(con, path, private), private)


def _count_private(
    con: duckdb.DuckDBPyConnection, rows: Rows, moment: _Moment, is_private: str, bounds: Mapping[str, datetime]
) -> Mapping[datetime | None, int]:
    query = f"""
        SELECT CASE WHEN moment BETWEEN $earliest AND $now THEN moment END AS observed_at, count(*)
        FROM (
            SELECT {moment.sql} AS moment
            FROM (
                SELECT *, {moment.said} AS "said time"
                FROM (SELECT {moment.source} AS "raw time" FROM {rows.relation()} WHERE {is_private})
            )
        )
        GROUP BY observed_at
    """  # noqa: S608
    return dict(con.execute(query, bounds).fetchall())


def _moment(path: Path, file: OpenedFile, when: ObservationTime, now: datetime) -> _Moment:
    if when.column is None:
        at = _told_time(path, when, now).isoformat()
        return _Moment(f"CAST({text(at)} AS TIMESTAMPTZ)", text(at), RAW_TIME)
    if when.column in file.outside:
        source = Source(f"CAST({text(file.outside[when.column])} AS JSON)", "JSON")
    elif found := file.rows.find(when.column):
        source = found
    else:
        raise NoSuchColumnError(path, when.column, [*file.outside, *file.rows.columns])
    if source.is_nested:
        raise NoSuchColumnError(path, when.column, list(file.rows.columns))
    raw, later = Source(RAW_TIME, source.type), when.later // timedelta(microseconds=1)
    return _Moment(source.sql, said(raw), f"{moment_of(raw, quoted('said time'))} + to_microseconds({later})")


def _told_time(path: Path, when: ObservationTime, now: datetime) -> datetime:
    """The time that the caller or the file's name tells."""
    told = when.at or time_in_name(path)
    if told is None:
        raise NoTimeError(path)
    at = told + when.later
    if at > now:
        raise FutureTimeError(path, at, now)
    if at < FIRST_YEAR:
        raise TimeBeforeTheHubError(path, at)
    return at


def _staging(kind: Kind, rows: Rows, recognised: Recognised, moment: _Moment, is_private: str) -> str:
    """A level for each step, since a name on one level hides the archive's own of the same spelling."""
    columns = recognised.columns
    raws = [f"{column.source} AS {quoted('raw ' + column.name)}" for column in columns]
    told = [f"{column.said} AS {quoted('said ' + column.name)}" for column in columns]
    values = [f"{column.value} AS {column.name}" for column in columns]
    faults = [f"WHEN {c.fault} THEN {text(f'{c.name}: {c.complaint}')}" for c in columns]
    kept = [f"nullif({c.name}, []) AS {c.name}" if COLUMNS[kind][c.name] == TEXTS else c.name for c in columns]
    raw = ", ".join(f"{text(column.name)}, {quoted('raw ' + column.name)}" for column in columns)
    return f"""
        CREATE OR REPLACE TEMP TABLE staged AS
        SELECT place, observed_at, {", ".join(kept)}, reason,
               CASE WHEN "row fault" IS NOT NULL THEN '{{}}'
                    WHEN reason IS NOT NULL
                    THEN left(json_object({raw}, 'observed_at', "said time")::VARCHAR, {RAW_CHARACTERS}) END AS raw,
               CASE WHEN observed_at IS NULL THEN left("said time", 40) END AS odd_time
        FROM (
            SELECT *, CASE WHEN moment BETWEEN $earliest AND $now THEN moment END AS observed_at,
                   CASE WHEN "row fault" IS NOT NULL THEN "row fault"
                        WHEN "said time" IS NULL THEN '{NO_TIME}'
                        WHEN moment IS NULL THEN '{ODD_TIME}'
                        WHEN moment < $earliest THEN 'time of observation before 2016, when the Hub began'
                        WHEN moment > $now THEN 'time of observation to come' {" ".join(faults)} END AS reason
            FROM (
                SELECT *, {moment.sql} AS moment, {", ".join(values)}
                FROM (
                    SELECT *, {moment.said} AS "said time", {", ".join(told)}
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
        [MOST_TIMES + 1],
    ).fetchall()
    times = tuple(moment for (moment,) in found)
    if not times:
        _raise_nothing_fits(con, path, sum(private.values()) if private else 0)
    if len(times) > MOST_TIMES:
        raise TooManyTimesError(path, len(times), MOST_TIMES)
    return times


def _raise_nothing_fits(con: duckdb.DuckDBPyConnection, path: Path, private: int) -> None:
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
