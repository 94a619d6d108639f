"""Opens an archive's file as rows whose values SQL can reach: Parquet with its types, CSV as text, JSON as JSON.

Nothing is guessed from a sample of the file. A CSV file is read by the delimiter of its header, a JSON file object by
object; every key that any row has is a column.
"""

import contextlib
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb

from db.importing.convert import Source, quoted, text
from db.importing.errors import UndecodableError, UnknownFormatError
from db.importing.text import MOST_CHARACTERS, Readable, decoded, readable

DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 1_000_000


class Rows(Protocol):
    """Rows of a file: their columns with DuckDB's types, and SQL that reaches their values."""

    @property
    def columns(self) -> Mapping[str, str]: ...

    @property
    def fault(self) -> str | None:
        """SQL for why a row as a whole cannot be read, NULL for a sound one; None where no row can have a fault."""

    def find(self, path: str) -> Source | None:
        """The value that a path such as `safetensors.total` leads to; None where it leads nowhere."""

    def relation(self) -> str:
        """SQL for the rows, after every value has been found."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The rows of a file, and what it says outside of them."""

    rows: Rows
    outside: Mapping[str, str]


@contextlib.contextmanager
def opened(con: duckdb.DuckDBPyConnection, path: Path, rows: str | None) -> Iterator[OpenedFile]:
    """Open a file; `rows` is the list in a JSON object that holds the rows.

    Raises UnknownFormatError, UndecodableError and NoRowsError.
    """
    form = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"][-1:]
    if form == [".parquet"]:
        with _told(path, path):
            yield OpenedFile(_table(con, f"read_parquet({text(str(path))})"), {})
    elif form in ([".csv"], [".tsv"]):
        with readable(path, None) as file, _told(path, file.path):
            yield OpenedFile(_table(con, _csv(path, file, "\t" if form == [".tsv"] else None)), {})
    elif form in ([".json"], [".jsonl"], [".ndjson"]):
        with readable(path, rows) as file, _told(path, file.path):
            yield OpenedFile(_json(con, path, file), file.outside)
    else:
        raise UnknownFormatError(path)


@contextlib.contextmanager
def _told(path: Path, read: Path) -> Iterator[None]:
    """Tell DuckDB's errors in one line, with the name of the file that the user gave."""
    try:
        yield
    except duckdb.Error as error:
        first, *rest = str(error).splitlines() or [""]
        reason = ", ".join([first, *(line for line in rest if line.startswith("Expected Number"))])
        raise UndecodableError(path, reason.replace(str(read), str(path))[:300].strip()) from error


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows with columns; `shape` is an empty table with the same ones."""

    con: duckdb.DuckDBPyConnection
    sql: str
    columns: Mapping[str, str]
    fault: str | None = None

    def find(self, path: str) -> Source | None:
        top = top_of(path, self.columns)
        if top is None:
            return None
        fields = [] if top.lower() == path.lower() else path.split(".")[1:]
        if fields and self.columns[top] in ("VARCHAR", "JSON"):
            value = f"json_extract(TRY_CAST({quoted(top)} AS JSON), {text(_pointer(fields))})"
            return Source(f"nullif({value}, 'null')", "JSON")
        sql = ".".join(quoted(part) for part in (top, *fields))
        try:
            described = self.con.execute(f"DESCRIBE SELECT {sql} FROM shape").fetchone()  # noqa: S608
        except duckdb.Error:
            return None
        return Source(sql, described[1]) if described else None

    def relation(self) -> str:
        return self.sql


def _table(con: duckdb.DuckDBPyConnection, sql: str) -> _Table:
    con.execute(f"CREATE OR REPLACE TEMP TABLE shape AS SELECT * FROM {sql} LIMIT 0")  # noqa: S608
    return _Table(con, sql, {name: kind for name, kind, *_ in con.execute("DESCRIBE shape").fetchall()})


def _csv(path: Path, file: Readable, delimiter: str | None) -> str:
    """DuckDB finds the dialect in a sample, and then refuses a quote that comes later: the header decides instead."""
    try:
        with decoded(file.path) as source:
            lines = [
                line for _, line in zip(range(100), iter(lambda: source.readline(_LONGEST_LINE), ""), strict=False)
            ]
        headers = {by: next(csv.reader(lines, delimiter=by), []) for by in ([delimiter] if delimiter else DELIMITERS)}
    except (csv.Error, UnicodeError) as error:
        raise UndecodableError(path, str(error)) from error
    by, names = max(headers.items(), key=lambda found: len(found[1]))
    if not names:
        raise UndecodableError(path, "it holds no rows")
    columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in _unique(names))
    options = f"auto_detect = false, header = true, delim = {text(by)}, quote = '\"', escape = '\"'"
    return f"read_csv({text(str(file.path))}, {options}, columns = {{{columns}}}{_packed(path, file)})"


def _unique(names: Sequence[str]) -> list[str]:
    unique: dict[str, None] = {}
    for place, name in enumerate(names):
        wanted, number = name.strip() or f"column{place}", 0
        while (wanted if not number else f"{wanted}_{number}").lower() in (known.lower() for known in unique):
            number += 1
        unique[f"{wanted}_{number}" if number else wanted] = None
    return list(unique)


def _packed(path: Path, file: Readable) -> str:
    return ", compression = 'gzip'" if file.path == path and path.suffix.lower() == ".gz" else ""


@dataclass(frozen=True, slots=True)
class _Json:
    """Rows that are JSON objects. All values are found by one call, which parses a row once."""

    sql: str
    columns: Mapping[str, str]
    fault: str | None = "broken"
    pointers: list[str] = field(default_factory=list)

    def find(self, path: str) -> Source | None:
        top = top_of(path, self.columns)
        if top is None:
            return None
        pointer = _pointer([top] if top.lower() == path.lower() else [top, *path.split(".")[1:]])
        if pointer not in self.pointers:
            self.pointers.append(pointer)
        return Source(f"nullif(found[{self.pointers.index(pointer) + 1}], 'null')", "JSON")

    def relation(self) -> str:
        paths = ", ".join(text(pointer) for pointer in self.pointers)
        parents = ", ".join(text(parent) for parent in sorted({p.rpartition("/")[0] for p in self.pointers} | {""}))
        return f"""(
            SELECT json_extract(json, [{paths}]) AS found,
                   CASE WHEN json_type(json) <> 'OBJECT' THEN 'not an object'
                        WHEN len(list_filter(json_keys(json, [{parents}]),
                                 lambda keys: len(keys) > len(list_distinct(keys)))) > 0
                        THEN 'a key stands twice' END AS broken
            FROM {self.sql}
        )"""  # noqa: S608


def _json(con: duckdb.DuckDBPyConnection, path: Path, file: Readable) -> _Json:
    sql = f"read_json_objects({text(str(file.path))}, maximum_object_size = {MOST_CHARACTERS}{_packed(path, file)})"
    found = con.execute(
        f"SELECT DISTINCT unnest(json_keys(json)) AS name FROM {sql} WHERE json_type(json) = 'OBJECT' ORDER BY name"  # noqa: S608
    ).fetchall()
    if not found:
        raise UndecodableError(path, "it holds no objects")
    return _Json(sql, {name: "JSON" for (name,) in found})


def _pointer(fields: Sequence[str]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in fields)


def top_of(path: str, columns: Mapping[str, str]) -> str | None:
    """The column that a path begins in, as it is written if there is one, else in whatever case."""
    for wanted in (path, path.split(".")[0]):
        if wanted in columns:
            return wanted
        for name in columns:
            if name.lower() == wanted.lower():
                return name
    return None
