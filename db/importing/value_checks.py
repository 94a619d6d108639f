"""Builds the SQL that checks and converts the values of an archive's column.

Each value is judged alone, without looking at other rows. If the file format has no types, its text is judged. A row
with a value that cannot be converted is rejected. Every spelling of a missing number, and an empty list, become NULL.
"""

import re
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from crawler.kinds import Kind
from crawler.schema.value_types import LONGEST_NAME, LONGEST_TEXT, LONGEST_WORD, MAX_COUNT
from db.sql import load_sql, quote_name, quote_text

_INTEGERS = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)

COUNT = "not a count"

_GATED = {"false": "no", "no": "no", "true": "yes", "yes": "yes", "auto": "auto", "manual": "manual"}


@dataclass(frozen=True, slots=True)
class Source:
    """An SQL expression over the rows of an archive, and its DuckDB type."""

    sql: str
    type: str
    is_csv: bool = False
    """Whether a spreadsheet may have rewritten the value, such as an id of digits to 6.2E+23."""

    @property
    def is_json(self) -> bool:
        """Whether the value is JSON, where texts have quotes."""
        return self.type == "JSON"

    @property
    def is_text(self) -> bool:
        return self.type in ("VARCHAR", "JSON")

    @property
    def is_time(self) -> bool:
        return self.type.startswith("TIMESTAMP") or self.type == "DATE"

    @property
    def is_nested(self) -> bool:
        return self.type.endswith("]") or self.type.startswith(("STRUCT", "MAP", "UNION"))


@dataclass(frozen=True, slots=True)
class Column:
    """The SQL of one of our columns in three steps; each step uses the name of the step before."""

    name: str
    source: str
    """The source expression over the archive's rows, named "raw NAME"."""
    text: str
    """The text, NULL for a missing value, named "text NAME"; typed values stay raw."""
    value: str
    """The converted value, named NAME."""
    fault: str
    """The condition of an invalid value."""
    complaint: str


def prepare_values(con: duckdb.DuckDBPyConnection, time_format: str | None) -> None:
    """Define the macros that parse values; `time_format` is tried before ISO 8601."""
    custom = ""
    if time_format:
        parsed = f"TRY_CAST(try_strptime(value, {quote_text(time_format)}) AS TIMESTAMPTZ)"
        custom = f"possible_time(CASE WHEN regexp_matches(value, '[0-9]') THEN {parsed} END),"
    con.execute(load_sql("db/importing/macros").format(most_count=MAX_COUNT, custom_format=custom))


def is_time_format(form: str) -> bool:
    """Return whether DuckDB understands a time format and the format includes the day."""
    with duckdb.connect() as con:
        try:
            written = con.execute("SELECT strftime(TIMESTAMP '2025-12-25 00:00:00', $1)", [form]).fetchone()
            read = con.execute(
                "SELECT CAST(try_strptime($1, $2) AS DATE)", [written[0] if written else "", form]
            ).fetchone()
        except duckdb.Error:
            return False
    return read == (date(2025, 12, 25),)


def column_of(kind: Kind, name: str, dtype: pl.DataType, source: Source) -> Column | None:
    """Return the SQL of one of our columns for a source; None if the type of the source is unsuitable."""
    raw, text = Source(quote_name(f"raw {name}"), source.type), quote_name(f"text {name}")
    if name in ("hub_id", "id"):
        return _name(kind, name, source, raw)
    match dtype:
        case pl.String() if name != "gated":
            if not raw.is_text:
                return None
            fault = f"length({text}) > {LONGEST_TEXT} OR {_not_text(raw)}"
            kept = f"nullif({text}, '')"
            return Column(name, source.sql, _unquoted(raw), kept, fault, "too long, or not a text")
        case pl.List():
            return _texts(name, source, raw)
    if raw.is_nested:
        return None
    match dtype:
        case pl.String():
            words = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in _GATED.items())
            value, complaint = f"CASE lower({text}) {words} END", "neither false, auto nor manual"
        case pl.Int64() if raw.type in _INTEGERS:
            value, complaint = (
                f"CASE WHEN {raw.sql} BETWEEN 0 AND {MAX_COUNT} THEN CAST({raw.sql} AS BIGINT) END",
                COUNT,
            )
        case pl.Int64():
            value, complaint = f"parse_count({text})", COUNT
        case pl.Float64():
            value, complaint = f"parse_number({text})", "not a number"
        case pl.Boolean():
            value, complaint = f"TRY_CAST({text} AS BOOLEAN)", "neither true nor false"
        case _:
            value, complaint = time_sql(raw, text), "not a time"
    return Column(name, source.sql, text_sql(raw), value, f"{text} IS NOT NULL AND {name} IS NULL", complaint)


