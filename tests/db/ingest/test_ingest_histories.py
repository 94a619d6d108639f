"""Random histories: at every moment the stored attributes equal those of a model in plain Python."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.kinds import Kind
from tests.fakes.examples import BUILDS_DATABASE
from tests.fakes.walks import Page, Row, Store, day, new_store, repo

THINGS = ("a", "b", "c", "d")

facts = st.fixed_dictionaries(
    {
        "id": st.sampled_from(("org/x", "org/y", "org/z")),
        "tags": st.sampled_from((None, ["x"], ["x", "license:mit"], ["license:mit", "x"], ["license:gpl-3.0"])),
        "parameters": st.sampled_from((None, 0, 1)),
        "context_length": st.sampled_from((None, 0, 1)),
        "likes": st.sampled_from((None, 0, 5)),
    }
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The entities of a walk, in two lists that may overlap; the first list wins."""

    hours_later: int
    first: Mapping[str, Row]
    second: Mapping[str, Row]
    cut_off: bool

    @property
    def seen(self) -> dict[str, Row]:
        return {**self.second, **self.first}


snapshots = st.builds(
    Snapshot,
    st.sampled_from((0, 1, 30)),
    st.dictionaries(st.sampled_from(THINGS), facts),
    st.dictionaries(st.sampled_from(THINGS), facts),
    st.booleans(),
)


def take_all(store: Store, history: list[Snapshot]) -> list[datetime]:
    """Store every snapshot and return the observation times."""
    hours, moments = 0, []
    for snapshot in history:
        hours += snapshot.hours_later
        moments.append(day(hours / 24))
        pages = [
            Page([repo(hub_id, **row) for hub_id, row in shown.items()], listing=listing)
            for listing, shown in (("likes", snapshot.first), ("created", snapshot.second))
        ]
        store.take(Kind.MODEL, moments[-1], *pages, cut_off=snapshot.cut_off)
    return moments


def believed(history: list[Snapshot], moments: list[datetime], at: datetime) -> dict[str, Row]:
    """Return the attributes of each entity's last sighting by a moment."""
    last: dict[str, Row] = {}
    for snapshot, moment in zip(history, moments, strict=True):
        if moment <= at:
            last |= snapshot.seen
    return {hub_id: {key: value for key, value in row.items() if key != "likes"} for hub_id, row in last.items()}


def in_force(store: Store, at: datetime) -> list[tuple[str, Row]]:
    """Return the attribute rows that are valid at a moment."""
    rows = store.records(
        "SELECT e.hub_id, f.id, f.tags, f.parameters, f.context_length"
        " FROM repo_attributes AS f JOIN entities AS e USING (entity_key)"
        " WHERE f.valid_from <= $at AND (f.valid_to > $at OR f.valid_to IS NULL) ORDER BY e.hub_id",
        {"at": at},
    )
    return [(row.pop("hub_id"), row) for row in rows]


def doubled(store: Store, table: str, key: str) -> int:
    """Return the number of duplicate keys in a table."""
    query = f"SELECT count(*) FROM (SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1)"
    return int(store.one(query))


@settings(BUILDS_DATABASE, derandomize=True)
@given(st.lists(snapshots, min_size=1, max_size=5))
def test_every_moment_has_one_truth(history: list[Snapshot]) -> None:
    """Attributes have no gaps or overlaps, equal the last sighting, and keys are unique."""
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as store:
        moments = take_all(store, history)

        for at in {*moments, *(moment + (day(0.01) - day(0)) for moment in moments)}:
            assert in_force(store, at) == sorted(believed(history, moments, at).items())
        for number, snapshot in enumerate(history, 1):
            assert numbers(store, number) == {hub_id: row["likes"] for hub_id, row in snapshot.seen.items()}
        assert doubled(store, "snapshots", "snapshot_id") + doubled(store, "snapshots", "walk_id") == 0
        assert doubled(store, "entities", "entity_key") + doubled(store, "entities", "kind, hub_id") == 0
        assert doubled(store, "observations", "snapshot_id, entity_key") == 0
        assert store.one("SELECT count(*) FROM repo_attributes WHERE valid_to <= valid_from") == 0


def numbers(store: Store, snapshot: int) -> dict[str, int | None]:
    """Return the likes of every entity of a snapshot."""
    return dict(
        store.ask(
            "SELECT e.hub_id, o.likes FROM observations AS o JOIN entities AS e USING (entity_key)"
            " WHERE o.snapshot_id = $snapshot",
            {"snapshot": snapshot},
        )
    )


def test_two_snapshots_of_one_moment(tmp_path: Path) -> None:
    """Of two snapshots at the same time, the later one wins."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", license="mit"))
        store.take(Kind.MODEL, day(1), repo("a", license="gpl-3.0"))
        store.take(Kind.MODEL, day(1), repo("a", license="apache-2.0"))

        assert store.ask("SELECT license, valid_from, valid_to FROM repo_attributes ORDER BY valid_from") == [
            ("mit", day(0), day(1)),
            ("apache-2.0", day(1), None),
        ]
        assert store.one("SELECT license FROM as_of('model', NULL)") == "apache-2.0"


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    """Unchanged attributes over a year are one row."""
    with new_store(tmp_path) as store:
        for number in range(5):
            store.take(Kind.MODEL, day(number), repo("a", likes=number))

        assert store.ask("SELECT valid_from, valid_to FROM repo_attributes") == [(day(0), None)]
        assert store.one("SELECT last_seen FROM entities") == day(4)


def test_dates_that_the_hub_leaves_out_are_kept(tmp_path: Path) -> None:
    """A sighting without a date keeps the stored date."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", last_modified=day(-1)))
        store.take(Kind.MODEL, day(1), repo("a", created_at=None))

        assert store.ask("SELECT created_at, last_modified FROM entities") == [(day(-400), day(-1))]
