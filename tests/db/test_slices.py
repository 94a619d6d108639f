"""A walk is stored slice by slice, and the slice size does not affect the result."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from db.ingest.rows import SliceSizes, slices
from tests.fakes.walks import Page, Row, Store, day, new_store, paper, repo

TABLES = ("snapshots", "entities", "repo_attributes", "observations", "events", "coverage")

DAYS = 4


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def test_slices_follow_the_files(tmp_path: Path) -> None:
    """Each file is in one slice, in walk order; pages without rows have no file."""
    rows = [repo(f"m{number}") for number in range(9)]
    with new_store(tmp_path) as store:
        walk = store.walk(Kind.MODEL, day(0), Page(rows[:3]), Page(), Page(rows[3:5]), Page(rows[5:8]), Page(rows[8:]))

    assert [[file.name for file in files] for files in slices(walk.spool, size=4)] == [
        ["000001.parquet", "000003.parquet"], ["000004.parquet"], ["000005.parquet"],
    ]  # fmt: skip


def shown(number: int, at: int) -> Row:
    """Return a model on a day: some are renamed, gated, tagged or lose downloads."""
    drawn = random.Random(f"{number} {at // 2}")
    return repo(
        f"m{number:03}",
        id=f"org/m{number}{'-new' * (number % 7 == 0 and at > 2)}",
        gated="manual" if drawn.random() < 0.2 else "no",
        license=drawn.choice(["mit", "gpl-3.0"]),
        downloads=500 + 10 * at,
        downloads_all_time=1000 + 10 * at - 500 * (drawn.random() < 0.1),
        likes=number,
        created_at=day(-100 + number),
        last_modified=day(at // 2),
    )


def pages_of(at: int) -> Sequence[Page]:
    """Return a walk of about forty models that grows daily, with gaps and repeats."""
    drawn = random.Random(at)
    numbers = [number for number in range(40 + 5 * at) if drawn.random() > 0.02]
    again = drawn.sample(numbers, 4)
    rows = [shown(number, at) for number in [*numbers, *again]]
    return [Page(rows[first : first + 3], ranked=first % 2 == 0) for first in range(0, len(rows), 3)]


def test_the_store_does_not_depend_on_the_size_of_slices(tmp_path: Path) -> None:
    """Every row of every table is the same for all slice sizes, even across slices."""
    stores = []
    for rows in (8, 25, 1000):
        sizes = SliceSizes(rows, hashes=2 * rows)
        (tmp_path / str(rows)).mkdir()
        with new_store(tmp_path / str(rows)) as store:
            for at in range(DAYS):
                store.take(Kind.MODEL, day(at), *pages_of(at), scope=Scope.FULL, sizes=sizes)
                papers = [Page([paper(f"p{n}", upvotes=at)]) for n in (1, 2, 3, 1)]
                store.take(Kind.PAPER, day(at), *papers, sizes=sizes)
            stores.append({table: store.ask(f"SELECT * FROM {table} ORDER BY ALL") for table in TABLES})
            events = {event for (event,) in store.ask("SELECT DISTINCT event FROM events")}

    assert stores[0] == stores[1] == stores[2]
    assert events >= {"appeared", "renamed", "gated", "ungated", "relicensed", "revised"}


def test_keys_continue_from_slice_to_slice(store: Store) -> None:
    """Known entities keep their keys; new ones are numbered across slices."""
    store.take(Kind.MODEL, day(0), *(Page([repo(name)]) for name in "abc"), sizes=SliceSizes(2))
    store.take(Kind.MODEL, day(1), *(Page([repo(name)]) for name in "axbycz"), sizes=SliceSizes(2))

    assert store.ask("SELECT entity_key, hub_id FROM entities ORDER BY entity_key") == list(enumerate("abcxyz", 1))


def test_a_rollback_is_decided_over_the_whole_walk(store: Store) -> None:
    """Twenty-five of a hundred counters fall over several slices: one rollback event."""
    counters = [Page([repo(f"m{number}", downloads_all_time=1000)]) for number in range(100)]
    fallen = [Page([repo(f"m{number}", downloads_all_time=1000 - (number % 4 == 0))]) for number in range(100)]
    store.take(Kind.MODEL, day(0), *counters, sizes=SliceSizes(10))
    store.take(Kind.MODEL, day(1), *fallen, sizes=SliceSizes(10))

    told = store.ask("SELECT event, evidence FROM events WHERE event IN ('rollback', 'revised')")
    assert told == [("rollback", "25 of 100 all-time counters fell")]
