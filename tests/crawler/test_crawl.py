"""Whole crawls of a simulated world: all kinds in parallel, with and without failures."""

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


def test_a_head_crawl_of_every_kind(world: SimHub, server: SimServer, tmp_path: Path) -> None:
    """Top lists and new repositories equal those of the world."""
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


def test_a_full_crawl_of_every_kind(world: SimHub, server: SimServer, tmp_path: Path) -> None:
    """Totals and order equal the world's."""
    walks = crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL, **SMALL))

    assert_whole(world, walks)


def test_numbers_equal_those_of_the_world(world: SimHub, server: SimServer, tmp_path: Path) -> None:
    """Every count of every model is stored unchanged."""
    (walk,) = crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    found = rows(walk.spool).select("id", "likes", "downloads", "downloads_all_time", "trending_score").rows()
    said = [world.models._source.item(place) for place in range(len(world.models))]
    assert found == [
        (m["id"], m["likes"], m["downloads"], m["downloadsAllTime"], m["trendingScore"]) for m in said
    ]  # fmt: skip


def test_a_kind_that_fails_leaves_the_others_whole(world: SimHub, tmp_path: Path) -> None:
    """The failed walk keeps its pages and its cause."""
    faults = Faults((Rule(Fault.UNAVAILABLE, "/api/datasets", first=3),))
    with SimServer(world, faults=faults) as server:
        walks = by_kind(crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL, **SMALL)))

    assert isinstance(walks[Kind.DATASET].failure, HubFailedError)
    assert ids(walks[Kind.DATASET]) == all_ids(world, Kind.DATASET)[:80]
    assert_whole(world, [walks[Kind.MODEL], walks[Kind.SPACE]])


def test_a_field_that_the_hub_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 400 for one kind quotes the Hub's message and leaves the other kinds whole."""
    monkeypatch.setattr(
        "hubtrends.sim.endpoints.fields._EXPAND", {"models": "author", "datasets": "author", "spaces": "author"}
    )
    with SimServer(hub_of(model(1))) as server:
        walks = by_kind(crawled(server.url, tmp_path, order(Kind.MODEL, Kind.PAPER)))

    assert isinstance(walks[Kind.MODEL].failure, HubRejectedRequestError)
    assert "expected one of" in str(walks[Kind.MODEL].failure)
    assert walks[Kind.PAPER].complete


