"""Implausible numbers that are already in the file never cause an error."""

import contextlib
import random
import re
from collections.abc import Sequence
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.lists import Order
from analysis.records import METRICS
from crawler.kinds import Kind
from crawler.schema.value_types import MAX_COUNT
from db.schema.dictionary import public_names
from tests.fakes.examples import BUILDS_DATABASE
from tests.fakes.store import DAY, HISTORY, START, Store

LEAST, MOST = -(2**63), 2**63 - 1
COUNTERS = ("downloads", "downloads_all_time", "likes", "upvotes", "upvotes_7d", "comments", "github_stars")
LOOKED_UP = ("total_models", "total_datasets", "total_spaces")
COUNTS = (LEAST, LEAST + 1, -1, 0, 1, 300, 2**53, MAX_COUNT - 1, MAX_COUNT, MAX_COUNT + 1, 2**62, MOST - 1, MOST)
SCORES = ("nan", "inf", "-inf", "1e308", "-1", "0.5")
RANKS = (-(2**31), -1, 0, 1, 2**31 - 1)
BIRTHS = (
    "0001-01-02", "2016-01-01", "2022-03-02T23:29:04Z", "2026-04-01", "9999-12-30", "infinity", "-infinity",
    "4000-01-01 (BC)",
)  # fmt: skip
MACROS = (
    *(f"week_over_week('{kind}')" for kind in Kind),
    *(f"week_over_week('{kind}', days := {days})" for kind in ("model", "article") for days in (1, 30)),
    *(f"compared_snapshots('{kind}')" for kind in Kind),
    *(f"as_of('{kind}', NULL)" for kind in Kind),
    *(f"leaders('{kind}', '{metric}')" for kind in ("model", "paper") for metric in (*COUNTERS, "trending_score")),
    *(f"history('{kind}/1')" for kind in Kind),
    *("model_bases()", "family_roots()", "families()", "families(days := 1)", "rising_families()"),
)


def stored(seed: int, ordinary: float, kinds: Sequence[Kind], things_each: int, days: Sequence[int]) -> Store:
    """Return a store in which each number is ordinary or extreme at random."""
    draw, store = random.Random(seed), Store()
    names = {kind: [f"{kind}/{number}" for number in range(things_each)] for kind in kinds}
    for kind, entities in names.items():
        for name in entities:
            store.entity(name, kind)
        births = [draw.choice(BIRTHS) if draw.random() > ordinary else "2024-01-01" for _ in entities]
        store.con.execute(
            "UPDATE entities SET created_at = b.born::TIMESTAMPTZ"
            " FROM (SELECT unnest($names::VARCHAR[]) AS id, unnest($births::VARCHAR[]) AS born) AS b"
            " WHERE entities.id = b.id",
            {"names": entities, "births": births},
        )
    for day in days:
        for kind, entities in names.items():
            numbers: dict[str, dict[str, int | None]] = {
                name: {
                    column: draw.choice(COUNTS) if draw.random() > ordinary else 1000 + day * place
                    for column in COUNTERS
                }
                for place, name in enumerate(entities)
            }
            snapshot = store.snapshot(START + day * DAY, numbers, kind)
            _score(store, draw, snapshot)
    store.con.execute(
        "UPDATE entities SET last_snapshot = (SELECT max(snapshot_id) FROM observations AS o"
        " WHERE o.entity_key = entities.entity_key)"
    )
    return store


def _score(store: Store, draw: random.Random, snapshot: int) -> None:
    scores, ranks = ([draw.choice(values) for _ in range(7)] for values in (SCORES, RANKS))
    store.con.execute(
        "UPDATE observations SET trending_score = $scores[1 + entity_key % 7]::DOUBLE,"
        " rank = $ranks[1 + entity_key % 7]"
        " WHERE snapshot_id = $snapshot",
        {"scores": scores, "ranks": ranks, "snapshot": snapshot},
    )


@settings(BUILDS_DATABASE, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate))
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.5, 0.9]))
def test_views_and_macros_answer_with_any_numbers(seed: int, ordinary: float) -> None:
    """Every view and macro returns rows for any stored numbers and dates."""
    store = stored(seed, ordinary, list(Kind), 9, (0, 6, 7))
    with contextlib.closing(store.con):
        views = [name for name, name_is in public_names().items() if name_is == "view"]
        for question in (*views, *MACROS):
            store.con.execute(f"SELECT count(hash(t)) FROM {question} AS t").fetchall()


