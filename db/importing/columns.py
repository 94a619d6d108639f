"""Maps the columns of an archive to ours.

Each of our columns has a list of spellings: the Hub's name, our name and names that archives use. The first spelling
that exists with a fitting type wins, unless the caller maps the column. A dotted spelling is a path into a nested value
or into JSON stored as text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crawler.kinds import REPO_KINDS, Kind
from crawler.schema.columns import COLUMNS
from db.importing.errors import NoNameColumnError, NoSuchColumnError
from db.importing.rows import Rows, top_column
from db.importing.value_checks import Column, Source, column_of

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
    "used_storage": ("usedStorage", "used_storage"),
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
    "total_models": ("paper.numTotalModels", "numTotalModels", "total_models"),
    "total_datasets": ("paper.numTotalDatasets", "numTotalDatasets", "total_datasets"),
    "total_spaces": ("paper.numTotalSpaces", "numTotalSpaces", "total_spaces"),
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

_SPELLINGS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(REPO_KINDS, _REPO_SPELLINGS),
    Kind.PAPER: _PAPER_SPELLINGS,
    Kind.ARTICLE: _ARTICLE_SPELLINGS,
}
"""The spellings of each kind. A column without spellings, or of another kind, is found only by our name."""

PRIVATE = "private"
"""The archive's column for private repositories; the Hub uses the same name."""


@dataclass(frozen=True, slots=True)
class RecognisedColumns:
    """The recognised columns of an archive, and the unused ones."""

    columns: tuple[Column, ...]
    unused: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def by_name(self) -> bool:
        """Whether the archive has no Hub ids, so only names identify its rows."""
        return "hub_id" not in self.names


def recognise_columns(
    rows: Rows, path: Path, kind: Kind, mapping: Mapping[str, str], time_column: str | None
) -> RecognisedColumns:
    """Find our columns in the rows of a file.

    `mapping` maps the archive's columns to ours, or to an empty name to ignore them.

    Raises NoNameColumnError if no column has names, and NoSuchColumnError if a mapped column does not exist.
    """
    present = rows.columns
    mapped = {ours: theirs for theirs, ours in mapping.items() if ours}
    ignored = {top_column(theirs, present) for theirs, ours in mapping.items() if not ours}
    found, used = [], {top_column(time_column, present) if time_column else None, top_column(PRIVATE, present)}
    for name, dtype in COLUMNS[kind].items():
        spellings = (mapped[name],) if name in mapped else _SPELLINGS.get(kind, {}).get(name, (name,))
        usable = [spelling for spelling in spellings if top_column(spelling, present) not in ignored]
        column, read = _column(rows, kind, name, dtype, usable)
        used |= read
        if column:
            found.append(column)
        elif name in mapped:
            raise NoSuchColumnError(path, mapped[name], list(present))
    if not any(column.name == "id" for column in found):
        raise NoNameColumnError(path, list(present))
    return RecognisedColumns(tuple(found), tuple(name for name in present if name not in used))


def private_rows(rows: Rows) -> str | None:
    """Return the condition of a private row; None if the archive does not state it.

    A row is private unless it is clearly public, as in `crawler.schema.private`; a table may write false as text.
    """
    source = rows.find(PRIVATE)
    if source is None:
        return None
    return f"coalesce(lower(parse_text(CAST({source.sql} AS VARCHAR))) <> 'false', false)"


def _column(
    rows: Rows, kind: Kind, name: str, dtype: pl.DataType, spellings: Sequence[str]
) -> tuple[Column | None, set[str | None]]:
    """Return our column and the archive's columns that it uses.

    In typed rows the first spelling with a fitting type wins. JSON rows have different keys, so there the first
    spelling with a value wins in each row.
    """
    sources = [(spelling, source) for spelling in spellings if (source := rows.find(spelling))]
    if sources and all(source.is_json for _, source in sources):
        values = []
        for spelling, source in sources:
            # an object that another spelling leads into (organization.name) is no value
            leads_on = any(other.startswith(f"{spelling}.") for other in spellings)
            values.append(f"CASE WHEN {source.sql} NOT LIKE '{{%' THEN {source.sql} END" if leads_on else source.sql)
        column = column_of(kind, name, dtype, Source(f"coalesce({', '.join(values)})", "JSON"))
        return column, {top_column(spelling, rows.columns) for spelling, _ in sources}
    for spelling, source in sources:
        if column := column_of(kind, name, dtype, source):
            return column, {top_column(spelling, rows.columns)}
    return None, set()