def text_sql(raw: Source) -> str:
    """Return SQL for the text of a value, NULL for the archive's spellings of a missing value."""
    if raw.type in _INTEGERS or raw.is_time or raw.type == "BOOLEAN":
        return f"CAST({raw.sql} AS VARCHAR)"
    return f"parse_text({_unquoted(raw)})"


def time_sql(raw: Source, text: str) -> str:
    """Return SQL for the time of a value, NULL if it is not a time; `text` is the SQL of its text."""
    return f"possible_time(TRY_CAST({raw.sql} AS TIMESTAMPTZ))" if raw.is_time else f"parse_time({text})"


def _unquoted(raw: Source) -> str:
    if raw.is_json:
        return f"json_extract_string({raw.sql}, '$')"
    return raw.sql if raw.is_text else f"CAST({raw.sql} AS VARCHAR)"


def _name(kind: Kind, name: str, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    text = quote_name(f"text {name}")
    value = f"regexp_replace({text}, '^/blog/', '')" if kind is Kind.ARTICLE and name == "id" else text
    has_control = _has_control_characters(text)
    fault = f"{text} IS NULL OR length({text}) NOT BETWEEN 1 AND {LONGEST_NAME} OR {has_control} OR {_not_text(raw)}"
    complaint = "missing, too long or not printable"
    if name == "hub_id" and source.is_csv and kind is not Kind.PAPER:
        fault, complaint = f"{fault} OR NOT regexp_full_match({text}, '[0-9a-f]{{24}}')", "not 24 hexadecimal digits"
    if kind is Kind.PAPER:
        arxiv_id = "\\d{4}\\.\\d{4,5}|[a-z.-]+/\\d{7}"
        fault, complaint = f"{fault} OR NOT regexp_full_match({text}, '{arxiv_id}')", "no arXiv id"
    return Column(name, source.sql, _unquoted(raw), value, fault, complaint)


def _not_text(raw: Source) -> str:
    """Return the condition that a JSON value has another type than text; false for NULL."""
    return f"coalesce({raw.sql} NOT LIKE '\"%', false)" if raw.is_json else "false"


def _texts(name: str, source: Source, raw: Source) -> Column | None:
    text = quote_name(f"text {name}")
    if raw.is_json:
        source_text, words = text_sql(raw), _json_words(name, raw, text)
    elif raw.is_text:
        source_text, words = text_sql(raw), f"parse_words({text})"
    elif raw.type == "VARCHAR[]":
        source_text, words = raw.sql, text
    elif name == "authors" and re.fullmatch(r'STRUCT\(.*\bname"? VARCHAR.*\)\[\]', raw.type):
        shown = "author.name IS NOT NULL" + (" AND author.hidden IS NOT TRUE" if "hidden" in raw.type else "")
        source_text = raw.sql
        words = f"list_transform(list_filter({text}, lambda author: {shown}), lambda author: author.name)"
    else:
        return None
    long = f"len(list_filter({name}, lambda word: length(word) > {LONGEST_WORD})) > 0"
    has_control = _has_control_characters(f"array_to_string({name}, chr(32))")
    fault = f"({text} IS NOT NULL AND {name} IS NULL) OR {long} OR {has_control}"
    return Column(name, source.sql, source_text, f"drop_empty({words})", fault, "not a list of words")


def _json_words(name: str, raw: Source, text: str) -> str:
    """Return SQL for the words of a JSON list or text; authors may be objects with names, without hidden ones."""
    objects = ""
    if name == "authors":
        shown = "lambda item: coalesce(json_extract_string(item, '$.hidden'), 'false') <> 'true'"
        authors = f"list_filter(json_extract({raw.sql}, '$[*]'), {shown})"
        names = f"list_transform({authors}, lambda item: json_extract_string(item, '$.name'))"
        objects = f"WHEN {raw.sql} LIKE '[{{%' THEN {names}"
    return (
        f"CASE WHEN is_list_of_texts({raw.sql}) THEN TRY_CAST({raw.sql} AS VARCHAR[]) {objects}"
        f" WHEN {raw.sql} LIKE '\"%' THEN parse_words({text}) END"
    )


def _has_control_characters(text: str) -> str:
    return f"regexp_matches({text}, '[\\x00-\\x1f]')"
