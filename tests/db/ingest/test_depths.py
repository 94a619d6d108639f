"""The depth of the lists of a walk, and its effect on changes below the end of the shorter list."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.kinds import Kind, Scope
from crawler.spool.spool import SpooledPage, SpoolHeader
from db.ingest.depths import Depths, depths_of
from db.schema.migrate import migrations
from tests.fakes.walks import Page, Row, Store, day, new_store, paper, repo

SETTINGS = {"top": 4, "created_days": 28}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def depths(
    lengths: dict[str, int], entities: int, kind: Kind = Kind.MODEL, scope: Scope = Scope.HEAD, **settings: object
) -> Depths:
    """Return the depths of a walk of these lists, one page each."""
    header = SpoolHeader("walk", "run", kind, scope, day(0), day(0), "http://hub.test", dict(settings))
    pages = [
        SpooledPage(number, listing, items, items, (), 1, None, {})
        for number, (listing, items) in enumerate(lengths.items())
    ]
    return depths_of(header, pages, entities)


def test_a_list_is_as_deep_as_was_asked_for() -> None:
    """The depth is the requested number, even if the last page holds more."""
    lengths = {"trending": 500, "downloads": 1000, "likes": 500, "created": 900}

    assert Depths(500, 500, 500, 28) == depths(lengths, 1800, top=500, created_days=28)


def test_a_list_that_broke_off_is_shorter() -> None:
    """A list that the Hub ended early has the depth that was read."""
    lengths = {"trending": 500, "downloads": 120, "likes": 500, "created": 900}

    assert Depths(500, 120, 500, 28) == depths(lengths, 1800, top=500, created_days=28)


def test_a_list_of_a_small_hub_shows_everything() -> None:
    """A list that holds the whole Hub is complete, even if an entity was created during the walk."""
    lengths = {"trending": 199, "downloads": 200, "likes": 200, "created": 20}

    assert Depths(None, None, None, 28) == depths(lengths, 200, top=500, created_days=28)


def test_a_list_that_was_not_read_has_no_depth() -> None:
    """A list that does not exist for the kind has depth 0."""
    spaces = depths({"trending": 500, "likes": 500, "created": 90}, 800, Kind.SPACE, top=500, created_days=28)
    papers = depths({"day:2026-09-07": 40, "trending": 100}, 130, Kind.PAPER, paper_days=14, trending_pages=1)

    assert Depths(500, 0, 500, 28) == spaces
    assert Depths(100, 0, 0, 14) == papers


def test_a_walk_of_everything_has_no_end() -> None:
    """A full walk of repositories has no depths; papers are read as in a head walk."""
    assert Depths() == depths({"all": 9000}, 9000, scope=Scope.FULL, page_size=1000)
    assert Depths(100, 0, 0, 14) == depths({"trending": 100}, 130, Kind.PAPER, Scope.FULL, paper_days=14)


# ------------------------------------------------------------------------------------------------ week_over_week


def models(places: Sequence[str]) -> list[Row]:
    """Return old models by downloads and likes, in descending order."""
    return [
        repo(name, downloads=1000 - 10 * place, downloads_all_time=9000, likes=100 - place)
        for place, name in enumerate(places)
    ]


def head(rows: Sequence[Row], top: int, *others: Row) -> list[Page]:
    """Return head lists of the same models in the same order, and `others` on a list by creation."""
    lists = [Page(rows[:top], listing, ranked=listing == "trending") for listing in ("trending", "downloads", "likes")]
    return [*lists, Page(others, "created")]


def take(store: Store, at: float, rows: Sequence[Row], top: int, *others: Row) -> None:
    store.take(Kind.MODEL, day(at), *head(rows, top, *others), settings={"top": top, "created_days": 28})


def told(store: Store) -> dict[str, tuple[str, list[str]]]:
    """Return status and flags of every change, by Hub id."""
    rows = store.ask("SELECT hub_id, status, flags FROM week_over_week('model') ORDER BY hub_id")
    return {hub_id: (status, [flag for flag in flags if flag != "stood still"]) for hub_id, status, flags in rows}


YOUNG = {"created_at": day(5), "downloads": 1, "likes": 0}
DIFFER = ["depths differ"]


def test_below_the_shorter_list_nothing_has_appeared(store: Store) -> None:
    """An entity that only a deeper list shows has not appeared, unless it ranks within the common depth."""
    take(store, 0, models("abcd"), 2, repo("old", created_at=day(-20)))
    take(store, 7, models("axbcd"), 4, repo("new", **YOUNG))

    assert told(store) == {
        "a": ("listed", DIFFER), "x": ("appeared", DIFFER), "b": ("listed", DIFFER), "c": ("below before", DIFFER),
        "new": ("appeared", DIFFER), "old": ("left", DIFFER),
    }  # fmt: skip


def test_below_the_shorter_list_nothing_has_left(store: Store) -> None:
    """An entity that is missing only from the shorter list has not left."""
    take(store, 0, models("abcde"), 4, repo("old", created_at=day(-20)))
    take(store, 7, models("acxb"), 2, repo("new", **YOUNG))

    assert told(store) == {
        "a": ("listed", DIFFER), "b": ("left", DIFFER), "c": ("listed", DIFFER), "d": ("below now", DIFFER),
        "new": ("appeared", DIFFER), "old": ("left", DIFFER),
    }  # fmt: skip


def test_lists_of_the_same_depth_say_what_appeared_and_left(store: Store) -> None:
    """With equal depths, entities that enter or leave a list have appeared or left."""
    take(store, 0, models("abcd"), 2, repo("old", created_at=day(-20)))
    take(store, 7, models("axbcd"), 2, repo("new", **YOUNG))

    assert told(store) == {
        "a": ("listed", []), "b": ("left", []), "x": ("appeared", []), "new": ("appeared", []), "old": ("left", []),
    }  # fmt: skip


def test_one_list_that_broke_off_is_enough(store: Store) -> None:
    """If one list broke off, the other lists still decide what appeared."""
    settings = {"top": 3, "created_days": 28}
    rows = models("abcdef")
    liked = [rows[4] | {"likes": 999}, rows[0], rows[1]]
    store.take(Kind.MODEL, day(0), *head(rows, 3, repo("old", created_at=day(-20))), settings=settings)
    store.take(
        Kind.MODEL, day(7), Page(rows[:1], "trending", ranked=True), Page(rows[:3], "downloads"), Page(liked, "likes"),
        Page([repo("new", **YOUNG)], "created"), settings=settings,
    )  # fmt: skip

    assert told(store)["e"] == ("appeared", DIFFER)
    assert store.one("SELECT now_depths.trending FROM compared_snapshots('model')") == 1


def test_a_full_snapshot_against_a_head_reaches_deeper(store: Store) -> None:
    """An entity beyond the depth of the head has not appeared in a full snapshot."""
    take(store, 0, models("abcd"), 2, repo("old", created_at=day(-20)))
    store.take(Kind.MODEL, day(7), *models("axbcd"), repo("new", **YOUNG), scope=Scope.FULL)

    scopes = ["scopes differ"]
    assert told(store) == {
        "a": ("listed", scopes), "x": ("appeared", scopes), "b": ("listed", scopes), "c": ("below before", scopes),
        "d": ("below before", scopes), "new": ("appeared", scopes), "old": ("left", scopes),
    }  # fmt: skip


def test_papers_followed_back_less_far(store: Store) -> None:
    """A paper older than the common days has neither appeared nor left."""

    def papers(at: float, days: int, *rows: Row) -> None:
        pages = [Page([paper("hot")], "trending", ranked=True), Page(rows, "day:2026-09-07")]
        store.take(Kind.PAPER, day(at), *pages, settings={"paper_days": days})

    papers(0, 7, paper("kept", created_at=day(-3)), paper("gone", created_at=day(-3)))
    papers(7, 14, paper("kept", created_at=day(-3)), paper("new", created_at=day(5)), paper("old", created_at=day(-5)))

    rows: list[tuple[Any, ...]] = store.ask("SELECT hub_id, status FROM week_over_week('paper') ORDER BY hub_id")
    assert rows == [
        ("gone", "left"), ("hot", "listed"), ("kept", "listed"), ("new", "appeared"), ("old", "below before"),
    ]  # fmt: skip


def test_the_settings_of_older_snapshots_tell_their_depths() -> None:
    """The depths of older snapshots follow from their settings; a head within its limits is complete."""
    with contextlib.closing(duckdb.connect()) as con:
        older = [one.script for one in migrations() if one.version < 7]
        con.execute("".join(older))
        rows = [
            ("model", "head", 900, "crawl", '{"top": 500, "created_days": 28}'),
            ("model", "head", 400, "crawl", '{"top": 500, "created_days": 28}'),
            ("space", "head", 900, "crawl", '{"top": 500, "created_days": 28}'),
            ("model", "full", 900, "crawl", '{"page_size": 1000}'),
            ("paper", "head", 900, "crawl", '{"paper_days": 14}'),
            ("model", "head", 900, "archive", '{"file": "models.parquet"}'),
        ]
        con.executemany(
            "INSERT INTO snapshots BY NAME SELECT row_number() OVER () AS snapshot_id, $1 AS kind, $2 AS scope,"
            " $3 AS records, $4 AS origin, $5 AS settings, now() AS observed_at, now() AS finished_at,"
            " true AS complete, 1 AS requests, 0 AS duplicates, 0 AS rejected, '1' AS tool_version,"
            " 'r' AS run_id, 'w' AS walk_id",
            rows,
        )

        con.execute("".join(one.script for one in migrations() if one.version == 7))
        depths = [row for (row,) in con.execute("SELECT depths FROM snapshots ORDER BY rowid").fetchall()]

    everything = {"trending": None, "downloads": None, "likes": None}
    assert depths == [
        {"trending": 500, "downloads": 500, "likes": 500, "days": 28},
        everything | {"days": 28},
        {"trending": 500, "downloads": 0, "likes": 500, "days": 28},
        everything | {"days": None},
        None,
        None,
    ]


def test_snapshots_of_unknown_depth_are_compared_as_they_are(store: Store) -> None:
    """Snapshots without depths, as of an archive, are compared without them."""
    take(store, 0, models("abcd"), 2, repo("old", created_at=day(-20)))
    take(store, 7, models("abcd"), 3, repo("new", **YOUNG))
    store.ask("UPDATE snapshots SET depths = NULL WHERE observed_at = $at", {"at": day(0)})

    assert told(store)["c"] == ("appeared", [])
