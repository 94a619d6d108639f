"""Defines the fields of blog articles: the Hub's names, our columns, and the values that must be valid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NotRequired

import polars as pl
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from crawler.errors import BadBodyError
from crawler.schema.item_parser import Author, ItemParser, author_names, item_frame, joined_words, seconds
from crawler.schema.page import ParsedPage
from crawler.schema.rejections import ItemIds, readable_id
from crawler.schema.untrusted_json import read_json
from crawler.schema.value_types import TEXTS, TIME, Count, Name, Text, Time, Word, strict_item

COLUMNS: dict[str, pl.DataType] = {
    "hub_id": pl.String(), "id": pl.String(), "created_at": TIME,
    "upvotes": pl.Int64(), "upvotes_7d": pl.Int64(),
    "title": pl.String(), "authors": TEXTS, "organization": pl.String(), "official": pl.Boolean(), "tags": TEXTS,
}  # fmt: skip

ENVELOPES = ("allBlogs", "posts")
"""The field of a page that holds its items: the first in the Hub's blog, the second in the community's."""

MEASURED = ("upvotes", "upvotes_7d")

URL_PREFIX = "/blog/"
"""The common start of article addresses; the rest of an address is the article's name."""


@strict_item
class ArticleItem(TypedDict):
    """An article of the Hub's blog or of the community's."""

    _id: Name
    url: Name
    title: NotRequired[Text | None]
    publishedAt: NotRequired[Time | None]
    upvotes: NotRequired[Count | None]
    upvotes7d: NotRequired[Count | None]
    authorsData: NotRequired[list[Author] | None]
    canonical: NotRequired[bool | None]
    tags: NotRequired[list[Word] | None]


class BlogPage(TypedDict):
    """The envelope of a page, see ENVELOPES."""

    allBlogs: NotRequired[list[object]]
    posts: NotRequired[list[object]]
    numTotalItems: NotRequired[object]


_blog_page: TypeAdapter[BlogPage] = TypeAdapter(BlogPage)


def parse_articles(body: bytes) -> ParsedPage:
    """Return a page of the Hub's blog or of the community's. Raises BadBodyError."""
    try:
        envelope = _blog_page.validate_python(read_json(body))
    except ValidationError as error:
        raise BadBodyError("not a page of articles") from error
    items = envelope.get("allBlogs", envelope.get("posts"))
    if items is None:
        raise BadBodyError("not a page of articles: neither allBlogs nor posts in it")
    total = envelope.get("numTotalItems")
    return replace(_PARSER.page(items), total=total if type(total) is int and total >= 0 else None)


def _frame(items: Sequence[ArticleItem]) -> pl.DataFrame:
    slugs = [item["url"].removeprefix(URL_PREFIX) for item in items]
    return item_frame(
        {
            "hub_id": [item["_id"] for item in items],
            "id": slugs,
            "created_at": seconds(item.get("publishedAt") for item in items),
            "upvotes": [item.get("upvotes") for item in items],
            "upvotes_7d": [item.get("upvotes7d") for item in items],
            "title": [item.get("title") for item in items],
            "authors": joined_words(author_names(item.get("authorsData")) for item in items),
            "organization": [slug.split("/")[0] if slug.count("/") == 1 else None for slug in slugs],
            "official": [item.get("canonical") for item in items],
            "tags": joined_words(item.get("tags") for item in items),
        },
        COLUMNS,
    )


def _ids_of(raw_item: object) -> ItemIds:
    """Return the Hub's id and the name."""
    if not isinstance(raw_item, dict):
        return ItemIds(None, None)
    url = readable_id(raw_item.get("url"))
    return ItemIds(readable_id(raw_item.get("_id")), url.removeprefix(URL_PREFIX) if url else None)


_PARSER: ItemParser[ArticleItem] = ItemParser(
    ArticleItem, frozenset({("_id",), ("url",), ("upvotes",), ("upvotes7d",)}), _frame, _ids_of
)
