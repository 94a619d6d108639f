"""Real records of the Hub, replayed over real sockets, and every number recomputed from the files by hand.

The folder is ../shared/hub-data beside the checkout, or what HUBTRENDS_HUB_DATA names; without it the tests skip.
The recomputation knows nothing of the program: it reads the files with json into dictionaries.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.kinds import REPO_KINDS, Kind, Scope
from db.ingest.ingest import StoredSnapshot, ingest_walks
from hubtrends.sim.sources.folder import FolderHub
from tests.fakes.crawls import walks_of
from tests.fakes.walks import Store, new_store

FOLDER = Path(os.environ.get("HUBTRENDS_HUB_DATA") or Path(__file__).parents[3] / "shared" / "hub-data")
DATES = {
    "2026-04-28": datetime.fromisoformat("2026-04-28T06:00:00Z"),
    "2026-04-30": datetime.fromisoformat("2026-04-30T12:00:00Z"),
    "2026-05-04": datetime.fromisoformat("2026-05-04T07:40:00Z"),
}
FIRST, SECOND, LAST = DATES
PAIRS = [(FIRST, SECOND, 2.25, "partial"), (FIRST, LAST, 6.0694, "near")]

Items = dict[str, dict[str, Any]]

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there: it holds the real records")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with all five kinds, crawled at the three dates."""
    folder = tmp_path_factory.mktemp("real")
    with new_store(folder) as store:
        for date, moment in DATES.items():
            walks = walks_of(FolderHub(FOLDER / date), moment, folder, *Kind, scope=Scope.HEAD)
            assert all(map(_is_whole, ingest_walks(store.con, walks, "1.0")))
        yield store


def _is_whole(taken: StoredSnapshot) -> bool:
    return taken.complete and not taken.rejected and taken.records > 0


