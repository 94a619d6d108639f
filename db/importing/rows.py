"""Opens a file as rows for SQL: Parquet with its types, CSV as text, JSON as JSON.

Types and columns are not guessed from a sample. The header determines the delimiter of a CSV file. The columns of a
JSON file are the keys of all its rows.
"""

import contextlib
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb

from db.importing.errors import UndecodableError, UnknownFormatError
from db.importing.text import (
    BROKEN,
    MAX_CHARACTERS,
    ReadableFile,
    open_decoded,
    open_readable,
    open_with_broken_marked,
)
from db.importing.value_checks import Source
from db.sql import quote_name, quote_text

DELIMITERS = (",", ";", "\t", "|")
_MAX_LINE = 1_000_000


class Rows(Protocol):
    """The rows of a file: columns with DuckDB types, and SQL for their values."""

    @property
    def columns(self) -> Mapping[str, str]: ...

    @property
    def fault(self) -> str | None:
        """SQL for the fault of a whole row, NULL for a valid row; None if rows cannot have faults."""

    def find(self, path: str) -> Source | None:
        """Return the value at a path such as `safetensors.total`; None if it does not exist."""

    def relation(self) -> str:
        """Return SQL for the rows; call it after `find` for every value."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The rows of a file, and the values outside of the rows by path."""

    rows: Rows
    outside: Mapping[str, str]


@contextlib.contextmanager
def open_rows(con: duckdb.DuckDBPyConnection, path: Path, rows: str | None) -> Iterator[OpenedFile]:
    """Open a file; `rows` is the path of the list of rows in a JSON object.

    Raises UnknownFormatError, UndecodableError and NoRowsError.
    """
    form = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"][-1:]
    if form == [".parquet"]:
        with _duckdb_errors(path, path):
            yield OpenedFile(_table(con, f"read_parquet({quote_text(str(path))})"), {})
    elif form in ([".csv"], [".tsv"]):
        with open_readable(path, None) as file, _duckdb_errors(path, file.path):
            yield OpenedFile(_table(con, _csv(path, file, "\t" if form == [".tsv"] else None), is_csv=True), {})
    elif form in ([".json"], [".jsonl"], [".ndjson"]):
        with open_readable(path, rows) as file, _duckdb_errors(path, file.path), contextlib.ExitStack() as stack:
            try:
                found = _json(con, path, file)
            except duckdb.Error as error:
                if not any(fault in str(error) for fault in ("surrogate", "invalid UTF-8")):
                    raise
                found = _json(con, path, stack.enter_context(open_with_broken_marked(path, file)))
            yield OpenedFile(found, file.outside)
    else:
        raise UnknownFormatError(path)


@contextlib.contextmanager
def _duckdb_errors(path: Path, read: Path) -> Iterator[None]:
    """Raise UndecodableError for DuckDB's errors, in one line with the path that the user gave."""
    try:
        yield
    except duckdb.Error as error:
        first, *rest = str(error).splitlines() or [""]
        reason = ", ".join([first, *(line for line in rest if line.startswith("Expected Number"))])
        raise UndecodableError(path, reason.replace(str(read), str(path))[:300].strip()) from error


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of a table; the temporary table `shape` has the same columns and no rows."""

    con: duckdb.DuckDBPyConnection
    sql: str
    columns: Mapping[str, str]
    is_csv: bool
    fault: str | None = None

    def find(self, path: str) -> Source | None:
        top = top_column(path, self.columns)
        if top is None:
            return None
        fields = [] if top.lower() == path.lower() else path.split(".")[1:]
        if fields and self.columns[top] in ("VARCHAR", "JSON"):
            value = f"json_extract(TRY_CAST({quote_name(top)} AS JSON), {quote_text(_pointer(fields))})"
            return Source(f"nullif({value}, 'null')", "JSON")
        sql = ".".join(quote_name(part) for part in (top, *fields))
        try:
            described = self.con.execute(f"DESCRIBE SELECT {sql} FROM shape").fetchone()  # noqa: S608
        except duckdb.Error:
            return None
        return Source(sql, described[1], self.is_csv) if described else None

    def relation(self) -> str:
        return self.sql


def _table(con: duckdb.DuckDBPyConnection, sql: str, *, is_csv: bool = False) -> _Table:
    con.execute(f"CREATE OR REPLACE TEMP TABLE shape AS SELECT * FROM {sql} LIMIT 0")  # noqa: S608
    columns = {name: kind for name, kind, *_ in con.execute("DESCRIBE shape").fetchall()}
    return _Table(con, sql, columns, is_csv)


def _csv(path: Path, file: ReadableFile, delimiter: str | None) -> str:
    """Return a CSV file as a table, with the delimiter of its header; DuckDB's sample misses later quotes."""
    try:
        with open_decoded(file.path) as source:
            lines = [line for _, line in zip(range(100), iter(lambda: source.readline(_MAX_LINE), ""), strict=False)]
        headers = {by: next(csv.reader(lines, delimiter=by), []) for by in ([delimiter] if delimiter else DELIMITERS)}
    except (csv.Error, UnicodeError) as error:
        raise UndecodableError(path, str(error)) from error
    by, names = max(headers.items(), key=lambda found: len(found[1]))
    if not names:
        raise UndecodableError(path, "it holds no rows")
    columns = ", ".join(f"{quote_text(name)}: 'VARCHAR'" for name in _unique(names))
    options = f"auto_detect = false, header = true, delim = {quote_text(by)}, quote = '\"', escape = '\"'"
    return f"read_csv({quote_text(str(file.path))}, {options}, columns = {{{columns}}}{_compression(path, file)})"


