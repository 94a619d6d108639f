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
from crawler.schema.value_types import MAX_COUNT
from db.sql import load_sql

LONGEST_NAME = 300
LONGEST_WORD = 1_000
LONGEST_TEXT = 10_000
"""As crawler.schema.value_types has it for the Hub's own answers."""

_INTEGERS = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)

COUNT = "not a count"


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
    def is_time(self) -> bool:
        return self.type.startswith("TIMESTAMP") or self.type == "DATE"

    @property
    def is_nested(self) -> bool:
        return self.type.endswith("]") or self.type.startswith(("STRUCT", "MAP", "UNION"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ours, as SQL in three steps: a step names the one before, and each value is computed once."""

    name: str
    source: str
    """What it is read from, over the archive's rows; the next steps know it as "raw NAME"."""
    said: str
    """Its text without what stands for a missing value, known as "said NAME"; else the raw value."""
    value: str
    """The converted value, known as NAME."""
    fault: str
    """A condition that no sound value meets."""
    complaint: str


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
    con.execute(load_sql("db/importing/values").format(most_count=MAX_COUNT, own_form=own))


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
    raw, told = Source(quoted(f"raw {name}"), source.type), quoted(f"said {name}")
    if name in ("hub_id", "id"):
        return _name(kind, name, source, raw)
    match dtype:
        case pl.String() if name != "gated":
            return _text(name, source, raw)
        case pl.List():
            return _texts(name, source, raw)
    if raw.is_nested:
        return None
    match dtype:
        case pl.String():
            value, complaint = _gated(told), "neither false, auto nor manual"
        case pl.Int64() if raw.type in _INTEGERS:
            value, complaint = (
                f"CASE WHEN {raw.sql} BETWEEN 0 AND {MAX_COUNT} THEN CAST({raw.sql} AS BIGINT) END",
                COUNT,
            )
        case pl.Int64():
            value, complaint = f"count_said({told})", COUNT
        case pl.Float64():
            value, complaint = f"number_said({told})", "not a number"
        case pl.Boolean():
            value, complaint = f"TRY_CAST({told} AS BOOLEAN)", "neither true nor false"
        case _:
            value, complaint = moment_of(raw, told), "not a time"
    return Column(name, source.sql, said(raw), value, f"{told} IS NOT NULL AND {name} IS NULL", complaint)


def said(raw: Source) -> str:
    """SQL for the text of a value, NULL where the archive says in its own way that there is none."""
    if raw.type in _INTEGERS or raw.is_time or raw.type == "BOOLEAN":
        return f"CAST({raw.sql} AS VARCHAR)"
    return f"text_said({_unquoted(raw)})"


def moment_of(raw: Source, told: str) -> str:
    """SQL for the time that a value means, NULL where it means none; `told` is its text."""
    return f"possible_time(TRY_CAST({raw.sql} AS TIMESTAMPTZ))" if raw.is_time else f"time_said({told})"


def _unquoted(raw: Source) -> str:
    if raw.is_json:
        return f"json_extract_string({raw.sql}, '$')"
    return raw.sql if raw.is_text else f"CAST({raw.sql} AS VARCHAR)"


def _name(kind: Kind, name: str, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    told = quoted(f"said {name}")
    value = f"regexp_replace({told}, '^/blog/', '')" if kind is Kind.ARTICLE and name == "id" else told
    fault = f"{told} IS NULL OR length({told}) NOT BETWEEN 1 AND {LONGEST_NAME} OR {_odd(told)} OR {_no_text(raw)}"
    complaint = "missing, too long or not printable"
    if kind is Kind.PAPER:
        fault, complaint = f"{fault} OR NOT {_is_paper(told)}", "no arXiv id"
    return Column(name, source.sql, _unquoted(raw), value, fault, complaint)


def _text(name: str, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    told = quoted(f"said {name}")
    fault = f"length({told}) > {LONGEST_TEXT} OR {_no_text(raw)}"
    return Column(name, source.sql, _unquoted(raw), f"nullif({told}, '')", fault, "too long, or not a text")


def _no_text(raw: Source) -> str:
    """Whether a JSON value is a number, a list or the like where a text is expected; NULL counts as no."""
    return f"coalesce({raw.sql} NOT LIKE '\"%', false)" if raw.is_json else "false"


def _texts(name: str, source: Source, raw: Source) -> Column | None:
    told = quoted(f"said {name}")
    if raw.is_json:
        told_sql, words = said(raw), _listed_json(name, raw, told)
    elif raw.is_text:
        told_sql, words = said(raw), f"words_said({told})"
    elif raw.type == "VARCHAR[]":
        told_sql, words = raw.sql, told
    elif name == "authors" and re.fullmatch(r'STRUCT\(.*\bname"? VARCHAR.*\)\[\]', raw.type):
        told_sql, words = raw.sql, _shown_names(told, raw.type)
    else:
        return None
    long = f"len(list_filter({name}, lambda word: length(word) > {LONGEST_WORD})) > 0"
    fault = f"({told} IS NOT NULL AND {name} IS NULL) OR {long} OR {_odd(f'array_to_string({name}, chr(32))')}"
    return Column(name, source.sql, told_sql, f"words_there({words})", fault, "not a list of words")


def _listed_json(name: str, raw: Source, told: str) -> str:
    """The words of a JSON list of texts, or of a text that lists them; of authors, also the names in objects."""
    objects = ""
    if name == "authors":
        shown = "lambda item: coalesce(json_extract_string(item, '$.hidden'), 'false') <> 'true'"
        authors = f"list_filter(json_extract({raw.sql}, '$[*]'), {shown})"
        names = f"list_transform({authors}, lambda item: json_extract_string(item, '$.name'))"
        objects = f"WHEN {raw.sql} LIKE '[{{%' THEN {names}"
    return (
        f"CASE WHEN is_list_of_texts({raw.sql}) THEN TRY_CAST({raw.sql} AS VARCHAR[]) {objects}"
        f" WHEN {raw.sql} LIKE '\"%' THEN words_said({told}) END"
    )


def _shown_names(told: str, of_type: str) -> str:
    """The names in a list of authors, without those whom the Hub hides."""
    shown = "author.name IS NOT NULL" + (" AND author.hidden IS NOT TRUE" if "hidden" in of_type else "")
    return f"list_transform(list_filter({told}, lambda author: {shown}), lambda author: author.name)"


def _gated(told: str) -> str:
    return (
        f"CASE lower({told}) WHEN 'false' THEN 'no' WHEN 'no' THEN 'no' WHEN 'true' THEN 'yes' WHEN 'yes' THEN 'yes'"
        f" WHEN 'auto' THEN 'auto' WHEN 'manual' THEN 'manual' END"
    )


def _is_paper(words: str) -> str:
    """Whether a text is an arXiv id, of either style."""
    return f"regexp_full_match({words}, '\\d{{4}}\\.\\d{{4,5}}|[a-z.-]+/\\d{{7}}')"


def _odd(words: str) -> str:
    """Whether control characters are in a text."""
    return f"regexp_matches({words}, '[\\x00-\\x1f]')"
