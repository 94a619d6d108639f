"""The Hub's items as they travel: the one place where its JSON field names are spelled.

Repositories come by the million and are read in columns (see `repos`). Papers and articles are validated one by one, by
pydantic against a typed dictionary, strictly: a count that comes as text is not a count. Fields that are not named here
are ignored; a field that is missing stays unknown. What the Hub puts into a repository under `expand` is exactly
`EXPAND`, so that what is asked for is what is stored.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, NotRequired

import polars as pl
from pydantic import AwareDatetime, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from crawler.kinds import Kind

MOST_COUNT = 10**15
"""The largest number that the Hub can mean: a million times its downloads of all time. Beyond it, sums overflow."""

Count = Annotated[int, Field(ge=0, le=MOST_COUNT)]
Text = Annotated[str, Field(max_length=10_000)]
Word = Annotated[str, Field(max_length=1_000, pattern=r"^[^\x00\x1f]*$")]
"""An entry of a list, such as a tag: any text but for NUL and the separator by which lists are joined and split."""
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*$")]
Time = Annotated[
    AwareDatetime,
    Field(ge=datetime(1, 1, 2, tzinfo=UTC), le=datetime(9999, 12, 30, tzinfo=UTC)),
]
"""At the ends of the calendar a time with an offset has no UTC form."""
wire_item = with_config(ConfigDict(strict=True, extra="ignore"))


_TEXT, _WORDS = pl.String(), pl.List(pl.String())

REPO_ITEM: Mapping[str, pl.DataType] = {
    "_id": _TEXT, "id": _TEXT, "author": _TEXT, "createdAt": _TEXT, "lastModified": _TEXT, "disabled": pl.Boolean(),
    "gated": _TEXT, "downloads": _TEXT, "downloadsAllTime": _TEXT, "likes": _TEXT, "trendingScore": _TEXT,
    "tags": _WORDS, "pipeline_tag": _TEXT, "library_name": _TEXT, "safetensors": pl.Struct({"total": _TEXT}),
    "gguf": pl.Struct({"total": _TEXT, "architecture": _TEXT, "context_length": _TEXT}), "sdk": _TEXT,
    "models": _WORDS, "datasets": _WORDS, "private": pl.Boolean(),
}  # fmt: skip
"""A model, dataset or space of a listing or a look-up; a number stands as its text until it is looked at."""

EXPAND: dict[Kind, tuple[str, ...]] = {
    Kind.MODEL: (
        "author", "createdAt", "lastModified", "disabled", "gated", "downloads", "downloadsAllTime", "likes",
        "trendingScore", "tags", "pipeline_tag", "library_name", "safetensors", "gguf", "private",
    ),
    Kind.DATASET: (
        "author", "createdAt", "lastModified", "disabled", "gated", "downloads", "downloadsAllTime", "likes",
        "trendingScore", "tags", "private",
    ),
    Kind.SPACE: (
        "author", "createdAt", "lastModified", "disabled", "likes", "trendingScore", "tags", "sdk", "models",
        "datasets", "private",
    ),
}  # fmt: skip
"""The fields asked for in a listing of repositories; `_id` and `id` come unasked. `private` decides whether an item is
dropped and is never stored.
"""


@wire_item
class Author(TypedDict):
    name: NotRequired[Word | None]
    fullname: NotRequired[Word | None]
    hidden: NotRequired[bool | None]


@wire_item
class Submitter(TypedDict):
    """Whoever put a paper on the daily list: `user` inside a paper, `name` around it."""

    user: NotRequired[Text | None]
    name: NotRequired[Text | None]


@wire_item
class Paper(TypedDict):
    """A paper, as it is nested in the daily list and as it stands alone in a look-up."""

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
    projectPage: NotRequired[Text | None]
    ai_keywords: NotRequired[list[Word] | None]


@wire_item
class PaperItem(TypedDict):
    """An entry of the daily list: the paper, wrapped with what belongs to the entry.

    The outer `publishedAt` is left out: it is the paper's own date moved by the New York offset.
    """

    paper: Paper
    numComments: NotRequired[Count | None]
    submittedBy: NotRequired[Submitter | None]
    organization: NotRequired[Author | None]


@wire_item
class ArticleItem(TypedDict):
    """A post of the Hub's blog or of the community's."""

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
    """The envelope of a page of posts; the Hub's blog says `allBlogs`, the community's `posts`."""

    allBlogs: NotRequired[list[object]]
    posts: NotRequired[list[object]]
    numTotalItems: NotRequired[object]
