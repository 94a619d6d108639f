"""The groups of a report, which share one relation per kind, are those of the macros."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.groups.adoption import adoption
from analysis.groups.families import families
from analysis.groups.organisations import organisations
from analysis.records import WeekAnalysis
from analysis.week import analyse_week
from crawler.kinds import Kind
from tests.fakes.store import LIMITS
from tests.fakes.walks import Store, article, day, new_store, paper, repo


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return three weeks of all kinds: a transfer and a deletion in each week, new entities, citations, derivatives."""
    folder: Path = tmp_path_factory.mktemp("weeks")
    with new_store(folder) as store:
        for week in (0, 1, 2):
            moment, likes = day(7 * week), week * week
            moved = repo(
                "moved", id=f"owner-{week}/m", likes=3 * likes, downloads_all_time=100 * week, papers=["2609.1"]
            )
            gone = [repo(f"gone-{week}", id=f"lab/gone-{week}", likes=1)]
            new = repo(f"new-{week}", id=f"lab/new-{week}", likes=likes, created_at=moment, base_models=["lab/base"])
            base = repo("base", id="lab/base", likes=5 + likes, downloads_all_time=10 * week)
            copy = repo("copy", id="other/copy", likes=week, base_models=["lab/base"], papers=["2609.1"])
            store.take(Kind.MODEL, moment, moved, base, copy, new, *gone)
            store.take(Kind.DATASET, moment, repo("d", id=f"owner-{week}/d", likes=likes, papers=["2609.2"]))
            store.take(Kind.SPACE, moment, repo("s", id="lab/s", likes=2 * week))
            store.take(Kind.PAPER, moment, paper("2609.1", organization="lab", upvotes=likes))
            store.take(Kind.ARTICLE, moment, article("a", organization="lab", upvotes=week))
        store.con.execute("SET TimeZone = 'UTC'")
        yield store


@pytest.fixture(scope="module")
def week(store: Store) -> WeekAnalysis:
    return analyse_week(store.con, as_of=day(14), limits=LIMITS)


def test_owners_are_those_of_the_macro(store: Store, week: WeekAnalysis) -> None:
    """Gains of the week before belong to the owner of that time, and a deleted repository keeps its share of them."""
    assert week.organisations == organisations(store.con, as_of=day(14))
    assert {one.organisation: one.likes_gain for one in week.organisations.rows} == {
        "lab": 5, "owner-2": 12, "other": 1,
    }  # fmt: skip
    assert [one.change_points is None for one in week.organisations.rows] == [False, False, False]


def test_papers_are_those_of_the_macro(store: Store, week: WeekAnalysis) -> None:
    """Citers of all kinds count, also for a paper that no snapshot shows."""
    assert week.adoption == adoption(store.con, as_of=day(14))
    assert {one.id: one.citers for one in week.adoption.rows} == {"2609.1": 2, "2609.2": 1}


def test_families_are_those_of_the_macro(store: Store, week: WeekAnalysis) -> None:
    """Sums, parts and contributors of the listed families are the same."""
    assert week.families == families(store.con, as_of=day(14))
    assert [(one.root, one.likes_gain, one.members) for one in week.families.by_likes] == [("lab/base", 4, 3)]
