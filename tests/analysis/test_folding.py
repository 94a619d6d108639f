"""How a list folds derivatives under their root."""

import random

import pytest

from analysis.folding import Root, fold
from analysis.lists import Order
from analysis.records import ListName, Metric, RankedList
from tests.fakes.store import DAY, LONG_AGO, START, Store

A, B = Root("a", "org/a"), Root("b", "org/b")


def test_a_family_has_the_place_of_its_sum() -> None:
    """Two parts of 40 rank above one entity of 60; each entity keeps its flat place."""
    placed = fold([(1, 60), (2, 40), (3, 40)], {1: A, 2: B, 3: B}, 20, ordered_by="gain")

    assert [(one.key, one.flat_place, one.place) for one in placed] == [(1, 1, 2), (2, 2, 1), (3, 3, 1)]


def test_losses_add_up_as_well() -> None:
    """Impacts of fallers are negative; the family that lost most is first."""
    placed = fold([(1, -60), (2, -40), (3, -40)], {1: A, 2: B, 3: B}, 20, ordered_by="impact")

    assert {one.key: one.place for one in placed} == {1: 2, 2: 1, 3: 1}


def test_scores_do_not_add_up() -> None:
    """Ordered by score or percent, a family has the place of its first part."""
    placed = fold([(1, 6), (2, 4), (3, 4)], {1: A, 2: B, 3: B}, 20, ordered_by="score")

    assert {one.key: one.place for one in placed} == {1: 1, 2: 2, 3: 2}


def test_a_list_keeps_its_length_of_families_and_of_entities() -> None:
    """Of nine entities in three families, a list of two rows keeps two families and the first two entities."""
    roots = {key: Root(str(key % 3), str(key % 3)) for key in range(9)}

    placed = fold([(key, 9 - key) for key in range(9)], roots, 2, ordered_by="gain")

    assert [one.key for one in placed] == [0, 1, 3, 4, 6, 7]
    assert {one.place for one in placed} == {1, 2}


@pytest.mark.parametrize("seed", range(20))
def test_without_families_both_places_agree(seed: int) -> None:
    """If every entity is its own root, folding changes nothing, also among equal values."""
    rng = random.Random(seed)
    flat = sorted(((key, float(rng.randrange(4))) for key in range(12)), key=lambda one: -one[1])
    roots = {key: Root(str(key), str(key)) for key, _ in flat}

    placed = fold(flat, roots, 8, ordered_by="impact")

    assert [(one.key, one.flat_place) for one in placed] == [(key, n) for n, (key, _) in enumerate(flat[:8], start=1)]
    assert all(one.place == one.flat_place for one in placed)


def of_families(store: Store) -> RankedList:
    """Return the gains by likes of a base, three derivatives, and a model of its own."""
    store.entity("org/base", created=LONG_AGO)
    for number in range(3):
        store.entity(f"quant/{number}", base_models=["org/base"], base_relation="quantized", created=LONG_AGO)
    store.entity("org/alone", created=LONG_AGO)
    store.entity("tuned/one", base_models=["org/unseen"], base_relation="finetune", created=LONG_AGO)
    gains = {"org/base": 5, "quant/0": 20, "quant/1": 12, "quant/2": 7, "org/alone": 30, "tuned/one": 4}
    store.snapshot(START, {name: {"likes": 10} for name in gains})
    store.snapshot(START + 7 * DAY, {name: {"likes": 10 + gain} for name, gain in gains.items()})
    return store.trends(metric=Metric.LIKES, order=Order.GAIN).ranked


def test_derivatives_stand_under_their_root(store: Store) -> None:
    """A base and its derivatives are one row with the sum, the number of parts and the largest names."""
    ranked = of_families(store)

    assert ranked.name is ListName.GAINS
    assert [(row.root, row.parts, row.gain, row.largest) for row in ranked.rows] == [
        ("org/base", 4, 44, ("quant/0", "quant/1", "quant/2")),
        ("org/alone", 1, 30, ("org/alone",)),
        ("org/unseen", 1, 4, ("tuned/one",)),
    ]
    assert [row.hub_id for row in ranked.rows] == ["org/base", "org/alone", ""]


def test_the_flat_order_stays(store: Store) -> None:
    """The entities stay in their own order, each with the root and the place of its family."""
    picks = of_families(store).picks

    assert [(pick.change.entity.id, pick.flat_place, pick.place, pick.root) for pick in picks] == [
        ("org/alone", 1, 2, "org/alone"),
        ("quant/0", 2, 1, "org/base"),
        ("quant/1", 3, 1, "org/base"),
        ("quant/2", 4, 1, "org/base"),
        ("org/base", 5, 1, "org/base"),
        ("tuned/one", 6, 3, "org/unseen"),
    ]
