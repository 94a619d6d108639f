"""From a body to a page: rows, rejections with reasons, or an error for an invalid body."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import BadBodyError, UnreadableItemsError
from crawler.kinds import Kind
from crawler.schema.articles import parse_articles
from crawler.schema.column_reader import is_plain
from crawler.schema.field_types import json_types
from crawler.schema.page import LONG_PAGE, ParsedPage
from crawler.schema.papers import parse_paper, parse_papers
from crawler.schema.private import is_public
from crawler.schema.rejections import DROPPED_A_PAGE, RAW_A_PAGE, RAW_LIMIT, VALUE_LIMIT
from crawler.schema.repo_pages import parse_repo, parse_repos
from crawler.schema.repos import READER, expand
from crawler.schema.value_types import BETWEEN
from tests.fakes.hubs import article, model, paper

FIXTURES = Path(__file__).parents[4] / "shared" / "hub-data" / "fixtures"

GOOD: dict[str, Any] = {"_id": "6a0000000000000000000001", "id": "org/name"}


def body(*items: object) -> bytes:
    return json.dumps(items).encode()


def models(*items: object) -> ParsedPage:
    return parse_repos(body(*items))


def reasons(page: ParsedPage) -> list[str]:
    return [rejection.reason for rejection in page.rejections]


def test_a_page_of_models() -> None:
    """Every item becomes a row in the order of the response."""
    page = models(model(2), model(1))

    assert page.frame["hub_id"].to_list() == [model(2)["_id"], model(1)["_id"]]
    assert (page.items, page.rejections, page.positions.to_list()) == (2, (), [0, 1])


def test_one_bad_item_is_rejected_alone() -> None:
    """The rejection has its position, reason and JSON; the other rows keep their positions."""
    page = models(model(1), model(2, likes="many"), model(3))

    assert page.frame["likes"].to_list() == [1, 3]
    assert page.positions.to_list() == [0, 2]
    (rejection,) = page.rejections
    assert (rejection.place, rejection.reason) == (1, "likes: not a whole number from 0 to 1,000,000,000,000,000")
    assert json.loads(rejection.raw)["likes"] == "many"


@pytest.mark.parametrize(
    ("item", "named"),
    [
        (42, "not an object"),
        (None, "not an object"),
        ({"id": "org/name"}, "_id: not there"),
        (GOOD | {"_id": {}}, "_id"),
        (GOOD | {"id": ""}, "id"),
        (GOOD | {"id": "n" * 10_000}, "id"),
        (GOOD | {"id": "org/na\0me"}, "id"),
        (GOOD | {"likes": -1}, "likes"),
        (GOOD | {"likes": 5.5}, "likes"),
        (GOOD | {"likes": True}, "likes"),
        (GOOD | {"likes": ""}, "likes"),
        (GOOD | {"likes": [1]}, "likes: not one value"),
        (GOOD | {"downloads": 10**400}, "downloads"),
        (GOOD | {"downloadsAllTime": 10**15 + 1}, "downloadsAllTime"),
        (GOOD | {"likes": 2**63 - 1}, "likes"),
        (GOOD | {"likes": 2**63}, "likes"),
    ],
)
def test_an_invalid_id_or_counter_rejects_the_item(item: object, named: str) -> None:
    """The reason names the field."""
    page = models(item, GOOD)

    assert len(page.frame) == 1
    (reason,) = reasons(page)
    assert named in reason


@pytest.mark.parametrize(
    ("odd", "column", "stored", "fault"),
    [
        ({"trendingScore": float("nan")}, "trending_score", None, "trendingScore: not one value"),
        ({"trendingScore": "much"}, "trending_score", None, "trendingScore: not a number"),
        ({"trendingScore": "nan"}, "trending_score", None, "trendingScore: not a number"),
        ({"trendingScore": "-inf"}, "trending_score", None, "trendingScore: not a number"),
        ({"disabled": "no"}, "disabled", None, "disabled: not true or false"),
        ({"createdAt": "yesterday"}, "created_at", None, "createdAt: not a time"),
        ({"createdAt": 1_700_000_000}, "created_at", None, "createdAt: not a time"),
        ({"createdAt": "2026-09-01T00:00:00"}, "created_at", None, "createdAt: not a time"),
        ({"createdAt": "0001-01-01T00:00:00+23:59"}, "created_at", None, "createdAt: not a time"),
        ({"lastModified": "9999-12-31T23:59:59-23:59"}, "last_modified", None, "lastModified: not a time"),
        ({"lastModified": {"at": 1}}, "last_modified", None, "lastModified: not one value"),
        ({"tags": {"mit": True}}, "tags", None, "tags: not a list of words"),
        ({"tags": 7 * [None]}, "tags", None, "tags: null among"),
        ({"tags": ["mit", None]}, "tags", "mit", "tags: null among"),
        ({"tags": ["mit", ["en"], {}]}, "tags", "mit", "tags: a word that cannot be read"),
        ({"tags": [["mit"]]}, "tags", None, "tags: not a list of words"),
        ({"tags": ["two\x1ftags", "mit"]}, "tags", "mit", "tags: a word holds"),
        ({"tags": ["mit", "t" * 10_000]}, "tags", "mit", "tags: a word longer"),
        ({"models": ["org/name", None]}, "models", "org/name", "models: null among"),
        ({"datasets": 5 * [{}]}, "datasets", None, "datasets: not a list of words"),
        ({"safetensors": []}, "parameters", None, "safetensors: not an object"),
        ({"safetensors": {"total": "7B"}}, "parameters", None, "safetensors.total: not a whole number"),
        ({"safetensors": {"total": "7"}}, "parameters", None, "safetensors.total: not a whole number"),
        ({"safetensors": {"total": "7"}, "gguf": {"total": 8}}, "parameters", 8, "safetensors.total: not"),
        ({"gguf": {"context_length": "4096"}}, "context_length", None, "gguf.context_length: not a whole number"),
        ({"safetensors": {"total": "7B"}, "gguf": {"total": 8}}, "parameters", 8, "safetensors.total: not"),
        ({"safetensors": {"total": [7]}}, "parameters", None, "safetensors.total: not one value"),
        ({"gguf": {"context_length": 2**64}}, "context_length", None, "gguf.context_length: not a whole number"),
        (
            {"baseModels": {"models": [{"id": "a/b"}]}},
            "base_ids",
            None,
            "baseModels.models: an object without a Hub id",
        ),
        (
            {"baseModels": {"models": [{"_id": "x"}, {"_id": "c" * 24}]}},
            "base_ids",
            "c" * 24,
            "baseModels.models: an object",
        ),
        ({"baseModels": ["a/b"]}, "base_ids", None, "baseModels: not an object that can be read"),
        ({"gguf": {"context_length": -1}}, "context_length", None, "gguf.context_length: not a whole number"),
        ({"gguf": {"context_length": {}, "total": 8}}, "parameters", 8, "gguf.context_length: not one value"),
        ({"gguf": {"architecture": "a" * 10_001}}, "architecture", None, "gguf.architecture: longer"),
        ({"author": "\ud800"}, "author", None, "author: holds a NUL"),
        ({"author": "a" * 10_001}, "author", None, "author: longer"),
        ({"author": {"name": "a"}}, "author", None, "author: not one value"),
        ({"pipeline_tag": ["asr"]}, "task", None, "pipeline_tag: not one value"),
        ({"library_name": "l\0b"}, "library", None, "library_name: holds a NUL"),
        ({"sdk": {}}, "sdk", None, "sdk: not one value"),
        ({"gated": 7}, "gated", None, "gated: neither"),
        ({"gated": "<script>"}, "gated", None, "gated: neither"),
        ({"gated": ["auto"]}, "gated", None, "gated: not one value"),
    ],
)
def test_any_other_invalid_value_is_dropped(odd: dict[str, Any], column: str, stored: object, fault: str) -> None:
    """The column becomes null, or the list loses an entry; the repository is kept."""
    page = models(GOOD | odd | {"likes": 7}, GOOD)

    assert (reasons(page), page.frame["likes"].to_list()) == ([], [7, None])
    assert page.frame[column].to_list() == [stored, None]
    (note,) = page.dropped
    assert (note.place, page.values_dropped) == (0, 1)
    assert note.reason.startswith(fault)


def test_a_note_of_a_dropped_value_is_short_and_inert() -> None:
    """It holds the ids and the value as short ASCII without control characters."""
    hostile = "\x1b[2J\u202e<script>" + "x" * 10_000
    page = models(*[GOOD | {"pipeline_tag": hostile, "tags": [hostile]}] * DROPPED_A_PAGE)

    assert (len(page.dropped), page.values_dropped) == (DROPPED_A_PAGE, 2 * DROPPED_A_PAGE)
    assert {len(note.raw) for note in page.dropped} == {VALUE_LIMIT}
    assert all(note.raw.isascii() and note.raw.isprintable() for note in page.dropped)
    assert {note.field for note in page.dropped} == {"pipeline_tag", "tags"}
    assert all('"id": "org/name"' in note.raw for note in page.dropped)


def test_rejections_keep_their_ids() -> None:
    """The ids are kept even where the JSON is not."""
    odd = [
        GOOD | {"likes": -1},
        {"id": "org/name"},
        {"_id": "6a0000000000000000000001", "id": 7},
        {"_id": "\0", "id": "n" * 301},
        42,
        *[GOOD | {"likes": "many"}] * RAW_A_PAGE,
    ]
    seen = [(one.hub_id, one.name) for one in models(*odd, GOOD).rejections]

    assert seen[:5] == [
        (GOOD["_id"], "org/name"),
        (None, "org/name"),
        *[(None, None)] * 2,
        (GOOD["_id"], "org/name"),
    ]


@pytest.mark.parametrize(
    "item",
    [
        GOOD | {"likes": None, "tags": None, "createdAt": None, "gguf": None},
        GOOD | {"likes": 10**15},
        GOOD | {"trendingScore": 3},
        GOOD | {"gated": "by-invitation"},
        GOOD | {"createdAt": "2026-09-01T05:30:00+05:30"},
        GOOD | {"neverSeenBefore": {"deep": [1, 2]}},
        GOOD | {"neverSeenBefore": [float("nan"), 10**300]},
        GOOD | {"safetensors": {"parameters": {"F32": 1}}},
    ],
)
def test_values_that_fit(item: dict[str, Any]) -> None:
    """Null is unknown, a new field is ignored, a new gating word is kept, any offset becomes UTC."""
    page = models(item)

    assert (reasons(page), page.dropped) == ([], ())


@pytest.mark.parametrize(
    ("sent", "column", "stored"),
    [
        ({"likes": "7"}, "likes", 7),
        ({"likes": 7.0}, "likes", 7),
        ({"trendingScore": "0.5"}, "trending_score", 0.5),
        ({"gated": "false"}, "gated", "no"),
        ({"author": 7}, "author", "7"),
        ({"tags": "mit"}, "tags", "mit"),
    ],
)
def test_another_json_type_of_the_same_value(sent: dict[str, Any], column: str, stored: object) -> None:
    """A scalar counts as its JSON text, and a single word as a list; the drift of fields reports the new type."""
    assert models(GOOD | sent).frame[column].to_list() == [stored]


@pytest.mark.parametrize(
    "spoilt",
    [
        b'{"_id":"a","id":"b","likes":1' + b"0" * 5000 + b"}",
        b'{"_id":"a","id":"\\ud800"}',
        b'{"_id":"a","id":"b\xff\xfe"}',
        b'{"_id":"a","id":"b","likes":NaN}',
    ],
    ids=["5000 digits", "lone surrogate", "not UTF-8", "NaN"],
)
def test_an_item_that_only_some_parsers_accept(spoilt: bytes) -> None:
    """It is rejected alone; the page is kept."""
    page = parse_repos(b"[" + spoilt + b"," + body(GOOD)[1:])

    assert page.positions.to_list() == [1]
    assert [rejection.place for rejection in page.rejections] == [0]


@pytest.mark.parametrize(
    "spoilt",
    [
        b'"author":"\xff\xfe"',
        b'"tags":' + b"[" * 300 + b"]" * 300,
        b'"trendingScore":1e999',
        b'"gguf":{"context_length":1' + b"0" * 5000 + b"}",
    ],
    ids=["not UTF-8", "300 levels", "1e999", "5000 digits"],
)
def test_a_value_that_only_some_parsers_accept(spoilt: bytes) -> None:
    """The value is dropped; the item is kept."""
    page = parse_repos(b'[{"_id":"a","id":"b","likes":1,' + spoilt + b"}," + body(GOOD)[1:])

    assert page.frame["likes"].to_list() == [1, None]
    assert [note.place for note in page.dropped] == [0]


@pytest.mark.parametrize("neighbour", [GOOD, GOOD | {"author": {}}], ids=["that fits", "that does not"])
def test_the_first_value_of_a_repeated_key_counts(neighbour: dict[str, Any]) -> None:
    """Both parsers agree on it."""
    twice = b'[{"_id":"a","id":"b","likes":1,"gguf":{"total":3,"total":4},"likes":2},'

    page = parse_repos(twice + body(neighbour)[1:])

    assert page.frame.select("likes", "parameters").row(0) == (1, 3)


@pytest.mark.parametrize("item", [b"{},", b"0,", b'{"_id":"a","id":"b"},'])
def test_a_body_of_far_too_many_items_is_refused(item: bytes) -> None:
    """It must not fill the memory."""
    with pytest.raises(BadBodyError, match="more than 1,000 values in"):
        READER.items(b"[" + item * 2000 + b"{}]", max_commas=1000)


def test_rejections_are_kept_short() -> None:
    """Rejections stay in memory until the walk is stored."""
    page = models(*[GOOD | {"likes": "x" * 10_000}] * (RAW_A_PAGE + 1), GOOD)

    assert [len(rejection.raw) for rejection in page.rejections] == [RAW_LIMIT] * RAW_A_PAGE + [0]
    assert len(set(reasons(page))) == 1


def test_a_long_page_of_invalid_items_is_a_bad_body() -> None:
    """The Hub has changed; the error names the first reason."""
    with pytest.raises(BadBodyError, match="none of its 100 items fits: likes"):
        models(*[GOOD | {"likes": "many"}] * LONG_PAGE)


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"{}", b"null", b'"[]"', b"[1", b"[" * 100_000, b"\xff\xfe[\x00]\x00"]
)
def test_a_body_that_is_no_page_is_a_bad_body(text: bytes) -> None:
    """A bad body is fetched again."""
    for parse in (parse_repos, parse_papers):
        with pytest.raises(BadBodyError):
            parse(text)
    if text != b"{}":
        with pytest.raises(BadBodyError):
            parse_repo(text)
    with pytest.raises(BadBodyError):
        parse_articles(text)


def test_a_page_of_papers() -> None:
    """Papers are nested in the entries of the daily list."""
    page = parse_papers(body(paper(1, "2026-09-10"), {"paper": {}}, paper(2, "2026-09-10")))

    assert page.frame["id"].to_list() == ["2609.00001", "2609.00002"]
    assert reasons(page) == ["paper.id: Field required"]


ODD_OF_PAPERS: list[tuple[dict[str, Any], dict[str, Any], str, object, str]] = [
    ({"title": 5}, {}, "title", None, "paper.title"),
    ({"title": "\ud800"}, {}, "title", None, "paper.title"),
    ({"title": "t" * 10_001}, {}, "title", None, "paper.title"),
    ({"authors": "Ada"}, {}, "authors", None, "paper.authors"),
    ({"authors": [{"name": "Ada"}, None, 7]}, {}, "authors", "Ada", "paper.authors"),
    ({"authors": [{"name": 5, "fullname": "Ada"}]}, {}, "authors", "Ada", "paper.authors.name"),
    ({"authors": [{"name": "Ada", "hidden": "yes"}, {"name": "Bo"}]}, {}, "authors", "Bo", "paper.authors.hidden"),
    ({"publishedAt": "soon"}, {}, "created_at", None, "paper.publishedAt"),
    ({"submittedOnDailyAt": 7}, {}, "submitted_at", None, "paper.submittedOnDailyAt"),
    ({"submittedOnDailyBy": "ada"}, {}, "submitted_by", None, "paper.submittedOnDailyBy"),
    ({"organization": "lab"}, {"organization": {"name": "org"}}, "organization", "org", "paper.organization"),
    ({}, {"organization": 7}, "organization", None, "organization"),
    ({"githubStars": 2**63}, {}, "github_stars", None, "paper.githubStars"),
    ({"githubStars": -1}, {}, "github_stars", None, "paper.githubStars"),
    ({"githubStars": "many"}, {}, "github_stars", None, "paper.githubStars"),
    ({"githubRepo": []}, {}, "github_repo", None, "paper.githubRepo"),
    ({"ai_keywords": ["a", None, "b\x1f", "c"]}, {}, "keywords", "a\x1fc", "paper.ai_keywords"),
    ({"projectPage": {}, "upvotes": 3}, {}, "upvotes", 3, "paper.projectPage"),
    ({"neverSeenBefore": json.loads("[" * 250 + "]" * 250), "title": 1}, {}, "title", None, "paper.title"),
]


@pytest.mark.parametrize(("inner", "outer", "column", "stored", "field"), ODD_OF_PAPERS)
def test_invalid_values_of_a_paper_are_dropped(
    inner: dict[str, Any], outer: dict[str, Any], column: str, stored: object, field: str
) -> None:
    """The paper is kept; authors that may be hidden are dropped."""
    page = parse_papers(body({"paper": {"id": "2609.00001"} | inner} | outer))

    assert (reasons(page), page.frame[column].to_list()) == ([], [stored])
    assert {note.field for note in page.dropped} == {field}


@pytest.mark.parametrize(
    "odd", [{"upvotes": -1}, {"upvotes": 10**15 + 1}, {"upvotes": "3"}, {"id": ""}, {"id": "\ud800"}]
)
def test_an_invalid_id_or_counter_rejects_a_paper(odd: dict[str, Any]) -> None:
    """The rejection keeps a readable id."""
    page = parse_papers(body({"paper": {"id": "2609.00001"} | odd}, {"paper": {"id": "2609.00002"}}))

    (rejection,) = page.rejections
    assert page.frame["id"].to_list() == ["2609.00002"]
    assert rejection.hub_id == (None if "id" in odd else "2609.00001")


@pytest.mark.parametrize("envelope", ["allBlogs", "posts"])
def test_a_page_of_articles(envelope: str) -> None:
    """Both envelopes are read with their total; one bad article is rejected alone."""
    text = json.dumps({envelope: [article(1), 42, article(2, url="\ud800"), article(3)], "numTotalItems": 868}).encode()

    page = parse_articles(text)

    assert (page.total, page.items, page.positions.to_list()) == (868, 4, [0, 3])


@pytest.mark.parametrize(
    ("odd", "column", "stored"),
    [
        ({"title": None}, "title", None),
        ({"title": "\ud800"}, "title", None),
        ({"publishedAt": "0000-00-00"}, "created_at", None),
        ({"authorsData": {"name": "ada"}}, "authors", None),
        ({"authorsData": [7, {"name": "ada"}]}, "authors", "ada"),
        ({"canonical": "yes"}, "official", None),
        ({"tags": ["a", 5, "t" * 1001]}, "tags", "a"),
    ],
)
def test_invalid_values_of_an_article_are_dropped(odd: dict[str, Any], column: str, stored: object) -> None:
    """The article is kept."""
    page = parse_articles(json.dumps({"posts": [article(1) | odd]}).encode())

    assert (reasons(page), page.frame[column].to_list()) == ([], [stored])


@pytest.mark.parametrize("total", [None, "868", -1, True, 1.5, []])
def test_an_odd_total_of_articles_is_unknown(total: object) -> None:
    """The list then continues until a page is empty."""
    page = parse_articles(json.dumps({"posts": [article(1)], "numTotalItems": total}).encode())

    assert (page.total, page.items) == (None, 1)


def test_a_look_up_is_a_page_of_one() -> None:
    """A paper is not nested in a look-up."""
    assert parse_repo(json.dumps(model(1)).encode()).frame["likes"].to_list() == [1]
    flat = json.dumps(paper(7, "2026-09-10")["paper"]).encode()
    found = parse_paper(flat).frame

    assert found.select("id", "upvotes", "comments").row(0) == ("2609.00007", 7, None)


def test_the_types_of_fields() -> None:
    """All types of a field are named; null only if there is no other."""
    items = [{"a": 1, "b": None, "c": None}, {"a": "x", "b": True}, 42, {"d": [], "e": {}, "f": 1.5}]

    assert json_types(body(*items)) == {
        "a": "number|string", "b": "boolean", "c": "null", "d": "array", "e": "object", "f": "number"
    }  # fmt: skip


def test_the_types_of_a_papers_fields() -> None:
    """The fields of the nested paper are distinct from those of the entry."""
    assert json_types(body({"title": "x", "paper": {"title": "x"}})) == {"paper.title": "string", "title": "string"}


def test_odd_field_names_are_not_reported() -> None:
    """Long, unprintable or unencodable names would damage the spool."""
    assert json_types(b'[{"\\ud800": 1, "\\u0000": 1, "' + b"x" * 101 + b'": 1, "ok": 1}]') == {"ok": "number"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(codec=None).map(str),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
nearly = st.fixed_dictionaries(
    {"_id": st.just("a") | anything, "id": st.just("b") | anything},
    optional=dict.fromkeys(expand(Kind.MODEL), anything),
)


def each_parser(text: bytes) -> list[ParsedPage]:
    """Return the pages that the parsers make of a body; BadBodyError is the only error they may raise."""
    parsers: list[Callable[[bytes], ParsedPage]] = [
        parse_repos,
        parse_papers,
        parse_articles,
        parse_repo,
        parse_paper,
    ]
    pages = []
    for parse in parsers:
        with contextlib.suppress(BadBodyError):
            pages.append(parse(text))
    return pages


@settings(deadline=None)
@given(st.lists(nearly | anything, max_size=6))
def test_every_item_is_a_row_or_a_rejection(items: list[object]) -> None:
    """Any public item is one of both, and parsing is deterministic."""
    page = models(*items)

    places = page.positions.to_list() + [rejection.place for rejection in page.rejections]
    assert sorted(places) == list(range(page.public))
    assert (page.items, page.public) == (len(items), sum(is_public(item) for item in items))
    assert len(page.frame) == len(page.positions)
    assert models(*items).frame.equals(page.frame)


@settings(deadline=None)
@given(st.lists(nearly, max_size=4))
def test_an_item_is_parsed_alike_in_any_company(items: list[object]) -> None:
    """An item that the page parser refuses does not change the rows and reasons of others."""
    alone = [models(item) for item in items]
    together = models(*items, {"_id": {}})

    assert reasons(together)[:-1] == [reason for page in alone for reason in reasons(page)]
    assert together.values_dropped >= sum(page.values_dropped > 0 for page in alone)
    assert together.frame.equals(pl.concat([models().frame, *(page.frame for page in alone)]))


usual_times = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
near_times = usual_times | st.text("0123456789-+:.TZ ", min_size=20, max_size=30)
likely = st.fixed_dictionaries(
    {"_id": st.just("a") | st.text(max_size=3), "id": st.just("b") | st.text(max_size=3)},
    optional={
        "createdAt": near_times,
        "lastModified": near_times,
        "likes": st.integers() | st.floats() | st.text("0123456789.+-e _", max_size=4),
        "trendingScore": st.integers() | st.floats() | st.sampled_from(["nan", "inf", "1e400", "-0"]),
        "tags": st.none() | st.lists(st.none() | st.text(max_size=3), max_size=3),
        "gguf": st.none() | st.fixed_dictionaries({}, optional={"total": st.integers(), "architecture": st.text()}),
        "gated": st.sampled_from(["auto", "false", "", "NO", "a-b"]) | st.booleans() | st.integers(),
    },
)


@settings(deadline=None)
@given(st.lists(likely, min_size=1, max_size=3))
def test_the_fast_path_agrees_with_the_checks(items: list[object]) -> None:
    """If the aggregates accept a page, checking each item finds nothing and reads the same rows."""
    text = json.dumps(items, ensure_ascii=False).encode("utf-8", "replace")
    try:
        frame = READER.items(text)
    except UnreadableItemsError:
        return

    short, long = READER.read(frame, plain=is_plain(text)), READER.read(frame, plain=False)
    assert (short.reasons, short.faults) == (long.reasons, long.faults)
    assert short.rows.equals(long.rows)


@settings(deadline=None)
@given(anything)
def test_any_json_is_a_page_or_a_bad_body(value: object) -> None:
    """No parser fails otherwise."""
    text = json.dumps(value).encode()

    for page in each_parser(text):
        assert len(page.frame) + len(page.rejections) == page.items
    assert all(name.isprintable() for name in json_types(text))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_a_bad_body(text: bytes) -> None:
    """No parser fails otherwise."""
    for page in each_parser(text):
        assert len(page.frame) + len(page.rejections) == page.items


@pytest.mark.skipif(not FIXTURES.is_dir(), reason=f"no captured responses in {FIXTURES}")
class TestCapturedResponses:
    """Responses of the real Hub are parsed without a rejection."""

    @pytest.mark.parametrize("sort", ["downloads", "likes", "lastModified"])
    def test_datasets(self, sort: str) -> None:
        """Thirty real datasets of each order."""
        page = parse_repos((FIXTURES / f"api_datasets_sort_{sort}_2025-06-03.json").read_bytes())

        assert (len(page.frame), page.rejections) == (30, ())

    def test_a_model(self) -> None:
        """One default item, captured verbatim."""
        text = (FIXTURES / "api_models_default_item_2025-11.json").read_bytes().strip()
        page = parse_repos(text if text.startswith(b"[") else b"[" + text + b"]")

        row = page.frame.row(0, named=True)
        assert (row["id"], row["likes"]) == ("moonshotai/Kimi-K2-Thinking", 578)
        assert "license:other" in row["tags"].split(BETWEEN)
        assert row["created_at"] == datetime(2025, 11, 4, 8, 25, 31, tzinfo=UTC)

    def test_papers(self) -> None:
        """Of two real papers, one never submitted to the daily list."""
        text = (FIXTURES / "api_daily_papers_trending_2026-09-24.trimmed.json").read_bytes()
        page = parse_papers(text)

        assert (len(page.frame), page.rejections) == (2, ())
        assert page.frame["submitted_at"].null_count() == 1

    @pytest.mark.parametrize("name", ["api_blog", "api_blog_community_trending"])
    def test_posts(self, name: str) -> None:
        """Both real envelopes state the total of their list."""
        page = parse_articles((FIXTURES / f"{name}_2026-09-24.trimmed.json").read_bytes())

        assert page.rejections == ()
        assert len(page.frame) > 0
        assert (page.total or 0) > 800
