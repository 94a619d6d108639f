"""Which columns of a foreign archive say what ours say.

A column of ours is found under the Hub's own name, under ours or under a spelling that archives use, the first that is
there and of a type that can say it; the caller may say otherwise. A dotted spelling leads into a nested value, or into
JSON kept as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crawler.kinds import Kind
from crawler.rows import COLUMNS
from db.archive_errors import NoName, NoSuchColumn
from db.archive_values import Column, Source, column_of, moment_of, quoted, text

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
        columns = ((s, column_of(kind, name, dtype, source)) for s in usable if (source := find(con, s, present)))
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
    moment = moment_of(source) if source else None
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
