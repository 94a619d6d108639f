"""Entities from one walk to the next: the store has exactly the events of the world."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from hubtrends.config.settings import CrawlSettings, Settings
from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server.exchange import Answer, Request, refusal_answer
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.quota import QuotaState
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.events import EventRates, EventType
from hubtrends.sim.world.world import World
from tests.fakes.hubs import hub_id, model
from tests.fakes.keeper import Keeper

START = datetime(2026, 10, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
EVENTS = """
SELECT event, id FROM events WHERE event NOT IN ('appeared', 'revised', 'rollback') ORDER BY snapshot_id, event, id
"""


def hub(*numbers: int, **changes: dict[str, object]) -> SimHub:
    """Return a Hub of handwritten models; `n7={...}` changes the seventh."""
    return SimHub({"models": ListSource([model(n, **changes.get(f"n{n}", {})) for n in numbers])})


@pytest.fixture
def server() -> Iterator[SimServer]:
    with SimServer(hub(*range(1, 101)), tokens=("good",)) as running:
        yield running


@pytest.fixture
def keeper(tmp_path: Path, server: SimServer) -> Keeper:
    keeper = Keeper(tmp_path / "hub.duckdb", server.url)
    keeper.crawls(START, Kind.MODEL)
    return keeper


def test_a_deleted_model_is_removed_once_a_look_up_says_so(keeper: Keeper, server: SimServer) -> None:
    """A full walk misses it and a look-up after a canary confirms it: removed, with that evidence."""
    server.hub = hub(*range(2, 101))

    (taken,) = keeper.crawls(START + DAY, Kind.MODEL)

    assert taken.removed == 1
    assert keeper.asks(EVENTS) == [("removed", "quillworks/net-1")]
    assert "answered 401" in keeper.asks("SELECT evidence FROM events WHERE event = 'removed'")[0][0]
    lookup_listings = [request.path for request in server.requests if request.path.count("/") == 4]
    control, suspect = "/api/models/quillworks/net-100", "/api/models/quillworks/net-1"
    assert lookup_listings == [control, suspect, control]


def test_a_removed_model_that_comes_back_has_returned(keeper: Keeper, server: SimServer) -> None:
    """The same _id again is the same entity, not a new one."""
    server.hub = hub(*range(2, 101))
    keeper.crawls(START + DAY, Kind.MODEL)
    server.hub = hub(*range(1, 101))
    keeper.crawls(START + 2 * DAY, Kind.MODEL)

    assert keeper.asks(EVENTS) == [("removed", "quillworks/net-1"), ("returned", "quillworks/net-1")]
    assert keeper.asks("SELECT count(*), count(*) FILTER (status = 'listed') FROM entities") == [(100, 100)]


def test_a_model_that_the_walk_missed_but_a_look_up_finds_stays(keeper: Keeper, server: SimServer) -> None:
    """A look-up that finds the entity is a sighting and causes no event."""
    whole, partial = hub(*range(1, 101)), hub(*range(2, 101))

    class Forgetful(SimHub):
        """Lists all models but one, which a look-up still finds."""

        def catalogue(self, kind: str):  # type: ignore[no-untyped-def]
            walking = not any(request.path.endswith("net-100") for request in server.requests)
            return (partial if walking else whole).catalogue(kind)

    server.hub = Forgetful()
    (taken,) = keeper.crawls(START + DAY, Kind.MODEL)

    assert (taken.records, taken.removed) == (100, 0)
    assert keeper.asks(EVENTS) == []
    assert keeper.asks("SELECT DISTINCT duplicates FROM snapshots") == [(0,)]


def test_absence_from_a_head_list_is_not_a_removal(keeper: Keeper, server: SimServer) -> None:
    """A head snapshot of the first ten neither marks nor looks up other entities."""
    keeper.settings = Settings(crawl=CrawlSettings(top=10, created_days=1)).with_database(keeper.settings.database)
    keeper.crawls(START + DAY, Kind.MODEL, scope=Scope.HEAD)

    assert keeper.asks(EVENTS) == []
    assert keeper.asks("SELECT DISTINCT status FROM entities") == [("listed",)]


def test_a_walk_that_misses_too_much_removes_nothing(keeper: Keeper, server: SimServer) -> None:
    """If more than 2 % are missing, nothing is marked or looked up until the user accepts it."""
    server.hub = hub(*range(7, 101))

    (doubted,) = keeper.crawls(START + DAY, Kind.MODEL)
    look_ups_then = [request for request in server.requests if request.path.count("/") == 4]
    (believed,) = keeper.crawls(START + 2 * DAY, Kind.MODEL, accept_removals=True)

    assert doubted.withheld is not None
    assert "6 of 100 listed models were not shown" in doubted.withheld
    assert look_ups_then == []
    assert (believed.withheld, believed.removed) == (None, 6)
    assert [event for event, _ in keeper.asks(EVENTS)] == ["withheld", *["removed"] * 6]


def test_when_the_control_is_not_shown_nothing_is_believed(keeper: Keeper, server: SimServer) -> None:
    """If the Hub refuses every look-up, as with an expired token, nothing is removed and suspects stay missing."""
    server.hub = hub(*range(2, 101))
    keeper.settings = Settings(crawl=CrawlSettings(lookups=5)).with_database(keeper.settings.database)
    server.set_faults(Faults((Rule(Fault.NOT_JSON, path="/api/models/"),)))

    (taken,) = keeper.crawls(START + DAY, Kind.MODEL)

    assert taken.removed == 0
    assert keeper.asks("SELECT id, status FROM entities WHERE status <> 'listed'") == [("quillworks/net-1", "missing")]

    server.set_faults(None)
    (later,) = keeper.crawls(START + 2 * DAY, Kind.MODEL, scope=Scope.HEAD)
    assert later.removed == 1


def test_a_token_that_expires_between_the_look_ups_removes_nothing(keeper: Keeper, server: SimServer) -> None:
    """The second canary is refused as well, so the answers between the canaries are discarded."""
    server.hub = hub(*range(3, 101))
    first = Rule(Fault.NOT_JSON, path="/api/models/", first=2)
    keeper.settings = Settings(crawl=CrawlSettings(lookups=5)).with_database(keeper.settings.database)
    server.set_faults(Faults((first,)))

    (taken,) = keeper.crawls(START + DAY, Kind.MODEL)

    assert taken.removed == 0
    assert keeper.asks("SELECT count(*) FROM entities WHERE status = 'missing'") == [(2,)]


@pytest.mark.parametrize(("refused_from", "asked"), [(1, ["net-100"]), (2, ["net-100", "net-1", "net-100"])])
def test_where_everything_looks_gone_nothing_is_removed(tmp_path: Path, refused_from: int, asked: list[str]) -> None:
    """A mirror that answers 404 to every look-up shows no canary, so its answers are discarded."""
    looked_up: list[str] = []

    class Gated(SimServer):
        """Answers 404 to look-ups from a given one on."""

        def _answer(self, request: Request, standing: QuotaState, client: str) -> Answer:
            if not request.path.startswith("/api/models/"):
                return super()._answer(request, standing, client)
            looked_up.append(request.path.rpartition("/")[2])
            if len(looked_up) < refused_from:
                return super()._answer(request, standing, client)
            return refusal_answer(RefusedError(404, "Repository not found"))

    with Gated(hub(*range(1, 101))) as server:
        keeper = Keeper(tmp_path / "hub.duckdb", server.url)
        keeper.crawls(START, Kind.MODEL)
        server.hub = hub(*range(2, 101))
        (taken,) = keeper.crawls(START + DAY, Kind.MODEL)

    assert (taken.removed, looked_up) == (0, asked)


def test_a_disabled_model_is_disabled_and_not_removed(keeper: Keeper, server: SimServer) -> None:
    """Lists omit it and a look-up still shows it: a separate event, stored once."""
    lists = {"models": ListSource([model(number) for number in range(2, 101)])}
    server.hub = SimHub(lists, unlisted={"models": [model(1, disabled=True)]})

    removed = [taken.removed for days in (1, 2) for taken in keeper.crawls(START + days * DAY, Kind.MODEL)]

    assert removed == [0, 0]
    assert keeper.asks(EVENTS) == [("disabled", "quillworks/net-1")]
    assert keeper.asks("SELECT status, disabled FROM models WHERE id = 'quillworks/net-1'") == [("listed", True)]


@pytest.mark.parametrize(
    ("since", "models"), [(date(2022, 1, 1), (True, None)), (date(2027, 1, 1), (False, True))], ids=["new", "old"]
)
def test_a_day_of_frozen_counters(
    tmp_path: Path, server: SimServer, since: date, models: tuple[bool, bool | None]
) -> None:
    """Frozen datasets are stale; models are stale if they are frozen too, otherwise doubtful."""
    world = World(1, models=60, datasets=60, spaces=0, papers_a_day=0, articles_a_week=0,
        rates=EventRates(rollback=None, frozen_counters=frozenset({5}), frozen_since=since))  # fmt: skip
    keeper = Keeper(tmp_path / "frozen.duckdb", server.url)
    start = datetime.combine(world.start, time(9), UTC)

    for days in (5, 6, 7):
        server.hub = world.at(start + days * DAY)
        keeper.crawls(start + days * DAY, Kind.MODEL, Kind.DATASET, scope=Scope.HEAD)

    judged = keeper.asks("SELECT stale, doubtful FROM snapshots ORDER BY observed_at, kind = 'dataset'")
    assert judged == [(None, None), (None, None), models, (True, None), (False, None), (False, None)]


def test_a_look_up_that_cannot_be_read_removes_nothing(keeper: Keeper, server: SimServer) -> None:
    """A look-up with status 200 and an invalid item does not prove another entity under the name."""
    broken: dict[str, object] = {"likes": "many"}

    class Forgetful(SimHub):
        """Lists all models but one, and answers its look-up with an invalid item."""

        def catalogue(self, kind: str):  # type: ignore[no-untyped-def]
            asked = any(request.path.endswith("net-100") for request in server.requests)
            return (hub(*range(1, 101), n1=broken) if asked else hub(*range(2, 101))).catalogue(kind)

    server.hub = Forgetful()
    (taken,) = keeper.crawls(START + DAY, Kind.MODEL)

    assert (taken.removed, taken.rejected) == (0, 1)


def test_a_recreated_model_is_another_entity(keeper: Keeper, server: SimServer) -> None:
    """The old _id is removed although its name still answers; the new _id has appeared."""
    again = {"_id": hub_id(500), "createdAt": "2026-10-01T20:00:00.000Z"}
    server.hub = SimHub({"models": ListSource([*(model(n) for n in range(2, 101)), model(1) | again])})

    keeper.crawls(START + DAY, Kind.MODEL)

    assert keeper.asks(EVENTS) == [("removed", "quillworks/net-1")]
    assert "showed another _id" in keeper.asks("SELECT evidence FROM events WHERE event = 'removed'")[0][0]
    assert keeper.asks("SELECT id FROM events WHERE event = 'appeared'") == [("quillworks/net-1",)]


def test_look_ups_repeat_nothing(keeper: Keeper, server: SimServer) -> None:
    """A walk in creation order has no duplicates; canaries and entities under a suspect's name are in no list."""
    again = {"_id": hub_id(500), "createdAt": "2026-10-01T20:00:00.000Z"}
    server.hub = SimHub({"models": ListSource([*(model(n) for n in range(2, 101)), model(1) | again])})

    keeper.crawls(START + DAY, Kind.MODEL)

    assert keeper.asks("SELECT records, duplicates FROM snapshots ORDER BY snapshot_id") == [(100, 0), (100, 0)]


