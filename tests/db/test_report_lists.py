"""The stored lists of reports, queried by list and by entity."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from crawler.kinds import Kind
from db.deletion.retention import drop
from db.errors import DatabaseReplacedError
from db.export.export import export
from db.export.target import Folder
from db.report_lists import ReportLists, Row, store_report_lists
from tests.fakes.walks import Store, day, new_store, repo

COMPARED = {
    "now_snapshot": 2, "now_at": day(7), "now_scope": "head", "now_origin": "crawl",
    "before_snapshot": 1, "before_at": day(0), "before_scope": "head", "before_origin": "crawl",
    "basis": "exact", "span_days": 7.0,
}  # fmt: skip
UNSAID: Row = dict.fromkeys((
    *("before", "now", "downloads_before", "downloads_now", "likes_now", "gain", "percent", "score", "lift"),
    *("lower_bound", "since", "breakout", "granularity", "this_week", "baseline_week", "daily_noise", "drift"),
    *("span_days", "rank_before", "rank_now", "age_days", "upvotes_day_1", "upvotes_day_3", "upvotes_day_7"),
    *("upvotes_day_14", "github_stars_gain", "place_before", "weeks_listed", "first_listed", "best_place"),
))  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with two models, one of them renamed, and no report."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a", id="org/old", likes=1), repo("b", likes=2))
        store.take(Kind.MODEL, day(7), repo("a", id="org/new", likes=3), repo("b", likes=4))
        yield store


def risers(**columns: object) -> Row:
    """Return the list of a report, with the columns that tests need."""
    usual = {"kind": "model", "metric": "likes", "list": "risers", "ordered_by": "gain", "considered": 2}
    unsaid: Row = {"tested": None, "untested": None, "withheld": None, "left_out": []}
    return {**usual, **unsaid, **COMPARED, "tool_version": "1.0", **columns}


def pick(hub_id: str, place: int, **columns: object) -> Row:
    """Return a row of that list."""
    usual = {"kind": "model", "metric": "likes", "list": "risers", "place": place, "hub_id": hub_id}
    said = {"id": f"org/{hub_id}", "basis": "exact", "status": "listed", "flags": []}
    return {**usual, **UNSAID, **said, **columns}


def says(store: Store, at: datetime, *picks: Row, **columns: object) -> None:
    store_report_lists(store.con, store.file, ReportLists(at, [risers(**columns)], picks))


def test_a_list_is_asked_for_by_kind_metric_and_name(store: Store) -> None:
    """ranked returns a list in order, with current and reported names."""
    says(store, day(7), pick("b", 2, gain=2), pick("a", 1, id="org/old", gain=2, since=date(2026, 9, 9)))

    rows = store.ask("SELECT place, id, listed_as, gain, since, ordered_by, before_at FROM ranked('model', 'likes')")

    assert rows == [
        (1, "org/new", "org/old", 2, date(2026, 9, 9), "gain", day(0)),
        (2, "org/b", "org/b", 2, None, "gain", day(0)),
    ]


def test_the_newest_report_is_asked_unless_a_moment_is_given(store: Store) -> None:
    """ranked uses the newest report, or the newest one by a moment."""
    says(store, day(7), pick("a", 1))
    says(store, day(10_000), pick("b", 1))

    query = "SELECT hub_id FROM ranked('model', 'likes', as_of := $moment)"
    assert store.ask(query, {"moment": None}) == [("b",)]
    assert store.ask(query, {"moment": day(8)}) == [("a",)]
    assert store.ask(query, {"moment": day(6)}) == []


def test_a_list_that_is_withheld_now_has_no_rows(store: Store) -> None:
    """A withheld list has no rows instead of the previous week's, and has its reason."""
    says(store, day(7), pick("a", 1))
    says(store, day(14), withheld="not ranked because the whole Hub moved")

    assert store.ask("FROM ranked('model', 'likes')") == []
    assert store.ask("SELECT withheld FROM lists ORDER BY report_at") == [
        (None,),
        ("not ranked because the whole Hub moved",),
    ]


