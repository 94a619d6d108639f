"""Which lists make up a snapshot of each kind and scope."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from crawler.kinds import REPO_KINDS, Kind, Scope
from crawler.plan import Listing, WatchedEntity, Watchlist, lookup_listings, plan_listings
from crawler.schema.registry import SCHEMAS
from tests.fakes.doubles import MOMENT, SETTINGS

NOBODY = Watchlist()


def head(kind: Kind, following: Watchlist = NOBODY, moment: datetime = MOMENT, **changes: int) -> dict[str, Listing]:
    """The listings of a head walk by name."""
    return {
        listing.name: listing
        for listing in plan_listings(kind, Scope.HEAD, replace(SETTINGS, **changes), following, moment)
    }


def asked(listing: Listing) -> dict[str, list[str]]:
    """The parameters of a listing's first request."""
    return parse_qs(urlsplit(listing.path).query)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Kind.MODEL, ["trending", "downloads", "likes", "created"]),
        (Kind.DATASET, ["trending", "downloads", "likes", "created"]),
        (Kind.SPACE, ["trending", "likes", "created"]),
        (Kind.ARTICLE, ["blog", "community", "trending"]),
    ],
)
def test_the_head_lists_of_a_kind(kind: Kind, names: list[str]) -> None:
    """They stand in the order of the walk; a Space has no downloads."""
    assert list(head(kind)) == names


@pytest.mark.parametrize("kind", REPO_KINDS)
def test_repository_lists_ask_for_the_stored_fields(kind: Kind) -> None:
    """The fields and the path are exact."""
    for listing in head(kind).values():
        assert asked(listing)["expand"] == list(SCHEMAS[kind].list_fields)
        assert urlsplit(listing.path).path == f"/api/{kind}s"


def test_top_lists_end_after_n_records() -> None:
    """Only the trending order gives a rank."""
    found = head(Kind.MODEL)

    assert [asked(found[name])["sort"] for name in ("trending", "downloads", "likes")] == [
        ["trendingScore"], ["downloads"], ["likes"]
    ]  # fmt: skip
    assert {listing.name for listing in found.values() if listing.ranked} == {"trending"}
    assert {found[name].max_records for name in ("trending", "downloads", "likes")} == {1000}


def test_a_short_top_list_asks_for_a_short_page() -> None:
    """A hundred rows need no page of a thousand."""
    assert asked(head(Kind.MODEL, top=100)["likes"])["limit"] == ["100"]
    assert asked(head(Kind.MODEL, top=5000)["likes"])["limit"] == ["1000"]


def test_a_setting_of_zero_drops_its_lists() -> None:
    """New repositories and the current day remain."""
    watching = Watchlist(authors=("ada",))

    assert list(head(Kind.MODEL, watching, top=0)) == ["created"]
    assert list(head(Kind.PAPER, paper_days=0, trending_pages=0)) == ["day:2026-09-20"]
    assert list(head(Kind.ARTICLE, trending_pages=0)) == ["blog", "community"]


def test_new_repositories_go_back_28_days() -> None:
    """The list is newest first and ends by age."""
    created = head(Kind.DATASET)["created"]

    assert (asked(created)["sort"], asked(created)["direction"]) == (["createdAt"], ["-1"])
    assert created.back_to == MOMENT - timedelta(days=28)
    assert created.max_records is None


@pytest.mark.parametrize("kind", REPO_KINDS)
def test_a_full_walk_has_one_list(kind: Kind) -> None:
    """It is in creation order and has no limit."""
    (listing,) = plan_listings(kind, Scope.FULL, SETTINGS, Watchlist(authors=("ada",)), MOMENT)

    assert (listing.name, asked(listing)["sort"], asked(listing)["direction"]) == ("all", ["createdAt"], ["1"])
    assert (listing.max_records, listing.max_pages, listing.back_to, listing.ranked) == (None, None, None, False)


@pytest.mark.parametrize("kind", [Kind.PAPER, Kind.ARTICLE])
def test_papers_and_articles_have_no_full_walk(kind: Kind) -> None:
    """Their full scope equals their head."""
    assert plan_listings(kind, Scope.FULL, SETTINGS, NOBODY, MOMENT) == tuple(head(kind).values())


