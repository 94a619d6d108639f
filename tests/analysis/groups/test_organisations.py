"""organisations: what an owner gained across all kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.groups.entity_records import Organisation
from analysis.groups.organisations import organisations
from crawler.kinds import Kind
from tests.fakes.walks import Store, article, day, new_store, paper, repo

WEEK = 7


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def owners(store: Store, at: float = WEEK) -> dict[str, Organisation]:
    """Return the owners of the week that ends on a day, by name and in their order."""
    return {one.organisation: one for one in organisations(store.con, as_of=day(at), rows=1000).rows}


def test_an_owner_is_followed_across_all_kinds(store: Store) -> None:
    """Gains of models, datasets, spaces, papers and articles of one namespace are one row."""
    for number in (0, 7):
        store.take(Kind.MODEL, day(number), repo("m", id="lab/m", likes=10 + number, downloads_all_time=100 * number))
        store.take(Kind.DATASET, day(number), repo("d", id="lab/d", likes=5 + 2 * number, downloads_all_time=number))
        store.take(Kind.SPACE, day(number), repo("s", id="lab/s", likes=1))
        store.take(Kind.PAPER, day(number), paper("2609.1", organization="lab", upvotes=3 * number))
        store.take(Kind.ARTICLE, day(number), article("a", organization="lab", upvotes=number))

    (lab,) = owners(store).values()
    assert (lab.models, lab.datasets, lab.spaces, lab.papers, lab.articles) == (1, 1, 1, 1, 1)
    assert (lab.likes_gain, lab.downloads_gain, lab.upvotes_gain) == (21, 707, 28)
    assert (lab.share, lab.compared, lab.new_entities) == (1.0, 5, 0)
    assert [(one.id.removeprefix("org/"), one.likes_gain or one.upvotes_gain) for one in lab.largest] == [
        ("2609.1", 21),
        ("lab/d", 14),
        ("a", 7),
    ]


def test_likes_decide_the_order_and_ties_fall_to_the_name(store: Store) -> None:
    """More likes come first; owners with equal numbers stand by name; an unknown gain comes last."""
    store.take(Kind.MODEL, day(0), *(repo(name, id=f"{name}/m", likes=1) for name in ("b", "a", "c")))
    later = [repo(name, id=f"{name}/m", likes=likes) for name, likes in (("b", 3), ("a", 3), ("c", 9))]
    store.take(Kind.MODEL, day(7), *later, repo("new", id="d/m", likes=99))

    assert list(owners(store)) == ["c", "a", "b", "d"]
    assert [one.place for one in owners(store).values()] == [1, 2, 3, 4]
    assert owners(store)["d"].likes_gain is None


def test_the_share_is_compared_with_the_window_before(store: Store) -> None:
    """The change is the share of this window less that of the one before, in percentage points."""
    for number, (a, b) in {0: (0, 0), 7: (10, 30), 14: (40, 40)}.items():
        store.take(Kind.MODEL, day(number), repo("a", id="a/m", likes=a), repo("b", id="b/m", likes=b))

    found = owners(store, 14)
    assert {name: one.share for name, one in found.items()} == {"a": 0.75, "b": 0.25}
    assert {"a": pytest.approx(50), "b": pytest.approx(-50)} == {n: one.change_points for n, one in found.items()}
    assert [one.change_points for one in owners(store, 7).values()] == [None, None]


def test_windows_with_gains_of_other_kinds_have_no_change(store: Store) -> None:
    """A kind whose snapshots begin later would shift every share, so that no change is stated."""
    for number in (0, 7, 14):
        store.take(Kind.MODEL, day(number), repo("a", id="a/m", likes=number))
        if number:
            store.take(Kind.SPACE, day(number), repo("s", id="a/s", likes=number))

    assert owners(store, 14)["a"].change_points is None


def test_only_what_was_created_in_the_window_is_new(store: Store) -> None:
    """An old repository that enters a list is no new entity."""
    store.take(Kind.MODEL, day(0), repo("m", id="a/m"))
    store.take(Kind.MODEL, day(7), repo("m", id="a/m"), repo("n", id="a/n", created_at=day(3)), repo("o", id="a/o"))

    assert (owners(store)["a"].models, owners(store)["a"].new_entities) == (3, 1)


def test_an_old_name_has_no_owner(store: Store) -> None:
    """A model without a namespace counts in the total of all gains and belongs to nobody."""
    for number in (0, 7):
        store.take(Kind.MODEL, day(number), repo("m", id="gpt2", likes=3 * number), repo("n", id="a/n", likes=number))

    assert {name: one.share for name, one in owners(store).items()} == {"a": 0.25}


def test_a_transfer_counts_for_the_owner_at_the_newer_snapshot(store: Store) -> None:
    """The gain of a moved repository belongs to its owner at the newer snapshot."""
    store.take(Kind.MODEL, day(0), repo("m", id="old/m", likes=1))
    store.take(Kind.MODEL, day(7), repo("m", id="new/m", likes=4))

    assert {name: one.likes_gain for name, one in owners(store).items()} == {"new": 3}


def test_losses_of_all_together_give_no_share(store: Store) -> None:
    """A share of a total that is not positive has no meaning."""
    for number in (0, 7):
        store.take(Kind.MODEL, day(number), repo("m", id="a/m", likes=10 - number))

    assert (owners(store)["a"].likes_gain, owners(store)["a"].share) == (-7, None)


def test_hostile_names_are_only_names(store: Store) -> None:
    """Quotes, markup and braces in a namespace change nothing but the name."""
    names = ["'; DROP TABLE entities; --", "<script>", "{change}", "$as_of"]
    for number in (0, 7):
        store.take(Kind.MODEL, day(number), *(repo(f"m{i}", id=f"{n}/m", likes=number) for i, n in enumerate(names)))

    assert sorted(names) == list(owners(store))


def test_sums_beyond_the_limit_stop_at_it(store: Store) -> None:
    """Many gains of 10^15 sum up to the limit of sums and not to an error."""
    size = 10_000
    for number in (0, 7):
        rows = [repo(f"m{i}", id=f"a/m{i}", likes=0, downloads_all_time=number and 10**15) for i in range(size)]
        store.take(Kind.MODEL, day(number), *rows)

    assert owners(store)["a"].downloads_gain == 9 * 10**18


def test_an_empty_store_has_no_owners(store: Store) -> None:
    """Without a snapshot there is no owner and no error."""
    assert (lambda found: (found.owners, found.gaining, found.rows))(organisations(store.con, as_of=day(0))) == (
        0,
        0,
        (),
    )
