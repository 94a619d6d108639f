"""Back-history from other archives: a year of weekly dumps, times, names, marks, and the rule of pairs."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.kinds import Kind, Scope
from db.deletion.retention import drop
from db.importing.errors import (
    ArchiveError,
    FutureTimeError,
    NoSuchColumnError,
    NoTimeError,
    NoValidRowsError,
    ReservedOriginError,
    TooManyTimesError,
)
from db.importing.source import MAX_TIMES
from db.importing.times import ObservationTime
from tests.fakes.archives import NOW, bring_in, write_parquet
from tests.fakes.walks import Store, day, new_store, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def weekly(folder: Path, weeks: int) -> list[Path]:
    """Write weekly dumps, a folder each, of entities that grow; one is renamed."""
    return [
        write_parquet(folder / "models" / f"{day(7 * week):%Y-%m-%d}" / "models.parquet", rows_of_week(week))
        for week in range(weeks)
    ]


def rows_of_week(week: int) -> list[dict[str, Any]]:
    return [
        {
            "_id": f"{number:024x}",
            "id": f"org/{'new' if week > 30 and number == 3 else 'model'}-{number}",
            "downloads": 100 * number,
            "downloadsAllTime": 1000 + week * number * number - (500 if week == 51 and number == 7 else 0),
            "likes": week % 5 + number,
        }
        for number in range(1, 20)
        if number <= week
    ]


def gains(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """The week's change of each entity, in plain Python."""
    old, new = ({row["_id"]: row for row in rows} for rows in (before, now))
    return {
        key: (
            new[key]["id"],
            new[key]["downloadsAllTime"] - old[key]["downloadsAllTime"] if key in old else None,
            new[key]["likes"] - old[key]["likes"] if key in old else None,
        )
        for key in new
    }


def test_a_year_of_weekly_dumps_gives_a_trend_on_the_first_day(store: Store, tmp_path: Path) -> None:
    """Every week's change equals a plain recomputation, with the names of then; the span is stated."""
    files = weekly(tmp_path, 52)

    imported = bring_in(store, *files[1:])

    assert len(imported) == 51
    for week in (2, 30, 31, 51):
        changes = store.ask(
            "SELECT hub_id, id, downloads_gain, likes_gain, basis, span_days FROM week_over_week('model', as_of := $1)",
            [day(7 * week)],
        )
        expected = gains(rows_of_week(week - 1), rows_of_week(week))
        assert {key: (*change, "exact", 7.0) for key, change in expected.items()} == {k: tuple(c) for k, *c in changes}
    assert store.one(
        "SELECT flags FROM week_over_week('model', as_of := $1) WHERE id = 'org/model-7'", [day(7 * 51)]
    ) == ["revised"]


def test_imported_snapshots_have_an_origin(store: Store, tmp_path: Path) -> None:
    """The snapshot has origin, scope and file, no requests, and brings no events."""
    (path,) = weekly(tmp_path, 3)[2:]

    bring_in(store, path, origin="hfmlsoc", scope=Scope.HEAD)

    (found,) = store.records("SELECT origin, scope, complete, stale, requests, records, settings FROM snapshots")
    assert '"file": "models.parquet"' in found.pop("settings")
    expected = {"origin": "hfmlsoc", "scope": "head", "complete": True, "stale": None, "requests": 0, "records": 2}
    assert expected == found
    assert store.ask("FROM events") == []


def test_a_dump_is_imported_once(store: Store, tmp_path: Path) -> None:
    """Importing again, or a folder that has grown, stores only what is new."""
    files = weekly(tmp_path, 4)[1:]
    bring_in(store, *files[:2])

    assert [day(21).date()] == [snapshot.observed_at.date() for snapshot in bring_in(store, *files)]
    assert store.one("SELECT count(*) FROM snapshots") == 3


def test_a_dump_that_repeats_the_one_before_is_stale(store: Store, tmp_path: Path) -> None:
    """Archives copy an old file when there is no new one; such a week is not compared, whenever it is imported."""
    rows = [
        {"_id": name, "id": f"org/{name}", "downloads": 1000, "downloadsAllTime": 5000, "likes": 1} for name in "abcd"
    ]
    grown = [row | {"downloads": 1100, "downloadsAllTime": 5300} for row in rows]
    dumps = [(0, rows), (7, rows), (14, grown)]
    files = [write_parquet(tmp_path / f"{day(at):%Y-%m-%d}.parquet", content) for at, content in dumps]

    for path in (files[1], files[2], files[0]):
        bring_in(store, path)

    stale = store.ask("SELECT observed_at::DATE, stale FROM snapshots ORDER BY observed_at")
    assert [is_stale for _, is_stale in stale] == [None, True, False]
    assert store.ask("SELECT downloads_gain, span_days FROM week_over_week('model', as_of := $1)", [day(14)]) == [
        (300, 14.0)
    ] * len(rows)


