"""Each value of an archive is checked on its own, from its text; its position does not matter."""

import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.kinds import Kind
from crawler.schema.value_types import MAX_COUNT
from db.importing.errors import ArchiveError, NoRowsError, NoValidRowsError, UndecodableError
from db.importing.source import Staged, stage
from db.importing.text import _mark_broken, open_readable
from db.importing.times import ObservationTime
from db.importing.value_checks import is_time_format, prepare_values
from tests.fakes.archives import NOW
from tests.fakes.examples import BUILDS_DATABASE
from tests.fakes.walks import day

BEYOND_THE_SAMPLE = 20_600
"""DuckDB guesses types and dialects from the first 20,480 rows."""

NOON = datetime(2026, 8, 7, 12, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


def staged(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    content: str | bytes,
    *,
    column: str | None = None,
    rows: str | None = None,
    form: str | None = None,
) -> Staged:
    """Write a file and read it."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return stage(con, path, Kind.MODEL, {}, ObservationTime(None if column else day(0), column, form=form), NOW, rows)


def checked(con: duckdb.DuckDBPyConnection, column: str = "likes") -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT {column}, reason FROM staged ORDER BY place").fetchall()


def row(**values: object) -> str:
    return json.dumps({"_id": "a", "id": "lab/one", **values})


def literal(likes: str) -> str:
    return f'{{"_id": "a", "id": "lab/one", "likes": {likes}}}'


REJECTED = "likes: not a count"
COUNTS = {
    "a half": ("1.5", None, REJECTED),
    "true": ("true", None, REJECTED),
    "a count in exponent form": ("1e3", 1000, None),
    "a half in exponent form": ("1.5e0", None, REJECTED),
    "zeros after the point": ("12.0", 12, None),
    "a text of digits": ('"12"', 12, None),
    "a comma between thousands": ('"1,234"', None, REJECTED),
    "an object": ('{"a": 1}', None, REJECTED),
    "a list": ("[1]", None, REJECTED),
    "a list nested 100,000 deep": ("[" * 100_000 + "]" * 100_000, None, REJECTED),
    "null": ("null", None, None),
    "pandas' word for nothing": ("NaN", None, None),
    "Infinity": ("Infinity", None, REJECTED),
    "the largest count": (str(MAX_COUNT), MAX_COUNT, None),
    "one beyond it": (str(MAX_COUNT + 1), None, REJECTED),
    "beyond 64 bits": ("9" * 50, None, REJECTED),
    "beyond a double": ("1e400", None, REJECTED),
    "below zero": ("-1", None, REJECTED),
}


@pytest.mark.parametrize(("written", "count", "reason"), COUNTS.values(), ids=COUNTS.keys())
def test_a_count_as_json_writes_it(
    written: str, count: int | None, reason: str | None, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The exact number is stored, or the row is rejected with the reason; nothing is rounded."""
    staged(con, tmp_path / "m.jsonl", f"{literal('5')}\n{literal(written)}")

    assert [(5, None), (count, reason)] == checked(con)


@pytest.mark.parametrize("place", [0, BEYOND_THE_SAMPLE - 1], ids=["first", "last"])
def test_the_position_of_a_value_does_not_matter(place: int, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A fraction, a boolean, a key and a text late in the file are checked like early ones."""
    odd = {"_id": "odd", "id": "lab/odd", "likes": 1.5, "tags": "a, b", "gguf": {"total": 7}}
    lines = [literal("null")] * BEYOND_THE_SAMPLE
    lines[place] = json.dumps(odd)

    staged(con, tmp_path / "m.jsonl", "\n".join(lines))

    found = con.execute("SELECT likes, tags, parameters, reason FROM staged WHERE hub_id = 'odd'").fetchall()
    assert found == [(None, ["a", "b"], 7, REJECTED)]
    assert con.execute("SELECT count(*) FROM staged WHERE reason IS NULL").fetchone() == (BEYOND_THE_SAMPLE - 1,)


def test_a_late_quote_in_csv(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The header determines the dialect, not a sample without quotes."""
    lines = ["_id,id,task", *(f"{n:024x},lab/m{n},x" for n in range(BEYOND_THE_SAMPLE)), f'{"f" * 24},lab/z,"a, b"']

    staged(con, tmp_path / "m.csv", "\n".join(lines))

    assert con.execute("SELECT task FROM staged WHERE id = 'lab/z'").fetchall() == [("a, b",)]


def plain_count(text: str) -> int | None:
    """Return the count of a text, in plain Python."""
    try:
        number = Decimal(text) if text.isascii() and "_" not in text and text[:1].isdigit() else None
    except InvalidOperation:
        return None
    return int(number) if number is not None and number == int(number) and number <= MAX_COUNT else None


digits = st.text("0123456789", min_size=1, max_size=15)
numbers = st.one_of(
    digits,
    st.builds("{}.{}".format, digits, st.sampled_from(["", "0", "00", "5", "05", "50"])),
    st.builds("{}{}{}".format, digits, st.sampled_from(["e", "E", "e+", ".5e", ".25e-"]), st.integers(0, 12)),
    st.text("0123456789.,eE+-_ x", max_size=8),
)


@given(text=numbers)
@example(text="1_000")
@example(text="١")
@example(text="1.5e0")
@settings(deadline=None, derandomize=True)
def test_a_text_is_the_same_count_in_sql_and_python(text: str) -> None:
    """For any text, the macro returns the exact number or NULL."""
    with duckdb.connect() as con:
        prepare_values(con, None)
        found = con.execute("SELECT parse_count($1)", [text]).fetchone()
    assert found == (plain_count(text),)


TIMES = {
    "a date as a number": (20260807, datetime(2026, 8, 7, tzinfo=UTC)),
    "seconds": (1786104000, NOON),
    "seconds with a fraction": (1786104000.25, NOON + timedelta(seconds=0.25)),
    "milliseconds": (1786104000000, NOON),
    "microseconds": (1786104000000000, NOON),
    "nanoseconds": (1786104000000000000, NOON),
    "seconds as text": ("1786104000", NOON),
    "ISO 8601 with a zone": ("2026-08-07T14:00:00+02:00", NOON),
    "a day": ("2026-08-07", datetime(2026, 8, 7, tzinfo=UTC)),
}


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize(("written", "moment"), TIMES.values(), ids=TIMES.keys())
def test_a_time_as_archives_write_it(
    written: object, moment: datetime, form: str, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The size of a number determines its unit; eight digits are a date."""
    path = tmp_path / f"m.{form}"
    pl.DataFrame([{"_id": "a", "id": "lab/one", "ts": written}]).write_parquet(path)
    if form != "parquet":
        path.write_text(f"_id,id,ts\n{'a' * 24},lab/one,{written}\n" if form == "csv" else row(ts=written))

    assert (moment,) == stage(con, path, Kind.MODEL, {}, ObservationTime(column="ts"), NOW).times


IMPOSSIBLE_TIMES = {
    "before the Hub": ("2015-12-31", "before 2016"),
    "in the future": ("2031-01-01", "in the future"),
    "beyond what a date can hold": ("99999-01-01", "not understood"),
    "a number that is no time": (5, "not understood"),
    "a month that is none": (20261301, "not understood"),
    "forever": ("infinity", "not understood"),
    "a word": ("epoch", "not understood"),
    "day first": ("25-12-2025", "not understood: '25-12-2025'"),
    "an escape": ("\x1b[31m", r"not understood: '\\x1b\[31m'"),
}


@pytest.mark.parametrize(("written", "reason"), IMPOSSIBLE_TIMES.values(), ids=IMPOSSIBLE_TIMES.keys())
def test_an_impossible_time(written: object, reason: str, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The row is rejected; the message of a single row shows its text."""
    with pytest.raises(NoValidRowsError, match=reason):
        staged(con, tmp_path / "m.jsonl", row(ts=written), column="ts")
    with pytest.raises(NoValidRowsError, match="--time-format"):
        staged(con, tmp_path / "m.jsonl", row(ts=written), column="ts")

    both = staged(con, tmp_path / "m.jsonl", f"{row(ts=written)}\n{row(ts='2026-08-07')}", column="ts")
    assert both.times == (datetime(2026, 8, 7, tzinfo=UTC),)


def test_a_form_of_times(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The user's format is read, and ISO dates in the same column as well."""
    lines = "id,at\nlab/a,25-12-2025\nlab/b,2025-12-26\nlab/c,13/45\n"

    read = staged(con, tmp_path / "m.csv", lines, column="at", form="%d-%m-%Y")

    assert read.times == (datetime(2025, 12, 25, tzinfo=UTC), datetime(2025, 12, 26, tzinfo=UTC))
    assert [is_time_format(form) for form in ("%d-%m-%Y", "%Q", "%H:%M", "", "'")] == [True, False, False, False, False]


WRAPPED = (
    '{"meta": {"at": "2026-08-07T12:00:00Z"}, "models": [{"id": "a/b", "likes": 1e3}, {"id": "a/c", "likes": 1.5}]}'
)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_rows_within_an_object(packed: bool, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """`--rows` names the list; the time is outside of the rows, before or after them."""
    content = gzip.compress(WRAPPED.encode()) if packed else WRAPPED.encode()

    read = staged(con, tmp_path / f"m.json{'.gz' if packed else ''}", content, column="meta.at", rows="models")

    assert (read.times, checked(con)) == ((NOON,), [(1000, None), (None, REJECTED)])


@given(block=st.integers(1, 40))
@settings(BUILDS_DATABASE, derandomize=True)
def test_rows_that_lie_across_blocks(block: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The rows do not depend on the size of the blocks."""
    path = tmp_path_factory.mktemp("wrapped") / "m.json"
    path.write_text(WRAPPED)

    with open_readable(path, "models", block) as file:
        assert file.path.read_text().splitlines() == ['{"id": "a/b", "likes": 1e3}', '{"id": "a/c", "likes": 1.5}']
        assert file.outside == {"meta.at": '"2026-08-07T12:00:00Z"'}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_a_byte_order_mark(encoding: str, form: str, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The mark determines the encoding and is not part of a name."""
    content = {"json": f"[{literal('5')}]", "jsonl": literal("5"), "csv": f"_id,id,likes\n{'a' * 24},lab/one,5\n"}[form]

    staged(con, tmp_path / f"m.{form}", content.encode(encoding))

    assert checked(con, "left(hub_id, 1)") == [("a", None)]


NOT_UNICODE = "a text that is not Unicode"
HALVES = re.compile("[\\ud800-\\udfff]")
ODD_ROWS = {
    "a key twice": ('{"_id": "b", "id": "a/b", "likes": 1, "likes": 2}', "a duplicate key"),
    "a nested key twice": ('{"_id": "b", "id": "a/b", "safetensors": {"total": 1, "total": 2}}', "a duplicate key"),
    "a list": ('["a/b"]', "not an object"),
    "a number": ("5", "not an object"),
    "a name that is a number": ('{"_id": "b", "id": 5}', "id: missing, too long or not printable"),
    "a name with NUL": ('{"_id": "b", "id": "a/\\u0000b"}', "id: missing, too long or not printable"),
    "half of a surrogate pair": ('{"_id": "b", "id": "a/\\ud83d"}', NOT_UNICODE),
    "a number for a text": ('{"_id": "b", "id": "a/b", "author": 5}', "author: too long, or not a text"),
    "a number among tags": ('{"_id": "b", "id": "a/b", "tags": ["a", 1]}', "tags: not a list of words"),
}


@pytest.mark.parametrize(("written", "reason"), ODD_ROWS.values(), ids=ODD_ROWS.keys())
def test_an_odd_row(written: str, reason: str, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Only this row is rejected."""
    staged(con, tmp_path / "m.jsonl", f"{literal('5')}\n{written}\n{literal('6')}")

    assert [None, reason, None] == [found for _, found in checked(con)]


@pytest.mark.parametrize("name", ["m.json", "m.jsonl", "m.jsonl.gz"])
def test_half_of_a_surrogate_pair_rejects_its_row_alone(
    name: str, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """A pair, and an escaped backslash before what looks like one, are text; the second half alone is not."""
    texts = ["\\ud83d\\ude00", "\\\\ud83d", "\\ude00", "\\ud83d \\ude00", "x" * 30]
    lines = [f'{{"_id": "{n}", "id": "lab/{n}", "author": "{text}"}}' for n, text in enumerate(texts)]
    content = ("\n".join(lines) if "jsonl" in name else f"[{','.join(lines)}]").encode()

    staged(con, tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content)

    author = "CASE WHEN reason IS NULL THEN author END"
    assert checked(con, author) == [
        ("\U0001f600", None), ("\\ud83d", None), (None, NOT_UNICODE), (None, NOT_UNICODE), ("x" * 30, None),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98"])
@pytest.mark.parametrize("name", ["m.json", "m.jsonl", "m.jsonl.gz"])
def test_invalid_utf_8_rejects_its_row_alone(
    name: str, broken: bytes, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The rows around a byte that is no text are read."""
    lines = [
        b'{"_id": "%d", "id": "lab/%d", "author": "%s"}' % (n, n, text) for n, text in enumerate([b"a", broken, b"b"])
    ]
    content = b"\n".join(lines) if "jsonl" in name else b"[" + b",".join(lines) + b"]"

    staged(con, tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content)

    assert [reason for _, reason in checked(con, "author")] == [None, NOT_UNICODE, None]


@given(
    st.lists(st.sampled_from(["a", "\\\\", "\\n", "\\ud83d", "\\ude00", "\\u0041", "é", "\udcff"])), st.integers(1, 20)
)
def test_marking_does_not_depend_on_the_blocks(parts: list[str], block: int) -> None:
    """Reading in blocks of any size marks the same places."""
    at_once, in_blocks = io.StringIO(), io.StringIO()
    _mark_broken(io.StringIO("".join(parts)), at_once, 10**6)
    _mark_broken(io.StringIO("".join(parts)), in_blocks, block)

    assert in_blocks.getvalue() == at_once.getvalue()
    assert not HALVES.search(json.loads(f'"{at_once.getvalue()}"'))


def test_csv_ids_are_hexadecimal(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A spreadsheet turns an id of digits into a number; that row is rejected."""
    lines = ["_id,id", f"{7:024x},lab/one", "6.21E+23,lab/two", f"{7:023x},lab/three", f"{'F' * 24},lab/four"]

    staged(con, tmp_path / "m.csv", "\n".join(lines))

    reasons = [reason for _, reason in checked(con, "hub_id")]
    assert reasons == [None, *["hub_id: not 24 hexadecimal digits"] * 3]


def test_a_row_that_may_be_private_leaves_no_name(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A row that is both public and private is rejected, and its content is not stored."""
    odd = '{"_id": "b", "id": "lab/secret", "private": false, "private": true}'

    staged(con, tmp_path / "m.jsonl", f"{literal('5')}\n{odd}")

    assert con.execute("SELECT reason, raw FROM staged WHERE place = 2").fetchall() == [("a duplicate key", "{}")]


def test_a_wrapped_file_without_rows_states_the_remedy(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A path into the list is not a column; the message names the option."""
    (tmp_path / "m.json").write_text(WRAPPED)
    with pytest.raises(NoValidRowsError, match="name the list with --rows"):
        stage(con, tmp_path / "m.json", Kind.MODEL, {"models.id": "id"}, ObservationTime(at=day(0)), NOW)


ODD_FILES: dict[str, tuple[str, bytes]] = {
    "no bytes": ("m.json", b""),
    "an empty list": ("m.json", b"[]"),
    "a header alone": ("m.csv", b"id,likes\n"),
    "bytes that are no text": ("m.jsonl", b'\xff{"id": "a/b"}'),
    "Latin-1": ("m.csv", b"id,likes\nlab/\xe9,5\n"),
    "half of UTF-16": ("m.json", "[1]".encode("utf-16")[:-1]),
    "a row of 17 MB": ("m.jsonl", b'{"id": "' + b"x" * 17_000_000 + b'"}'),
    "a cell of 17 MB": ("m.csv", b"id\n" + b"x" * 17_000_000),
    "a row with a cell more": ("m.csv", b"id,likes\na/b,1\na/c,2,3\n"),
    "a row with a cell less": ("m.csv", b"id,likes\na/b,1\na/c\n"),
    "no gzip": ("m.jsonl.gz", b"{}"),
    "half of a gzip": ("m.json.gz", gzip.compress(b'{"id": "a/b"}' * 999)[:-9]),
    "no Parquet": ("m.parquet", b"PAR1"),
}


@pytest.mark.parametrize(("name", "content"), ODD_FILES.values(), ids=ODD_FILES.keys())
def test_an_odd_file(name: str, content: bytes, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The file is refused in one line with its name."""
    with pytest.raises(UndecodableError) as refused:
        staged(con, tmp_path / name, content)
    assert (name in str(refused.value), len(str(refused.value).splitlines())) == (True, 1)


ODD_WRAPPERS = {
    "no such list": ('{"models": {"id": "a/b"}}', NoRowsError),
    "cut off": (WRAPPED[:-5], UndecodableError),
    "more than one object": (WRAPPED * 2, UndecodableError),
    "the list twice": ('{"models": [{"id": "a/b"}], "models": []}', UndecodableError),
    "the time twice": ('{"at": 1, "at": 2, "models": [{"id": "a/b"}]}', UndecodableError),
    "nested 200,000 deep": ('{"models":' + "[" * 200_000, UndecodableError),
    "objects nested 200,000 deep": ('{"models":' * 200_000, UndecodableError),
}


@pytest.mark.parametrize(("written", "error"), ODD_WRAPPERS.values(), ids=ODD_WRAPPERS.keys())
def test_an_odd_wrapper(
    written: str, error: type[ArchiveError], con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The file is refused in one line."""
    with pytest.raises(error) as refused:
        staged(con, tmp_path / "m.json", written, rows="models")
    assert len(str(refused.value).splitlines()) == 1


TYPED = {
    "a half": (pl.Series([5.0, 1.5]), REJECTED),
    "true": (pl.Series([True, True]), REJECTED),
    "infinity": (pl.Series([5.0, float("inf")]), REJECTED),
    "beyond the bound": (pl.Series([5, MAX_COUNT + 1]), REJECTED),
    "nothing": (pl.Series([5.0, float("nan")]), None),
}


@pytest.mark.parametrize(("likes", "reason"), TYPED.values(), ids=TYPED.keys())
def test_a_typed_value(likes: pl.Series, reason: str | None, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Typed values are checked like texts."""
    path = tmp_path / "m.parquet"
    names = [f"lab/{n}" for n in range(3)]
    pl.DataFrame({"_id": names, "id": names, "likes": [*likes, None]}).write_parquet(path)

    stage(con, path, Kind.MODEL, {}, ObservationTime(at=day(0)), NOW)

    assert (None, reason) == checked(con)[1]
