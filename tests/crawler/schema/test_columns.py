"""The content of the columns."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crawler.kinds import Kind
from crawler.schema.columns import COLUMNS, page_columns
from crawler.schema.registry import SCHEMAS
from crawler.schema.value_types import BETWEEN, TEXTS
from tests.fakes.hubs import article, model, paper


def row(kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a page of one item, with its lists split again."""
    body = json.dumps({"posts": [item]} if kind is Kind.ARTICLE else [item]).encode()
    frame = SCHEMAS[kind].parse(body).frame
    lists = [name for name in page_columns(kind) if COLUMNS[kind][name] == TEXTS]
    return frame.with_columns(pl.col(lists).str.split(BETWEEN)).row(0, named=True)


BARE: dict[Kind, dict[str, Any]] = {
    Kind.MODEL: {"_id": "a", "id": "org/name"},
    Kind.DATASET: {"_id": "a", "id": "org/name"},
    Kind.SPACE: {"_id": "a", "id": "org/name"},
    Kind.PAPER: {"paper": {"id": "2609.00001"}},
    Kind.ARTICLE: {"_id": "a", "url": "/blog/name"},
}


@pytest.mark.parametrize("kind", Kind)
def test_a_missing_value_is_null(kind: Kind) -> None:
    """A missing count is not zero, and a missing list is not empty."""
    bare = row(kind, BARE[kind])

    assert {name for name, value in bare.items() if value is not None} == {"hub_id", "id"}


@pytest.mark.parametrize("kind", Kind)
def test_a_page_has_the_columns_of_its_kind(kind: Kind) -> None:
    """An empty page has them as well."""
    empty = b'{"posts": []}' if kind is Kind.ARTICLE else b"[]"
    frame = SCHEMAS[kind].parse(empty).frame

    assert dict(frame.schema) == page_columns(kind)


def test_a_zero_stays_a_zero() -> None:
    """A zero of the Hub is a known value."""
    assert row(Kind.MODEL, model(0))["likes"] == 0
    assert row(Kind.PAPER, paper(0, "2026-09-01"))["upvotes"] == 0


def test_a_row_of_a_model() -> None:
    """Numbers, times and words are in their columns; tags are not interpreted."""
    tags = ["gguf", "license:mit", "en", "base_model:quantized:org/base", "dataset:org/corpus", "arxiv:2401.00001"]
    found = row(Kind.MODEL, model(3, tags=tags, gated="auto", trendingScore=0.7))

    assert found == dict.fromkeys(page_columns(Kind.MODEL)) | {
        "hub_id": model(3)["_id"],
        "id": "quillworks/net-3",
        "created_at": datetime(2026, 9, 1, tzinfo=UTC),
        "last_modified": datetime(2026, 9, 2, tzinfo=UTC),
        "downloads": 30,
        "downloads_all_time": 300,
        "likes": 3,
        "trending_score": 0.7,
        "author": "quillworks",
        "gated": "auto",
        "disabled": False,
        "task": "text-generation",
        "library": "transformers",
        "tags": tags,
    }


@pytest.mark.parametrize(("sent", "stored"), [(False, "no"), (True, "yes"), ("auto", "auto"), ("manual", "manual")])
def test_gated_is_a_word(sent: object, stored: str) -> None:
    """False and true become no and yes."""
    assert row(Kind.MODEL, model(1, gated=sent))["gated"] == stored


@pytest.mark.parametrize(
    ("fields", "parameters"),
    [
        ({"safetensors": {"total": 7}}, 7),
        ({"gguf": {"total": 8, "architecture": "llama", "context_length": 4096}}, 8),
        ({"safetensors": {"total": 7}, "gguf": {"total": 8}}, 7),
        ({"safetensors": {"parameters": {"F32": 1}}, "gguf": {"total": 8}}, 8),
        ({"safetensors": {"total": 0}}, 0),
    ],
)
def test_parameters_come_from_safetensors_else_gguf(fields: dict[str, Any], parameters: int) -> None:
    """The first source with a value counts."""
    assert row(Kind.MODEL, model(1, **fields))["parameters"] == parameters


def test_a_time_keeps_its_fraction() -> None:
    """The Hub sends milliseconds; any offset becomes UTC."""
    found = row(
        Kind.MODEL, model(1, createdAt="2026-09-01T00:00:00.123Z", lastModified="2026-09-01T05:30:00.999+05:30")
    )

    assert found["created_at"] == datetime(2026, 9, 1, 0, 0, 0, 123_000, tzinfo=UTC)
    assert found["last_modified"] == datetime(2026, 9, 1, 0, 0, 0, 999_000, tzinfo=UTC)


