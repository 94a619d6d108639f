"""Lists and look-ups of repositories behave as the Hub's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.hubs import ask, hub_id, hub_of, ids, model, walk

DEFAULT = {
    "models": {"_id", "id", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag",
        "library_name", "createdAt", "modelId"},
    "datasets": {"_id", "id", "author", "disabled", "gated", "lastModified", "likes", "trendingScore",
        "private", "sha", "downloads", "tags", "createdAt", "key"},
    "spaces": {"_id", "id", "likes", "trendingScore", "private", "tags", "createdAt", "sdk"},
}  # fmt: skip


def one_of_each() -> SimHub:
    item = model(1, key="", sdk="gradio")
    return SimHub({kind: ListSource([item]) for kind in DEFAULT})


@pytest.mark.parametrize("kind", DEFAULT)
def test_a_plain_list_carries_the_default_fields(kind: str) -> None:
    """Models come without lastModified, gated and all-time downloads; spaces without downloads."""
    (row,) = ask(one_of_each(), f"/api/{kind}").payload

    assert row.keys() == DEFAULT[kind]


@pytest.mark.parametrize("query", ["expand=likes&expand=gguf", "expand%5B%5D=likes&expand[]=gguf"])
def test_expand_returns_ids_and_the_named_fields_that_exist(query: str) -> None:
    """Both spellings of expand give `_id`, `id` and the named fields that the item has."""
    (row,) = ask(hub_of(model(1)), f"/api/models?{query}").payload

    assert row.keys() == {"_id", "id", "likes"}


@pytest.mark.parametrize(
    "query",
    ["expand=stars", "expand=childrenModelCount", "sort=trending", "sort=downloadsAllTime", "limit=many",
        "limit=0", "cursor=abc"],
)  # fmt: skip
def test_unknown_parameters_are_refused(query: str) -> None:
    """An unknown field, sort, size or cursor is answered with 400 and the reason, in body and header."""
    refused = ask(hub_of(model(1)), f"/api/models?{query}")

    assert refused.status == 400
    assert refused.payload["error"].removeprefix("✖ ") == refused.headers["X-Error-Message"]


def test_refusals_have_the_captured_wording() -> None:
    """A list and a look-up reject `expand` with different messages; sorts are checked as in lists."""
    hub = hub_of(model(1))
    errors = {
        query: ask(hub, f"/api/models{query}").payload["error"]
        for query in ("?expand=stars", "/quillworks/net-1?expand=stars", "?sort=downloadsAllTime")
    }

    assert errors["?expand=stars"].startswith('✖ Invalid option: expected one of "author"|"baseModels"|"cardData"|')
    assert errors["/quillworks/net-1?expand=stars"].startswith(
        '"expand" must be one of [author, baseModels, cardData, '
    )
    assert errors["?sort=downloadsAllTime"].startswith('✖ Invalid option: expected one of "createdAt"|"downloads"|')


@pytest.mark.parametrize("kind", DEFAULT)
def test_only_a_look_up_shows_the_storage(kind: str) -> None:
    """No list has `usedStorage`, nor the number of children of a model."""
    hub = one_of_each()

    assert ask(hub, f"/api/{kind}?expand=usedStorage").status == 400
    assert ask(hub, f"/api/{kind}/quillworks/net-1?expand=usedStorage").status == 200
    assert ask(hub, "/api/models?expand=childrenModelCount").status == 400
    assert ask(hub, "/api/models/quillworks/net-1?expand=childrenModelCount").status == 200


@pytest.mark.parametrize("sort", ["id", "likes30d", "num_parameters"])
def test_further_sorts_are_accepted(sort: str) -> None:
    """A list sorted by a field that no item has is ordered by `_id`, page after page."""
    hub = hub_of(*(model(number) for number in range(1, 6)))

    pages = walk(hub, f"/api/models?sort={sort}&limit=2")

    assert sorted(row["id"] for page in pages for row in page) == [f"quillworks/net-{n}" for n in range(1, 6)]


def test_base_models_are_listed_by_their_id() -> None:
    """The `_id` survives a rename of the base, and an item without a base has no such field."""
    base = {"relation": "finetune", "models": [{"_id": hub_id(1), "id": "quillworks/net-1"}]}
    rows = ask(hub_of(model(1), model(2, baseModels=base)), "/api/models?expand=baseModels&sort=createdAt").payload

    assert [row.get("baseModels") for row in rows] == [base, None]


def test_full_adds_the_remaining_default_fields() -> None:
    """With full=true a model shows its author, commit, gate and files."""
    (row,) = ask(hub_of(model(1)), "/api/models?full=true").payload

    assert row.keys() == DEFAULT["models"] | {"author", "sha", "lastModified", "gated", "siblings"}


def test_pages_end_without_a_link_and_sizes_are_clamped() -> None:
    """A page has at most 1000 items; the last one, short or full, has no next."""
    hub = hub_of(*(model(number) for number in range(1, 2501)))

    assert [len(page) for page in walk(hub, "/api/models?limit=10000")] == [1000, 1000, 500]
    assert [len(page) for page in walk(hub, "/api/models?limit=500")] == [500] * 5


def test_the_next_target_keeps_every_parameter() -> None:
    """Only the cursor changes from page to page, also when a parameter is repeated or unknown."""
    hub = hub_of(model(1), model(2))
    query = "sort=likes&expand=likes&expand=tags&limit=1&filter=license%3Amit&colour=red"

    following = ask(hub, f"/api/models?{query}").next_target

    assert following is not None
    assert following.startswith(f"/api/models?{query}&cursor=")
    assert following.endswith("%3D") or "=" not in following.rpartition("cursor=")[2]


keys = st.one_of(st.none(), st.sampled_from([0, 1, 2, 0.5]))


@given(scores=st.lists(keys, max_size=30), limit=st.integers(1, 7), ascending=st.booleans())
def test_a_walk_returns_each_item_once_and_in_order(scores: list[Any], limit: int, ascending: bool) -> None:
    """Ties are broken by `_id` and items without a key come last, whatever the page size."""
    hub = hub_of(*(model(number, trendingScore=score) for number, score in enumerate(scores)))
    sign = 1 if ascending else -1
    numbered = list(enumerate(scores))
    expected = sorted(numbered, key=lambda item: (item[1] is None, sign * (item[1] or 0), item[0]))

    pages = walk(hub, f"/api/models?limit={limit}&direction={sign}")

    assert [hub_id(number) for number, _ in expected] == ids(pages)


def test_the_walk_by_creation_neither_misses_nor_repeats_while_the_hub_changes() -> None:
    """Between two pages a model is removed, one is created and all likes change; the walk stays whole."""
    before = hub_of(*(model(number) for number in range(6)))
    after = hub_of(*(model(number, likes=99 - number) for number in (0, 2, 3, 4, 5, 6)))
    first = ask(before, "/api/models?sort=createdAt&direction=1&limit=3")

    rest = walk(after, first.next_target or "")

    assert [hub_id(number) for number in range(7)] == ids([first.payload, *rest])


def test_a_walk_by_likes_can_miss_a_model_that_rises() -> None:
    """A mutable order loses a model whose likes pass the cursor: the trap that crawlers must know."""
    before = hub_of(*(model(number) for number in range(4)))
    after = hub_of(model(0, likes=99), *(model(number) for number in range(1, 4)))
    first = ask(before, "/api/models?sort=likes&limit=2")

    rest = walk(after, first.next_target or "")

    assert hub_id(0) not in ids([first.payload, *rest])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("search=NET-2", [2]),
        ("author=havn", [3]),
        ("author=hav", []),
        ("filter=license:mit&filter=gguf", [2]),
        ("filter=license:mit,gguf", [2]),
        ("filter=text-to-image", [1]),
    ],
)
def test_filters_limit_a_list(query: str, expected: list[int]) -> None:
    """Search matches a substring of the id, the author is exact, and all tags must match."""
    hub = hub_of(
        model(1, pipeline_tag="text-to-image"),
        model(2, tags=["license:mit", "gguf"]),
        model(3, id="havn/other", tags=[]),
    )

    assert [hub_id(number) for number in expected] == ids(walk(hub, f"/api/models?{query}&limit=1"))


def test_a_look_up_shows_all_fields_except_those_of_expand() -> None:
    """A look-up has the commit and the gate; all-time downloads only with expand."""
    hub = hub_of(model(1))

    assert "downloadsAllTime" not in ask(hub, "/api/models/quillworks/net-1").payload
    assert ask(hub, "/api/models/quillworks/net-1?expand=downloadsAllTime").payload == {
        "_id": hub_id(1),
        "id": "quillworks/net-1",
        "downloadsAllTime": 100,
    }


def test_an_old_name_redirects_to_the_new_one() -> None:
    """A renamed repository answers 307 and keeps the query."""
    hub = hub_of(model(1), renamed={("models", "old/name"): "quillworks/net-1"})

    moved = ask(hub, "/api/models/old/name?expand=likes")

    assert moved.status == 307
    assert moved.headers["Location"] == "/api/models/quillworks/net-1?expand=likes"


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("hf_mine", 404)])
def test_an_unknown_repository_hides_behind_401(token: str | None, status: int) -> None:
    """Without a token the Hub does not reveal which repositories exist."""
    missing = ask(hub_of(), "/api/models/no/body", token)

    assert missing.status == status
    if token is None:
        assert missing.headers["X-Error-Message"] == "Invalid username or password."


def test_the_front_page_has_neither_id_nor_score() -> None:
    """`/api/trending` is in the order of the score but does not show it."""
    hub = hub_of(model(1, trendingScore=3), model(2, trendingScore=0.5), model(3, trendingScore=8))

    rows = ask(hub, "/api/trending?type=model&limit=2").payload["recentlyTrending"]

    assert [row["repoData"]["id"] for row in rows] == ["quillworks/net-3", "quillworks/net-1"]
    assert not {"_id", "trendingScore"} & rows[0]["repoData"].keys()
    assert ask(hub, "/api/trending?limit=21").status == 400