@pytest.mark.parametrize(("seed", "ordinary"), [(1, 0.0), (2, 0.9), (3, 0.99)])
def test_analysis_handles_any_numbers(seed: int, ordinary: float) -> None:
    """Every list in every order can be computed, daily and scored."""
    days = (*range(0, HISTORY - 14, 7), *range(HISTORY - 14, HISTORY))
    store = stored(seed, ordinary, (Kind.MODEL, Kind.PAPER), 45, days)
    with contextlib.closing(store.con):
        told = store.week(watched=[(Kind.MODEL, "model/1")])
        for kind in (Kind.MODEL, Kind.PAPER):
            for metric in METRICS[kind]:
                for order in Order:
                    store.trends(kind, metric, order)

    numbers = [pick.change.now for week in told.kinds for ranked in week.lists for pick in ranked.picks]
    assert all(number is None or 0 <= number <= MAX_COUNT for number in numbers)
    assert told.kinds[0].pair.basis == "exact"


@pytest.mark.parametrize("count", [LEAST, -1, MAX_COUNT + 1, MOST])
def test_implausible_counts_are_unknown(store: Store, count: int) -> None:
    """An implausible count is excluded from differences and lists; the table keeps it."""
    store.entities(["odd", "sound"])
    store.snapshot(START, {"odd": {"likes": 50, "downloads": 7}, "sound": {"likes": 60, "downloads": 7}})
    store.snapshot(START + 7 * DAY, {"odd": {"likes": count, "downloads": 9}, "sound": {"likes": 61, "downloads": 9}})

    changes = "SELECT likes_before, likes_now, likes_gain, downloads_now FROM week_over_week('model') ORDER BY id"
    assert store.con.execute(changes).fetchall() == [(50, None, None, 9), (60, 61, 1, 9)]
    assert store.con.execute("SELECT id FROM leaders('model', 'likes')").fetchall() == [("sound",)]
    assert store.con.execute("SELECT count(*) FROM observations WHERE likes = ?", [count]).fetchone() == (1,)


@pytest.mark.parametrize("score", ["nan", "inf", "-inf"])
def test_infinite_trending_scores_lead_nothing(store: Store, score: str) -> None:
    """An infinite or NaN trending score is unknown."""
    store.entities(["odd", "sound"])
    store.snapshot(START, {"odd": {"likes": 1}, "sound": {"likes": 1}})
    store.con.execute(
        "UPDATE observations SET trending_score = CASE entity_key WHEN 1 THEN ?::DOUBLE ELSE 0.5 END", [score]
    )

    assert store.con.execute("SELECT id FROM leaders('model', 'trending_score')").fetchall() == [("sound",)]


def test_sums_of_the_largest_counts(store: Store) -> None:
    """Ten thousand gains of 10^15 exceed a BIGINT column, and are summed correctly."""
    names = [f"m{number}" for number in range(19_000)]
    store.entities(names)
    store.con.execute("UPDATE repo_attributes SET task = CASE WHEN entity_key <= 9500 THEN 'asr' ELSE 'tts' END")
    for week in range(6):
        store.con.execute(
            "INSERT INTO observations (snapshot_id, entity_key, downloads_all_time, downloads, likes)"
            " SELECT $id, entity_key, CASE WHEN $last AND entity_key <= 9500 THEN $most ELSE 1000 * $id END,"
            " 5, 5 FROM entities",
            {"id": week + 1, "last": week == 5, "most": MAX_COUNT},
        )
        store.snapshot(START + week * 7 * DAY, {})

    moved = store.week().kinds[0].shares

    assert [share.changed > 9 * 10**18 for share in moved if share.label == "asr"] == [True]


def test_views_and_crawler_share_the_bound() -> None:
    """The views contain the crawler's bound as a number, since the file is also read without this program."""
    current = (files("db.schema") / "views" / "current.sql").read_text(encoding="utf-8")
    view, _, _ = current.partition("CREATE OR REPLACE VIEW current_repos")

    assert view.count(f"BETWEEN 0 AND {MAX_COUNT} ") == len(COUNTERS) + len(LOOKED_UP)


def test_analysis_reads_plausible_observations_only() -> None:
    """Apart from one, no SQL of the analysis and no view or macro reads the table of observations directly."""
    folders = [files("analysis"), files("analysis") / "sql", files("analysis.score"), files("analysis.score") / "sql"]
    statements = [
        file.read_text(encoding="utf-8")
        for folder in folders
        for file in folder.iterdir()
        if file.name.endswith((".py", ".sql"))
    ]
    reading = re.compile(r"\b(?:FROM|JOIN) observations\b")

    assert reading.findall("\n".join(statements)) == []
    views = [file.read_text(encoding="utf-8") for file in (files("db.schema") / "views").iterdir()]
    assert len(reading.findall("\n".join(views))) == 1