def test_a_report_that_is_made_again_has_its_rows_once(store: Store) -> None:
    """A report that is made again replaces its rows only."""
    says(store, day(7), pick("a", 1), pick("b", 2))
    says(store, day(14), pick("a", 1, gain=1))
    says(store, day(14), pick("b", 1, gain=5))

    assert store.ask("SELECT report_at, place, gain FROM picks ORDER BY ALL") == [
        (day(7), 1, None), (day(7), 2, None), (day(14), 1, 5)
    ]  # fmt: skip
    assert store.one("SELECT count(*) FROM lists") == 2


@pytest.mark.parametrize("name", ["org/old", "org/new", "a"])
def test_where_a_thing_has_stood(store: Store, name: str) -> None:
    """placings finds an entity by any name and by Hub id, oldest report first."""
    says(store, day(14), pick("b", 1), pick("a", 2, id="org/new", score=1.5))
    says(store, day(7), pick("a", 1, id="org/old"), pick("b", 2))

    rows = store.ask(
        "SELECT report_at, list, place, score, listed_as, id, ordered_by FROM placings($entity)", {"entity": name}
    )

    assert rows == [
        (day(7), "risers", 1, None, "org/old", "org/new", "gain"),
        (day(14), "risers", 2, 1.5, "org/new", "org/new", "gain"),
    ]


WRONG = {
    "kind": ("'modl', 'likes'", "unknown kind 'modl'"),
    "metric": ("'model', 'stars'", "unknown metric of a list 'stars': write 'downloads', 'likes' or 'upvotes'"),
    "a metric that is not ranked": ("'model', 'trending_score'", "unknown metric of a list 'trending_score'"),
    "list": ("'model', 'likes', 'coolers'", "unknown list 'coolers': write 'gains', 'risers'"),
    "no kind": ("NULL, 'likes'", "unknown kind NULL"),
}


@pytest.mark.parametrize(("words", "reason"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("reports", [0, 1])
def test_a_word_that_is_none_is_refused(store: Store, words: str, reason: str, reports: int) -> None:
    """A wrong argument is an error with the valid ones, even before the first report."""
    for _ in range(reports):
        says(store, day(7), pick("a", 1))

    with pytest.raises(duckdb.InvalidInputException, match=reason):
        store.ask(f"FROM ranked({words})")


def test_a_thing_that_the_file_does_not_know_stops_it_all(store: Store) -> None:
    """A report with an entity that the file lacks changes nothing, because the file was replaced."""
    says(store, day(7), pick("a", 1))

    with pytest.raises(DatabaseReplacedError):
        says(store, day(7), pick("b", 1), pick("stranger", 2))

    assert store.ask("SELECT hub_id FROM ranked('model', 'likes')") == [("a",)]


def test_what_was_said_outlives_its_snapshots(store: Store) -> None:
    """Pruning snapshots keeps the lists that compare them."""
    says(store, day(7), pick("a", 1, gain=2), left_out=[{"reason": "younger than 14 days", "entities": 1}])
    before = store.ask("FROM ranked('model', 'likes')"), store.ask("FROM lists")

    drop(store.con, [1])

    assert (store.ask("FROM ranked('model', 'likes')"), store.ask("FROM lists")) == before


def test_what_was_said_is_exported(store: Store, tmp_path: Path) -> None:
    """Lists are exported by Hub id and time; a repeated report changes only its files."""
    target = Folder(tmp_path / "out")
    says(store, day(7), pick("a", 1, gain=2), left_out=[{"reason": "younger than 14 days", "entities": 1}])
    export(store.con, target, lambda _: None)

    lists = pl.read_parquet(tmp_path / "out" / "lists", hive_partitioning=True)
    picks = pl.read_parquet(tmp_path / "out" / "picks", hive_partitioning=True)
    assert lists.select("kind", "list", "before_at", "left_out").rows() == [
        ("model", "risers", day(0), [{"reason": "younger than 14 days", "entities": 1}])
    ]
    assert picks.select("kind", "hub_id", "id", "gain", "flags").rows() == [("model", "a", "org/a", 2, [])]
    assert not {"entity_key", "now_snapshot", "before_snapshot"} & {*lists.columns, *picks.columns}

    says(store, day(7), pick("a", 1, gain=3), left_out=[{"reason": "younger than 14 days", "entities": 1}])
    assert [file.path for file in export(store.con, target, lambda _: None).written] == [
        "picks/kind=model/picks.parquet"
    ]
