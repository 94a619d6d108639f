"""Turns validated items into rows: the columns in which a page is spooled and the store takes it in.

One table of columns per family of kinds. Names here are the store's names; the Hub's own are spelled in `wire` alone.
A missing value is null, never zero, and an empty list says nothing, so it is null as well; times are UTC. In a page a
list is one text, its words joined by BETWEEN: it is written and read in half the time that a list takes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

import polars as pl

from crawler.kinds import Kind
from crawler.schema.wire import ArticleItem, Author, Paper, PaperItem

TIME = pl.Datetime("us", "UTC")
TEXTS = pl.List(pl.String)

REPO_COLUMNS: dict[str, pl.DataType] = {
    "hub_id": pl.String(), "id": pl.String(), "created_at": TIME, "last_modified": TIME,
    "downloads": pl.Int64(), "downloads_all_time": pl.Int64(), "likes": pl.Int64(), "trending_score": pl.Float64(),
    "author": pl.String(), "gated": pl.String(), "disabled": pl.Boolean(), "task": pl.String(),
    "library": pl.String(), "sdk": pl.String(), "parameters": pl.Int64(), "architecture": pl.String(),
    "context_length": pl.Int64(), "license": pl.String(), "languages": TEXTS, "base_models": TEXTS,
    "base_relation": pl.String(), "datasets": TEXTS, "papers": TEXTS, "models": TEXTS, "tags": TEXTS,
}  # fmt: skip

PAPER_COLUMNS: dict[str, pl.DataType] = {
    "hub_id": pl.String(), "id": pl.String(), "created_at": TIME,
    "upvotes": pl.Int64(), "comments": pl.Int64(), "github_stars": pl.Int64(),
    "title": pl.String(), "authors": TEXTS, "organization": pl.String(), "submitted_at": TIME,
    "submitted_by": pl.String(), "github_repo": pl.String(), "project_page": pl.String(), "keywords": TEXTS,
}  # fmt: skip

ARTICLE_COLUMNS: dict[str, pl.DataType] = {
    "hub_id": pl.String(), "id": pl.String(), "created_at": TIME,
    "upvotes": pl.Int64(), "upvotes_7d": pl.Int64(),
    "title": pl.String(), "authors": TEXTS, "organization": pl.String(), "official": pl.Boolean(), "tags": TEXTS,
}  # fmt: skip

COLUMNS: dict[Kind, dict[str, pl.DataType]] = {
    Kind.MODEL: REPO_COLUMNS,
    Kind.DATASET: REPO_COLUMNS,
    Kind.SPACE: REPO_COLUMNS,
    Kind.PAPER: PAPER_COLUMNS,
    Kind.ARTICLE: ARTICLE_COLUMNS,
}

NUMBERS = (
    "downloads", "downloads_all_time", "likes", "trending_score", "upvotes", "upvotes_7d", "comments",
    "github_stars", "rank",
)  # fmt: skip
"""The columns that are measured anew in every snapshot."""

ABOUT_THE_ENTITY = ("hub_id", "created_at", "last_modified")

FROM_TAGS = ("license", "languages", "base_models", "base_relation", "datasets", "papers")
"""The columns of a repository that its tags tell. The store reads them out of the tags when it writes its facts; a page
holds none of them but the datasets that a Space names beside its tags.
"""

BETWEEN = "\x1f"
"""Stands between the words of a list; no word that fits holds it."""

PLACES_A_PAGE = 1_000_000
"""A row's place in its walk is this times the page's number, plus its position; a page holds 1000."""

PLACES: dict[str, pl.DataType] = {"place": pl.Int64(), "rank": pl.Int64()}
"""Added to each row by the walk: its place in the walk, and its rank in the Hub's own trending order or null."""


def attribute_columns(kind: Kind) -> tuple[str, ...]:
    """The columns that describe an entity, in their order."""
    return tuple(c for c in COLUMNS[kind] if c not in NUMBERS and c not in ABOUT_THE_ENTITY)


