"""Events between two sightings of an entity."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.kinds import Kind, Scope
from tests.fakes.walks import Store, day, new_store, repo

SnapshotAttributes = tuple[str, str | None, str | None, str | None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def events(store: Store) -> list[SnapshotAttributes]:
    """Return all events in order: event, name, before, after."""
    return store.ask("SELECT event, id, before, after FROM events ORDER BY observed_at, event, id")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"id": "org/old"}, {"id": "org/new"}, [("renamed", "org/new", "org/old", "org/new")]),
        ({"gated": "no"}, {"gated": "auto"}, [("gated", "org/a", "no", "auto")]),
        ({"gated": "auto"}, {"gated": "manual"}, [("gated", "org/a", "auto", "manual")]),
        ({"gated": "manual"}, {"gated": "no"}, [("ungated", "org/a", "manual", "no")]),
        ({"gated": None}, {"gated": "no"}, []),
        ({"license": "mit"}, {"license": "gpl-3.0"}, [("relicensed", "org/a", "mit", "gpl-3.0")]),
        ({"license": None}, {"license": "mit"}, [("relicensed", "org/a", None, "mit")]),
        ({"license": "mit"}, {"license": None}, [("relicensed", "org/a", "mit", None)]),
        ({"license": "mit"}, {"license": None, "tags": None}, []),
        ({"license": None, "tags": None}, {"license": "mit"}, []),
        ({"disabled": False}, {"disabled": True}, [("disabled", "org/a", "false", "true")]),
        ({"disabled": None}, {"disabled": True}, []),
        ({"likes": 9, "task": "a"}, {"likes": 3, "task": "b"}, []),
        (
            {"id": "org/old", "license": "mit"},
            {"id": "org/new", "license": "gpl-3.0", "gated": "auto"},
            [
                ("gated", "org/new", "no", "auto"),
                ("relicensed", "org/new", "mit", "gpl-3.0"),
                ("renamed", "org/new", "org/old", "org/new"),
            ],
        ),
    ],
)
def test_a_change_between_two_sightings_is_an_event(
    store: Store, before: dict[str, Any], after: dict[str, Any], told: list[SnapshotAttributes]
) -> None:
    """Every change is an event of its own; a value missing on either side is not a change."""
    store.take(Kind.MODEL, day(0), repo("a", **before))
    store.take(Kind.MODEL, day(1), repo("b"))
    store.take(Kind.MODEL, day(2), repo("a", **after))

    assert events(store) == told


def test_an_event_names_its_thing_and_its_snapshot(store: Store) -> None:
    """An event has its entity and its snapshot."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1), repo("a", gated="auto"))

    (event,) = store.records("SELECT * FROM events")
    assert event == {
        "event": "gated", "kind": "model", "entity_key": 1, "id": "org/a", "snapshot_id": 2, "observed_at": day(1),
        "before": "no", "after": "auto", "evidence": None,
    }  # fmt: skip


def test_a_rename_keeps_the_thing(store: Store) -> None:
    """A renamed entity has one history, under both names and the Hub id."""
    store.take(Kind.MODEL, day(0), repo("a", id="org/old", likes=1))
    store.take(Kind.MODEL, day(1), repo("a", id="org/new", likes=2))

    assert store.ask("SELECT entity_key, id, first_seen FROM entities") == [(1, "org/new", day(0))]
    for name in ("org/old", "org/new", "a"):
        assert store.ask("SELECT id, likes FROM history($name)", {"name": name}) == [("org/new", 1), ("org/new", 2)]


def test_a_name_created_again_is_another_thing(store: Store) -> None:
    """A new `_id` under an old name is a new entity; the old one keeps its history."""
    store.take(Kind.MODEL, day(0), repo("old", id="org/name", likes=900))
    store.take(Kind.MODEL, day(7), repo("new", id="org/name", likes=2, created_at=day(6)))

    assert store.ask("SELECT hub_id, status, likes_gain FROM week_over_week('model') ORDER BY status") == [
        ("new", "appeared", None),
        ("old", "left", None),
    ]
    assert events(store) == [("appeared", "org/name", None, "org/name")]


def test_names_may_change_hands(store: Store) -> None:
    """Two repositories that swap names are two renames."""
    store.take(Kind.MODEL, day(0), repo("a", id="org/x"), repo("b", id="org/y"))
    store.take(Kind.MODEL, day(1), repo("a", id="org/y"), repo("b", id="org/x"))

    assert events(store) == [("renamed", "org/x", "org/y", "org/x"), ("renamed", "org/y", "org/x", "org/y")]