@pytest.mark.parametrize(
    ("moment", "own", "oldest"),
    [
        (datetime(2026, 9, 20, 3, 59, tzinfo=UTC), "2026-09-19", "2026-09-05"),
        (datetime(2026, 9, 20, 4, 0, tzinfo=UTC), "2026-09-20", "2026-09-06"),
        (datetime(2026, 1, 2, 4, 59, tzinfo=UTC), "2026-01-01", "2025-12-18"),
        (datetime(2026, 3, 8, 12, 0, tzinfo=UTC), "2026-03-08", "2026-02-22"),
    ],
    ids=["before midnight in New York", "at midnight, summer", "before midnight, winter", "the clocks change"],
)
def test_papers_have_a_list_for_each_day(moment: datetime, own: str, oldest: str) -> None:
    """The New York day of the observation and the 14 days before, then the trending list."""
    *days, trending = head(Kind.PAPER, moment=moment).values()

    assert [day.name for day in days][:1] == [f"day:{own}"]
    assert [asked(day)["date"] for day in days][-1:] == [[oldest]]
    assert len(days) == len({day.path for day in days}) == 15
    assert (trending.name, trending.ranked, trending.max_pages) == ("trending", True, 3)


def test_the_lists_of_articles() -> None:
    """Both lists go back 60 days, trending has three pages; pages are counted from zero."""
    found = head(Kind.ARTICLE)

    assert [listing.path for listing in found.values()] == [
        "/api/blog?p=0", "/api/blog/community?sort=recent&p=0", "/api/blog/community?sort=trending&p=0"
    ]  # fmt: skip
    assert all(listing.numbered for listing in found.values())
    assert found["blog"].back_to == found["community"].back_to == MOMENT - timedelta(days=60)
    assert (found["trending"].max_pages, found["trending"].ranked) == (3, True)


def test_each_watched_author_has_a_list() -> None:
    """It is sorted by downloads, for Spaces by likes. An odd name stays one parameter."""
    watching = Watchlist(authors=("ada", "a&limit=9#?/.."))
    by_downloads, odd = (head(Kind.MODEL, watching)[f"author:{name}"] for name in watching.authors)

    assert (asked(by_downloads)["author"], asked(by_downloads)["sort"]) == (["ada"], ["downloads"])
    assert (asked(odd)["author"], asked(odd)["limit"]) == (["a&limit=9#?/.."], ["1000"])
    assert asked(head(Kind.SPACE, watching)["author:ada"])["sort"] == ["likes"]
    assert not any(name.startswith("author:") for name in head(Kind.PAPER, watching))


def test_only_entities_that_no_list_showed_are_looked_up() -> None:
    """An entity is known by its name or, after a rename, by its Hub id."""
    following = Watchlist(
        (
            WatchedEntity(Kind.MODEL, "org/seen"),
            WatchedEntity(Kind.MODEL, "org/renamed", "6a01"),
            WatchedEntity(Kind.MODEL, "org/absent", "6a02"),
            WatchedEntity(Kind.MODEL, "org/absent", "6a02"),
            WatchedEntity(Kind.DATASET, "org/data"),
        )
    )

    (listing,) = lookup_listings(Kind.MODEL, following, {"org/seen"}, {"6a01"}, 200)

    assert (listing.name, listing.is_lookup) == ("look-up:org/absent", True)


def test_look_ups_are_limited() -> None:
    """The first entries of the watch list are looked up; articles have no look-up."""
    following = Watchlist(tuple(WatchedEntity(kind, f"org/{n}") for kind in Kind for n in range(9)))

    assert [listing.name for listing in lookup_listings(Kind.SPACE, following, set(), set(), 2)] == [
        "look-up:org/0",
        "look-up:org/1",
    ]
    assert lookup_listings(Kind.ARTICLE, following, set(), set(), 2) == ()


@pytest.mark.parametrize("name", ["org/na me", "org/a?limit=1", "org/a#b", "org/ä🤗", "org/a%2Fb", "a\nb", "a\\b"])
@pytest.mark.parametrize("kind", [Kind.MODEL, Kind.PAPER])
def test_a_hostile_name_stays_in_its_path(kind: Kind, name: str) -> None:
    """It adds no parameter and does not end the path."""
    (listing,) = lookup_listings(kind, Watchlist((WatchedEntity(kind, name),)), set(), set(), 1)
    parts = urlsplit(listing.path)

    assert unquote(parts.path) == f"/api/{kind}s/{name}"
    assert parts.path.isascii()
    assert parts.path.isprintable()
    assert "limit" not in parse_qs(parts.query)


def test_the_id_of_a_paper_is_one_segment() -> None:
    """Old arXiv ids contain a slash."""
    (listing,) = lookup_listings(Kind.PAPER, Watchlist((WatchedEntity(Kind.PAPER, "math/0601001"),)), set(), set(), 1)

    assert listing.path == "/api/papers/math%2F0601001"
