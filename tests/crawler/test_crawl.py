"""Whole crawls of a simulated world: all kinds side by side, in quiet and in trouble."""

import errno
import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.crawl import LAYOUT, CrawlOrder, ResumedWalk, crawl, why_abandoned
from crawler.errors import CrawlStoppedError, HubFailedError, HubRejectedRequestError, SpoolFullError
from crawler.kinds import REPO_KINDS, Kind, Scope
from crawler.spool.spool import Spool, SpooledPage
from crawler.walk import Walk
from hubtrends.sim.endpoints.fields import KINDS
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.folder import FolderHub
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.world import World
from tests.fakes.doubles import MOMENT, Audience, asking, crawled, header, ids, order, rows
from tests.fakes.hubs import hub_of, model

DATA = Path(__file__).parents[3] / "shared" / "hub-data"

EVERYTHING = tuple(Kind)
SMALL: dict[str, Any] = {"page_size": 40, "top": 60}
"""Pages so small that each list takes several."""


@pytest.fixture(scope="module")
def world() -> SimHub:
    return World(5, models=300, datasets=150, spaces=150).at(MOMENT)


@pytest.fixture(scope="module")
def server(world: SimHub) -> Iterator[SimServer]:
    with SimServer(world) as server:
        yield server


def all_ids(hub: SimHub, kind: Kind) -> list[str]:
    """The ids of every repository of a kind, in creation order."""
    catalogue = hub.catalogue(kind.plural)
    return [catalogue._source.hub_id(place) for place in range(len(catalogue))]


def by_kind(walks: list[Walk]) -> dict[Kind, Walk]:
    return {walk.spool.header.kind: walk for walk in walks}


def assert_whole(hub: SimHub, walks: list[Walk]) -> None:
    """Full walks of repositories hold every one of the world once, in creation order."""
    for walk in walks:
        assert walk.failure is None
        assert ids(walk) == all_ids(hub, walk.spool.header.kind)


def test_the_head_of_every_kind(world: SimHub, server: SimServer, tmp_path: Path) -> None:
    """Top lists hold what the world has at its top; everything young is there; no row is lost or made up."""
    walks = by_kind(crawled(server.url, tmp_path, order(*EVERYTHING, **SMALL)))

    assert all(walk.complete for walk in walks.values())
    for kind in REPO_KINDS:
        everything = set(all_ids(world, kind))
        young = {i for i in everything if int(i[:8], 16) >= (MOMENT - timedelta(days=28)).timestamp()}
        assert young <= set(ids(walks[kind], "created")) <= everything
        assert len(ids(walks[kind], "trending")) == 60
    papers = {paper["paper"]["id"] for paper in world.papers}
    assert set(ids(walks[Kind.PAPER])) <= papers
    assert len(set(ids(walks[Kind.ARTICLE]))) == len(ids(walks[Kind.ARTICLE], "blog")) + len(
        {*ids(walks[Kind.ARTICLE], "community"), *ids(walks[Kind.ARTICLE], "trending")}
    )


def test_the_whole_of_every_kind(world: SimHub, server: SimServer, tmp_path: Path) -> None:
    """Totals and order equal the world's."""
    walks = crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL, **SMALL))

    assert_whole(world, walks)


def test_numbers_are_those_of_the_world(world: SimHub, server: SimServer, tmp_path: Path) -> None:
    """Every count of every model is stored as the Hub says it."""
    (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    found = rows(walk.spool).select("id", "likes", "downloads", "downloads_all_time", "trending_score").rows()
    said = [world.models._source.item(place) for place in range(len(world.models))]
    assert found == [
        (m["id"], m["likes"], m["downloads"], m["downloadsAllTime"], m["trendingScore"]) for m in said
    ]  # fmt: skip


def test_one_kind_that_fails(world: SimHub, tmp_path: Path) -> None:
    """It keeps what came and says why it ended; the others are whole."""
    faults = Faults((Rule(Fault.UNAVAILABLE, "/api/datasets", first=3),))
    with SimServer(world, faults=faults) as server:
        walks = by_kind(crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL, **SMALL)))

    assert isinstance(walks[Kind.DATASET].failure, HubFailedError)
    assert ids(walks[Kind.DATASET]) == all_ids(world, Kind.DATASET)[:80]
    assert_whole(world, [walks[Kind.MODEL], walks[Kind.SPACE]])


