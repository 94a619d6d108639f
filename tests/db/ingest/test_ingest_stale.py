"""Detection of stale snapshots: the Hub's counters have not changed since an earlier one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from crawler.kinds import Kind
from db.ingest.ingest import StoredSnapshot, ingest_walks
from tests.fakes.walks import Row, Store, day, new_store, paper, repo

HOUR = 1 / 24


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def busy(count: int, *, downloads: int | None = 1000, all_time: int | None = 9000) -> list[Row]:
    """Return `count` busy repositories with these counters."""
    return [repo(f"busy-{n}", downloads=downloads, downloads_all_time=all_time) for n in range(count)]


def moved(rows: Sequence[Row], of: int) -> list[Row]:
    """Return the same repositories with new downloads for the first `of` of them."""
    return [row | _once_more(row) if n < of else row for n, row in enumerate(rows)]


def _once_more(row: Row) -> Row:
    return {name: row[name] + 1 for name in ("downloads", "downloads_all_time") if row[name] is not None}


def test_a_first_snapshot_is_not_judged(store: Store) -> None:
    """The first snapshot has no verdict, because there is nothing to compare."""
    assert store.take(Kind.MODEL, day(0), *busy(4)).stale is None


@pytest.mark.parametrize(("moving", "stale"), [(0, True), (14, True), (15, False), (20, False)])
def test_over_a_quarter_must_stand_still(store: Store, moving: int, stale: bool) -> None:
    """A snapshot is stale if more than a quarter of the counters is unchanged."""
    store.take(Kind.MODEL, day(0), *busy(20))

    assert store.take(Kind.MODEL, day(1), *moved(busy(20), moving)).stale is stale


@pytest.mark.parametrize(("count", "stale"), [(3, None), (4, True)])
def test_a_few_busy_repositories_do_not_tell(store: Store, count: int, stale: bool | None) -> None:
    """Fewer than four busy repositories give no verdict."""
    store.take(Kind.MODEL, day(0), *busy(count))

    assert store.take(Kind.MODEL, day(1), *busy(count)).stale is stale


@pytest.mark.parametrize(("hours", "stale"), [(19.9, None), (20, True), (24, True)])
def test_the_one_compared_with_is_at_least_20_hours_older(store: Store, hours: float, stale: bool | None) -> None:
    """A snapshot less than 20 hours older is not compared, because counters refresh once a day."""
    store.take(Kind.MODEL, day(0), *busy(4))

    assert store.take(Kind.MODEL, day(hours * HOUR), *busy(4)).stale is stale


def test_the_newest_of_those_is_compared_with(store: Store) -> None:
    """The newest snapshot that is old enough is compared."""
    store.take(Kind.MODEL, day(0), *busy(4, downloads=500))
    store.take(Kind.MODEL, day(7), *busy(4))
    store.take(Kind.MODEL, day(7.9), *moved(busy(4), 4))

    assert store.take(Kind.MODEL, day(8), *busy(4)).stale


@pytest.mark.parametrize(("downloads", "stale"), [(299, None), (300, True)])
def test_only_busy_repositories_count(store: Store, downloads: int, stale: bool | None) -> None:
    """Repositories below 300 downloads in 30 days are ignored."""
    store.take(Kind.MODEL, day(0), *busy(4, downloads=downloads))

    assert store.take(Kind.MODEL, day(1), *busy(4, downloads=downloads)).stale is stale


def test_only_shared_repositories_count(store: Store) -> None:
    """Repositories in only one of the two snapshots are ignored."""
    store.take(Kind.MODEL, day(0), *busy(4))
    new = [repo(f"new-{n}", downloads=1000) for n in range(20)]

    assert store.take(Kind.MODEL, day(1), *busy(4), *new).stale
    assert store.take(Kind.MODEL, day(2), *(repo(f"else-{n}", downloads=1000) for n in range(4))).stale is None


def test_a_moving_all_time_counter_is_a_refresh(store: Store) -> None:
    """A changed all-time counter is a refresh, even if the 30-day figure is unchanged."""
    store.take(Kind.DATASET, day(0), *busy(4, all_time=9000))

    assert store.take(Kind.DATASET, day(1), *busy(4, all_time=9100)).stale is False


def test_an_all_time_counter_that_stands_still_is_stale(store: Store) -> None:
    """An unchanged all-time counter is stale, even if the 30-day figure changed."""
    store.take(Kind.DATASET, day(0), *busy(4, downloads=1000))

    assert store.take(Kind.DATASET, day(1), *busy(4, downloads=970)).stale


def test_an_unknown_counter_is_not_an_unchanged_one(store: Store) -> None:
    """A repository without an earlier counter is not compared."""
    store.take(Kind.MODEL, day(0), *busy(4, downloads=None, all_time=None))

    assert store.take(Kind.MODEL, day(1), *busy(4)).stale is None


def test_each_repository_is_judged_by_the_counter_it_has(store: Store) -> None:
    """Without an all-time counter on both sides, the 30-day figure decides."""
    store.take(Kind.MODEL, day(0), *busy(4, all_time=None))

    assert store.take(Kind.MODEL, day(1), *busy(4)).stale
    assert store.take(Kind.MODEL, day(2), *busy(4, downloads=1001, all_time=None)).stale is False


def test_without_all_time_counters_the_30_days_decide(store: Store) -> None:
    """If the Hub sends only 30-day figures, they decide."""
    store.take(Kind.MODEL, day(0), *busy(4, all_time=None))

    assert store.take(Kind.MODEL, day(1), *busy(4, all_time=None)).stale


@pytest.mark.parametrize(("kind", "row"), [(Kind.SPACE, repo("a", likes=5)), (Kind.PAPER, paper("a", upvotes=5))])
def test_kinds_without_downloads_are_never_judged(store: Store, kind: Kind, row: Row) -> None:
    """Kinds without downloads have no verdict; unchanged likes are normal."""
    store.take(kind, day(0), row)

    assert store.take(kind, day(1), row).stale is None


def test_a_snapshot_that_was_cut_off_is_not_compared_with(store: Store) -> None:
    """An incomplete snapshot is not used for the comparison."""
    rows = busy(24)
    store.take(Kind.MODEL, day(0), *rows)
    store.take(Kind.MODEL, day(1), *moved(rows, 24)[:4], cut_off=True)

    assert store.take(Kind.MODEL, day(2), *moved(rows, 24)).stale is False


# ------------------------------------------------------------------------------------------------------ doubt


def run_of(store: Store, at: datetime, models: Sequence[Row], datasets: Sequence[Row]) -> dict[Kind, StoredSnapshot]:
    """Walk both kinds and store them in one commit."""
    walks = [store.walk(Kind.MODEL, at, *models), store.walk(Kind.DATASET, at, *datasets)]
    return {one.kind: one for one in ingest_walks(store.con, walks, "1.0")}


def sets(count: int, **counters: int) -> list[Row]:
    """Return datasets with separate ids."""
    return [row | {"hub_id": f"set-{n}", "id": f"org/set-{n}"} for n, row in enumerate(busy(count, **counters))]


def test_stale_datasets_make_models_of_their_run_doubtful(store: Store) -> None:
    """Stale datasets make the models of the run doubtful, because the Hub refreshes both together."""
    run_of(store, day(0), busy(8), sets(8))

    taken = run_of(store, day(1), moved(busy(8), 8), sets(8, downloads=970))

    assert (taken[Kind.DATASET].stale, taken[Kind.DATASET].doubtful) == (True, False)
    assert (taken[Kind.MODEL].stale, taken[Kind.MODEL].doubtful) == (False, True)
    assert "doubtful: the Hub has not refreshed those of datasets" in taken[Kind.MODEL].describe()
    assert store.ask("SELECT kind, doubtful FROM snapshots ORDER BY snapshot_id") == [
        ("model", None), ("dataset", None), ("model", True), ("dataset", None),
    ]  # fmt: skip


def test_a_fresh_run_is_not_doubtful(store: Store) -> None:
    """A run with fresh datasets is not doubtful, even after a doubtful one."""
    run_of(store, day(0), busy(8), sets(8))
    run_of(store, day(1), moved(busy(8), 8), sets(8))
    rows = busy(8, downloads=2000, all_time=20_000)

    taken = run_of(store, day(2), rows, moved(sets(8), 8))

    assert [(one.stale, one.doubtful) for one in taken.values()] == [(False, False), (False, False)]


def test_models_stored_before_their_datasets_become_doubtful(store: Store) -> None:
    """Models become doubtful even if their datasets are stored by a later commit."""
    run_of(store, day(0), busy(8), sets(8))
    store.take(Kind.MODEL, day(1), *moved(busy(8), 8))

    store.take(Kind.DATASET, day(1), *sets(8))

    assert store.one("SELECT doubtful FROM snapshots WHERE kind = 'model' AND observed_at = $at", {"at": day(1)})


def test_a_stale_snapshot_is_not_doubtful_as_well(store: Store) -> None:
    """A stale snapshot is not doubtful too, because comparisons skip it anyway."""
    run_of(store, day(0), busy(8), sets(8))

    taken = run_of(store, day(1), busy(8), sets(8))

    assert (taken[Kind.MODEL].stale, taken[Kind.MODEL].doubtful) == (True, False)