def test_a_column_may_have_the_time(store: Store, tmp_path: Path) -> None:
    """One file of many days, as a series of daily rows, becomes a snapshot for each day."""
    rows = [{"_id": key, "id": f"org/{key}", "day": day(at).date(), "likes": at} for at in (2, 0, 1) for key in "ab"]

    imported = bring_in(store, write_parquet(tmp_path / "series.parquet", rows), when=ObservationTime(column="day"))

    midnights = [day(at).replace(hour=0) for at in range(3)]
    assert [(at, 2) for at in midnights] == [(snapshot.observed_at, snapshot.records) for snapshot in imported]


def test_a_time_may_be_shifted(store: Store, tmp_path: Path) -> None:
    """A file that was recorded six days after the date in its name is moved by --later."""
    path = weekly(tmp_path, 2)[1]

    (imported,) = bring_in(store, path, when=ObservationTime(later=timedelta(days=6)))

    assert day(13).replace(hour=0) == imported.observed_at


def test_a_row_without_a_time_is_rejected(store: Store, tmp_path: Path) -> None:
    """It is kept with the first snapshot of its file."""
    rows = [
        {"_id": key, "id": f"org/{key}", "day": at} for key, at in (("a", "2026-05-04"), ("b", "soon"), ("c", None))
    ]

    (imported,) = bring_in(store, write_parquet(tmp_path / "s.parquet", rows), when=ObservationTime(column="day"))

    assert (imported.records, imported.rejected) == (1, 2)
    assert store.ask("SELECT reason FROM rejects ORDER BY place") == [
        ("time of observation not understood",), ("no time of observation",)
    ]  # fmt: skip


def test_impossible_times(store: Store, tmp_path: Path) -> None:
    """A missing, future or per-row time and an unknown column are refused with the next step."""
    rows = [{"_id": str(number), "id": f"org/{number}", "seen": NOW - timedelta(seconds=number)} for number in range(9)]
    path = write_parquet(tmp_path / "models.parquet", rows)
    many = [{"_id": "a", "id": "org/a", "seen": NOW - timedelta(seconds=n)} for n in range(MAX_TIMES + 1)]

    with pytest.raises(NoTimeError, match="give --observed-at TIME"):
        bring_in(store, path)
    with pytest.raises(FutureTimeError, match="in the future"):
        bring_in(store, path, when=ObservationTime(at=NOW + timedelta(hours=1)))
    with pytest.raises(NoSuchColumnError, match="no usable column 'when'"):
        bring_in(store, path, when=ObservationTime(column="when"))
    with pytest.raises(TooManyTimesError, match="2,001 different times"):
        bring_in(store, write_parquet(tmp_path / "many.parquet", many), when=ObservationTime(column="seen"))
    with pytest.raises(ReservedOriginError, match="--origin"):
        bring_in(store, path, origin="crawl")
    assert issubclass(ReservedOriginError, ArchiveError)


def test_a_repeated_entity_counts_once(store: Store, tmp_path: Path) -> None:
    """The first row of an entity counts; another one is reported as repeated."""
    rows = [{"_id": "a", "id": "org/a", "likes": likes} for likes in (1, 2)]

    (imported,) = bring_in(store, write_parquet(tmp_path / "2026-05-04.parquet", rows))

    assert (imported.records, imported.duplicates, imported.rejected) == (1, 1, 0)
    assert store.one("SELECT likes FROM models") == 1


def nameless(folder: Path, at: datetime, *names: str) -> Path:
    """A dump without _id, as daily download lists are."""
    return write_parquet(folder / f"{at:%Y%m%dT%H%M}.parquet", [{"id": name, "downloads": 5} for name in names])


def test_a_row_without_an_id_counts_for_the_entity_of_that_name_then(store: Store, tmp_path: Path) -> None:
    """A name passes from one entity to another; before the first observation it belongs to its first entity."""
    store.take(Kind.MODEL, day(10), repo("a", id="org/x", created_at=day(0)))
    store.take(Kind.MODEL, day(20), repo("a", id="org/y", created_at=day(0)), repo("b", id="org/x", created_at=day(15)))

    for at in (5, 12, 22):
        bring_in(store, nameless(tmp_path, day(at), "org/x"), origin="list")

    found = store.ask("SELECT hub_id, observed_at FROM model_history WHERE origin = 'list' ORDER BY observed_at")
    assert [("a", day(5)), ("a", day(12)), ("b", day(22))] == found


