"""What stands on which list, in which order, and which share of the week a list covers."""

import random

import pytest

from analysis.lists import Order, ranked_lists
from analysis.ranking import why_withheld
from analysis.records import Coverage, ListName, Metric, Pair, RankedList
from crawler.kinds import Kind
from tests.fakes.store import DAY, HISTORY, LIMITS, LONG_AGO, START, Store, crowd, of_days, risen, steady, summed


def by_name(store: Store, metric: Metric = Metric.DOWNLOADS) -> dict[ListName, RankedList]:
    """Return the lists of models at the newest snapshot."""
    return {ranked.name: ranked for ranked in ranked_lists(store.ranking(metric))}


def named(ranked: RankedList) -> list[str]:
    """Return the names on a list, in flat order."""
    return [pick.change.entity.id for pick in ranked.picks]


def likes(store: Store, before: dict[str, int], now: dict[str, int]) -> None:
    """Add old models and two snapshots of their likes, a week apart."""
    for name in before | now:
        store.entity(name, created=LONG_AGO)
    store.snapshot(START, {name: {"likes": count} for name, count in before.items()})
    store.snapshot(START + 7 * DAY, {name: {"likes": count} for name, count in now.items()})


def test_risers_are_in_order_of_impact(store: Store) -> None:
    """A large entity that doubled stands above a small one that rose sixfold; by score it is the other way round."""
    days = crowd() | {"large": risen(3000, 2.0), "small": risen(60, 6.0)}
    of_days(store, {name: summed(own) for name, own in days.items()})

    assert named(store.trends(order=Order.IMPACT).ranked)[:2] == ["large", "small"]
    assert named(store.trends(order=Order.SCORE).ranked)[0] == "small"


def test_impact_is_the_gain_that_the_past_does_not_explain(store: Store) -> None:
    """The impact of a riser is gain x (1 - 1/lower_bound), that of a faller what its baseline week lacks."""
    days = crowd() | {"riser": risen(500, 2.0), "faller": risen(3000, 1 / 3)}
    of_days(store, {name: summed(own) for name, own in days.items()})

    lists = by_name(store)

    (rise,) = [pick for pick in lists[ListName.RISERS].picks if pick.change.entity.id == "riser"]
    (fall,) = [pick for pick in lists[ListName.FALLERS].picks if pick.change.entity.id == "faller"]
    assert rise.score is not None
    assert fall.score is not None
    assert rise.impact == pytest.approx((rise.change.gain or 0) * (1 - 1 / rise.score.lower_bound), rel=1e-4)
    assert fall.impact == pytest.approx(
        (fall.score.term("baseline week") or 0) * (fall.score.lower_bound - 1), rel=1e-4
    )
    assert (fall.impact or 0) < 0


def test_every_riser_has_a_score_of_two(store: Store) -> None:
    """Weaker evidence is on no list of scored entities, in either direction and order."""
    of_days(store, {name: summed(own) for name, own in (crowd(seed=9) | {"riser": risen(500, 2.0)}).items()})

    lists = by_name(store)

    scores = [pick.score for name in (ListName.RISERS, ListName.FALLERS) for pick in lists[name].picks]
    assert scores
    assert all(score and score.value >= 2 for score in scores)


def test_the_biggest_gain_is_listed_whatever_its_history(store: Store) -> None:
    """Without history nothing is scored, yet the model with 40 % of all likes stands on a list, and its share too."""
    likes(store, {"a": 10, "b": 10, "quiet": 5}, {"a": 50, "b": 70, "quiet": 5, "new": 9})

    lists = by_name(store, Metric.LIKES)

    gains = lists[ListName.GAINS]
    assert named(gains) == ["b", "a"]
    assert lists[ListName.RISERS].withheld == (
        "not ranked because no earlier snapshot of models shows an ordinary week"
    )
    assert gains.coverage == Coverage(present=4, compared=3, total_gain=100, listed_gain=100, gain_share=1.0)


def test_a_list_covers_the_gains_of_its_rows(store: Store) -> None:
    """The share is that of the rows on the list; what fell does not reduce the total."""
    before = {f"m{number:02}": 100 for number in range(70)}
    likes(store, before, {name: 200 - int(name[1:]) for name in before} | {"m00": 90})

    coverage = by_name(store, Metric.LIKES)[ListName.GAINS].coverage

    total = sum(range(31, 100))
    assert (coverage.compared, coverage.total_gain) == (70, total)
    assert coverage.listed_gain == sum(range(80, 100))
    assert coverage.gain_share == round(sum(range(80, 100)) / total, 6)


def test_gains_are_shown_while_the_hub_moves(store: Store) -> None:
    """A move of the whole Hub withholds risers, not the biggest gains."""
    days = {name: [round(day * 1.5) if n >= 28 else day for n, day in enumerate(own)] for name, own in crowd().items()}
    of_days(store, {name: summed(own) for name, own in days.items()})

    lists = by_name(store)

    assert lists[ListName.RISERS].withheld is not None
    assert (lists[ListName.GAINS].withheld, len(lists[ListName.GAINS].picks)) == (None, LIMITS.rows)