# ---------------------------------------------------------------------------------------------------- appeared


def test_nothing_appears_in_a_first_snapshot(store: Store) -> None:
    """The first snapshot has no appearances, because everything is new to the store."""
    store.take(Kind.MODEL, day(0), repo("a", created_at=day(-0.1)), scope=Scope.FULL)

    assert events(store) == []


def test_what_was_created_since_has_appeared(store: Store) -> None:
    """In a head list, only an entity created since the previous snapshot has appeared."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1), repo("young", created_at=day(0.5)), repo("old"), repo("unknown", created_at=None))

    assert events(store) == [("appeared", "org/young", None, "org/young")]
    assert store.one("SELECT evidence FROM events") == "created 2026-09-07T22:00:00Z"


def test_a_snapshot_that_was_cut_off_hides_nothing(store: Store) -> None:
    """Entities that an incomplete snapshot did not reach appear in the next one."""
    store.take(Kind.MODEL, day(0), repo("a"))
    store.take(Kind.MODEL, day(1), repo("a"), cut_off=True)
    store.take(Kind.MODEL, day(2), repo("young", created_at=day(0.5)))

    assert events(store) == [("appeared", "org/young", None, "org/young")]


def test_between_two_full_walks_all_that_is_new_has_appeared(store: Store) -> None:
    """Every entity that is new in the second of two full walks has appeared."""
    store.take(Kind.MODEL, day(0), repo("a"), scope=Scope.FULL)
    store.take(Kind.MODEL, day(1), repo("a"), repo("opened"), scope=Scope.FULL)

    assert events(store) == [("appeared", "org/opened", None, "org/opened")]


def test_a_full_walk_after_a_head_tells_only_the_young(store: Store) -> None:
    """In a full walk after a head, only entities created since then have appeared."""
    store.take(Kind.MODEL, day(0), repo("a"))
    rows = [repo("a"), repo("old"), repo("young", created_at=day(0.5))]
    store.take(Kind.MODEL, day(1), *rows, scope=Scope.FULL)

    assert events(store) == [("appeared", "org/young", None, "org/young")]


# ---------------------------------------------------------------------------------------------- counters that fall


def counters(*values: int | None) -> list[dict[str, Any]]:
    """Return repositories with these all-time counters."""
    return [repo(f"r{n:02}", downloads_all_time=value) for n, value in enumerate(values)]


def test_a_counter_that_falls_is_revised(store: Store) -> None:
    """A counter below its last sighting is revised, at any distance; unknown counters are not compared."""
    store.take(Kind.MODEL, day(0), *counters(100, 100, None, 100))
    store.take(Kind.MODEL, day(1), *counters(100))
    store.take(Kind.MODEL, day(2), *counters(120, 90, 50, None))

    assert events(store) == [("revised", "org/r01", "100", "90")]


def test_events_bear_the_name_that_a_thing_has_then(store: Store) -> None:
    """Each event of a renamed entity has the new name."""
    store.take(Kind.MODEL, day(0), repo("a", id="org/old", downloads_all_time=100))
    store.con.execute("UPDATE entities SET status = 'removed'")
    store.take(Kind.MODEL, day(1), repo("a", id="org/new", downloads_all_time=90, gated="auto"))

    told = store.ask("SELECT event, id FROM events ORDER BY event")
    assert told == [(event, "org/new") for event in ("gated", "renamed", "returned", "revised")]


@pytest.mark.parametrize(
    ("falling", "of", "told"),
    [(19, 19, {"revised"}), (20, 20, {"rollback"}), (20, 400, {"revised"}), (21, 400, {"rollback"})],
)
def test_many_that_fall_at_once_are_a_rollback(store: Store, falling: int, of: int, told: set[str]) -> None:
    """At least twenty fallen counters, and more than 5 %, are one Hub-wide rollback."""
    store.take(Kind.MODEL, day(0), *counters(*[100] * of))
    store.take(Kind.MODEL, day(1), *counters(*[90] * falling, *[110] * (of - falling)))

    assert {event for (event,) in store.ask("SELECT event FROM events")} == told
    if told == {"rollback"}:
        assert store.ask("SELECT entity_key, id, evidence FROM events") == [
            (None, None, f"{falling} of {of} all-time counters fell")
        ]
