"""Daily full walks of a simulated Hub for two weeks: the stored events equal the simulated ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from crawler.kinds import REPO_KINDS, Scope
from db.ingest.ingest import ingest_walks
from hubtrends.sim.world.events import EventRates, EventType, WorldEvent
from hubtrends.sim.world.world import START, World
from tests.fakes.crawls import walks_of
from tests.fakes.walks import Store, new_store

DAYS = 14
CHANCES = EventRates(
    created=0.02, renamed=0.02, removed=0.01, recreated=0.01, hidden=0.01, gate_flipped=0.03, relicensed=0.02,
    skipped_refreshes=frozenset({4, 5}), rollback=8, rollback_undone=11,
)  # fmt: skip

SnapshotAttributes = tuple[datetime, str, str, str, str | None, str | None]
"""Observation time, event, kind, Hub id, before, after."""


@dataclass(frozen=True, slots=True)
class Lived:
    """The simulated events by the first walk that could see them, and the entities of each walk."""

    store: Store
    walks: list[datetime]
    events: list[WorldEvent]

    def between(self, walk: datetime) -> list[WorldEvent]:
        """Return the simulated events of the day before a walk."""
        return [event for event in self.events if event.day == walk.date() - timedelta(days=1)]

    def seen(self, walk: datetime) -> set[str]:
        """Return the ids that a walk showed."""
        rows = self.store.ask(
            "SELECT e.hub_id FROM observations AS o JOIN entities AS e USING (entity_key)"
            " JOIN snapshots AS s USING (snapshot_id) WHERE s.observed_at = $walk",
            {"walk": walk},
        )
        return {hub_id for (hub_id,) in rows}

    def told(self, *words: str) -> list[SnapshotAttributes]:
        """Return the stored events of these kinds."""
        return self.store.ask(
            "SELECT v.observed_at, v.event, v.kind, e.hub_id, v.before, v.after"
            " FROM events AS v JOIN entities AS e USING (entity_key)"
            " WHERE list_contains($words, v.event) ORDER BY ALL",
            {"words": list(words)},
        )

    def days_of(self, what: EventType) -> set[datetime]:
        """Return the walks that could first see a Hub-wide event."""
        return {walk for walk in self.walks if any(event.type is what for event in self.between(walk))}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Return a small simulated Hub, crawled daily at noon."""
    world = World(7, models=120, datasets=60, spaces=50, papers_a_day=0, articles_a_week=0, rates=CHANCES)
    folder = tmp_path_factory.mktemp("world")
    first = datetime.combine(START, time(12), UTC)
    moments = [first + timedelta(days=number) for number in range(DAYS)]
    with new_store(folder) as store:
        for moment in moments:
            walks = walks_of(world.at(moment), moment, folder, *REPO_KINDS, scope=Scope.FULL)
            assert all(taken.complete for taken in ingest_walks(store.con, walks, "1.0"))
        yield Lived(store, moments, list(world.events))


def changes(lived: Lived, *words: EventType) -> list[tuple[datetime, str, str, str | None, str | None]]:
    """Return the expected changes between sightings: time, kind, id, before, after."""
    known: set[str] = set()
    pending: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    found = []
    for walk in lived.walks:
        for event in lived.between(walk):
            if event.type in words and event.kind and event.hub_id:
                before, _ = pending.get((event.kind, event.hub_id), (event.before, None))
                pending[event.kind, event.hub_id] = (before, event.after)
        seen = lived.seen(walk)
        for kind, hub_id in [entity for entity in pending if entity[1] in seen]:
            before, after = pending.pop((kind, hub_id))
            if before != after and hub_id in known:
                found.append((walk, kind, hub_id, before, after))
        known |= seen
    return found


def test_renames(lived: Lived) -> None:
    """Every rename is one event, from the last seen name to the new one."""
    wanted = [(walk, "renamed", *rest) for walk, *rest in changes(lived, EventType.RENAMED)]

    assert len(wanted) > 20
    assert lived.told("renamed") == sorted(wanted)


def test_gates(lived: Lived) -> None:
    """Every lasting change of gating is an event; one reverted between two walks is not."""
    wanted = [
        (walk, "gated" if after else "ungated", kind, hub_id, before or "no", after or "no")
        for walk, kind, hub_id, before, after in changes(lived, EventType.GATED, EventType.UNGATED)
        if kind != "space"
    ]

    assert {"gated", "ungated"} == {event for _, event, *_ in wanted}
    assert lived.told("gated", "ungated") == sorted(wanted)


def test_licences(lived: Lived) -> None:
    """Every licence change is an event, including the first licence."""
    wanted = [(walk, "relicensed", *rest) for walk, *rest in changes(lived, EventType.RELICENSED)]

    told = lived.told("relicensed")
    assert any(before is None for *_, before, _ in wanted)
    assert sorted(told, key=str) == sorted(wanted, key=str)


def test_births(lived: Lived) -> None:
    """A created or re-created entity appears on the day it is first seen."""
    born = {event.hub_id for event in lived.events if event.type in (EventType.CREATED, EventType.RECREATED)}
    sightings = lived.store.ask(
        "SELECT hub_id, first_seen FROM entities WHERE first_seen > $first", {"first": lived.walks[0]}
    )

    assert {(hub_id, walk) for walk, _, _, hub_id, _, _ in lived.told("appeared")} == set(sightings)
    assert {hub_id for hub_id, _ in sightings} <= born
    assert any(event.type is EventType.RECREATED for event in lived.events)


def test_nothing_is_ever_removed_by_absence(lived: Lived) -> None:
    """A walk without an entity never makes it removed."""
    assert any(event.type is EventType.REMOVED for event in lived.events)
    assert lived.told("removed", "disabled", "returned") == []


def test_the_rollback(lived: Lived) -> None:
    """A Hub-wide rollback is one event for models and one for datasets, on one day."""
    rows = lived.store.ask("SELECT observed_at, kind FROM events WHERE event = 'rollback' ORDER BY kind")

    (walk,) = lived.days_of(EventType.ROLLBACK)
    assert rows == [(walk, "dataset"), (walk, "model")]
    assert lived.told("revised") == []


def test_skipped_refreshes(lived: Lived) -> None:
    """Exactly the snapshots after a day without refresh are stale."""
    rows = lived.store.ask("SELECT DISTINCT observed_at FROM snapshots WHERE stale AND kind = 'model'")

    assert {walk for (walk,) in rows} == lived.days_of(EventType.REFRESH_SKIPPED)
    assert lived.store.one("SELECT count(*) FROM snapshots WHERE stale IS NULL AND kind <> 'space'") == 2
