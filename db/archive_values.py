"""How a value of a foreign archive becomes ours: SQL that converts it, and SQL that tells when it cannot be.

Every value is judged by itself, from its text where the format has no types: what stands in the rows around it does not
matter. A row with a value that is there but cannot be converted is rejected. A missing number is NULL, however the
archive writes it; an empty list says nothing, so it is NULL as well.
"""

import re
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from crawler.kinds import Kind
from db.schema import sql

LONGEST_NAME = 300
LONGEST_WORD = 1_000
LONGEST_TEXT = 10_000
"""As crawler.wire has it for the Hub's own answers."""

MOST_COUNT = 10**15
"""No counter of the Hub can mean more; sums of a million such counts still fit a HUGEINT."""

_INTEGERS = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)
_NOT_THERE = "('', 'nan', 'none', 'null', '<na>')"
"""How tables say that a number is missing; pandas writes the second and the last."""


@dataclass(frozen=True, slots=True)
class Source:
    """An expression over the rows of an archive, and DuckDB's type of it."""

    sql: str
    type: str

    @property
    def is_json(self) -> bool:
        """Whether the value is JSON, in which a text stands in quotes."""
        return self.type == "JSON"

    @property
    def is_text(self) -> bool:
        return self.type in ("VARCHAR", "JSON")

    @property
    def is_nested(self) -> bool:
        return self.type.endswith("]") or self.type.startswith(("STRUCT", "MAP", "UNION"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ours: what it is read from, and the converted value; both are SQL over the archive's rows."""

    name: str
    source: str
    value: str
    fault: str | None
    """A condition that no sound value meets; None where every value is sound."""
    complaint: str = ""


def quoted(name: str) -> str:
    """A name of theirs as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(words: str) -> str:
    """A text as an SQL literal."""
    return "'" + words.replace("'", "''") + "'"


def prepare_values(con: duckdb.DuckDBPyConnection, time_format: str | None) -> None:
    """Make the macros that read values; `time_format` is a form of times that is tried before ISO 8601."""
    form = f"TRY_CAST(try_strptime(said, {text(time_format)}) AS TIMESTAMPTZ)" if time_format else ""
    own = f"possible_time(CASE WHEN regexp_matches(said, '[0-9]') THEN {form} END)," if form else ""
    con.execute(sql("archive/values").format(most_count=MOST_COUNT, own_form=own))


def is_time_format(form: str) -> bool:
    """Whether DuckDB understands a form of times, and the form tells a day."""
    with duckdb.connect() as con:
        try:
            told = con.execute("SELECT strftime(TIMESTAMP '2025-12-25 00:00:00', $1)", [form]).fetchone()
            read = con.execute("SELECT CAST(try_strptime($1, $2) AS DATE)", [told[0] if told else "", form]).fetchone()
        except duckdb.Error:
            return False
    return read == (date(2025, 12, 25),)


def column_of(kind: Kind, name: str, dtype: pl.DataType, source: Source) -> Column | None:
    """Our column from theirs; None where theirs is of a type that cannot say it."""
    raw = Source(quoted(f"raw {name}"), source.type)
    if name in ("hub_id", "id"):
        return _name(name, kind, source, raw)
    match dtype:
        case pl.String() if name != "gated":
            return _text(name, source, raw)
        case pl.List():
            return _texts(name, source, raw)
    if raw.is_nested:
        return None
    match dtype:
        case pl.String():
            value, complaint = _gated(raw), "neither false, auto nor manual"
        case pl.Int64():
            value, complaint = _count(raw), "not a count"
        case pl.Float64():
            value, complaint = f"number_said({said(raw)})", "not a number"
        case pl.Boolean():
            value, complaint = f"TRY_CAST({said(raw)} AS BOOLEAN)", "neither true nor false"
        case _:
            value, complaint = moment_of(raw), "not a time"
    return Column(name, source.sql, value, f"{said(raw)} IS NOT NULL AND ({value}) IS NULL", complaint)


def said(raw: Source) -> str:
    """SQL for the text of a value, NULL where the archive says in its own way that there is none."""
    if raw.type.startswith("TIMESTAMP") or raw.type == "DATE":
        return f"CAST({raw.sql} AS VARCHAR)"
    words = f"trim({_unquoted(raw)})"
    return f"CASE WHEN lower({words}) NOT IN {_NOT_THERE} THEN {words} END"


def moment_of(raw: Source) -> str:
    """SQL for the time that a value means, NULL where it means none."""
    if raw.type.startswith("TIMESTAMP") or raw.type == "DATE":
        return f"possible_time(TRY_CAST({raw.sql} AS TIMESTAMPTZ))"
    return f"time_said({said(raw)})"


def _unquoted(raw: Source) -> str:
    if raw.is_json:
        return f"json_extract_string({raw.sql}, '$')"
    return raw.sql if raw.is_text else f"CAST({raw.sql} AS VARCHAR)"


def _count(raw: Source) -> str:
    if raw.type in _INTEGERS:
        return f"CASE WHEN {raw.sql} BETWEEN 0 AND {MOST_COUNT} THEN CAST({raw.sql} AS BIGINT) END"
    return f"count_said({said(raw)})"


def _name(name: str, kind: Kind, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    words = _unquoted(raw)
    value = f"regexp_replace({words}, '^/blog/', '')" if kind is Kind.POST and name == "id" else words
    fault = f"{words} IS NULL OR length({words}) NOT BETWEEN 1 AND {LONGEST_NAME} OR {_odd(words)} OR {_no_text(raw)}"
    if kind is Kind.PAPER:
        return Column(name, source.sql, value, f"{fault} OR NOT {_is_paper(words)}", "no arXiv id")
    return Column(name, source.sql, value, fault, "missing, too long or not printable")


def _text(name: str, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    words = _unquoted(raw)
    fault = f"length({words}) > {LONGEST_TEXT} OR {_no_text(raw)}"
    return Column(name, source.sql, f"nullif({words}, '')", fault, "too long, or not a text")


def _no_text(raw: Source) -> str:
    """Whether a JSON value is a number, a list or the like where a text is expected; NULL counts as no."""
    return f"coalesce({raw.sql} NOT LIKE '\"%', false)" if raw.is_json else "false"


def _texts(name: str, source: Source, raw: Source) -> Column | None:
    if raw.is_text:
        words = _listed(name, raw)
    elif raw.type == "VARCHAR[]":
        words = raw.sql
    elif name == "authors" and re.fullmatch(r'STRUCT\(.*\bname"? VARCHAR.*\)\[\]', raw.type):
        words = _shown_names(raw)
    else:
        return None
    there = said(raw) if raw.is_text else raw.sql
    value = f"nullif(list_filter({words}, lambda word: word <> ''), []::VARCHAR[])"
    long = f"len(list_filter({words}, lambda word: length(word) > {LONGEST_WORD})) > 0"
    fault = f"({there} IS NOT NULL AND ({words}) IS NULL) OR {long} OR {_odd(f'array_to_string({words}, chr(32))')}"
    return Column(name, source.sql, value, fault, "not a list of words")


def _listed(name: str, raw: Source) -> str:
    """The words of a list in brackets, or of a text with commas between them."""
    words = said(raw)
    split = f"string_split_regex({words}, ' *, *')"
    written = f"CASE WHEN {words} LIKE '[%' THEN TRY_CAST({words} AS VARCHAR[]) ELSE {split} END"
    if not raw.is_json:
        return written
    items = f"list_filter(json_extract({raw.sql}, '$[*]'), lambda item: item <> 'null')"
    texts = f"list_transform({items}, lambda item: json_extract_string(item, '$'))"
    listed = f"CASE WHEN len(list_filter({items}, lambda item: item NOT LIKE '\"%')) = 0 THEN {texts}"
    if name == "authors":
        shown = "lambda item: coalesce(json_extract_string(item, '$.hidden'), 'false') <> 'true'"
        names = f"list_transform(list_filter({items}, {shown}), lambda item: json_extract_string(item, '$.name'))"
        listed += f" WHEN len(list_filter({items}, lambda item: item NOT LIKE '{{%')) = 0 THEN {names}"
    return f"CASE WHEN {raw.sql} LIKE '[%' THEN {listed} END WHEN {raw.sql} LIKE '\"%' THEN {written} END"


def _shown_names(raw: Source) -> str:
    """The names in a list of authors, without those whom the Hub hides."""
    shown = "author.name IS NOT NULL" + (" AND author.hidden IS NOT TRUE" if "hidden" in raw.type else "")
    return f"list_transform(list_filter({raw.sql}, lambda author: {shown}), lambda author: author.name)"


def _gated(raw: Source) -> str:
    words = f"lower({said(raw)})"
    return (
        f"CASE {words} WHEN 'false' THEN 'no' WHEN 'no' THEN 'no' WHEN 'true' THEN 'yes' WHEN 'yes' THEN 'yes'"
        f" WHEN 'auto' THEN 'auto' WHEN 'manual' THEN 'manual' END"
    )


def _is_paper(words: str) -> str:
    """Whether a text is an arXiv id, of either style."""
    return f"regexp_full_match({words}, '\\d{{4}}\\.\\d{{4,5}}|[a-z.-]+/\\d{{7}}')"


def _odd(words: str) -> str:
    """Whether control characters are in a text."""
    return f"regexp_matches({words}, '[\\x00-\\x1f]')"
