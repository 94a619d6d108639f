"""Defines the fields of papers: the Hub's names, our columns, and the values that must be valid.

A paper is nested in an entry of the daily list and stands alone in a look-up, which is wrapped like an entry here.
Every item is validated on its own; a missing field stays unknown.
"""

from collections.abc import Sequence
from typing import NotRequired

import polars as pl
from typing_extensions import TypedDict

from crawler.errors import BadBodyError
from crawler.schema.item_parser import Author, ItemParser, author_names, item_frame, joined_words, seconds
from crawler.schema.page import ParsedPage
from crawler.schema.rejections import ItemIds, readable_id
from crawler.schema.untrusted_json import read_json, read_json_list
from crawler.schema.value_types import TEXTS, TIME, Count, Name, Text, Time, Word, strict_item

COLUMNS: dict[str, pl.DataType] = {
    "hub_id": pl.String(), "id": pl.String(), "created_at": TIME,
    "upvotes": pl.Int64(), "comments": pl.Int64(), "github_stars": pl.Int64(),
    "total_models": pl.Int64(), "total_datasets": pl.Int64(), "total_spaces": pl.Int64(),
    "title": pl.String(), "authors": TEXTS, "organization": pl.String(), "submitted_at": TIME,
    "submitted_by": pl.String(), "github_repo": pl.String(), "project_page": pl.String(), "keywords": TEXTS,
}  # fmt: skip

MEASURED = ("upvotes", "comments", "github_stars", "total_models", "total_datasets", "total_spaces")
"""The measured columns of a paper; only look-ups give the totals."""


@strict_item
class Submitter(TypedDict):
    """The account that submitted a paper to the daily list: `user` inside a paper, `name` around it."""

    user: NotRequired[Text | None]
    name: NotRequired[Text | None]


@strict_item
class Paper(TypedDict):
    """A paper, in the daily list and in a look-up."""

    id: Name
    title: NotRequired[Text | None]
    authors: NotRequired[list[Author] | None]
    publishedAt: NotRequired[Time | None]
    submittedOnDailyAt: NotRequired[Time | None]
    submittedOnDailyBy: NotRequired[Submitter | None]
    upvotes: NotRequired[Count | None]
    organization: NotRequired[Author | None]
    githubRepo: NotRequired[Text | None]
    githubStars: NotRequired[Count | None]
    numTotalModels: NotRequired[Count | None]
    numTotalDatasets: NotRequired[Count | None]
    numTotalSpaces: NotRequired[Count | None]
    projectPage: NotRequired[Text | None]
    ai_keywords: NotRequired[list[Word] | None]


@strict_item
class PaperItem(TypedDict):
    """An entry of the daily list.

    The outer `publishedAt` is left out: it is the paper's own date shifted by the New York offset.
    """

    paper: Paper
    numComments: NotRequired[Count | None]
    submittedBy: NotRequired[Submitter | None]
    organization: NotRequired[Author | None]


def parse_papers(body: bytes) -> ParsedPage:
    """Return a page of a daily list. Raises BadBodyError."""
    return _PARSER.page(read_json_list(body))


def parse_paper(body: bytes) -> ParsedPage:
    """Return the page of a look-up: one paper. Raises BadBodyError."""
    paper = read_json(body)
    if not isinstance(paper, dict):
        raise BadBodyError("not a JSON object")
    return _PARSER.page([{"paper": paper}])


def _frame(items: Sequence[PaperItem]) -> pl.DataFrame:
    papers: list[Paper] = [item["paper"] for item in items]
    organizations = [item["paper"].get("organization") or item.get("organization") or {} for item in items]
    # an account has its name in `user` inside a paper and in `name` around it
    submitters = [(item["paper"].get("submittedOnDailyBy") or {}, item.get("submittedBy") or {}) for item in items]
    return item_frame(
        {
            "hub_id": [paper["id"] for paper in papers],
            "id": [paper["id"] for paper in papers],
            "created_at": seconds(paper.get("publishedAt") for paper in papers),
            "upvotes": [paper.get("upvotes") for paper in papers],
            "comments": [item.get("numComments") for item in items],
            "github_stars": [paper.get("githubStars") for paper in papers],
            "total_models": [paper.get("numTotalModels") for paper in papers],
            "total_datasets": [paper.get("numTotalDatasets") for paper in papers],
            "total_spaces": [paper.get("numTotalSpaces") for paper in papers],
            "title": [paper.get("title") for paper in papers],
            "authors": joined_words(author_names(paper.get("authors")) for paper in papers),
            "organization": [organization.get("name") for organization in organizations],
            "submitted_at": seconds(paper.get("submittedOnDailyAt") for paper in papers),
            "submitted_by": [
                inner.get("user") or outer.get("name") or inner.get("name") for inner, outer in submitters
            ],
            "github_repo": [paper.get("githubRepo") for paper in papers],
            "project_page": [paper.get("projectPage") for paper in papers],
            "keywords": joined_words(paper.get("ai_keywords") for paper in papers),
        },
        COLUMNS,
    )


def _ids_of(raw_item: object) -> ItemIds:
    """Return the arXiv id, the only id of a paper, as both ids."""
    paper = raw_item.get("paper") if isinstance(raw_item, dict) else None
    found = readable_id(paper.get("id")) if isinstance(paper, dict) else None
    return ItemIds(found, found)


_PARSER: ItemParser[PaperItem] = ItemParser(
    PaperItem, frozenset({("paper",), ("paper", "id"), ("paper", "upvotes"), ("numComments",)}), _frame, _ids_of
)