def test_a_row_of_a_space() -> None:
    """The models and datasets that a Space uses come from its own fields."""
    item = {"_id": "a", "id": "o/s", "sdk": "gradio", "models": ["o/m"], "datasets": ["o/d"], "tags": ["dataset:o/e"]}
    found = row(Kind.SPACE, item)

    assert (found["sdk"], found["models"], found["datasets"]) == ("gradio", ["o/m"], ["o/d"])
    assert found["downloads"] is None


def test_lists_keep_odd_words() -> None:
    """Empty words and commas survive joining and splitting."""
    assert row(Kind.MODEL, model(1, tags=["", "a,b", " ", "🤗"]))["tags"] == ["", "a,b", " ", "🤗"]
    assert row(Kind.MODEL, model(1, tags=[""]))["tags"] == [""]


FULL_PAPER: dict[str, Any] = {
    "paper": {
        "id": "2609.24984",
        "title": "WorldCrafter",
        "authors": [
            {"name": "Wangbo Yu", "hidden": False},
            {"name": "Ano Nym", "hidden": True},
            {"fullname": "Kunhao Liu"},
        ],
        "publishedAt": "2026-09-21T00:00:00.000Z",
        "submittedOnDailyAt": "2026-09-22T00:00:00.000Z",
        "submittedOnDailyBy": {"user": "Drexubery", "name": "Drexubery", "fullname": "Wangbo Yu"},
        "upvotes": 0,
        "githubRepo": "https://github.com/TencentARC/WorldCrafter",
        "githubStars": 346,
        "projectPage": "https://example.org",
        "ai_keywords": ["video", "worlds"],
        "organization": {"name": "TencentARC", "fullname": "ARC Lab, Tencent"},
    },
    "publishedAt": "2026-09-20T20:00:00.000Z",
    "title": "WorldCrafter",
    "numComments": 4,
    "submittedBy": {"name": "Drexubery"},
}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("upvotes", 0),
        ("keywords", ["video", "worlds"]),
        ("github_repo", "https://github.com/TencentARC/WorldCrafter"),
        ("github_stars", 346),
        ("project_page", "https://example.org"),
        ("submitted_at", datetime(2026, 9, 22, tzinfo=UTC)),
        ("submitted_by", "Drexubery"),
        ("organization", "TencentARC"),
        ("created_at", datetime(2026, 9, 21, tzinfo=UTC)),
        ("comments", 4),
    ],
)
def test_a_paper_has_values_that_the_library_loses(column: str, value: object) -> None:
    """Ten values that huggingface_hub's PaperInfo drops, empties or shifts come from the nested JSON."""
    assert row(Kind.PAPER, FULL_PAPER)[column] == value


def test_hidden_authors_are_dropped() -> None:
    """The Hub hides authors on request."""
    assert row(Kind.PAPER, FULL_PAPER)["authors"] == ["Wangbo Yu", "Kunhao Liu"]


@pytest.mark.parametrize(
    ("inner", "outer", "name"),
    [
        ({"user": "ada", "name": "Ada L."}, {"name": "bob"}, "ada"),
        ({"name": "Ada L."}, {"name": "bob"}, "bob"),
        ({"name": "Ada L."}, None, "Ada L."),
        (None, {"name": "bob"}, "bob"),
        (None, None, None),
    ],
)
def test_the_submitter_of_a_paper(inner: object, outer: object, name: str | None) -> None:
    """The account name is taken from either place."""
    item = {"paper": {"id": "2609.00001", "submittedOnDailyBy": inner}, "submittedBy": outer}

    assert row(Kind.PAPER, item)["submitted_by"] == name


def test_the_organization_of_a_paper() -> None:
    """The entry of the daily list may name it instead of the paper."""
    assert row(Kind.PAPER, {"paper": {"id": "x"}, "organization": {"name": "org"}})["organization"] == "org"


@pytest.mark.parametrize(
    ("url", "name", "organization"),
    [("/blog/intro", "intro", None), ("/blog/org/intro", "org/intro", "org"), ("/blog/a/b/c", "a/b/c", None)],
)
def test_an_article_is_named_by_its_address(url: str, name: str, organization: str | None) -> None:
    """The part after /blog/ may begin with the organization."""
    found = row(Kind.ARTICLE, article(1, url=url, canonical=True, authorsData=[{"name": "ada"}]))

    assert (found["id"], found["organization"]) == (name, organization)
    assert (found["official"], found["authors"]) == (True, ["ada"])


def test_rows_survive_parquet(tmp_path: Path) -> None:
    """Hostile text reads back as it was written."""
    frame = SCHEMAS[Kind.MODEL].parse(json.dumps([model(1, author="=1+1\n\u202e🤗", tags=["x" * 1000])]).encode()).frame
    frame.write_parquet(tmp_path / "page.parquet")

    assert frame.height == 1
    assert pl.read_parquet(tmp_path / "page.parquet").equals(frame)