def test_a_row_with_an_unknown_name_is_rejected(store: Store, tmp_path: Path) -> None:
    """A name is unknown, or its entity did not exist yet: no entity is invented."""
    store.take(Kind.MODEL, day(10), repo("a", id="org/x", created_at=day(8)), repo("b", created_at=day(0)))

    (imported,) = bring_in(store, nameless(tmp_path, day(5), "org/x", "org/unknown", "org/b"), origin="list")

    assert (imported.by_name, imported.records, imported.rejected) == (True, 1, 2)
    assert "known to have had this name then" in store.one("SELECT DISTINCT reason FROM rejects")
    assert [day(5)] == [at for (at,) in store.ask("SELECT first_seen FROM models WHERE id = 'org/b'")]


def test_an_entity_that_our_full_walk_lacks_is_missing(store: Store, tmp_path: Path) -> None:
    """An entity that only the archive has shown was not there when the whole Hub was walked later."""
    store.take(Kind.MODEL, day(10), repo("a"), scope=Scope.FULL)
    rows = [{"_id": key, "id": f"org/{key}", "likes": 1} for key in "ab"]

    bring_in(store, write_parquet(tmp_path / f"{day(3):%Y-%m-%d}.parquet", rows))

    assert store.ask("SELECT hub_id, status FROM models ORDER BY hub_id") == [("a", "listed"), ("b", "missing")]


def test_a_change_from_a_pruned_snapshot_stays(store: Store, tmp_path: Path) -> None:
    """Its counters are deleted, but an older dump does not overwrite the change that it recorded."""
    for at, task in ((10, "translation"), (20, "fill-mask"), (30, "fill-mask")):
        store.take(Kind.MODEL, day(at), repo("a", task=task))
    drop(store.con, [2])
    row = {"_id": "a", "id": "org/a", "author": "org", "pipeline_tag": "summarization", "likes": 1}

    bring_in(store, write_parquet(tmp_path / "dump.parquet", [row]), when=ObservationTime(at=day(15)))

    facts = store.ask("SELECT valid_from, task FROM repo_attributes ORDER BY valid_from")
    assert [(day(10), "translation"), (day(15), "summarization"), (day(20), "fill-mask")] == facts


def pair(store: Store, as_of: datetime) -> tuple[Any, ...]:
    """The compared snapshots: days after the first Monday and origins."""
    ((now_at, now_origin, before_at, before_origin),) = store.ask(
        "SELECT now_at, now_origin, before_at, before_origin FROM compared_snapshots('model', as_of := $1)", [as_of]
    )
    days = [(at - day(0)).days if at else None for at in (now_at, before_at)]
    return days[0], now_origin, days[1], before_origin


PAIRS = {
    "archives alone": ([], [0, 7, 14], (14, "archive", 7, "archive")),
    "our first walk and an archive": ([14], [0, 7], (14, "crawl", 7, "archive")),
    "our own, although the archive lies nearer to a week": ([10, 14], [7], (14, "crawl", 10, "crawl")),
    "an archive two days younger does not displace ours": ([5, 12], [7, 14], (12, "crawl", 5, "crawl")),
    "an archive a week younger does": ([0, 7], [7, 14], (14, "archive", 7, "archive")),
}


@pytest.mark.parametrize(("own", "theirs", "expected"), PAIRS.values(), ids=PAIRS.keys())
def test_which_snapshots_are_compared(
    own: list[int], theirs: list[int], expected: tuple[Any, ...], store: Store, tmp_path: Path
) -> None:
    """Own with own, an archive with itself; only where there is no such pair are origins mixed."""
    for at in own:
        store.take(Kind.MODEL, day(at), repo("a", likes=at))
    for at in theirs:
        path = write_parquet(tmp_path / f"{at}.parquet", [{"_id": "a", "id": "org/a", "likes": at}])
        bring_in(store, path, when=ObservationTime(at=day(at)), scope=Scope.HEAD)

    assert expected == pair(store, day(20))
    flags = store.one("SELECT flags FROM week_over_week('model', as_of := $1)", [day(20)])
    assert (["origins differ"] if expected[1] != expected[3] else []) == flags