@cache
def page_columns(kind: Kind) -> dict[str, pl.DataType]:
    """The columns of a page, each list as one text."""
    columns = ((name, dtype) for name, dtype in COLUMNS[kind].items() if name == "datasets" or name not in FROM_TAGS)
    return {name: pl.String() if dtype == TEXTS else dtype for name, dtype in columns}


def spooled_attributes(kind: Kind) -> tuple[str, ...]:
    """The columns of a page that describe an entity, in their order."""
    return tuple(c for c in attribute_columns(kind) if c in page_columns(kind))


def paper_frame(items: Sequence[PaperItem]) -> pl.DataFrame:
    """Rows of papers from entries of the daily list, or from look-ups wrapped like them."""
    papers: list[Paper] = [item["paper"] for item in items]
    return _frame(
        {
            "hub_id": [paper["id"] for paper in papers],
            "id": [paper["id"] for paper in papers],
            "created_at": _seconds(paper.get("publishedAt") for paper in papers),
            "upvotes": [paper.get("upvotes") for paper in papers],
            "comments": [item.get("numComments") for item in items],
            "github_stars": [paper.get("githubStars") for paper in papers],
            "title": [paper.get("title") for paper in papers],
            "authors": _joined(_names(paper.get("authors")) for paper in papers),
            "organization": [_organization(item) for item in items],
            "submitted_at": _seconds(paper.get("submittedOnDailyAt") for paper in papers),
            "submitted_by": [_submitter(item) for item in items],
            "github_repo": [paper.get("githubRepo") for paper in papers],
            "project_page": [paper.get("projectPage") for paper in papers],
            "keywords": _joined(paper.get("ai_keywords") for paper in papers),
        },
        PAPER_COLUMNS,
    )


def article_frame(items: Sequence[ArticleItem]) -> pl.DataFrame:
    """Rows of posts; a post is known by the part of its address after /blog/."""
    return _frame(
        {
            "hub_id": [item["_id"] for item in items],
            "id": [item["url"].removeprefix("/blog/") for item in items],
            "created_at": _seconds(item.get("publishedAt") for item in items),
            "upvotes": [item.get("upvotes") for item in items],
            "upvotes_7d": [item.get("upvotes7d") for item in items],
            "title": [item.get("title") for item in items],
            "authors": _joined(_names(item.get("authorsData")) for item in items),
            "organization": [_namespace(item["url"]) for item in items],
            "official": [item.get("canonical") for item in items],
            "tags": _joined(item.get("tags") for item in items),
        },
        ARTICLE_COLUMNS,
    )


def _frame(values: Mapping[str, Sequence[object]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame of these columns from values as Python hands them over fastest: lists joined, times in seconds."""
    told = {TEXTS: pl.String(), TIME: pl.Float64()}
    times = [(pl.col(name) * 1e6).round().cast(pl.Int64).cast(TIME) for name, kind in columns.items() if kind == TIME]
    return pl.DataFrame(values, schema={name: told.get(kind, kind) for name, kind in columns.items()}).with_columns(
        *times
    )


def _joined(lists: Iterable[Sequence[str] | None]) -> list[str | None]:
    """Each list as one text, null for an empty one."""
    return [BETWEEN.join(texts) if texts else None for texts in lists]


def _seconds(times: Iterable[datetime | None]) -> list[float | None]:
    return [None if time is None else time.timestamp() for time in times]


def _names(authors: Sequence[Author] | None) -> list[str]:
    """The names that may be shown: the Hub hides some authors on request."""
    shown = (author for author in authors or () if not author.get("hidden"))
    return [name for author in shown if (name := author.get("name") or author.get("fullname"))]


def _organization(item: PaperItem) -> str | None:
    organization = item["paper"].get("organization") or item.get("organization")
    return organization.get("name") if organization else None


def _submitter(item: PaperItem) -> str | None:
    inner, outer = item["paper"].get("submittedOnDailyBy"), item.get("submittedBy")
    return (inner or {}).get("user") or (outer or {}).get("name") or (inner or {}).get("name")


def _namespace(url: str) -> str | None:
    parts = url.removeprefix("/blog/").split("/")
    return parts[0] if len(parts) == 2 else None
