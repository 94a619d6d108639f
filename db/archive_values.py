"""How a value of a foreign archive becomes ours: SQL that converts it, and SQL that tells when it cannot be.

A row with a value that is there but cannot be converted is a rejected one. What a table has in place of a missing
number is nothing; an empty list says nothing, so it is NULL as well.
"""

import re
from dataclasses import dataclass

import polars as pl

from crawler.kinds import Kind

LONGEST_NAME = 300
LONGEST_WORD = 1_000
LONGEST_TEXT = 10_000
"""As crawler.wire has it for the Hub's own answers."""

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
    def is_text(self) -> bool:
        return self.type in ("VARCHAR", "JSON")


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


def column_of(kind: Kind, name: str, dtype: pl.DataType, source: Source) -> Column | None:
    """Our column from theirs; None where theirs is of a type that cannot say it."""
    raw = Source(quoted(f"raw {name}"), source.type)
    if name in ("hub_id", "id"):
        return _name(name, kind, source, raw)
    if name == "gated":
        return _gated(source, raw)
    match dtype:
        case pl.Int64():
            value, complaint = _count(raw), "not a count"
        case pl.Float64():
            value, complaint = _score(raw), "not a number"
        case pl.Boolean():
            value, complaint = f"TRY_CAST(CAST({raw.sql} AS VARCHAR) AS BOOLEAN)", "neither true nor false"
        case pl.String():
            return _text(name, source, raw)
        case pl.List():
            return _texts(name, source, raw)
        case _:
            value, complaint = moment_of(raw), "not a time"
    if value is None:
        return None
    return Column(name, source.sql, value, f"{_said(raw)} IS NOT NULL AND ({value}) IS NULL", complaint)


def _said(raw: Source) -> str:
    """The value, or NULL where the table says in its own way that there is none."""
    if raw.type in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN NOT isnan({raw.sql}) THEN {raw.sql} END"
    if raw.is_text:
        return f"CASE WHEN lower(trim({raw.sql})) NOT IN {_NOT_THERE} THEN trim({raw.sql}) END"
    return raw.sql


def _count(raw: Source) -> str | None:
    said = _said(raw)
    if raw.type in _INTEGERS:
        number = f"TRY_CAST({raw.sql} AS BIGINT)"
    elif raw.is_text:
        whole = f"regexp_full_match({said}, '\\d+(\\.0*)?')"
        number = f"CASE WHEN {whole} THEN TRY_CAST(split_part({said}, '.', 1) AS BIGINT) END"
    elif raw.type in ("FLOAT", "DOUBLE") or raw.type.startswith("DECIMAL"):
        number = f"CASE WHEN {said} = trunc({said}) THEN TRY_CAST({said} AS BIGINT) END"
    else:
        return None
    return f"CASE WHEN {number} >= 0 THEN {number} END"


def _score(raw: Source) -> str | None:
    if not (raw.is_text or raw.type in _INTEGERS or raw.type in ("FLOAT", "DOUBLE") or raw.type.startswith("DECIMAL")):
        return None
    number = f"TRY_CAST({_said(raw)} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def moment_of(raw: Source) -> str | None:
    if raw.type.startswith("TIMESTAMP") or raw.type == "DATE":
        return f"CAST({raw.sql} AS TIMESTAMPTZ)"
    if raw.is_text:
        return f"TRY_CAST({_said(raw)} AS TIMESTAMPTZ)"
    if raw.type in _INTEGERS:  # seconds or milliseconds since 1970; the latter passed this size in 1973
        return f"to_timestamp({raw.sql} / CASE WHEN {raw.sql} > 100_000_000_000 THEN 1000 ELSE 1 END)"
    return None


def _name(name: str, kind: Kind, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    value = f"regexp_replace({raw.sql}, '^/blog/', '')" if kind is Kind.POST and name == "id" else raw.sql
    fault = f"{raw.sql} IS NULL OR length({raw.sql}) NOT BETWEEN 1 AND {LONGEST_NAME} OR {_odd(raw.sql)}"
    if kind is Kind.PAPER:
        return Column(name, source.sql, value, f"{fault} OR NOT {_is_paper(raw.sql)}", "no arXiv id")
    return Column(name, source.sql, value, fault, "missing, too long or not printable")


def _text(name: str, source: Source, raw: Source) -> Column | None:
    if not raw.is_text:
        return None
    return Column(name, source.sql, f"nullif({raw.sql}, '')", f"length({raw.sql}) > {LONGEST_TEXT}", "too long")


def _texts(name: str, source: Source, raw: Source) -> Column | None:
    said = _said(raw)
    if raw.is_text:
        split = f"string_split_regex({said}, ' *, *')"
        words = f"CASE WHEN {said} LIKE '[%' THEN TRY_CAST({said} AS VARCHAR[]) ELSE {split} END"
    elif raw.type == "VARCHAR[]":
        words = raw.sql
    elif name == "authors" and re.fullmatch(r'STRUCT\(.*\bname"? VARCHAR.*\)\[\]', raw.type):
        words = _shown_names(raw)
    else:
        return None
    value = f"nullif(list_filter({words}, lambda word: word <> ''), []::VARCHAR[])"
    long = f"len(list_filter({words}, lambda word: length(word) > {LONGEST_WORD})) > 0"
    fault = f"({said} IS NOT NULL AND ({words}) IS NULL) OR {long} OR {_odd(f'array_to_string({words}, chr(32))')}"
    return Column(name, source.sql, value, fault, "not a list of words")


def _shown_names(raw: Source) -> str:
    """The names in a list of authors, without those whom the Hub hides."""
    shown = "author.name IS NOT NULL" + (" AND author.hidden IS NOT TRUE" if "hidden" in raw.type else "")
    return f"list_transform(list_filter({raw.sql}, lambda author: {shown}), lambda author: author.name)"


def _gated(source: Source, raw: Source) -> Column:
    said = f"lower(CAST({raw.sql} AS VARCHAR))"
    value = (
        f"CASE {said} WHEN 'false' THEN 'no' WHEN 'no' THEN 'no' WHEN 'true' THEN 'yes' WHEN 'yes' THEN 'yes'"
        f" WHEN 'auto' THEN 'auto' WHEN 'manual' THEN 'manual' END"
    )
    fault = f"{said} NOT IN {_NOT_THERE} AND ({value}) IS NULL"
    return Column("gated", source.sql, value, fault, "neither false, auto nor manual")


def _is_paper(words: str) -> str:
    """Whether a text is an arXiv id, of either style."""
    return f"regexp_full_match({words}, '\\d{{4}}\\.\\d{{4,5}}|[a-z.-]+/\\d{{7}}')"


def _odd(words: str) -> str:
    """Whether control characters are in a text."""
    return f"regexp_matches({words}, '[\\x00-\\x1f]')"
