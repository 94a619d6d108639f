"""The public views and macros except week_over_week: as_of, leaders, history, names, links, current state."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind, Scope
from tests.fakes.walks import Page, Store, article, day, new_store, paper, repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


# -------------------------------------------------------------------------------------------------------- as_of


def test_a_kind_as_it_was(store: Store) -> None:
    """as_of returns the numbers, names and attributes of that time."""
    store.take(Kind.DATASET, day(0), repo("a", id="org/old", likes=1, license="mit"))
    store.take(Kind.DATASET, day(1), repo("a", id="org/new", likes=2, license="gpl-3.0"))

    query = "SELECT id, likes, license, observed_at FROM as_of('dataset', $moment)"
    assert store.ask(query, {"moment": day(0.5)}) == [("org/old", 1, "mit", day(0))]
    assert store.ask(query, {"moment": day(1)}) == [("org/new", 2, "gpl-3.0", day(1))]
    assert store.ask(query, {"moment": None}) == [("org/new", 2, "gpl-3.0", day(1))]
    assert store.ask(query, {"moment": day(-1)}) == []


def test_as_of_takes_text(store: Store) -> None:
    """as_of accepts a date as text."""
    store.take(Kind.DATASET, day(0), repo("a", likes=1))

    assert store.one("SELECT likes FROM as_of('dataset', '2026-09-08')") == 1
    assert store.ask("SELECT likes FROM as_of('dataset', '2026-09-07')") == []


def test_as_of_shows_one_complete_snapshot(store: Store) -> None:
    """as_of prefers yesterday's full snapshot over today's head, and ignores incomplete ones."""
    store.take(Kind.MODEL, day(0), repo("a"), repo("b"), scope=Scope.FULL)
    store.take(Kind.MODEL, day(1), repo("a"))
    store.take(Kind.MODEL, day(2), repo("c"), cut_off=True)

    assert store.ask("SELECT hub_id, scope FROM as_of('model', NULL) ORDER BY id") == [("a", "full"), ("b", "full")]
    assert store.one("SELECT count(*) FROM as_of('model', $at)", {"at": day(1)}) == 2


def test_as_of_gives_papers_and_posts_their_titles(store: Store) -> None:
    """as_of returns titles of papers and articles, and the organisation as author."""
    store.take(Kind.PAPER, day(0), paper("2609.1", organization="lab"))
    store.take(Kind.ARTICLE, day(0), article("p", organization="lab"))

    assert store.ask("SELECT title, author FROM as_of('paper', NULL)") == [("On 2609.1", "lab")]
    assert store.ask("SELECT title, author FROM as_of('article', NULL)") == [("About p", "lab")]


# ------------------------------------------------------------------------------------------------------- leaders


def test_leaders_lead(store: Store) -> None:
    """leaders sorts by metric, then name, and omits entities without a number."""
    store.take(Kind.SPACE, day(0), repo("c", likes=5), repo("b", likes=9), repo("a", likes=5), repo("silent"))

    assert store.ask("SELECT place, id, value FROM leaders('space', 'likes')") == [
        (1, "org/b", 9), (2, "org/a", 5), (3, "org/c", 5),
    ]  # fmt: skip
    assert store.ask("FROM leaders('space', 'downloads')") == []


@pytest.mark.parametrize(
    "metric",
    ["downloads", "downloads_all_time", "likes", "trending_score", "upvotes", "upvotes_7d", "comments", "github_stars"],
)
def test_every_metric_leads(store: Store, metric: str) -> None:
    """leaders accepts every metric of a kind."""
    kind = Kind.MODEL if metric in ("downloads", "downloads_all_time", "likes", "trending_score") else Kind.PAPER
    kind = Kind.ARTICLE if metric == "upvotes_7d" else kind
    row = {Kind.MODEL: repo, Kind.PAPER: paper, Kind.ARTICLE: article}[kind]
    store.take(kind, day(0), row("a", **{metric: 7}))

    assert store.one(f"SELECT value FROM leaders('{kind}', '{metric}')") == 7


# ----------------------------------------------------------------------------------------- wrong words are errors


WRONG = [
    ("week_over_week('models')", "unknown kind 'models': write 'model', 'dataset', 'space', 'paper' or 'article'"),
    ("compared_snapshots(NULL)", "unknown kind NULL: write 'model', 'dataset', 'space', 'paper' or 'article'"),
    ("as_of('Model', '2026-09-08')", "unknown kind 'Model': write 'model', 'dataset', 'space', 'paper' or 'article'"),
    ("leaders('it''s', 'likes')", "unknown kind 'it's': write 'model', 'dataset', 'space', 'paper' or 'article'"),
    ("leaders('model', 'stars')", "unknown metric 'stars': write 'downloads', 'downloads_all_time', 'likes'"),
]


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize(("call", "message"), WRONG)
def test_a_wrong_word_is_an_error(store: Store, call: str, message: str, filled: bool) -> None:
    """A wrong argument is an error with the valid ones, even in an empty store."""
    if filled:
        store.take(Kind.MODEL, day(0), repo("a", likes=1))
        store.take(Kind.MODEL, day(7), repo("a", likes=1))

    for query in (f"FROM {call}", f"SELECT count(*) FROM {call}", f"SELECT 1 FROM {call} LIMIT 1"):
        with pytest.raises(duckdb.InvalidInputException) as caught:
            store.ask(query)
        assert message in str(caught.value)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_right_word_in_an_empty_store_has_no_rows(store: Store, kind: Kind) -> None:
    """A valid argument in an empty store returns no rows."""
    for call in (f"week_over_week('{kind}')", f"as_of('{kind}', NULL)", f"leaders('{kind}', 'likes')"):
        assert store.ask(f"FROM {call}") == []


# ---------------------------------------------------------------------------------------------- history and names


def test_a_history_is_found_by_any_name(store: Store) -> None:
    """history finds an entity by former name, current name and Hub id, and marks bad snapshots."""
    busy = [repo(name, downloads=400) for name in "bcd"]
    store.take(Kind.MODEL, day(0), repo("a", id="org/old", downloads=400), *busy)
    store.take(Kind.MODEL, day(1), repo("a", id="org/new", downloads=400), *busy, cut_off=True)

    rows = store.ask("SELECT observed_at, downloads, complete, stale FROM history('org/old')")
    assert rows == [(day(0), 400, True, None), (day(1), 400, False, True)]
    assert store.ask("SELECT observed_at, downloads, complete, stale FROM history('a')") == rows
    assert store.ask("FROM history('org/nobody')") == []


def test_a_history_under_one_name_may_be_of_two_things(store: Store) -> None:
    """history of a shared name returns rows of all its entities, each identified."""
    store.take(Kind.MODEL, day(0), repo("m", id="org/name", likes=1))
    store.take(Kind.MODEL, day(1), repo("n", id="org/name", likes=2))
    store.take(Kind.SPACE, day(2), repo("s", id="org/name", likes=3))

    assert store.ask("SELECT kind, hub_id, likes FROM history('org/name')") == [
        ("model", "m", 1), ("model", "n", 2), ("space", "s", 3),
    ]  # fmt: skip


def test_names_have_their_time(store: Store) -> None:
    """names has one row per version of the attributes, for every kind."""
    store.take(Kind.MODEL, day(0), repo("a", id="org/old"))
    store.take(Kind.MODEL, day(1), repo("a", id="org/new"))
    store.take(Kind.PAPER, day(1), paper("2609.1"))

    assert store.ask("SELECT id, valid_from, valid_to FROM names ORDER BY id") == [
        ("2609.1", day(1), None), ("org/new", day(1), None), ("org/old", day(0), day(1)),
    ]  # fmt: skip


def test_the_contract_of_histories(store: Store) -> None:
    """The histories have the columns that external checks rely on."""
    store.take(Kind.MODEL, day(0), repo("a", downloads_all_time=70))
    store.take(Kind.PAPER, day(0), paper("2609.1", github_stars=5))

    assert store.ask("SELECT id, observed_at, downloads_all_time FROM model_history") == [("org/a", day(0), 70)]
    assert store.ask("SELECT id, observed_at, github_stars FROM paper_history") == [("2609.1", day(0), 5)]
    assert store.ask("SELECT hub_id, kind FROM entities ORDER BY kind") == [("a", "model"), ("2609.1", "paper")]


# -------------------------------------------------------------------------------------------- current state, links


def test_the_current_state_is_that_of_the_last_sighting(store: Store) -> None:
    """The current state has each entity once, with the numbers of its last sighting."""
    store.take(Kind.MODEL, day(0), repo("a", likes=1), repo("b", likes=1))
    store.take(Kind.MODEL, day(1), repo("a", id="org/renamed", likes=2))

    assert store.ask("SELECT id, likes, last_seen, first_seen FROM models ORDER BY id") == [
        ("org/b", 1, day(0), day(0)), ("org/renamed", 2, day(1), day(0)),
    ]  # fmt: skip


def test_links_lead_from_tags_to_things(store: Store) -> None:
    """links has citations, base models and used datasets; an unknown target has no key."""
    store.take(Kind.PAPER, day(0), paper("2609.1"))
    store.take(
        Kind.MODEL, day(0), repo("base"), repo("m", base_models=["org/base", "org/unseen"], base_relation="merge")
    )
    store.take(Kind.SPACE, day(0), repo("s", models=["org/m"], papers=["2609.1"]))

    rows = store.ask(
        "SELECT from_id, relation, detail, to_kind, to_id, to_key IS NOT NULL"
        " FROM links ORDER BY from_id, relation, to_id"
    )
    assert rows == [
        ("org/m", "base_model", "merge", "model", "org/base", True),
        ("org/m", "base_model", "merge", "model", "org/unseen", False),
        ("org/s", "cites", None, "paper", "2609.1", True),
        ("org/s", "uses", None, "model", "org/m", True),
    ]


def test_a_link_leads_to_one_thing(store: Store) -> None:
    """A link to a reused name targets the entity seen last under it."""
    store.take(Kind.MODEL, day(0), repo("old", id="org/base"))
    store.take(Kind.MODEL, day(1), repo("new", id="org/base"), repo("m", base_models=["org/base"]))

    key = store.one("SELECT entity_key FROM entities WHERE hub_id = 'new'")
    assert store.ask("SELECT to_id, to_key FROM links") == [("org/base", key)]


# --------------------------------------------------------------------------------------------- DuckDB 1.5 as well


def in_duckdb_1_5(file: Path, query: str) -> subprocess.CompletedProcess[str]:
    """Run a query in the DuckDB 1.5 command line."""
    command = [str(Path(sys.executable).with_name("duckdb")), "-readonly", "-csv", "-noheader", str(file), query]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_works_in_duckdb_1_5(tmp_path: Path) -> None:
    """Every view and macro returns the same rows and errors in DuckDB 1.5."""
    with new_store(tmp_path) as store:
        page = Page([repo("a", likes=1, base_models=["org/b"]), repo("b", likes=4)], ranked=True)
        store.take(Kind.MODEL, day(0), page)
        store.take(Kind.MODEL, day(7), repo("a", likes=4, id="org/new", base_models=["org/b"]))
        names = store.ask("SELECT name FROM data_dictionary WHERE name_is = 'view' AND column_name IS NULL")
        calls = [
            *(name for (name,) in names), "week_over_week('model', as_of := '2026-09-30', days := 7)",
            "compared_snapshots('model')", "as_of('model', '2026-09-08')", "leaders('model', 'likes')",
            "history('org/a')", "model_bases()", "family_roots()",
            "families(days := 7)",
            "rising_families()",
            "organisations(as_of := '2026-09-30')", "adoption()", "at_age('model', 400)",
            "linked('org/b')",
        ]  # fmt: skip
        counts = [store.one(f"SELECT count(*) FROM {call}") for call in calls]

    query = " UNION ALL ".join(f"SELECT {n} AS n, count(*) FROM {call}" for n, call in enumerate(calls))
    told = in_duckdb_1_5(tmp_path / "hub.duckdb", f"{query} ORDER BY n")
    assert told.stdout.splitlines() == [f"{n},{count}" for n, count in enumerate(counts)], told.stderr
    gain = in_duckdb_1_5(
        tmp_path / "hub.duckdb", "SELECT id, likes_gain, flags FROM week_over_week('model') WHERE likes_gain > 0"
    )
    assert gain.stdout.strip() == "org/new,3,[]", gain.stderr
    wrong = in_duckdb_1_5(tmp_path / "hub.duckdb", "FROM week_over_week('models')")
    assert "unknown kind 'models'" in wrong.stderr


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_a_wrong_word_is_an_error_in_an_empty_file_of_duckdb_1_5(tmp_path: Path, call: str, message: str) -> None:
    """A wrong argument is an error in DuckDB 1.5 even if the store is empty."""
    with new_store(tmp_path):
        pass

    assert message in in_duckdb_1_5(tmp_path / "hub.duckdb", f"FROM {call}").stderr
