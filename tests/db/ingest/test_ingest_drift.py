"""Coverage of columns, and drift of the Hub's fields: new, vanished or changed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import Rejection
from db.ingest.ingest import ingest_walks
from db.status import store_status
from tests.fakes.walks import Page, Store, day, new_store, paper, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def lists(*fields: dict[str, str]) -> list[Page]:
    """Return lists whose first pages have these fields; their second pages have others."""
    pages = [Page([repo(f"on-{n}")], listing=f"list-{n}", fields=shown) for n, shown in enumerate(fields)]
    return [*pages, Page([repo("later")], listing="list-0")]


def drift_of(store: Store, taken: int) -> dict[str, str]:
    """Return the drift of a snapshot's Hub fields."""
    return dict(
        store.ask("SELECT field, drift FROM coverage WHERE snapshot_id = $s AND drift IS NOT NULL", {"s": taken})
    )


def take(
    store: Store, number: int, *fields: dict[str, str], cut_off: bool = False, scope: Scope = Scope.HEAD
) -> dict[str, str]:
    """Store a snapshot of lists with these fields for day n and return its drift."""
    taken = store.take(Kind.MODEL, day(number), *lists(*fields), cut_off=cut_off, scope=scope)
    return drift_of(store, taken.snapshot_id)


def test_records_with_a_value_are_counted(store: Store) -> None:
    """Each entity with a value counts once; an entity without one does not count."""
    store.take(
        Kind.PAPER,
        day(0),
        Page([paper("a", upvotes=1), paper("b")], listing="day"),
        Page([paper("b", upvotes=9), paper("c", upvotes=0)], listing="trending", ranked=True),
    )

    counted = dict(store.ask("SELECT field, (carried, records) FROM coverage WHERE source = 'store'"))
    assert counted["title"] == (3, 3)
    assert counted["upvotes"] == (2, 3)
    assert counted["rank"] == (2, 3)
    assert counted["github_repo"] == (0, 3)


def test_fields_are_noted_where_no_item_fits(store: Store) -> None:
    """Fields of pages without valid items are stored; without any page no field vanishes."""
    spoilt = Page(fields={"likes": "string"}, rejections=(Rejection(0, "likes: not a number", "{}"),))
    take(store, 0, {"likes": "number"})

    changed = store.take(Kind.MODEL, day(1), spoilt)
    empty = store.take(Kind.MODEL, day(2), Page())

    assert drift_of(store, changed.snapshot_id) == {"likes": "changed"}
    assert drift_of(store, empty.snapshot_id) == {}


def test_a_first_snapshot_has_no_drift(store: Store) -> None:
    """The first snapshot has no drift."""
    assert take(store, 0, {"likes": "number"}) == {}


def test_the_same_fields_are_no_drift(store: Store) -> None:
    """The same fields on fewer lists are not drift."""
    take(store, 0, {"likes": "number", "tags": "array"}, {"likes": "number"})

    assert take(store, 1, {"likes": "number"}, {"likes": "number", "tags": "array"}) == {}


def test_a_field_never_seen_is_new_once(store: Store) -> None:
    """A new field is reported on its first day only."""
    take(store, 0, {"likes": "number"})

    assert take(store, 1, {"likes": "number", "stars": "number"}) == {"stars": "new"}
    assert take(store, 2, {"likes": "number", "stars": "number"}) == {}


def test_a_field_of_every_list_that_is_gone_has_vanished_once(store: Store) -> None:
    """A vanished field is reported on its first day, and is not new when it returns."""
    take(store, 0, {"likes": "number", "gone": "string"}, {"likes": "number", "gone": "string"})

    assert take(store, 1, {"likes": "number"}, {"likes": "number"}) == {"gone": "vanished"}
    assert take(store, 2, {"likes": "number"}, {"likes": "number"}) == {}
    assert take(store, 3, {"likes": "number", "gone": "string"}) == {}


def test_a_rare_field_comes_and_goes_without_a_word(store: Store) -> None:
    """A field of only some lists is not reported as vanished after one or two days."""
    rare = ({"likes": "number", "rare": "string"}, {"likes": "number"})
    take(store, 0, *rare)
    assert take(store, 1, {"likes": "number"}) == {}
    take(store, 2, *rare)
    take(store, 3, *rare)

    assert take(store, 4, {"likes": "number"}) == {}


def test_a_field_of_one_list_is_missed_after_three_days(store: Store) -> None:
    """A field that one list always had is reported as vanished after three days."""
    for number in range(3):
        take(store, number, {"likes": "number", "official": "boolean"}, {"likes": "number"})

    assert take(store, 3, {"likes": "number"}, {"likes": "number"}) == {"official": "vanished"}


def test_a_walk_that_was_cut_off_has_lost_nothing(store: Store) -> None:
    """An incomplete walk reports no vanished field and does not hide a later loss."""
    take(store, 0, {"likes": "number", "gone": "string"})

    assert take(store, 1, {"likes": "number"}, cut_off=True) == {}
    assert take(store, 2, {"likes": "number"}) == {"gone": "vanished"}


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("number", "string", {"f": "changed"}),
        ("number", "number|string", {"f": "changed"}),
        ("number|string", "string", {}),
        ("number", "null", {}),
        ("null", "number", {}),
    ],
)
def test_a_type_never_seen_is_a_change(store: Store, before: str, now: str, told: dict[str, str]) -> None:
    """Only a type that the field never had is a change; null does not count."""
    take(store, 0, {"f": before})

    assert take(store, 1, {"f": now}) == told


def test_scopes_are_compared_each_with_its_own(store: Store) -> None:
    """A full walk is compared with full walks only, a head with heads."""
    take(store, 0, {"likes": "number", "head": "string"})

    assert take(store, 1, {"likes": "number", "full": "string"}, scope=Scope.FULL) == {}


def test_the_keeper_reads_the_newest_drift(store: Store) -> None:
    """The status has one line per field, for the newest snapshot of each kind."""
    take(store, 0, {"likes": "number", "gone": "string"})
    take(store, 1, {"likes": "string", "new": "array"})

    assert [(one.field, one.drift, one.sent) for one in store_status(store.con).coverage if one.drift] == [
        ("gone", "vanished", None),
        ("likes", "changed", "string"),
        ("new", "new", "array"),
    ]


def test_a_field_that_is_asked_for_the_first_time_is_not_new(store: Store) -> None:
    """A field that is requested for the first time is not new; one requested before is."""
    drifts = []
    for number, asked, came in (
        (0, ["likes", "gguf"], ["likes"]),
        (1, ["likes", "gguf", "private"], ["likes", "gguf", "private"]),
    ):
        fields = dict.fromkeys(came, "boolean")
        walk = store.walk(Kind.MODEL, day(number), *lists(fields))
        walk.spool.header = replace(walk.spool.header, settings={"fields": asked})
        (taken,) = ingest_walks(store.con, [walk], "1.0")
        drifts.append(drift_of(store, taken.snapshot_id))

    assert drifts == [{}, {"gguf": "new"}]