def test_few_likes_taken_back_are_noise(store: Store) -> None:
    """One and two likes less are on no list; forty less are a fall, with the loss as its impact."""
    likes(store, {"one": 10, "two": 10, "many": 90}, {"one": 9, "two": 8, "many": 50})

    (pick,) = by_name(store, Metric.LIKES)[ListName.FALLERS].picks

    assert (pick.change.entity.id, pick.impact, pick.score) == ("many", -40, None)


def test_likes_that_dry_up_are_a_fall(store: Store) -> None:
    """A model that went from twelve likes a day to none is a faller, although its gain is zero."""
    rng = random.Random(3)
    days = {f"m{n:03}": [rng.randrange(0, 5) for _ in range(HISTORY - 1)] for n in range(120)}
    days["dried up"] = [12, 11, 13, 12] * 7 + [0] * 7
    of_days(store, {name: summed(own, first=50) for name, own in days.items()}, column="likes")

    first = by_name(store, Metric.LIKES)[ListName.FALLERS].picks[0]

    assert (first.change.entity.id, first.change.gain) == ("dried up", 0)
    assert first.impact is not None
    assert first.impact < -40


def test_what_cannot_be_scored_is_an_entrant(store: Store) -> None:
    """Nothing falls between entrants and risers: not seventeen days of age, ten days of history or weekly sightings."""
    of_days(store, {name: summed(own) for name, own in (crowd() | {"riser": risen(500, 2.0)}).items()})
    seen = {
        "seventeen days old": range(HISTORY - 17, HISTORY),
        "seen for ten days": range(HISTORY - 10, HISTORY),
        "seen weekly before": [7, 14, 21, *range(28, HISTORY)],
    }
    counter = summed(risen(500, 3.0))
    store.entities(list(seen))
    for name, days in seen.items():
        store.con.executemany(
            "INSERT INTO observations (snapshot_id, entity_key, downloads, downloads_all_time) VALUES (?, ?, 1000, ?)",
            [[day + 1, store.keys[name], counter[day]] for day in days],
        )
    born = store.newest - 17 * DAY
    store.con.execute("UPDATE entities SET created_at = ? WHERE id = 'seventeen days old'", [born])

    lists = by_name(store)

    listed = set(named(lists[ListName.ENTRANTS])) | set(named(lists[ListName.RISERS]))
    assert set(seen) <= listed
    assert "riser" not in named(lists[ListName.ENTRANTS])


def test_entrants_are_in_order_of_their_gain_per_day(store: Store) -> None:
    """A gain counts per day of the span, else the number per day of age; 30-day downloads cover at most thirty."""
    of_days(store, {name: summed(steady(300, seed=n)) for n, name in enumerate(("x", "y", "z"))})
    store.entities(["appeared"])
    numbers: dict[str, dict[str, int | None]] = {
        "appeared": {"downloads": 30_000, "downloads_all_time": 10**6, "likes": 1}
    }
    numbers |= {name: {"downloads": 9000, "downloads_all_time": 10**6, "likes": 1} for name in "xyz"}
    at = store.newest + DAY
    store.snapshot(at, numbers)
    store.con.execute("UPDATE entities SET first_seen = ? WHERE id = 'appeared'", [at])

    ranking = store.ranking()
    entrants = {ranked.name: ranked for ranked in ranked_lists(ranking)}[ListName.ENTRANTS]

    assert named(entrants) == ["appeared"]
    assert ranking.comparison.run(
        "entrants",
        {"before_at": ranking.comparison.pair.before_at, "new_days": 35, "scored": True, "span": 7.0, "window": 30,
         "rows": 5},
        Metric.DOWNLOADS.columns,
    ) == [(store.keys["appeared"], 1, 1000.0)]  # fmt: skip


PAIR = Pair(Kind.MODEL, 9, START, "full", 2, START - 7 * DAY, "full", "exact", 7.0)


@pytest.mark.parametrize(
    ("name", "metric", "reason"),
    [
        (ListName.RISERS, Metric.LIKES, "not ranked because no earlier snapshot of models shows an ordinary week"),
        (ListName.FALLERS, Metric.DOWNLOADS, "not ranked because no earlier snapshot of models shows an ordinary week"),
        (ListName.FALLERS, Metric.LIKES, None),
        (ListName.GAINS, Metric.DOWNLOADS, None),
        (ListName.RETURNED, Metric.LIKES, None),
    ],
)
def test_lists_without_history(name: ListName, metric: Metric, reason: str | None) -> None:
    """Two snapshots give gains and what was taken back; what needs a past says so."""
    assert why_withheld(name, metric, PAIR, 5, scored=False) == reason
