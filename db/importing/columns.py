"""Which columns of a foreign archive say what ours say.

A column of ours is found under the Hub's own name, under ours or under a spelling that archives use, the first that is
there and of a type that can say it; the caller may say otherwise. A dotted spelling leads into a nested value, or into
JSON kept as text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crawler.kinds import Kind
from crawler.schema.columns import COLUMNS
from db.importing.convert import Column, Source, column_of
from db.importing.errors import NoNameColumnError, NoSuchColumnError
from db.importing.rows import Rows, top_of

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
_ARTICLE_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "hub_id": ("_id", "hub_id"),
    "id": ("id", "url", "slug"),
    "created_at": ("publishedAt", "published_at", "created_at"),
    "upvotes_7d": ("upvotes7d", "upvotes_7d"),
    "authors": ("authorsData", "authors"),
    "official": ("canonical", "official"),
}


PRIVATE = "private"
"""The archive's column that says whether a row is a private repository, as the Hub calls it."""


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


def recognise(rows: Rows, path: Path, kind: Kind, mapping: Mapping[str, str], time_column: str | None) -> Recognised:
    """Find our columns in the rows of a file.

    `mapping` is theirs to ours; a column of theirs that is mapped to nothing is left alone.

    Raises NoNameColumnError where nothing holds names, and NoSuchColumnError where `mapping` names what is not there.
    """
    present = rows.columns
    told = {ours: theirs for theirs, ours in mapping.items() if ours}
    left_alone = {top_of(theirs, present) for theirs, ours in mapping.items() if not ours}
    found, used = [], {top_of(time_column, present) if time_column else None, top_of(PRIVATE, present)}
    for name, dtype in COLUMNS[kind].items():
        spellings = (told[name],) if name in told else _spellings(kind).get(name, (name,))
        usable = [spelling for spelling in spellings if top_of(spelling, present) not in left_alone]
        column, read = _column(rows, kind, name, dtype, usable)
        used |= read
        if column:
            found.append(column)
        elif name in told:
            raise NoSuchColumnError(path, told[name], list(present))
    if not any(column.name == "id" for column in found):
        raise NoNameColumnError(path, list(present))
    return Recognised(tuple(found), tuple(name for name in present if name not in used))


def private_rows(rows: Rows) -> str | None:
    """SQL for whether a row is private; None where the archive does not say it.

    Whatever is not clearly public is private, as in `crawler.schema.private`; a table may write false as text.
    """
    source = rows.find(PRIVATE)
    if source is None:
        return None
    return f"coalesce(lower(text_said(CAST({source.sql} AS VARCHAR))) <> 'false', false)"


def _column(
    rows: Rows, kind: Kind, name: str, dtype: pl.DataType, spellings: Sequence[str]
) -> tuple[Column | None, set[str | None]]:
    """Our column, and the columns of theirs that it is read from.

    With types the first spelling counts that can say it. A row of JSON has keys of its own: there the first spelling
    counts that the row has.
    """
    sources = [(spelling, source) for spelling in spellings if (source := rows.find(spelling))]
    if sources and all(source.is_json for _, source in sources):
        values = [_unless_led_into(spelling, source, spellings) for spelling, source in sources]
        column = column_of(kind, name, dtype, Source(f"coalesce({', '.join(values)})", "JSON"))
        return column, {top_of(spelling, rows.columns) for spelling, _ in sources}
    for spelling, source in sources:
        if column := column_of(kind, name, dtype, source):
            return column, {top_of(spelling, rows.columns)}
    return None, set()


def _unless_led_into(spelling: str, source: Source, spellings: Sequence[str]) -> str:
    """The value; an object that another spelling leads into (organization.name) is not the value itself."""
    if any(other.startswith(f"{spelling}.") for other in spellings):
        return f"CASE WHEN {source.sql} NOT LIKE '{{%' THEN {source.sql} END"
    return source.sql


def _spellings(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    if kind.spec.is_repo:
        return _REPO_SPELLINGS
    return _PAPER_SPELLINGS if kind is Kind.PAPER else _ARTICLE_SPELLINGS
