"""Families of models: who belongs to them, and what they gained in a week."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from analysis.groups.families import families
from analysis.groups.records import Contributor, Families, FamilyPart
from tests.fakes.store import DAY, START, Store

WEEK = START + 7 * DAY


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Two families and a model without relatives, a week apart; one member is new and one has left."""
    store = Store()
    store.entity("lab/base")
    store.entity("you/base-GGUF", base_models=["lab/base"], base_relation="quantized")
    store.entity("me/base-chat", base_models=["lab/base"], base_relation="finetune")
    store.entity("me/base-chat-lora", base_models=["me/base-chat"], base_relation="adapter")
    store.entity("me/plain", base_models=["lab/base"])
    store.entity("new/base-AWQ", base_models=["lab/base"], base_relation="quantized", created=START + DAY)
    store.entity("old/base-GPTQ", base_models=["lab/base"], base_relation="quantized")
    store.entity("me/unknown-chat", base_models=["gone/Base"], base_relation="finetune")
    store.entity("me/unknown-lora", base_models=["gone/base"], base_relation="adapter")
    store.entity("lab/alone")
    counters = {
        "lab/base": (1000, 1100), "you/base-GGUF": (500, 900), "me/base-chat": (50, 40), "me/base-chat-lora": (1, 1),
        "me/plain": (7, 12), "new/base-AWQ": (None, 70), "old/base-GPTQ": (5, None),
        "me/unknown-chat": (10, 30), "me/unknown-lora": (10, 30), "lab/alone": (0, 9000),
    }  # fmt: skip
    for at, side in ((START, 0), (WEEK, 1)):
        numbers = {name: both[side] for name, both in counters.items()}
        store.snapshot(
            at, {name: {"downloads_all_time": n, "likes": n // 10} for name, n in numbers.items() if n is not None}
        )
    yield store
    store.con.close()


def test_a_family_sums_its_compared_members(store: Store) -> None:
    """A new member counts without a gain, one that left does not count, and a model without relatives has no row."""
    rows = store.con.execute(
        "SELECT root, members, compared, likes_gain, downloads_gain, new_members, root_key"
        " FROM families() ORDER BY root"
    ).fetchall()

    assert rows == [
        ("gone/Base", 2, 2, 4, 40, 0, None),
        ("lab/base", 6, 5, 10 + 40 - 1 + 1, 100 + 400 - 10 + 5, 1, 1),
    ]


def test_the_analysis_names_parts_and_contributors(store: Store) -> None:
    """The record of a family has its members by relation and the members that gained most."""
    found = families(store.con, as_of=WEEK)
    first, second = found.by_downloads

    assert (
        found.families, found.members, found.compared, found.likes_gain, found.downloads_gain,
    ) == (2, 8, 7, 54, 535)  # fmt: skip
    assert (first.root, first.seen, second.root, second.seen) == ("lab/base", True, "gone/Base", False)
    assert first.parts == (
        FamilyPart("root", 1, 1, 10, 100),
        FamilyPart("adapter", 1, 1, 0, 0),
        FamilyPart("finetune", 1, 1, -1, -10),
        FamilyPart("quantized", 2, 1, 40, 400),
        FamilyPart("not stated", 1, 1, 1, 5),
    )
    assert first.downloads_largest == (
        Contributor("you/base-GGUF", 400), Contributor("lab/base", 100), Contributor("me/plain", 5),
    )  # fmt: skip
    assert second.likes_largest == (Contributor("me/unknown-chat", 2), Contributor("me/unknown-lora", 2))


def test_the_rows_are_limited_and_the_totals_are_not(store: Store) -> None:
    """One row is asked for; the totals cover both families."""
    found = families(store.con, as_of=WEEK, rows=1)

    assert (len(found.by_likes), len(found.by_downloads), found.families) == (1, 1, 2)


def test_the_analysed_week_has_the_families(store: Store) -> None:
    """The field of the week is what the function returns."""
    assert families(store.con, as_of=WEEK) == store.week().families


def test_one_snapshot_has_members_and_no_gains(store: Store) -> None:
    """Without an earlier snapshot the gains are unknown, not zero."""
    rows = store.con.execute(
        "SELECT members, compared, likes_gain, downloads_gain, downloads_largest FROM families($1) ORDER BY members",
        [START],
    ).fetchall()

    assert rows == [(2, 0, None, None, []), (6, 0, None, None, [])]


def test_no_snapshot_has_no_families() -> None:
    """Before the first snapshot there is no family."""
    assert Families() == families(Store().con, as_of=START)


def test_a_renamed_root_has_its_name_of_the_newer_snapshot() -> None:
    """A later rename does not change the answer for an earlier week."""
    store = Store()
    store.entity("old")
    store.entity("b", base_models=["old"])
    for at in (START, WEEK, WEEK + 7 * DAY):
        store.snapshot(at, {"old": {"likes": 1}, "b": {"likes": 1}})
    store.changed("old", WEEK + DAY, id="new")

    names = [store.con.execute("SELECT root FROM families($1)", [WEEK + n * DAY]).fetchall() for n in (0, 7)]

    assert names == [[("old",)], [("new",)]]


def test_sums_of_the_largest_counts_are_exact() -> None:
    """Counts of 10^15 add up without rounding."""
    store = Store()
    names = [f"m{number}" for number in range(9)]
    store.entities(["base", *names])
    store.con.execute("UPDATE repo_attributes SET base_models = ['base'] WHERE id <> 'base'")
    store.snapshot(START, {name: {"downloads_all_time": 0, "likes": 1} for name in names})
    store.snapshot(WEEK, {name: {"downloads_all_time": 10**15 - 1, "likes": 1} for name in names})

    assert store.con.execute("SELECT downloads_gain FROM families()").fetchall() == [(9 * (10**15 - 1),)]


def test_equal_gains_are_ordered_by_level_and_name() -> None:
    """Of members with equal gains the larger ones come first, then the first by name."""
    store = Store()
    levels = {"d": 10, "c": 10, "b": 10, "a": 5, "e": 20}
    store.entities(["base", *levels])
    store.con.execute("UPDATE repo_attributes SET base_models = ['base'] WHERE id <> 'base'")
    store.snapshot(START, {name: {"likes": level} for name, level in levels.items()})
    store.snapshot(WEEK, {name: {"likes": level + 3} for name, level in levels.items()})

    (family,) = families(store.con, as_of=WEEK + timedelta(hours=1)).by_likes

    assert [one.id for one in family.likes_largest] == ["e", "b", "c"]


def surge(seed: int, surging: Sequence[int]) -> list[str]:
    """Return the families that rise in three weeks of 40 families, of which the given ones gain threefold at last."""
    draw, store = random.Random(seed), Store()
    members = {f"o{n}-{number}/derived": f"base{n}" for n in range(40) for number in range(25)}
    store.entities([*{*members.values()}, *members])
    store.con.execute(
        "UPDATE repo_attributes SET base_models = [b.base], author = split_part(id, '/', 1)"
        " FROM (SELECT unnest($names) AS name, unnest($bases) AS base) AS b WHERE id = b.name",
        {"names": list(members), "bases": list(members.values())},
    )
    counters = dict.fromkeys(members, 1000)
    for week in range(3):
        store.snapshot(START + 7 * week * DAY, {name: {"downloads_all_time": n} for name, n in counters.items()})
        for name, base in members.items():
            lift = 3 if week == 1 and base in {f"base{n}" for n in surging} else 1
            counters[name] += round(lift * 200 * draw.lognormvariate(0, 0.5))
    return [family.root for family in families(store.con, as_of=START + 14 * DAY).rising]


@pytest.mark.parametrize("seed", range(3))
def test_a_surge_of_a_family_is_found_and_nothing_else(seed: int) -> None:
    """One family of forty gains threefold: it rises, and no other; without a surge none rises."""
    assert surge(seed, [7]) == ["base7"]
    assert surge(seed, []) == []