def test_a_field_gone_out_of_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Hub's 400 for one kind names its words and leaves the other kinds alone."""
    monkeypatch.setattr(
        "hubtrends.sim.endpoints.fields._EXPAND", {"models": "author", "datasets": "author", "spaces": "author"}
    )
    with SimServer(hub_of(model(1))) as server:
        walks = by_kind(crawled(server.url, tmp_path, order(Kind.MODEL, Kind.PAPER)))

    assert isinstance(walks[Kind.MODEL].failure, HubRejectedRequestError)
    assert "expected one of" in str(walks[Kind.MODEL].failure)
    assert walks[Kind.PAPER].complete


@pytest.mark.parametrize(("api", "window_s", "reserve"), [(20, 3, 0.0), (20, 30, 0.2), (3, 10, 0.2), (1, 5, 0.5)])
def test_a_small_quota(api: int, window_s: int, reserve: float, world: SimHub, tmp_path: Path) -> None:
    """Five kinds side by side are told 429 by no window, not even by one smaller than their number."""
    audience = Audience()
    quota = Quota(api=api, window_s=window_s)
    with SimServer(world, quota=quota, clock=audience.clock) as server:
        walks = crawled(server.url, tmp_path, order(*EVERYTHING, top=100, page_size=100), audience, reserve=reserve)

    assert all(walk.complete for walk in walks)
    assert server.count(status=429) == 0
    spent = Counter(int((entry.time - 1000) // window_s) for entry in server.requests)
    assert max(spent.values()) <= api


def test_a_quota_shared_with_others(world: SimHub, tmp_path: Path) -> None:
    """Someone else spends the quota between our requests: a 429 may come, is waited out, and nothing is lost."""
    audience = Audience()

    class Busy(SimServer):
        def reply(self, *args: object) -> object:  # type: ignore[override]
            with self._lock:
                for _ in range(3):
                    self._ledger.take(None, "api", self._clock())
            return super().reply(*args)  # type: ignore[arg-type]

    with Busy(world, quota=Quota(api=20, window_s=60), clock=audience.clock) as server:
        walks = crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL, **SMALL), audience, reserve=0.2)

    assert_whole(world, walks)
    assert server.count(status=429) <= 3


SPOILT_ROWS = (Fault.TEXT_FOR_NUMBER, Fault.NO_ID, Fault.BARE_NUMBER)
TROUBLE = [fault for fault in Fault if fault not in (Fault.EXPIRED_TOKEN, Fault.STALL, *SPOILT_ROWS)]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_fault_at_random(seed: int, world: SimHub, tmp_path: Path) -> None:
    """A third of all answers go wrong in every way there is: rows equal the world's, and requests are bounded."""
    rules = (Rule(Fault.STALL, first=10, last=10), *(Rule(fault, rate=0.33 / len(TROUBLE)) for fault in TROUBLE))
    wanted = order(*REPO_KINDS, scope=Scope.FULL, page_size=20)
    with SimServer(world, faults=Faults(rules, seed)) as server:
        walks = crawled(server.url, tmp_path, wanted, timeout=2)

    assert_whole(world, walks)
    pages = sum(len(walk.spool.pages) for walk in walks)
    assert pages < len(server.requests) < 2 * pages
    assert sum(page.requests for walk in walks for page in walk.spool.pages) == len(server.requests)


@pytest.mark.parametrize("fault", SPOILT_ROWS)
def test_spoilt_rows_at_random(fault: Fault, world: SimHub, tmp_path: Path) -> None:
    """Each bad row is one rejection; all others are the world's, in their order."""
    with SimServer(world, faults=Faults.at_random({fault: 0.5}, seed=3)) as server:
        (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=20))

    struck = server.count(fault=fault)
    lost = 0 if fault is Fault.BARE_NUMBER else struck
    everything, found = all_ids(world, Kind.MODEL), ids(walk)
    assert walk.complete
    assert sum(len(page.rejections) for page in walk.spool.pages) == struck > 0
    assert len(found) == len(set(found)) == len(everything) - lost
    assert found == sorted(found)
    assert set(found) <= set(everything)


