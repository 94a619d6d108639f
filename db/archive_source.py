"""Reads a file of an archive into the table `staged`: our columns, each row judged.

`staged` has place (of the row in the file), observed_at, our columns, reason (why the row cannot be taken, else NULL)
and raw (what a rejected row said in the columns that are used, cut; a card is never among them).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.kinds import Kind
from db.archive_columns import Recognised, recognise, time_source
from db.archive_errors import InTheFuture, NothingFits, NoTime, TooManyTimes, Undecodable, UnknownFormat
from db.archive_time import TrueTime, time_in_name
from db.archive_values import quoted, text

MOST_TIMES = 2_000
"""More times in one file than five years of days are times of rows, not of snapshots."""

RAW_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Staged:
    """What a file holds, as it lies in the table `staged`."""

    path: Path
    recognised: Recognised
    times: tuple[datetime, ...]
    """The snapshots in it, oldest first."""


def stage(
    con: duckdb.DuckDBPyConnection, path: Path, kind: Kind, mapping: dict[str, str], when: TrueTime, now: datetime
) -> Staged:
    """Read a file into `staged`; `now` is the present, after which nothing can have been observed.

    Raises ArchiveError.
    """
    rows = _reader(path)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE shape AS SELECT * FROM {rows} LIMIT 0", {"path": str(path)})  # noqa: S608
        recognised = recognise(con, path, kind, mapping, when.column)
        con.execute(_staging(rows, recognised, _moment(con, path, when)), {"path": str(path)})
    except duckdb.Error as error:
        raise Undecodable(path, str(error).partition("\n")[0]) from error
    return Staged(path, recognised, _times(con, path, now))


def _reader(path: Path) -> str:
    match [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"][-1:]:
        case [".parquet"]:
            return "read_parquet($path)"
        case [".csv" | ".tsv"]:
            return "read_csv($path, all_varchar = true, header = true)"
        case [".json" | ".jsonl" | ".ndjson"]:
            return "read_json($path)"
    raise UnknownFormat(path)


def _moment(con: duckdb.DuckDBPyConnection, path: Path, when: TrueTime) -> str:
    if when.column:
        said = time_source(con, path, when.column)
    else:
        at = when.at or time_in_name(path)
        if at is None:
            raise NoTime(path)
        said = f"CAST({text(at.isoformat())} AS TIMESTAMPTZ)"
    return f"{said} + to_microseconds({when.later // type(when.later)(microseconds=1)})"


def _staging(rows: str, recognised: Recognised, moment: str) -> str:
    """Three levels, since a name on one level hides the archive's own of the same spelling."""
    columns = recognised.columns
    raws = [f"{column.source} AS {quoted('raw ' + column.name)}" for column in columns]
    values = [f"{column.value} AS {column.name}" for column in columns]
    faults = [f"WHEN {c.fault} THEN {text(f'{c.name}: {c.complaint}')}" for c in columns if c.fault]
    said = ", ".join(f"{text(column.name)}, {quoted('raw ' + column.name)}" for column in columns)
    return f"""
        CREATE OR REPLACE TEMP TABLE staged AS
        SELECT place, observed_at, {", ".join(recognised.names)}, reason,
               CASE WHEN reason IS NOT NULL THEN left(json_object({said})::VARCHAR, {RAW_CHARACTERS}) END AS raw
        FROM (
            SELECT *, {", ".join(values)},
                   CASE WHEN observed_at IS NULL THEN 'no time of observation' {" ".join(faults)} END AS reason
            FROM (SELECT row_number() OVER () AS place, {moment} AS observed_at, {", ".join(raws)} FROM {rows})
        )
    """  # noqa: S608


def _times(con: duckdb.DuckDBPyConnection, path: Path, now: datetime) -> tuple[datetime, ...]:
    found = con.execute(
        "SELECT observed_at FROM staged WHERE reason IS NULL GROUP BY observed_at ORDER BY observed_at LIMIT ?",
        [MOST_TIMES + 1],
    ).fetchall()
    times = tuple(moment for (moment,) in found)
    if not times:
        _raise_nothing_fits(con, path)
    if len(times) > MOST_TIMES:
        raise TooManyTimes(path, len(times), MOST_TIMES)
    if times[-1] > now:
        raise InTheFuture(path, times[-1], now)
    return times


def _raise_nothing_fits(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    rows, reason = con.execute("SELECT count(*), coalesce(mode(reason), 'it has no rows') FROM staged").fetchone() or (
        0,
        "",
    )
    raise NothingFits(path, rows, reason)