def lines(date: str, name: str) -> list[dict[str, Any]]:
    """Return the records of a file, unchanged."""
    text = (FOLDER / date / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def items(date: str, kind: str) -> Items:
    """Return the records of a date by Hub id; a paper's id is its arXiv id."""
    if kind == "paper":
        return {row["paper"]["id"]: row["paper"] for row in lines(date, "daily_papers")}
    if kind == "article":
        return {row["_id"]: row | {"id": row["url"].removeprefix("/blog/")} for row in lines(date, "blog")}
    return {row["_id"]: row for row in lines(date, f"{kind}s")}


def changes(store: Store, kind: str, date: str) -> Items:
    """Return week_over_week as of a date, by Hub id."""
    rows = store.records("FROM week_over_week($kind, as_of := $at)", {"kind": kind, "at": DATES[date]})
    return {row["hub_id"]: row for row in rows}


def gain(before: dict[str, Any] | None, now: dict[str, Any] | None, field: str) -> int | None:
    """Return the change of a field, if both sides have it."""
    old, new = (None if side is None else side.get(field) for side in (before, now))
    return None if old is None or new is None else new - old


def is_stale(before: Items, now: Items) -> bool:
    """Return whether over a quarter of the shared busy repositories have unchanged downloads."""
    busy = [hub_id for hub_id in now.keys() & before.keys() if now[hub_id].get("downloads", 0) >= 300]
    unmoved: int = sum(now[hub_id]["downloads"] == before[hub_id]["downloads"] for hub_id in busy)
    return 4 * unmoved > len(busy)


def is_used(kind: str, date: str) -> bool:
    """Return whether a date may be the end of a week: the counters were refreshed."""
    return kind not in ("model", "dataset") or not is_stale(items(FIRST, kind), items(date, kind))


@pytest.mark.parametrize(("before", "now", "span", "basis"), PAIRS)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_change_equals_a_recomputation_from_the_files(
    store: Store, kind: str, before: str, now: str, span: float | None, basis: str
) -> None:
    """Every row of week_over_week equals a recomputation from the files; stale dates are skipped."""
    old, new = items(before, kind), items(now, kind)
    if not is_used(kind, now):
        old, new, span, basis = {}, items(FIRST, kind), None, "none"
    rows = changes(store, kind, now)

    assert rows.keys() == old.keys() | new.keys()
    for hub_id, row in rows.items():
        was, is_ = old.get(hub_id), new.get(hub_id)
        assert (row["basis"], row["span_days"]) == (basis, span)
        assert row["status"] == ("listed" if not old or (was and is_) else "appeared" if is_ else "left")
        for field in ("likes", "downloads", "upvotes"):
            assert row[f"{field}_before"] == (was or {}).get(field)
            assert row[f"{field}_now"] == (is_ or {}).get(field)
        assert row["likes_gain"] == gain(was, is_, "likes")
        assert row["upvotes_gain"] == gain(was, is_, "upvotes")
        assert row["downloads_gain"] is None
        assert row["id"] == (is_ or was or {})["id"]
        assert row["flags"] == []


def test_the_weeks_are_not_empty(store: Store) -> None:
    """Every comparison has rows, so that the test above is meaningful."""
    gains = {
        kind: sum(row["likes_gain" if kind.spec.is_repo else "upvotes_gain"] not in (None, 0) for row in rows.values())
        for kind in Kind
        for rows in [changes(store, kind, LAST)]
    }

    assert all(gains[kind] > 10 for kind in (*REPO_KINDS, Kind.PAPER)), gains


@pytest.mark.parametrize("kind", ["model", "dataset"])
@pytest.mark.parametrize("date", [SECOND, LAST])
def test_stale_snapshots_equal_a_recomputation(store: Store, kind: str, date: str) -> None:
    """Stale marks equal a recomputation; the first two dates share one capture of datasets."""
    before = FIRST if date == SECOND else SECOND
    row = store.ask("SELECT stale FROM snapshots WHERE kind = $k AND observed_at = $at", {"k": kind, "at": DATES[date]})

    assert row == [(is_stale(items(before, kind), items(date, kind)),)]


def test_between_two_dates_the_earlier_one_is_now(store: Store) -> None:
    """A report on a day without a snapshot uses the newest earlier one."""
    as_of = DATES[LAST] - timedelta(minutes=1)

    rows = store.ask("SELECT now_at, before_at FROM compared_snapshots('model', as_of := $at)", {"at": as_of})
    assert rows == [(DATES[SECOND], DATES[FIRST])]


@pytest.mark.parametrize("kind", [kind.value for kind in REPO_KINDS])
@pytest.mark.parametrize("date", list(DATES))
def test_ranks_are_the_order_of_the_trending_list(store: Store, kind: str, date: str) -> None:
    """Ranks follow the trending scores, and every place occurs once."""
    scores = {hub_id: row["trendingScore"] for hub_id, row in items(date, kind).items()}
    ranks = dict(
        store.ask(
            f"SELECT hub_id, rank FROM {kind}_history WHERE observed_at = $at AND rank IS NOT NULL", {"at": DATES[date]}
        )
    )

    assert sorted(ranks.values()) == list(range(1, min(len(scores), 1000) + 1))
    assert [scores[hub_id] for hub_id in sorted(ranks, key=ranks.__getitem__)] == sorted(scores.values(), reverse=True)


@pytest.mark.parametrize("date", list(DATES))
def test_facts_are_what_the_tags_say(store: Store, date: str) -> None:
    """Author, task, library, licence and papers equal those in the records of every model."""
    rows = store.ask(
        "SELECT e.hub_id, f.author, f.task, f.library, f.license, coalesce(f.papers, []) FROM repo_attributes AS f"
        " JOIN entities AS e USING (entity_key) JOIN model_history AS h USING (entity_key)"
        " WHERE h.observed_at = $at AND f.valid_from <= $at AND (f.valid_to > $at OR f.valid_to IS NULL)",
        {"at": DATES[date]},
    )

    def tagged(row: dict[str, Any], namespace: str) -> list[str]:
        return [tag.removeprefix(namespace) for tag in row["tags"] if tag.startswith(namespace)]

    wanted = {
        hub_id: (
            row["author"], row.get("pipeline_tag"), row.get("library_name"),
            next(iter(tagged(row, "license:")), None), tagged(row, "arxiv:"),
        )
        for hub_id, row in items(date, "model").items()
    }  # fmt: skip
    assert {hub_id: tuple(facts) for hub_id, *facts in rows} == wanted


def bases_of(item: dict[str, Any]) -> list[str]:
    """Return the names of the base models in the tags; one real model names itself."""
    words = [tag.removeprefix("base_model:") for tag in item["tags"] if tag.startswith("base_model:")]
    relations = ("adapter:", "finetune:", "merge:", "quantized:")
    return sorted({word.split(":", 1)[1] if word.startswith(relations) else word for word in words} - {item["id"]})


def root_of(name: str, bases: dict[str, list[str]], passed: tuple[str, ...] = ()) -> str:
    """Return the only root of all bases of a model, else the model itself."""
    assert name not in passed
    roots = {root_of(base, bases, (*passed, name)) for base in bases.get(name, [])}
    return roots.pop() if len(roots) == 1 else name


@pytest.mark.parametrize("date", [SECOND, LAST])
def test_families_equal_a_recomputation_from_the_files(store: Store, date: str) -> None:
    """The members of each family, and the sums of their likes, are those of the tags and counters in the files."""
    shown = [items(day, "model") for day in DATES if day <= date]
    now, before = shown[-1], shown[0]
    bases = {item["id"]: bases_of(item) for items_then in shown for item in items_then.values()}
    related = {name for name, of in bases.items() if of} | {base for of in bases.values() for base in of}
    expected: dict[str, tuple[int, int, int | None]] = {}
    for hub_id, item in now.items():
        if item["id"] not in related:
            continue
        root, gained = root_of(item["id"], bases), gain(before.get(hub_id), item, "likes")
        members, compared, likes = expected.get(root, (0, 0, None))
        sums = likes if gained is None else (likes or 0) + gained
        expected[root] = (members + 1, compared + (gained is not None), sums)

    rows = store.ask("SELECT root, members, compared, likes_gain FROM families($1)", [DATES[date]])

    assert len(rows) > 50
    assert {root: tuple(counts) for root, *counts in rows} == expected


def test_adoption_and_organisations_equal_a_plain_count_of_the_files(store: Store) -> None:
    """Citers, their known gains, and the gains of owners are those that the files give by hand."""
    cited: dict[str, list[Any]] = {}
    owned: dict[str, list[int]] = {}
    for kind in REPO_KINDS:
        before, now = items(FIRST, kind), items(LAST, kind)
        for hub_id, item in now.items():
            likes = gain(before.get(hub_id), item, "likes")
            for tag in dict.fromkeys(tag for tag in item.get("tags") or () if tag.startswith("arxiv:") and tag[6:]):
                cited.setdefault(tag[6:], []).append(likes)
            if "/" in item["id"] and likes is not None:
                owned.setdefault(item["id"].split("/")[0], []).append(likes)

    at = {"at": DATES[LAST]}
    adopted = store.ask("SELECT id, citers, likes_gain FROM adoption(as_of := $at) WHERE citers > 0", at)
    assert {paper: (citers, likes) for paper, citers, likes in adopted} == {
        paper: (len(gains), sum(known) if (known := [one for one in gains if one is not None]) else None)
        for paper, gains in cited.items()
    }
    gains = store.ask(
        "SELECT organisation, likes_gain FROM organisations(as_of := $at) WHERE likes_gain IS NOT NULL", at
    )
    assert dict(gains) == {owner: sum(likes) for owner, likes in owned.items()}