def test_the_queue_of_look_ups_is_processed_within_the_rate_limit(keeper: Keeper, server: SimServer) -> None:
    """Look-ups beyond the budget of a crawl stay missing and come first in the next."""
    keeper.settings = Settings(crawl=CrawlSettings(lookups=1)).with_database(keeper.settings.database)
    server.hub = hub(*range(3, 101))

    removed = [keeper.crawls(START + n * DAY, Kind.MODEL)[0].removed for n in (1, 2, 3)]

    assert removed == [1, 1, 0]
    assert keeper.asks("SELECT status, count(*) FROM entities GROUP BY ALL ORDER BY ALL") == [
        ("listed", 98),
        ("removed", 2),
    ]


def test_an_undecided_look_up_does_not_delay_the_others(tmp_path: Path) -> None:
    """With a budget of one, a look-up that is always forbidden does not block the others; its entity stays missing."""

    class Forbidding(SimServer):
        """Answers 403 for one model."""

        def _answer(self, request: Request, standing: QuotaState, client: str) -> Answer:
            if request.path.endswith("/net-1"):
                return refusal_answer(RefusedError(403, "Access to this resource is disabled."))
            return super()._answer(request, standing, client)

    with Forbidding(hub(*range(1, 101))) as server:
        keeper = Keeper(tmp_path / "hub.duckdb", server.url, Settings(crawl=CrawlSettings(lookups=1)))
        keeper.crawls(START, Kind.MODEL)
        server.hub = hub(*range(3, 101))
        for day in range(1, 8):
            keeper.crawls(START + day * DAY, Kind.MODEL)

    assert keeper.asks("SELECT id, status FROM entities WHERE status <> 'listed' ORDER BY id") == [
        ("quillworks/net-1", "missing"),
        ("quillworks/net-2", "removed"),
    ]


