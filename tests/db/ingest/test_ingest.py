"""Storing walks as snapshots: stored rows, refused walks, and failures."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from crawler.errors import HubFailedError
from crawler.kinds import Kind, Scope
from crawler.schema.rejections import DroppedValue, Rejection
from db.errors import ObservedInThePastError
from db.ingest.ingest import ingest_walk, ingest_walks, latest_observation
from tests.fakes.walks import Page, Row, Store, article, day, new_store, paper, repo

HOSTILE = [
    "Robert'); DROP TABLE entities;--",
    'a "quoted" $name and a ? and {braces}',
    "with\x00a NUL",
    "x" * 10_000,
    "🧨\u202eevil\u2066",
    "\x1b]0;title\x07",
    "",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def whole_store(store: Store) -> dict[str, object]:
    """Return every row of every table that snapshots fill."""
    tables = ("snapshots", "entities", "repo_attributes", "observations", "events", "rejects", "coverage")
    return {table: store.ask(f"SELECT * FROM {table} ORDER BY ALL") for table in tables}


# ------------------------------------------------------------------------------------------------ what is stored


def test_a_thing_of_several_lists_is_one_record(store: Store) -> None:
    """An entity of several lists is stored once, from its first row, with its trending rank."""
    taken = store.take(
        Kind.MODEL,
        day(0),
        Page([repo("b", likes=7), repo("a", likes=1)], listing="likes"),
        Page([repo("a", likes=2), repo("c", likes=3)], listing="trending", ranked=True),
    )

    rows = store.ask("SELECT id, likes, rank FROM as_of('model', NULL) ORDER BY id")
    assert rows == [("org/a", 1, 1), ("org/b", 7, None), ("org/c", 3, 2)]
    assert taken.records == 3
    assert store.one("SELECT duplicates FROM snapshots") == 1


def test_a_thing_twice_in_the_trending_list_has_its_better_rank(store: Store) -> None:
    """An entity that the trending list repeats has its better rank."""
    store.take(Kind.MODEL, day(0), Page([repo("a"), repo("b"), repo("a")], listing="trending", ranked=True))

    assert store.ask("SELECT id, rank FROM as_of('model', NULL) ORDER BY rank") == [("org/a", 1), ("org/b", 2)]


def test_keys_follow_the_walk_and_rows_the_keys(store: Store) -> None:
    """New entities are numbered in walk order; observations are stored in key order."""
    store.take(Kind.MODEL, day(0), repo("z"), repo("a"))
    store.take(Kind.MODEL, day(1), repo("new"), repo("a"), repo("z"))

    assert store.ask("SELECT entity_key, hub_id FROM entities") == [(1, "z"), (2, "a"), (3, "new")]
    assert store.ask("SELECT snapshot_id, entity_key FROM observations") == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]


@pytest.mark.parametrize(
    ("kind", "row", "columns"),
    [
        (
            Kind.MODEL,
            repo("a", downloads=5, downloads_all_time=50, likes=3, trending_score=0.5, task="t"),
            "downloads, downloads_all_time, likes, trending_score, task, tags, license",
        ),
        (Kind.SPACE, repo("a", likes=3, sdk="gradio", models=["org/m"]), "downloads, likes, sdk, models"),
        (
            Kind.PAPER,
            paper("a", upvotes=3, comments=1, github_stars=9, authors=["Ada"]),
            "upvotes, comments, github_stars, authors",
        ),
        (Kind.ARTICLE, article("a", upvotes=3, upvotes_7d=1, official=True), "upvotes, upvotes_7d, official"),
    ],
)
def test_every_kind_shows_what_its_rows_held(store: Store, kind: Kind, row: Row, columns: str) -> None:
    """The view of a kind shows the values of a row, and NULL for missing ones."""
    store.take(kind, day(0), row)

    (shown,) = store.records(f"SELECT {columns} FROM {'current_repos' if kind.spec.is_repo else kind.plural}")
    assert shown == {column: row.get(column) for column in columns.split(", ")}


def test_what_the_hub_did_not_say_is_null(store: Store) -> None:
    """A missing number is NULL, not zero."""
    store.take(Kind.MODEL, day(0), repo("a"))

    assert store.ask("SELECT downloads, downloads_all_time, likes, rank FROM observations") == [(None,) * 4]


def test_a_dropped_value_is_noted_and_costs_nothing(store: Store) -> None:
    """A dropped value is in rejects; its item is stored and not counted as rejected."""
    note = DroppedValue(0, "tags", "tags: null among its words", '{"_id": "a", "tags": [null]}')

    taken = store.take(Kind.MODEL, day(0), Page([repo("a", likes=7)], listing="likes", dropped=(note,)))

    assert (taken.records, taken.rejected) == (1, 0)
    assert store.ask("FROM rejects") == [(1, "model", "likes", 1, 0, f"{note.reason} (value dropped)", note.raw)]


def test_rejections_are_kept_and_counted(store: Store) -> None:
    """A rejected item is stored with place, reason and JSON, and the other items are stored."""
    bad = Rejection(3, "likes: not a number", '{"likes": "many"}')

    taken = store.take(Kind.MODEL, day(0), Page([repo("a")], listing="likes", rejections=(bad,)))

    assert (taken.records, taken.rejected, taken.complete) == (1, 1, True)
    assert store.ask("FROM rejects") == [(1, "model", "likes", 1, 3, "likes: not a number", '{"likes": "many"}')]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_only_text(store: Store, text: str) -> None:
    """Hostile names, titles and reasons are stored unchanged and have no effect."""
    store.take(
        Kind.MODEL,
        day(0),
        Page([repo("a", id=text, license=text, tags=[text, "x"])], fields={text: "string"}),
    )
    store.take(
        Kind.MODEL,
        day(1),
        Page([repo("a", id=text + "!", license="mit")], listing=text, rejections=(Rejection(0, text, text),)),
    )

    assert store.ask("SELECT id, license, tags[1] FROM repo_attributes ORDER BY valid_from") == [
        (text, text or None, text),
        (text + "!", "mit", "region:us"),
    ]
    assert store.ask("SELECT before, after FROM events WHERE event = 'renamed'") == [(text, text + "!")]
    assert store.ask("SELECT listing, reason, raw FROM rejects") == [(text, text, text)]
    assert store.ask("SELECT DISTINCT id FROM history($name)", {"name": text}) == [(text + "!",)]


def test_a_folder_of_any_name_is_read(tmp_path: Path) -> None:
    """A spool folder with quotes and glob patterns in its path is read."""
    folder = tmp_path / "it's [a] *spool*, ü"
    folder.mkdir()
    with new_store(folder) as store:
        assert store.take(Kind.MODEL, day(0), repo("a")).records == 1


# -------------------------------------------------------------------------------------- what is refused or marked


def test_a_walk_is_taken_in_once(store: Store) -> None:
    """A walk that is stored again after a crash adds no rows."""
    walk = store.walk(Kind.MODEL, day(0), repo("a"))
    ingest_walks(store.con, [walk], "1.0")
    before = whole_store(store)

    assert ingest_walks(store.con, [walk], "1.0") == []
    assert whole_store(store) == before


def test_a_walk_before_the_newest_is_refused(store: Store) -> None:
    """A walk older than the newest is refused; the error has both times."""
    store.take(Kind.MODEL, day(1), repo("a"))

    with pytest.raises(ObservedInThePastError, match=r"models of 2026-09-08T10:00:00Z, after 2026-09-07T10:00:00Z"):
        store.take(Kind.MODEL, day(0), repo("a"))
    assert store.take(Kind.DATASET, day(0), repo("a")).complete
    assert latest_observation(store.con, Kind.MODEL) == day(1)


def test_a_walk_that_was_cut_off_keeps_what_came(store: Store) -> None:
    """An incomplete walk keeps its rows, and no comparison uses its snapshot."""
    store.take(Kind.MODEL, day(0), repo("a", likes=1), repo("b", likes=1))

    taken = store.take(Kind.MODEL, day(7), repo("a", likes=5), cut_off=True)

    assert (taken.complete, taken.reason) == (False, "the Hub went away")
    assert store.ask("SELECT likes FROM model_history WHERE NOT complete") == [(5,)]
    assert store.one("SELECT now_snapshot FROM compared_snapshots('model')") == 1


def test_requests_in_vain_are_counted(store: Store) -> None:
    """Requests for a page that never arrived are counted."""
    walk = store.walk(Kind.MODEL, day(0), repo("a"))

    failed = replace(walk, failure=HubFailedError("http://hub.test/api/models", "503", attempts=8))

    assert [taken.requests for taken in ingest_walks(store.con, [failed], "1.0")] == [9]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(), "every list came back empty"),
        (Page(rejections=(Rejection(0, "id: missing", "{}"),)), "nothing that came fits: see rejects"),
    ],
    ids=["empty lists", "only rejections"],
)
@pytest.mark.parametrize("earlier", [(), (repo("a"),)], ids=["the first", "a later one"])
def test_an_empty_snapshot_is_incomplete(store: Store, earlier: tuple[Row, ...], page: Page, reason: str) -> None:
    """The Hub has entities of every kind, so comparisons do not use an empty walk, not even as the first snapshot."""
    if earlier:
        store.take(Kind.MODEL, day(0), *earlier)

    taken = store.take(Kind.MODEL, day(1), page)

    assert (taken.complete, taken.reason, taken.records) == (False, reason, 0)


@pytest.mark.parametrize(("seen", "complete"), [(9, False), (10, True)])
@pytest.mark.parametrize("scope", list(Scope))
def test_a_snapshot_that_shrank_by_half(store: Store, scope: Scope, seen: int, complete: bool) -> None:
    """A short page without a next link looks like the end: fewer than half of the repositories before are too few."""
    whole = [repo(f"{number:02}") for number in range(20)]
    store.take(Kind.MODEL, day(0), *whole, scope=scope)

    taken = store.take(Kind.MODEL, day(1), *whole[:seen], scope=scope)

    assert taken.complete is complete
    assert complete or "it has 9 models, the one before with the same settings 20" in str(taken.reason)


def test_a_snapshot_that_shrank_is_accepted(store: Store) -> None:
    """A user who accepts removals gets a complete snapshot, and the next one is compared with it."""
    whole = [repo(f"{number:02}") for number in range(20)]
    store.take(Kind.MODEL, day(0), *whole)

    assert store.take(Kind.MODEL, day(1), *whole[:9], accept_removals=True).complete
    assert store.take(Kind.MODEL, day(2), *whole[:9]).complete


def test_other_settings_bring_other_sizes(store: Store) -> None:
    """A shallower head snapshot after a deep one is complete."""
    whole = [repo(f"{number:02}") for number in range(20)]
    store.take(Kind.MODEL, day(0), *whole, settings={"top": 1000})

    assert store.take(Kind.MODEL, day(1), *whole[:5], settings={"top": 5}).complete


def test_a_failure_in_the_middle_leaves_nothing(store: Store) -> None:
    """If the second walk of a run fails, neither is stored, and the connection stays usable."""
    store.take(Kind.DATASET, day(5), repo("a"))
    before = whole_store(store)
    walks = [store.walk(Kind.MODEL, day(0), repo("m")), store.walk(Kind.DATASET, day(0), repo("a"))]

    with pytest.raises(ObservedInThePastError):
        ingest_walks(store.con, walks, "1.0")

    assert whole_store(store) == before
    assert len(ingest_walks(store.con, walks[:1], "1.0")) == 1


def test_a_spoiled_page_leaves_nothing(store: Store) -> None:
    """An unreadable page fails the whole walk."""
    walk = store.walk(Kind.MODEL, day(0), Page([repo("a")]), Page([repo("b")]))
    walk.spool.files[1].write_bytes(b"PAR1 no longer")
    before = whole_store(store)

    with pytest.raises(duckdb.Error):
        ingest_walks(store.con, [walk], "1.0")

    assert whole_store(store) == before


def test_the_caller_holds_the_transaction(store: Store) -> None:
    """A single walk is rolled back with the transaction of its caller."""
    before = whole_store(store)
    store.con.begin()
    ingest_walk(store.con, store.walk(Kind.MODEL, day(0), repo("a")), "1.0")
    store.con.rollback()

    assert whole_store(store) == before


def test_a_snapshot_tells_itself_in_one_line(store: Store) -> None:
    """The line for the user has the counts and every problem."""
    models = [repo(name, downloads=300) for name in "abcd"]
    store.take(Kind.MODEL, day(0), *models)
    stale = store.take(Kind.MODEL, day(1), *models, scope=Scope.FULL, cut_off=True)

    assert stale.describe() == (
        "4 models, 0 rejected, 1 requests, full, observed 2026-09-08 10:00 UTC,"
        " stale: the Hub has not refreshed its counters, incomplete: the Hub went away"
    )


def test_the_zone_of_the_session_changes_nothing(tmp_path: Path) -> None:
    """The time zone of the session does not affect the stored rows, even across a clock change."""
    stores = []
    for zone in ("UTC", "Asia/Kathmandu", "Europe/Berlin"):
        folder = tmp_path / zone.replace("/", "-")
        folder.mkdir()
        with new_store(folder) as store:
            store.con.execute(f"SET TimeZone = '{zone}'")
            for at in (day(0), day(198.5), day(199.5)):
                store.take(Kind.MODEL, at, repo("a", downloads=400), repo(f"new-{at:%j}", created_at=at))
            store.con.execute("SET TimeZone = 'UTC'")
            stores.append(whole_store(store))

    assert stores[1:] == stores[:1] * 2