def _unique(names: Sequence[str]) -> list[str]:
    unique: dict[str, None] = {}
    for place, name in enumerate(names):
        wanted, number = name.strip() or f"column{place}", 0
        while (wanted if not number else f"{wanted}_{number}").lower() in (known.lower() for known in unique):
            number += 1
        unique[f"{wanted}_{number}" if number else wanted] = None
    return list(unique)


def _compression(path: Path, file: ReadableFile) -> str:
    return ", compression = 'gzip'" if file.path == path and path.suffix.lower() == ".gz" else ""


@dataclass(frozen=True, slots=True)
class _Json:
    """Rows that are JSON objects; one call extracts all values, so a row is parsed once."""

    sql: str
    columns: Mapping[str, str]
    fault: str | None = "row_fault"
    pointers: list[str] = field(default_factory=list)

    def find(self, path: str) -> Source | None:
        top = top_column(path, self.columns)
        if top is None:
            return None
        pointer = _pointer([top] if top.lower() == path.lower() else [top, *path.split(".")[1:]])
        if pointer not in self.pointers:
            self.pointers.append(pointer)
        return Source(f"nullif(found[{self.pointers.index(pointer) + 1}], 'null')", "JSON")

    def relation(self) -> str:
        paths = ", ".join(quote_text(pointer) for pointer in self.pointers)
        parents = ", ".join(
            quote_text(parent) for parent in sorted({p.rpartition("/")[0] for p in self.pointers} | {""})
        )
        return f"""(
            SELECT json_extract(json, [{paths}]) AS found,
                   CASE WHEN json_type(json) <> 'OBJECT' THEN 'not an object'
                        WHEN contains(json::VARCHAR, '{BROKEN}') THEN 'a text that is not Unicode'
                        WHEN len(list_filter(json_keys(json, [{parents}]),
                                 lambda keys: len(keys) > len(list_distinct(keys)))) > 0
                        THEN 'a duplicate key' END AS row_fault
            FROM {self.sql}
        )"""  # noqa: S608


def _json(con: duckdb.DuckDBPyConnection, path: Path, file: ReadableFile) -> _Json:
    options = f"maximum_object_size = {MAX_CHARACTERS}{_compression(path, file)}"
    sql = f"read_json_objects({quote_text(str(file.path))}, {options})"
    found = con.execute(
        f"SELECT DISTINCT unnest(json_keys(json)) AS name FROM {sql} WHERE json_type(json) = 'OBJECT' ORDER BY name"  # noqa: S608
    ).fetchall()
    if not found:
        raise UndecodableError(path, "it holds no objects")
    return _Json(sql, {name: "JSON" for (name,) in found})


def _pointer(fields: Sequence[str]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in fields)


def top_column(path: str, columns: Mapping[str, str]) -> str | None:
    """Return the column that a path begins with; an exact match wins over other upper and lower case."""
    for wanted in (path, path.split(".")[0]):
        if wanted in columns:
            return wanted
        for name in columns:
            if name.lower() == wanted.lower():
                return name
    return None