def test_a_week_of_the_world_gives_exactly_its_events(tmp_path: Path) -> None:
    """Renames, gates, licences, removals and returns in the store equal those of the world, entity by entity."""
    world = World(11, models=600, datasets=200, spaces=1, start=START.date())
    recorded = {EventType.RENAMED, EventType.GATED, EventType.UNGATED, EventType.RELICENSED}
    gone, back = {EventType.REMOVED, EventType.HIDDEN}, {EventType.SHOWN}
    with SimServer(world.at(START)) as server:
        keeper = Keeper(tmp_path / "hub.duckdb", server.url)
        for day in range(8):
            server.hub = world.at(START + day * DAY)
            keeper.crawls(START + day * DAY, Kind.MODEL, Kind.DATASET)

    happened = [
        event for event in world.events if event.kind in ("model", "dataset") and event.day < (START + 7 * DAY).date()
    ]
    expected = sorted(
        (word, str(event.kind), str(event.hub_id))
        for event in happened
        for word in (
            [str(event.type)] if event.type in recorded
            else ["removed"] if event.type in gone
            else ["returned"] if event.type in back
            else []
        )
    )  # fmt: skip
    kept = "('renamed', 'gated', 'ungated', 'relicensed', 'removed', 'returned')"
    stored = keeper.asks(
        "SELECT v.event, v.kind, e.hub_id FROM events AS v JOIN entities AS e USING (entity_key)"
        f" WHERE v.event IN {kept}"
    )

    assert sorted(stored) == expected
    assert {EventType.RENAMED, EventType.REMOVED, EventType.GATED} <= {event.type for event in happened}