def test_a_dump_of_unknown_names_leaves_no_snapshot(store: Store, tmp_path: Path) -> None:
    """An empty snapshot would look like a mass removal; the dump can be imported once the names are known."""
    dump = nameless(tmp_path, day(5), "org/unknown")
    with pytest.raises(NoValidRowsError, match=r"had this name then\): rows without Hub ids need .* crawl first"):
        bring_in(store, dump, origin="list")
    assert store.ask("SELECT * FROM snapshots") == store.ask("SELECT * FROM rejects") == []

    store.take(Kind.MODEL, day(6), repo("a", id="org/unknown", created_at=day(0)))
    assert [one.records for one in bring_in(store, dump, origin="list")] == [1]


def test_times_without_a_known_name_are_skipped(store: Store, tmp_path: Path) -> None:
    """Only the times with a valid row become snapshots."""
    store.take(Kind.MODEL, day(10), repo("a", id="org/x", created_at=day(3)))
    rows = [{"id": "org/x", "likes": at, "seen": day(at)} for at in (1, 5)]

    taken = bring_in(
        store, write_parquet(tmp_path / "all.parquet", rows), origin="list", when=ObservationTime(column="seen")
    )

    assert [one.observed_at for one in taken] == [day(5)]


def test_a_walk_after_an_import_compares_with_walks_only(store: Store, tmp_path: Path) -> None:
    """An archive's full dump is not the previous walk, so its gaps bring no `appeared` events."""
    rows = [{"_id": "a", "id": "org/a", "likes": 1}]
    bring_in(store, write_parquet(tmp_path / "2026-09-01.parquet", rows))

    store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)

    assert store.ask("SELECT * FROM events WHERE event = 'appeared'") == []


def test_a_rejected_name_is_imported_once_it_is_known(store: Store, tmp_path: Path) -> None:
    """The same file again adds it to its snapshot, and a third time changes nothing."""
    dump = nameless(tmp_path, day(5), "org/a", "org/b")
    store.take(Kind.MODEL, day(6), repo("a", created_at=day(0)))
    (first,) = bring_in(store, dump, origin="list")
    store.take(Kind.MODEL, day(7), repo("b", created_at=day(0)))

    (second,) = bring_in(store, dump, origin="list")

    assert (first.records, first.rejected, second.records, second.rejected) == (1, 1, 1, 0)
    assert "1 models added, 0 still rejected" in second.describe()
    assert store.ask("SELECT records, rejected FROM snapshots WHERE origin = 'list'") == [(2, 0)]
    assert store.ask("SELECT hub_id, first_seen FROM models ORDER BY hub_id") == [("a", day(5)), ("b", day(5))]
    assert store.ask("SELECT carried, records FROM coverage WHERE field = 'downloads' AND snapshot_id = $1", [2]) == [
        (2, 2)
    ]
    assert store.ask("SELECT * FROM rejects") == []
    assert bring_in(store, dump, origin="list") == []


def test_a_corrected_row_is_added(store: Store, tmp_path: Path) -> None:
    """A file of the same name adds rows that were rejected before and changes no other row."""
    rows: list[dict[str, Any]] = [{"_id": "a", "id": "org/a", "likes": 1}, {"_id": "b", "id": "org/b", "likes": -1}]
    path = tmp_path / f"{day(3):%Y-%m-%d}.parquet"
    bring_in(store, write_parquet(path, rows))
    corrected = [rows[0] | {"likes": 7}, rows[1] | {"likes": 2}]

    (added,) = bring_in(store, write_parquet(path, corrected))

    assert (added.is_added, added.records) == (True, 1)
    assert store.ask("SELECT hub_id, likes, first_seen FROM models ORDER BY hub_id") == [
        ("a", 1, day(3).replace(hour=0)), ("b", 2, day(3).replace(hour=0)),
    ]  # fmt: skip
    assert store.one("SELECT count(*) FROM sources") == 2


def test_a_snapshot_records_its_file(store: Store, tmp_path: Path) -> None:
    """Name, size and SHA-256, with revision and licence; pruning deletes them."""
    (path,) = weekly(tmp_path, 3)[2:]

    bring_in(store, path, revision="510957d", licence="CC-BY-4.0")

    assert store.ask("SELECT snapshot_id, file, sha256, bytes, revision, licence, imported_at FROM sources") == [
        (1, "models.parquet", hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, "510957d",
         "CC-BY-4.0", NOW),
    ]  # fmt: skip
    drop(store.con, [1])
    assert store.ask("SELECT * FROM sources") == store.ask("SELECT * FROM import_dates") == []