def test_a_stop_is_obeyed_and_the_crawl_goes_on(world: SimHub, tmp_path: Path) -> None:
    """Asked to stop, all kinds stop at a page boundary; the next crawl asks for what is missing, and for no more."""
    wanted = order(*REPO_KINDS, scope=Scope.FULL, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=4))
        stopped = len(server.requests)
        walks = crawled(server.url, tmp_path, wanted)

    assert 4 <= stopped <= 7
    assert_whole(world, walks)
    assert len(server.requests) == sum(len(walk.spool.pages) for walk in walks)


def test_a_stop_ends_a_long_wait(world: SimHub, tmp_path: Path) -> None:
    """A kind that waits for a page to come back stops with the others."""
    stop = threading.Event()

    class Impatient(Audience):
        def pause(self, seconds: float) -> None:
            if seconds > 1 or stop.is_set():
                stop.set()
                raise CrawlStoppedError

    faults = Faults((Rule(Fault.UNAVAILABLE, "/api/spaces"),))
    with SimServer(world, faults=faults) as server, pytest.raises(CrawlStoppedError):
        crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL), Impatient())

    assert stop.is_set()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"started_at": MOMENT - timedelta(hours=37)}, "it began 37 h ago, longer than 36 h"),
        ({"started_at": MOMENT - timedelta(hours=36, minutes=5)}, "it began 36 h 5 min ago, longer than 36 h"),
        ({"observed_at": MOMENT - timedelta(hours=1)}, "it was observed at 2026-09-20T11:00:00+00:00, not at"),
        ({"scope": Scope.HEAD}, "another scope"),
        ({"endpoint": "https://huggingface.co"}, "another endpoint"),
        ({"settings": {"page_size": 3}}, "another page_size"),
        ({"settings": {}}, "another page_size"),
        ({"started_at": MOMENT - timedelta(hours=36)}, None),
        ({"started_at": MOMENT + timedelta(hours=1)}, None),
        ({"run_id": "an earlier run", "walk_id": "an earlier walk"}, None),
    ],
)
def test_why_a_walk_is_abandoned(changes: dict[str, object], reason: str | None) -> None:
    """Too old, for another moment, or begun under other settings; nothing else."""
    found = replace(header(), **changes)  # type: ignore[arg-type]

    told = why_abandoned(found, header(), timedelta(hours=36), given=True)

    assert (told is None) == (reason is None)
    assert (reason or "") in (told or "")


def test_a_walk_that_began_in_the_future_is_abandoned() -> None:
    """Its time comes from a clock that was ahead, unless the user stated the time."""
    found = replace(header(), started_at=MOMENT + timedelta(hours=1))

    told = why_abandoned(found, header(), timedelta(hours=36), given=False)

    assert told == "it began at 2026-09-20 13:00 UTC by a clock that was ahead"
    assert why_abandoned(found, header(), timedelta(hours=36), given=True) is None


@pytest.mark.parametrize(("hours", "given_up"), [(-1, False), (0, False), (1, True)])
def test_a_walk_that_was_overtaken_is_abandoned(hours: int, given_up: bool) -> None:
    """One that was observed before the newest snapshot of its kind can no longer be stored."""
    newest = MOMENT + timedelta(hours=hours)

    told = why_abandoned(header(), header(), timedelta(hours=36), given=False, latest=newest)

    assert (told is not None) == given_up


def opened(server: SimServer, folder: Path, wanted: CrawlOrder) -> list[tuple[int, str | None]]:
    """What a crawl finds before its first page: how many pages lie there, and why an earlier walk is given up."""
    found: list[tuple[int, str | None]] = []

    def on_start(walks: Sequence[ResumedWalk]) -> None:
        found.extend((len(walk.spool.pages), walk.note) for walk in walks)

    with asking(server.url, Audience()) as client:
        assert_whole(server.hub, crawl(wanted, client, folder, Audience(), lambda: MOMENT, on_start=on_start))
    return found


def test_an_abandoned_walk_says_why(world: SimHub, tmp_path: Path) -> None:
    """Before the first page the reason is told with what is given up; the new walk begins at the beginning."""
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, **SMALL), Audience(stop_after=2))
        found = opened(server, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=100))

    assert found == [(0, "a walk of 2 pages is given up: it was begun with another page_size")]


