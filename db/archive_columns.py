"""Which columns of a foreign archive say what ours say, and how their values become ours.

A column of ours is found under the Hub's own name, under ours or under a spelling that archives use, the first that is
there; the caller may say otherwise. A dotted spelling leads into a nested value, or into JSON kept as text. Every value
is converted here and nowhere else: what is there but cannot be converted makes its row a rejected one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from crawler.kinds import Kind
from crawler.rows import COLUMNS
from db.archive_errors import NoName, NoSuchColumn

LONGEST_NAME = 300
LONGEST_WORD = 1_000
LONGEST_TEXT = 10_000
"""As crawler.wire has it for the Hub's own answers."""

_REPO_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "hub_id": ("_id", "hub_id"),
    "id": ("id", "modelId", "model_id", "datasetId", "dataset_id", "spaceId", "space_id", "repo_id"),
    "created_at": ("createdAt", "created_at"),
    "last_modified": ("lastModified", "last_modified"),
    "downloads": ("downloads", "downloads_30d", "dl30"),
    "downloads_all_time": ("downloadsAllTime", "downloads_all_time", "dl_all"),
    "likes": ("likes",),
    "trending_score": ("trendingScore", "trending_score"),
    "task": ("pipeline_tag", "pipelineTag", "task"),
    "library": ("library_name", "library"),
    "parameters": ("safetensors.total", "gguf.total", "parameters"),
    "architecture": ("gguf.architecture", "architecture"),
    "context_length": ("gguf.context_length", "context_length"),
}
_PAPER_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "hub_id": ("paper.id", "arxiv_id", "paper_id", "hub_id", "id"),
    "id": ("paper.id", "arxiv_id", "paper_id", "hub_id", "id"),
    "created_at": ("paper.publishedAt", "publishedAt", "published_at", "created_at"),
    "upvotes": ("paper.upvotes", "upvotes"),
    "comments": ("numComments", "num_comments", "comments"),
    "github_stars": ("paper.githubStars", "githubStars", "github_stars"),
    "title": ("paper.title", "title"),
    "authors": ("paper.authors", "authors"),
    "organization": ("paper.organization.name", "organization.name", "organization"),
    "submitted_at": ("paper.submittedOnDailyAt", "submittedOnDailyAt", "submitted_at"),
    "submitted_by": ("paper.submittedOnDailyBy.user", "submittedBy.name", "submitted_by"),
    "github_repo": ("paper.githubRepo", "githubRepo", "github_repo"),
    "project_page": ("paper.projectPage", "projectPage", "project_page"),
    "keywords": ("paper.ai_keywords", "ai_keywords", "keywords"),
}
_POST_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "hub_id": ("_id", "hub_id"),
    "id": ("id", "url", "slug"),
    "created_at": ("publishedAt", "published_at", "created_at"),
    "upvotes_7d": ("upvotes7d", "upvotes_7d"),
    "authors": ("authorsData", "authors"),
    "official": ("canonical", "official"),
}

READ_FROM_TAGS = {
    name: f"tag_{name}" for name in ("license", "languages", "base_models", "base_relation", "datasets", "papers")
}
"""Columns that the Hub packs into a repository's tags, and the macro that reads each."""

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


@dataclass(frozen=True, slots=True)
class Recognised:
    """The columns of an archive that are understood, and those that are not used."""

    columns: tuple[Column, ...]
    unused: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def by_name(self) -> bool:
        """Whether the archive has no Hub ids, so that its rows are known by their names alone."""
        return "hub_id" not in self.names


def recognise(
    con: duckdb.DuckDBPyConnection, path: Path, kind: Kind, mapping: Mapping[str, str], time_column: str | None
) -> Recognised:
    """Find our columns in the table `shape`, which has the archive's columns.

    `mapping` is theirs to ours; a column of theirs that is mapped to nothing is left alone.

    Raises NoName where nothing holds names, and NoSuchColumn where `mapping` or `time_column` name what is not there.
    """
    present = _columns(con)
    told = {ours: theirs for theirs, ours in mapping.items() if ours}
    left_alone = {_top(theirs, present) for theirs, ours in mapping.items() if not ours}
    found, used = [], {_top(time_column, present) if time_column else None}
    for name, dtype in COLUMNS[kind].items():
        spellings = (told[name],) if name in told else _spellings(kind).get(name, (name,))
        usable = [spelling for spelling in spellings if _top(spelling, present) not in left_alone]
        columns = ((s, _column(kind, name, dtype, source)) for s in usable if (source := find(con, s, present)))
        spelling, column = next(((s, column) for s, column in columns if column), ("", None))
        if column:
            found.append(column)
            used.add(_top(spelling, present))
        elif name in told:
            raise NoSuchColumn(path, told[name], list(present))
    if not any(column.name == "id" for column in found):
        raise NoName(path, list(present))
    return Recognised(tuple(found), tuple(name for name in present if name not in used))


def time_source(con: duckdb.DuckDBPyConnection, path: Path, column: str) -> str:
    """SQL for the moment that a column of `shape` says; raises NoSuchColumn."""
    present = _columns(con)
    source = find(con, column, present)
    moment = _moment(source) if source else None
    if moment is None:
        raise NoSuchColumn(path, column, list(present))
    return moment


def find(con: duckdb.DuckDBPyConnection, path: str, present: Mapping[str, str]) -> Source | None:
    """The value that a path such as `safetensors.total` leads to; None where it leads nowhere."""
    top = _top(path, present)
    if top is None:
        return None
    fields = [] if top.lower() == path.lower() else path.split(".")[1:]
    if fields and present[top] in ("VARCHAR", "JSON"):
        steps = "$" + "".join(f'."{field}"' for field in fields)
        return Source(f"json_extract_string(TRY_CAST({quoted(top)} AS JSON), {text(steps)})", "VARCHAR")
    sql = ".".join(quoted(part) for part in (top, *fields))
    try:
        described = con.execute(f"DESCRIBE SELECT {sql} FROM shape").fetchone()  # noqa: S608
    except duckdb.Error:
        return None
    return Source(sql, described[1]) if described else None


def quoted(name: str) -> str:
    """A name of theirs as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(words: str) -> str:
    """A text as an SQL literal."""
    return "'" + words.replace("'", "''") + "'"


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {name: kind for name, kind, *_ in con.execute("DESCRIBE shape").fetchall()}


def _top(path: str, present: Mapping[str, str]) -> str | None:
    """The archive's column that a path begins in, in whatever case it is written there."""
    for wanted in (path, path.split(".")[0]):
        for name in present:
            if name.lower() == wanted.lower():
                return name
    return None


def _spellings(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    if kind.is_repo:
        return _REPO_SPELLINGS
    return _PAPER_SPELLINGS if kind is Kind.PAPER else _POST_SPELLINGS


def _column(kind: Kind, name: str, dtype: pl.DataType, source: Source) -> Column | None:
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
            value, complaint = _moment(raw), "not a time"
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


def _moment(raw: Source) -> str | None:
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
    value = f"unless_empty(list_filter({words}, lambda word: word <> ''))"
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
