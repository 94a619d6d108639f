"""Walks of a changing Hub: ranks, places, look-ups, and resumption."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import CrawlStoppedError, HubFailedError
from crawler.kinds import Kind, Scope
from crawler.plan import WatchedEntity, Watchlist
from crawler.spool.spool import SpooledPage
from hubtrends.sim.server.exchange import Answer, Request
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.quota import QuotaState
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.doubles import Audience, crawled, ids, order, rows
from tests.fakes.hubs import article, hub_id, hub_of, model, paper


class Meddler(Audience):
    """Changes the Hub as soon as a page of it has been spooled."""

    def __init__(self, server: SimServer, changes: dict[int, SimHub]) -> None:
        super().__init__()
        self.server, self.changes = server, changes

    def on_page(self, kind: Kind, page: SpooledPage, left: Any) -> None:
        super().on_page(kind, page, left)
        self.server.hub = self.changes.get(page.number, self.server.hub)


def trending(scores: dict[int, float]) -> SimHub:
    """A Hub of old models with these scores."""
    return hub_of(*(model(n, trendingScore=score, createdAt="2025-01-01T00:00:00Z") for n, score in scores.items()))


def numbers(found: list[str]) -> list[int]:
    """Return the number of each model."""
    return [int(text[8:], 16) for text in found]


def test_ranks_continue_over_pages(tmp_path: Path) -> None:
    """Ranks start at one; only the trending list gives them."""
    hub = trending({1: 10, 2: 30, 3: 20, 4: 5, 5: 1})
    with SimServer(hub) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, top=4, page_size=2))

    found = rows(walk.spool)
    ranked = found.filter(found["rank"].is_not_null())
    assert dict(zip(numbers(ranked["hub_id"].to_list()), ranked["rank"], strict=True)) == {2: 1, 3: 2, 1: 3, 4: 4}


def test_a_rejected_item_keeps_its_rank(tmp_path: Path) -> None:
    """Later items do not move up."""
    with SimServer(trending({1: 30, 2: 20, 3: 10}), faults=Faults.once(Fault.TEXT_FOR_NUMBER)) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, top=2, page_size=2))

    first = walk.spool.pages[0]
    assert (first.items, first.records, [r.place for r in first.rejections]) == (2, 1, [0])
    assert rows(walk.spool)["rank"].drop_nulls().to_list() == [2]


def test_places_order_the_walk(tmp_path: Path) -> None:
    """Places are unique and increase from page to page."""
    with SimServer(trending({n: n for n in range(1, 8)})) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, page_size=3))

    places = rows(walk.spool)["place"].to_list()
    assert places == sorted(set(places))


def test_a_top_list_drops_surplus_records(tmp_path: Path) -> None:
    """They count as items but are not stored."""
    with SimServer(trending({n: n for n in range(1, 8)})) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, top=5, page_size=3))

    likes = [page for page in walk.spool.pages if page.listing == "likes"]
    assert [(page.items, page.records) for page in likes] == [(3, 3), (3, 2)]
    assert numbers(ids(walk, "likes")) == [7, 6, 5, 4, 3]


def test_scores_that_change_during_the_walk(tmp_path: Path) -> None:
    """A model may appear twice in a list or be missing from it; the walk as a whole has it."""
    before, after = trending({1: 40, 2: 30, 3: 20, 4: 10}), trending({1: 15, 2: 30, 3: 20, 4: 99})
    with SimServer(before) as server:
        wanted = order(Kind.MODEL, top=5, page_size=2)
        (walk,) = crawled(server.url, tmp_path, wanted, Meddler(server, {1: after}))

    assert numbers(ids(walk, "trending")) == [1, 2, 3, 1]
    assert set(numbers(ids(walk))) == {1, 2, 3, 4}
    assert walk.complete


def test_deletions_during_a_full_walk(tmp_path: Path) -> None:
    """Nothing else is skipped, wherever the deleted item was."""

    def without(*gone: int) -> SimHub:
        return hub_of(*(model(n) for n in range(1, 10) if n not in gone))

    with SimServer(without()) as server:
        meddler = Meddler(server, {1: without(1), 2: without(1, 6, 8)})
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=3), meddler)

    assert numbers(ids(walk)) == [1, 2, 3, 4, 5, 6, 7, 9]
    assert walk.complete


def test_creations_during_a_full_walk(tmp_path: Path) -> None:
    """New repositories come once, at the end."""
    with SimServer(hub_of(*(model(n) for n in range(1, 5)))) as server:
        meddler = Meddler(server, {1: hub_of(*(model(n) for n in range(1, 8)))})
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=2), meddler)

    assert numbers(ids(walk)) == [1, 2, 3, 4, 5, 6, 7]


def test_the_created_list_ends_with_an_older_page(tmp_path: Path) -> None:
    """It ends after the first page without a repository of the last 28 days."""
    days = ("2026-09-19", "2026-08-25", "2026-08-22", "2026-08-21", "2026-08-01", "2025-01-01")
    hub = hub_of(*(model(9 - n, createdAt=f"{day}T00:00:00.000Z") for n, day in enumerate(days)))
    with SimServer(hub) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, top=0, page_size=2))

    assert numbers(ids(walk, "created")) == [9, 8, 7, 6]


WATCHLIST = Watchlist(
    (
        WatchedEntity(Kind.MODEL, "quillworks/net-1"),
        WatchedEntity(Kind.MODEL, "org/old"),
        WatchedEntity(Kind.MODEL, "org/gone"),
        WatchedEntity(Kind.MODEL, "org/last"),
    )
)


def watched_hub() -> SimHub:
    """Return a Hub with one listed model and two that only look-ups find."""
    unlisted = {"createdAt": "2025-01-01T00:00:00.000Z"}
    hub = hub_of(model(1, likes=9), model(2, id="org/new", **unlisted), model(3, id="org/last", **unlisted))
    hub.renamed["models", "org/old"] = "org/new"
    return hub


def looked_up(server: SimServer) -> list[str]:
    return [entry.path for entry in server.requests if entry.path.count("/") > 2]


def test_unlisted_entities_are_looked_up(tmp_path: Path) -> None:
    """A renamed repository is found; a missing one is no failure."""
    with SimServer(watched_hub()) as server:
        wanted = order(Kind.MODEL, top=1, created_days=1, page_size=1, watchlist=WATCHLIST)
        (walk,) = crawled(server.url, tmp_path, wanted)

    assert walk.complete
    assert "/api/models/quillworks/net-1" not in looked_up(server)
    assert ids(walk, "look-up:org/old") == [hub_id(2)]
    assert ids(walk, "look-up:org/gone") == []
    assert [page.items for page in walk.spool.pages if page.listing == "look-up:org/gone"] == [0]


@pytest.mark.parametrize("stop_after", range(1, 8))
def test_interrupted_look_ups_are_resumed(stop_after: int, tmp_path: Path) -> None:
    """The resumed walk makes each look-up once."""
    wanted = order(Kind.MODEL, top=1, created_days=1, page_size=1, lookups=2, watchlist=WATCHLIST)
    with SimServer(watched_hub()) as server:
        try:
            crawled(server.url, tmp_path, wanted, Audience(stop_after=stop_after))
        except CrawlStoppedError:
            crawled(server.url, tmp_path, wanted)

    asked = [path for path in looked_up(server) if path != "/api/models/org/new"]
    assert asked == ["/api/models/org/old", "/api/models/org/gone"]


def test_one_failed_look_up_is_noted(tmp_path: Path) -> None:
    """The others are made."""
    faults = Faults((Rule(Fault.INTERNAL_ERROR, "/api/models/org/gone"),))
    with SimServer(watched_hub(), faults=faults) as server:
        watchlist = Watchlist((*WATCHLIST.entities, WatchedEntity(Kind.MODEL, "org/never")))
        wanted = order(Kind.MODEL, top=1, created_days=1, page_size=1, watchlist=watchlist)
        (walk,) = crawled(server.url, tmp_path, wanted)

    assert walk.complete
    (note,) = [rejection for page in walk.spool.pages for rejection in page.rejections]
    assert note.reason.startswith("500")
    assert note.raw.startswith("/api/models/org/gone")
    assert looked_up(server)[-1] == "/api/models/org/never"


def test_a_second_failed_look_up_ends_the_walk(tmp_path: Path) -> None:
    """The Hub itself fails."""
    faults = Faults((Rule(Fault.INTERNAL_ERROR, "/api/models/org"),))
    with SimServer(watched_hub(), faults=faults) as server:
        wanted = order(Kind.MODEL, top=1, created_days=1, page_size=1, watchlist=WATCHLIST)
        (walk,) = crawled(server.url, tmp_path, wanted)

    assert isinstance(walk.failure, HubFailedError)
    assert len(looked_up(server)) == 16


def test_a_watched_author_is_listed(tmp_path: Path) -> None:
    """The repositories are sorted by downloads."""
    hub = hub_of(*(model(n, author="ada", id=f"ada/{n}") for n in (1, 2)), model(3))
    with SimServer(hub) as server:
        wanted = order(Kind.MODEL, watchlist=Watchlist(authors=("ada", "nobody")))
        (walk,) = crawled(server.url, tmp_path, wanted)

    assert numbers(ids(walk, "author:ada")) == [2, 1]
    assert [page.items for page in walk.spool.pages if page.listing == "author:nobody"] == [0]


def test_papers_of_a_fortnight(tmp_path: Path) -> None:
    """All pages of every day are read; only the trending list gives a rank."""
    hub = SimHub(papers=[paper(n, "2026-09-18") for n in range(150)] + [paper(500, "2026-09-01")])
    with SimServer(hub) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.PAPER))

    assert len(ids(walk, "day:2026-09-18")) == 150
    assert [page.items for page in walk.spool.pages if page.listing == "day:2026-09-18"] == [100, 50]
    assert "2609.00500" not in [i for day in range(6, 21) for i in ids(walk, f"day:2026-09-{day:02}")]
    ranked = rows(walk.spool).filter(rows(walk.spool)["rank"].is_not_null())
    assert ranked["rank"].to_list() == list(range(1, 152))


def test_articles_back_to_a_day(tmp_path: Path) -> None:
    """Pages end with one older than 60 days; trending ends with the third."""
    young = [article(n, publishedAt="2026-09-10T00:00:00.000Z") for n in range(20)]
    old = [article(n, publishedAt="2026-01-10T00:00:00.000Z") for n in range(20, 120)]
    with SimServer(SimHub(official_articles=young + old, community_articles=young + old)) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.ARTICLE))

    pages = [page.listing for page in walk.spool.pages]
    assert [pages.count(listing) for listing in ("blog", "community", "trending")] == [3, 2, 3]


@pytest.mark.parametrize("fault", [Fault.GATEWAY_TIMEOUT, Fault.NOT_JSON, Fault.RESET])
def test_a_page_that_fails_ends_the_walk(fault: Fault, tmp_path: Path) -> None:
    """The walk keeps its earlier pages and the cause."""
    faults = Faults((Rule(fault, deeper_than=3),)) if fault is not Fault.RESET else Faults((Rule(fault, first=3),))
    with SimServer(hub_of(*(model(n) for n in range(1, 10))), faults=faults) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=2))

    assert not walk.complete
    assert isinstance(walk.failure, HubFailedError)
    assert walk.failure.attempts == 8
    assert numbers(ids(walk)) == [1, 2, 3, 4]


class Circle(SimServer):
    """A server whose second page links back to the first that has a cursor."""

    def _answer(self, request: Request, standing: QuotaState, client: str) -> Answer:
        number, following = {None: (1, "a"), "a": (2, "b"), "b": (3, "a")}[request.first("cursor")]
        return Answer([model(number)], next_target=f"{request.path}?cursor={following}")


def test_links_in_a_circle_end_the_walk(tmp_path: Path) -> None:
    """The list would never end."""
    with Circle(hub_of()) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    assert "leads back to an earlier page" in str(walk.failure)
    assert len(server.requests) == 3


class Endless(SimServer):
    """A server that shows these pages and then repeats the last one endlessly, each time with a new cursor."""

    shown: tuple[list[int], ...] = ()

    def _answer(self, request: Request, standing: QuotaState, client: str) -> Answer:
        number = int(request.first("cursor") or 0)
        page = self.shown[min(number, len(self.shown) - 1)]
        target = f"{request.path}?cursor={number + 1}" if number < 20 else None
        return Answer([model(n) for n in page], next_target=target)


@pytest.mark.parametrize(
    ("shown", "pages"),
    [(([1, 2], [3, 4]), 2), (([1, 2], []), 2), (([],), 1)],
    ids=["the same page", "nothing after some", "nothing"],
)
def test_a_list_that_repeats_itself_ends_the_walk(shown: tuple[list[int], ...], pages: int, tmp_path: Path) -> None:
    """A page shows nothing new, but has a next link."""
    with Endless(hub_of()) as server:
        server.shown = shown
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    assert "repeats what earlier pages have shown" in str(walk.failure)
    assert len(walk.spool.pages) == pages


def test_an_empty_page_between_others(tmp_path: Path) -> None:
    """Its link is followed."""
    with Endless(hub_of()) as server:
        server.shown = ([1, 2], [], [3], [])
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    assert numbers(ids(walk)) == [1, 2, 3]


class Stuck(SimServer):
    """A blog that shows the same page for any page number and states no total."""

    items: tuple[dict[str, object], ...] = ()

    def _answer(self, request: Request, standing: QuotaState, client: str) -> Answer:
        return Answer({"allBlogs" if request.path == "/api/blog" else "posts": list(self.items)})


@pytest.mark.parametrize(
    "items", [(article(1), article(2)), (article(1), {"_id": "broken"}), ({"_id": "broken"},)],
    ids=["posts", "one that does not fit", "none that fits"],
)  # fmt: skip
def test_a_blog_that_repeats_itself(items: tuple[dict[str, object], ...], tmp_path: Path) -> None:
    """The walk fails and keeps its earlier pages."""
    with Stuck(hub_of()) as server:
        server.items = items
        (walk,) = crawled(server.url, tmp_path, order(Kind.ARTICLE))

    assert "repeats what earlier pages have shown" in str(walk.failure)
    assert [page.items for page in walk.spool.pages] == [len(items)]


def test_a_blog_that_repeats_itself_after_a_stop(tmp_path: Path) -> None:
    """The entities of an earlier run are remembered."""
    with Stuck(hub_of()) as server:
        server.items = (article(1),)
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, order(Kind.ARTICLE), Audience(stop_after=1))
        (walk,) = crawled(server.url, tmp_path, order(Kind.ARTICLE))

    assert "repeats what earlier pages have shown" in str(walk.failure)
    assert len(server.requests) == 2


@pytest.mark.parametrize("size", [1, 2])
def test_a_page_without_ids_is_no_loop(size: int, tmp_path: Path) -> None:
    """Items without ids count as new."""
    with SimServer(hub_of(*(model(n) for n in range(1, 9))), faults=Faults.once(Fault.NO_ID, nth=3)) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=size))

    assert walk.complete
    assert len(ids(walk)) == 7


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_lost_link_is_probed(nth: int, tmp_path: Path) -> None:
    """A full page without a link is probed, and the walk continues to the end."""
    with SimServer(hub_of(*(model(n) for n in range(1, 9))), faults=Faults.once(Fault.NO_LINK, nth=nth)) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=3))

    assert walk.complete
    assert numbers(ids(walk)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert sum(page.requests for page in walk.spool.pages) == len(server.requests)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_list_may_end_with_a_full_page(size: int, tmp_path: Path) -> None:
    """The probe leads to the last item, and nothing is doubled."""
    with SimServer(hub_of(*(model(n) for n in range(1, 7)))) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=size))

    assert walk.complete
    assert numbers(ids(walk)) == [1, 2, 3, 4, 5, 6]
    assert len(server.requests) <= 6 / size + 3


@pytest.mark.parametrize("scope", Scope)
def test_a_proxy_that_drops_links_fails_the_walk(scope: Scope, tmp_path: Path) -> None:
    """The cause names the proxy."""
    young = (model(n, createdAt="2026-09-19T00:00:00.000Z") for n in range(1, 8))
    with SimServer(hub_of(*young), faults=Faults((Rule(Fault.NO_LINK),))) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=scope, top=3, page_size=3))

    assert isinstance(walk.failure, HubFailedError)
    assert "2 items without a next link, though more follow: see whether a proxy drops Link" in str(walk.failure)
    assert walk.failure.attempts == 9
    assert sum(page.requests for page in walk.spool.pages) + walk.failure.attempts == len(server.requests)


def test_links_lost_late_in_a_walk(tmp_path: Path) -> None:
    """The walk fails instead of ending early."""
    faults = Faults((Rule(Fault.NO_LINK, deeper_than=3),))
    with SimServer(hub_of(*(model(n) for n in range(1, 10))), faults=faults) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=2))

    assert not walk.complete
    assert numbers(ids(walk)) == [1, 2, 3, 4]


def test_a_hub_with_shorter_pages_than_requested(tmp_path: Path) -> None:
    """Pages of three are full, although ten were requested."""

    class Stingy(SimServer):
        """Shows three models a page, and omits the link once."""

        def _answer(self, request: Request, standing: QuotaState, client: str) -> Answer:
            limit = min(int(request.first("limit") or 0), 3)
            cut = [(name, value) for name, value in request.query if name != "limit"]
            answer = super()._answer(replace(request, query=(*cut, ("limit", str(limit)))), standing, client)
            return replace(answer, next_target=None) if len(self.requests) == 1 else answer

    with Stingy(hub_of(*(model(n) for n in range(1, 9)))) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=10))

    assert numbers(ids(walk)) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("papers", [99, 100, 101, 200])
def test_a_day_of_papers_without_links(papers: int, tmp_path: Path) -> None:
    """Counted pages are read until one is not full."""
    hub = hub_of(papers=[paper(n, "2026-09-18") for n in range(papers)])
    with SimServer(hub, faults=Faults((Rule(Fault.NO_LINK),))) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.PAPER))

    assert walk.complete
    assert len(ids(walk, "day:2026-09-18")) == papers


def test_fields_are_recorded_once_a_list(tmp_path: Path) -> None:
    """The first page of each list has the Hub's fields and their types."""
    with SimServer(hub_of(*(model(n) for n in range(1, 5)))) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=3))

    first, second = walk.spool.pages
    assert first.fields["likes"] == "number"
    assert second.fields == {}