def test_a_walk_that_cannot_be_read_says_so(world: SimHub, tmp_path: Path) -> None:
    """Its file is named, and a new walk begins."""
    (tmp_path / "model-full").mkdir()
    (tmp_path / "model-full/walk.json").write_text("{")
    with SimServer(world) as server:
        found = opened(server, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    assert found == [(0, f"a walk is given up: {tmp_path / 'model-full/walk.json'} cannot be read")]


def test_a_walk_that_goes_on_tells_what_lies_there(world: SimHub, tmp_path: Path) -> None:
    """Its pages are there before the first new one is asked for, and nothing is given up."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=2))
        found = opened(server, tmp_path, wanted)

    assert found == [(2, None)]


def test_a_walk_with_a_damaged_page_goes_on_before_it(world: SimHub, tmp_path: Path) -> None:
    """The file is named in one line, and what the walk holds in the end is the world."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=4))
        file = tmp_path / "model-full/000003.json"
        file.write_bytes(file.read_bytes()[:-9])
        found = opened(server, tmp_path, wanted)

    assert found == [(2, f"{file} is damaged: going on after 2 pages before it")]


def test_a_walk_keeps_its_own_moment(world: SimHub, tmp_path: Path) -> None:
    """Without a given moment a walk is observed when it began, also when it is ended an hour later."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, observed_at=None, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=2))
        with asking(server.url, Audience()) as client:
            later = MOMENT + timedelta(hours=1)
            (walk,) = crawl(wanted, client, tmp_path, Audience(), lambda: later)

    assert (walk.spool.header.observed_at, walk.finished_at) == (MOMENT, later)


def test_a_full_disk(world: SimHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder and the remedy are named, whole pages stay, and with room again the crawl goes on from there."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, **SMALL)
    room = iter([True] * 6)

    def fsync(file: int) -> None:
        if not next(room, False):
            raise OSError(errno.ENOSPC, "No space left on device")

    with SimServer(world) as server:
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fsync)
            with pytest.raises(SpoolFullError, match=r"model-full cannot take another page. Make room"):
                crawled(server.url, tmp_path, wanted)
        before = len(server.requests)
        (walk,) = crawled(server.url, tmp_path, wanted)

    assert_whole(world, [walk])
    assert 0 < len(walk.spool.pages) - (len(server.requests) - before) < before


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk cannot even begin, and says the same."""

    def mkdir(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with SimServer(hub_of()) as server, pytest.raises(SpoolFullError):
        crawled(server.url, tmp_path, order(Kind.MODEL))


def test_a_fault_in_one_thread_is_not_swallowed(world: SimHub, tmp_path: Path) -> None:
    """A full disk is no walk that ended: the error comes out, and what was spooled stays."""

    class FullDisk(Audience):
        def on_page(self, kind: Kind, page: SpooledPage, left: object) -> None:
            if kind is Kind.SPACE:
                raise OSError(28, "No space left on device")

    with SimServer(world) as server, pytest.raises(OSError, match="No space left"):
        crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL), FullDisk())

    spool = Spool.resume(tmp_path / "space-full")
    assert spool is not None
    assert len(spool.pages) == 1


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no captured records in {DATA}")
def test_real_records(tmp_path: Path) -> None:
    """A capture of the real Hub is crawled without a rejection, trending order included."""
    hub = FolderHub(DATA / "2026-05-04")
    moment = MOMENT.replace(month=5, day=4)
    with SimServer(hub) as server:
        walks = by_kind(crawled(server.url, tmp_path, order(*EVERYTHING, observed_at=moment, page_size=300)))

    for kind, walk in walks.items():
        assert walk.complete
        assert [page.rejections for page in walk.spool.pages if page.rejections] == []
        assert len(set(ids(walk))) > (10 if kind is Kind.ARTICLE else 200)
    assert {len(hub.catalogue(kind)) for kind in KINDS} == {1000}
    assert {len(set(ids(walks[kind], "trending"))) for kind in REPO_KINDS} == {1000}


def test_pages_of_an_older_layout_are_not_continued() -> None:
    """Rows without fingerprints cannot be stored beside rows that have them."""
    older = replace(header(), settings={"fields": [], "layout": LAYOUT - 1})
    wanted = replace(header(), settings={"fields": [], "layout": LAYOUT})

    found = why_abandoned(older, wanted, timedelta(hours=36), given=False)

    assert found == "it was begun with another layout"
