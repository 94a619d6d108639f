"""Whether a snapshot is stale: the Hub's counters stood still since the one before."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crawler.kinds import Kind
from tests.db.walks import Row, Store, day, new_store, paper, repo

HOUR = 1 / 24


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def busy(count: int, *, downloads: int | None = 1000, all_time: int | None = 9000) -> list[Row]:
    """So many repositories with these counters."""
    return [repo(f"busy-{n}", downloads=downloads, downloads_all_time=all_time) for n in range(count)]


def moved(rows: Sequence[Row], of: int) -> list[Row]:
    """The same, of which the first so many have been downloaded since."""
    return [row | {"downloads": row["downloads"] + 1} if n < of else row for n, row in enumerate(rows)]


def test_a_first_snapshot_is_not_judged(store: Store) -> None:
    """With nothing to compare, nothing is known."""
    assert store.take(Kind.MODEL, day(0), *busy(4)).stale is None


@pytest.mark.parametrize(("moving", "stale"), [(0, True), (4, True), (5, False), (10, False)])
def test_over_half_must_stand_still(store: Store, moving: int, stale: bool) -> None:
    """Half is not over half."""
    store.take(Kind.MODEL, day(0), *busy(10))

    assert store.take(Kind.MODEL, day(1), *moved(busy(10), moving)).stale is stale


@pytest.mark.parametrize(("hours", "stale"), [(19.9, None), (20, True), (24, True)])
def test_the_one_compared_with_is_at_least_20_hours_older(store: Store, hours: float, stale: bool | None) -> None:
    """Counters refresh once a day: what did not move in an hour tells nothing."""
    store.take(Kind.MODEL, day(0), *busy(4))

    assert store.take(Kind.MODEL, day(hours * HOUR), *busy(4)).stale is stale


def test_the_newest_of_those_is_compared_with(store: Store) -> None:
    """A snapshot of an hour ago is passed over for that of yesterday, and last week's does not count."""
    store.take(Kind.MODEL, day(0), *busy(4, downloads=500))
    store.take(Kind.MODEL, day(7), *busy(4))
    store.take(Kind.MODEL, day(7.9), *moved(busy(4), 4))

    assert store.take(Kind.MODEL, day(8), *busy(4)).stale


@pytest.mark.parametrize(("downloads", "stale"), [(299, None), (300, True)])
def test_only_busy_repositories_count(store: Store, downloads: int, stale: bool | None) -> None:
    """Three hundred downloads in 30 days are ten a day; below that, standing still is ordinary."""
    store.take(Kind.MODEL, day(0), *busy(4, downloads=downloads))

    assert store.take(Kind.MODEL, day(1), *busy(4, downloads=downloads)).stale is stale


def test_only_shared_repositories_count(store: Store) -> None:
    """What is new or gone says nothing of the counters."""
    store.take(Kind.MODEL, day(0), *busy(1))
    new = [repo(f"new-{n}", downloads=1000) for n in range(5)]

    assert store.take(Kind.MODEL, day(1), *busy(1), *new).stale
    assert store.take(Kind.MODEL, day(2), repo("else", downloads=1000)).stale is None


def test_a_moving_all_time_counter_is_a_refresh(store: Store) -> None:
    """The 30-day figure can stand still by chance when as much leaves the window as comes in."""
    store.take(Kind.DATASET, day(0), *busy(4, all_time=9000))

    assert store.take(Kind.DATASET, day(1), *busy(4, all_time=9100)).stale is False


def test_an_unknown_counter_is_not_an_unchanged_one(store: Store) -> None:
    """Where the Hub did not say before, there is nothing to compare."""
    store.take(Kind.MODEL, day(0), *busy(4, downloads=None))

    assert store.take(Kind.MODEL, day(1), *busy(4)).stale is None


def test_without_all_time_counters_the_30_days_decide(store: Store) -> None:
    """A Hub that gives only the 30-day figure is judged by it."""
    store.take(Kind.MODEL, day(0), *busy(4, all_time=None))

    assert store.take(Kind.MODEL, day(1), *busy(4, all_time=None)).stale


@pytest.mark.parametrize(("kind", "row"), [(Kind.SPACE, repo("a", likes=5)), (Kind.PAPER, paper("a", upvotes=5))])
def test_kinds_without_downloads_are_never_judged(store: Store, kind: Kind, row: Row) -> None:
    """Likes that stand still are likes that nobody gave."""
    store.take(kind, day(0), row)

    assert store.take(kind, day(1), row).stale is None


def test_a_snapshot_that_was_cut_off_is_not_compared_with(store: Store) -> None:
    """Its one repository, unchanged since, would call a whole Hub stale."""
    rows = busy(6)
    store.take(Kind.MODEL, day(0), *rows)
    store.take(Kind.MODEL, day(1), *moved(rows, 6)[:1], cut_off=True)

    assert store.take(Kind.MODEL, day(2), *moved(rows, 6)).stale is False