@pytest.mark.parametrize(("api", "window_s", "reserve"), [(20, 3, 0.0), (20, 30, 0.2), (3, 10, 0.2), (1, 5, 0.5)])
def test_a_small_quota_is_never_exceeded(
    api: int, window_s: int, reserve: float, world: SimHub, tmp_path: Path
) -> None:
    """Five kinds in parallel get no 429, even with fewer requests per window."""
    audience = Audience()
    quota = Quota(api=api, window_s=window_s)
    with SimServer(world, quota=quota, clock=audience.clock) as server:
        walks = crawled(server.url, tmp_path, order(*EVERYTHING, top=100, page_size=100), audience, reserve=reserve)

    assert all(walk.complete for walk in walks)
    assert server.count(status=429) == 0
    spent = Counter(int((entry.time - 1000) // window_s) for entry in server.requests)
    assert max(spent.values()) <= api


def test_a_quota_shared_with_others(world: SimHub, tmp_path: Path) -> None:
    """A 429 caused by another client only delays the crawl, and nothing is lost."""
    audience = Audience()

    class BusyError(SimServer):
        def reply(self, *args: object) -> object:  # type: ignore[override]
            with self._lock:
                for _ in range(3):
                    self._ledger.take(None, "api", self._clock())
            return super().reply(*args)  # type: ignore[arg-type]

    with BusyError(world, quota=Quota(api=20, window_s=60), clock=audience.clock) as server:
        walks = crawled(server.url, tmp_path, order(*REPO_KINDS, scope=Scope.FULL, **SMALL), audience, reserve=0.2)

    assert_whole(world, walks)
    assert server.count(status=429) <= 3


SPOILT_ROWS = (Fault.TEXT_FOR_NUMBER, Fault.NO_ID, Fault.BARE_NUMBER)
TROUBLE = [fault for fault in Fault if fault not in (Fault.EXPIRED_TOKEN, Fault.STALL, *SPOILT_ROWS)]


@pytest.mark.parametrize("seed", [1, 2])
def test_random_faults_lose_no_row(seed: int, world: SimHub, tmp_path: Path) -> None:
    """A third of all answers fail in every known way; rows equal the world's and requests are bounded."""
    rules = (Rule(Fault.STALL, first=10, last=10), *(Rule(fault, rate=0.33 / len(TROUBLE)) for fault in TROUBLE))
    wanted = order(*REPO_KINDS, scope=Scope.FULL, page_size=20)
    with SimServer(world, faults=Faults(rules, seed)) as server:
        walks = crawled(server.url, tmp_path, wanted, timeout=2)

    assert_whole(world, walks)
    pages = sum(len(walk.spool.pages) for walk in walks)
    assert pages < len(server.requests) < 2 * pages
    assert sum(page.requests for walk in walks for page in walk.spool.pages) == len(server.requests)


@pytest.mark.parametrize("fault", SPOILT_ROWS)
def test_random_bad_items_are_rejected_alone(fault: Fault, world: SimHub, tmp_path: Path) -> None:
    """Each bad item is one rejection; the others equal the world's in order."""
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


def test_a_stopped_crawl_is_resumed(world: SimHub, tmp_path: Path) -> None:
    """All kinds stop at a page boundary; the next crawl requests only the missing pages."""
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
    """A kind that waits for a retry stops with the others."""
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
    """It is too old, has another time, or has other settings."""
    found = replace(header(), **changes)  # type: ignore[arg-type]

    told = why_abandoned(found, header(), timedelta(hours=36), given=True)

    assert (told is None) == (reason is None)
    assert (reason or "") in (told or "")


def test_a_walk_that_began_in_the_future_is_abandoned() -> None:
    """The clock was ahead, unless the user stated the time."""
    found = replace(header(), started_at=MOMENT + timedelta(hours=1))

    told = why_abandoned(found, header(), timedelta(hours=36), given=False)

    assert told == "it began at 2026-09-20 13:00 UTC by a clock that was ahead"
    assert why_abandoned(found, header(), timedelta(hours=36), given=True) is None


@pytest.mark.parametrize(("hours", "given_up"), [(-1, False), (0, False), (1, True)])
def test_a_walk_older_than_the_latest_snapshot_is_abandoned(hours: int, given_up: bool) -> None:
    """It can no longer be stored."""
    newest = MOMENT + timedelta(hours=hours)

    told = why_abandoned(header(), header(), timedelta(hours=36), given=False, latest=newest)

    assert (told is not None) == given_up


def opened(server: SimServer, folder: Path, wanted: CrawlOrder) -> list[tuple[int, str | None]]:
    """Return the state before the first page: pages on disk, and why an earlier walk is given up."""
    found: list[tuple[int, str | None]] = []

    def on_start(walks: Sequence[ResumedWalk]) -> None:
        found.extend((len(walk.spool.pages), walk.note) for walk in walks)

    with asking(server.url, Audience()) as client:
        assert_whole(server.hub, crawl(wanted, client, folder, Audience(), lambda: MOMENT, on_start=on_start))
    return found


def test_an_abandoned_walk_has_a_reason(world: SimHub, tmp_path: Path) -> None:
    """The reason is known before the first request; the new walk starts from the beginning."""
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, order(Kind.MODEL, scope=Scope.FULL, **SMALL), Audience(stop_after=2))
        found = opened(server, tmp_path, order(Kind.MODEL, scope=Scope.FULL, page_size=100))

    assert found == [(0, "a walk of 2 pages is given up: it was begun with another page_size")]


def test_an_unreadable_walk_is_named(world: SimHub, tmp_path: Path) -> None:
    """A new walk begins."""
    (tmp_path / "model-full").mkdir()
    (tmp_path / "model-full/walk.json").write_text("{")
    with SimServer(world) as server:
        found = opened(server, tmp_path, order(Kind.MODEL, scope=Scope.FULL))

    assert found == [(0, f"a walk is given up: {tmp_path / 'model-full/walk.json'} cannot be read")]


def test_a_resumed_walk_has_its_pages_from_the_start(world: SimHub, tmp_path: Path) -> None:
    """Nothing is given up."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=2))
        found = opened(server, tmp_path, wanted)

    assert found == [(2, None)]


def test_a_walk_with_a_damaged_page_resumes_before_it(world: SimHub, tmp_path: Path) -> None:
    """The file is named, and the finished walk equals the world."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=4))
        file = tmp_path / "model-full/000003.json"
        file.write_bytes(file.read_bytes()[:-9])
        found = opened(server, tmp_path, wanted)

    assert found == [(2, f"{file} is damaged: going on after 2 pages before it")]


def test_a_walk_keeps_its_time(world: SimHub, tmp_path: Path) -> None:
    """A walk without a stated time is observed when it began, even if it ends an hour later."""
    wanted = order(Kind.MODEL, scope=Scope.FULL, observed_at=None, **SMALL)
    with SimServer(world) as server:
        with pytest.raises(CrawlStoppedError):
            crawled(server.url, tmp_path, wanted, Audience(stop_after=2))
        with asking(server.url, Audience()) as client:
            later = MOMENT + timedelta(hours=1)
            (walk,) = crawl(wanted, client, tmp_path, Audience(), lambda: later)

    assert (walk.spool.header.observed_at, walk.finished_at) == (MOMENT, later)


def test_a_full_disk(world: SimHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Complete pages stay, and the crawl resumes once there is room."""
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
    """The walk cannot begin and raises the same error."""

    def mkdir(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with SimServer(hub_of()) as server, pytest.raises(SpoolFullError):
        crawled(server.url, tmp_path, order(Kind.MODEL))


def test_an_error_in_one_thread_is_raised(world: SimHub, tmp_path: Path) -> None:
    """A full disk ends the crawl, and spooled pages stay."""

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
    """A capture of the real Hub has no rejection and keeps its trending order."""
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


def test_a_walk_of_an_older_layout_is_not_resumed() -> None:
    """Rows of both layouts cannot be stored together."""
    older = replace(header(), settings={"fields": [], "layout": LAYOUT - 1})
    wanted = replace(header(), settings={"fields": [], "layout": LAYOUT})

    found = why_abandoned(older, wanted, timedelta(hours=36), given=False)

    assert found == "it was begun with another layout"
