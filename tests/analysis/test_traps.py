"""The traps of week-over-week numbers: each test fails without the handling of its trap."""

import math
import random
from collections.abc import Collection
from datetime import timedelta

import pytest

from analysis.lists import Order, movers, ranked_lists
from analysis.records import ListName, Metric, RankedList, WeekAnalysis
from analysis.score.panel import SnapshotRef
from analysis.score.score import scores_of
from crawler.kinds import Kind
from tests.fakes.store import (
    DAY,
    HISTORY,
    LIMITS,
    LONG_AGO,
    START,
    Store,
    crowd,
    of_days,
    risen,
    steady,
    summed,
    with_limits,
)


def named(ranked: RankedList) -> list[str]:
    """Return the names on a list, in order."""
    return [pick.change.entity.id for pick in ranked.picks]


def rising(store: Store, **limits: float) -> list[str]:
    """Return the names of the risers by score."""
    ranked = movers(store.ranking(limits=with_limits(**limits)), Order.SCORE)
    assert ranked.ordered_by == "score"
    return named(ranked)


def counters(**days: list[int]) -> dict[str, list[int]]:
    """Return the counters of a crowd and of these entities."""
    return {name: summed(own) for name, own in (crowd() | days).items()}


def test_lasting_rise_comes_first(store: Store) -> None:
    """The plain case: a level that doubled on Wednesday and stays ranks first, with its day and size."""
    of_days(store, counters(riser=risen(500, 2.0, since=5)))

    ranked = store.trends().ranked

    first = ranked.picks[0]
    assert first.change.entity.id == "riser"
    assert first.score is not None
    assert first.score.since == (store.newest - 5 * DAY).date()
    assert 1.6 < first.score.lift < 2.4
    assert 1 < first.score.lower_bound < first.score.lift


def test_tiny_rise_is_not_listed(store: Store) -> None:
    """Small base: from 1 download a week to 5 is +400 % and no rise; c = 50 a week shrinks it to nothing."""
    of_days(store, counters(tiny=[0, 0, 0, 1, 0, 0, 0] * 4 + [1, 1, 1, 2, 1, 1, 1], riser=risen(500, 2.2)))

    assert rising(store)[0] == "riser"
    assert "tiny" not in rising(store)
    assert "tiny" in rising(store, shrink_downloads=0.01)


def test_few_more_downloads_are_no_rise(store: Store) -> None:
    """Small base: among entities with a few downloads a week, five more are no rise."""
    rng = random.Random(4)
    days = {f"small {number}": [rng.choice((1, 1, 1, 2)) for _ in range(HISTORY - 1)] for number in range(200)}
    few = {f"few {number}": [0, 0, 0, 1, 0, 0, 0] * 4 + [0, 0, 0, 0, 1, 2, 2] for number in range(5)}
    of_days(store, {name: summed(own) for name, own in (days | few | {"riser": risen(500, 2.2)}).items()})

    assert not set(few) & set(rising(store))


def test_two_likes_a_day_rank_below_fourteen(store: Store) -> None:
    """Small base: 0 to 2 likes a day ranks below 6 to 14, and an irregular series that rose sevenfold above both."""
    rng = random.Random(5)
    days = {f"m{number:03}": [rng.randrange(0, 3 + number // 12) for _ in range(HISTORY - 1)] for number in range(120)}
    days |= {f"q{number:03}": [int(day % 7 == number % 7) for day in range(HISTORY - 1)] for number in range(120)}
    days["quiet"] = [0] * 13 + [1] + [0] * 14 + [1, 2, 2, 2, 2, 2, 2]
    days["uneven"] = [0, 3, 0, 2, 4, 0, 3] * 4 + [12, 14, 10, 15, 12, 13, 11]
    days["busy"] = [5, 7, 6, 5, 8, 6, 7] * 4 + [14, 15, 14, 13, 15, 15, 14]
    of_days(store, {name: summed(own, first=50) for name, own in days.items()}, column="likes")

    ranked = store.trends(metric=Metric.LIKES).ranked

    assert (ranked.ordered_by, named(ranked)[:3]) == ("score", ["uneven", "busy", "quiet"])


def test_one_day_of_likes_ranks_below_four(store: Store) -> None:
    """One-day burst: sixty likes on one day rank below four days of twelve."""
    rng = random.Random(7)
    days = {f"m{number:03}": [rng.randrange(0, 4) for _ in range(HISTORY - 1)] for number in range(120)}
    days["burst"] = [1, 2, 0, 1, 2, 1, 0] * 4 + [1, 0, 2, 60, 1, 2, 1]
    days["riser"] = [1, 2, 0, 1, 2, 1, 0] * 4 + [1, 0, 2, 12, 11, 13, 12]
    of_days(store, {name: summed(own, first=50) for name, own in days.items()}, column="likes")

    listed = named(store.trends(metric=Metric.LIKES).ranked)

    assert (listed[0], "burst" in listed) == ("riser", False)


def test_rows_show_gain_and_growth(store: Store) -> None:
    """Small base: a row shows its gain and its growth against the baseline week."""
    of_days(store, counters(riser=risen(500, 2.0, since=7)))

    change = store.trends().ranked.picks[0].change

    assert change.gain is not None
    assert 6500 < change.gain < 7500
    assert change.percent == pytest.approx(100, abs=15)


def test_new_entrants_have_their_own_list(store: Store) -> None:
    """New entrants: last week's launch is never a riser; entrants are ordered by gain per day of age."""
    of_days(store, counters(riser=risen(500, 2.0)))
    launched = store.newest
    store.entity("launch", created=launched - 4 * DAY)
    store.entity("older launch", created=launched - 8 * DAY)
    numbers: dict[str, dict[str, int | None]] = {
        "launch": {"downloads": 4000, "downloads_all_time": 4000, "likes": 400},
        "older launch": {"downloads": 4800, "downloads_all_time": 4800, "likes": 480},
    }
    numbers |= {name: {"downloads": 1, "downloads_all_time": 10**6, "likes": 5} for name in crowd()}
    store.snapshot(launched + timedelta(hours=2), numbers)
    store.con.execute("UPDATE entities SET first_seen = ? WHERE id LIKE '%launch'", [launched])

    lists = {ranked.name: ranked for ranked in ranked_lists(store.ranking())}

    assert named(lists[ListName.ENTRANTS]) == ["launch", "older launch"]
    assert not {"launch", "older launch"} & set(named(lists[ListName.RISERS]))


def test_age_is_at_least_one_day(store: Store) -> None:
    """New entrants: thirty likes in an hour are not 720 a day."""
    store.entity("an hour old", created=START - timedelta(hours=1))
    store.entity("two days old", created=START - 2 * DAY)
    store.snapshot(START, {"an hour old": {"likes": 30}, "two days old": {"likes": 100}})

    lists = {ranked.name: named(ranked) for ranked in ranked_lists(store.ranking(Metric.LIKES))}

    assert lists[ListName.ENTRANTS] == ["two days old", "an hour old"]


def shown_only_on(store: Store, name: str, counter: list[int], days: Collection[int]) -> None:
    """Add a model that only some of the daily snapshots contain."""
    store.entities([name])
    store.con.executemany(
        "INSERT INTO observations (snapshot_id, entity_key, downloads_all_time) VALUES (?, ?, ?)",
        [[day + 1, store.keys[name], counter[day]] for day in days],
    )


def test_ten_days_of_history_give_no_score(store: Store) -> None:
    """New entrants: an entity seen for ten days has no score, and the list counts it as left out."""
    of_days(store, counters(riser=risen(500, 2.0)))
    shown_only_on(store, "seen late", summed(risen(500, 3.0)), range(HISTORY - 10, HISTORY))

    ranked = store.trends().ranked

    assert "seen late" not in named(ranked)
    assert ("no two weeks of history", 1) in ranked.left_out


def test_weekly_sightings_are_no_daily_history(store: Store) -> None:
    """New entrants: an entity seen daily this week and weekly before has no days to compare with."""
    of_days(store, counters(riser=risen(500, 2.0)))
    shown_only_on(store, "seen seldom", summed(risen(500, 3.0)), [7, 14, 21, *range(28, HISTORY)])

    assert "seen seldom" not in rising(store)


def test_eleven_days_of_age_give_no_score(store: Store) -> None:
    """New entrants: eleven days of age are too few even where snapshots allow two weeks."""
    days = counters(young=risen(500, 4.0, since=5), older=risen(500, 6.0, since=6))
    of_days(store, days, only=[11, 18, 25, 30, 35])
    store.con.execute("UPDATE entities SET created_at = ? WHERE id = 'young'", [START + 24 * DAY])

    ranked = store.trends().ranked

    assert ranked.ordered_by == "score"
    assert "young" not in named(ranked)
    assert ("younger than 14 days", 1) in ranked.left_out


def test_single_day_is_no_rise(store: Store) -> None:
    """Regression to the mean: one day of thirty times the traffic is no level shift, recent or not."""
    spike_on = {f"spike {ago} days ago": ago for ago in range(1, 7)}
    spiked = {
        name: [day * 30 if number == len(days) - ago else day for number, day in enumerate(days)]
        for name, ago in spike_on.items()
        for days in [steady(500, seed=ago)]
    }
    spiked["three times since yesterday"] = risen(500, 3.0, since=1)
    of_days(store, counters(riser=risen(500, 1.8), **spiked))

    names = rising(store)

    assert names[0] == "riser"
    assert not set(spiked) & set(names)


def test_fading_burst_is_no_rise(store: Store) -> None:
    """Regression to the mean: ten or thirty times the traffic that halves each day is no lasting shift."""
    burst = {
        f"{height} times, {ago} days ago": [
            round(day * (1 + height / 2 ** (number - began))) if number >= began else day
            for number, day in enumerate(days)
        ]
        for height, ago in [(10, 4), (10, 5), (30, 5), (30, 6)]
        for days in [steady(500, seed=height + ago)]
        for began in [len(days) - ago]
    }
    of_days(store, counters(riser=risen(500, 1.8), **burst))

    names = rising(store)

    assert names[0] == "riser"
    assert not set(burst) & set(names)


def test_drifting_levels_are_no_risers(store: Store) -> None:
    """Drifting levels: if all levels drift from week to week, drift is no rise."""
    rng = random.Random(11)
    days: dict[str, list[int]] = {}
    for number in range(400):
        level, own = 300 * rng.lognormvariate(0, 1), []
        for _ in range(HISTORY - 1):
            level *= rng.lognormvariate(0, 0.07)
            own.append(round(level * rng.lognormvariate(0, 0.05)))
        days[f"m{number:03}"] = own
    of_days(store, {name: summed(own) for name, own in days.items()})

    scores = [pick.score for pick in store.trends().ranked.picks if pick.score]

    assert all(score.value < 6 for score in scores)
    assert all(score.lower_bound > 1 for score in scores)


def test_last_weeks_picks_are_backtested(store: Store) -> None:
    """Regression to the mean: the backtest judges last week's picks in each order, and rows show their list history."""
    of_days(store, {name: summed(days) for name, days in long_world().items()})

    week = store.week()

    by = {row.picked_by: row for row in week.backtest}
    assert {"impact", "score", "gain", "percent"} == set(by)
    assert (by["percent"].median_lift or 1) < 0.5
    list_history = listed(week, ListName.RISERS).picks[0].list_history
    assert list_history is not None
    assert (list_history.weeks, list_history.place_before) == (2, 1)


def long_world() -> dict[str, list[int]]:
    """Six weeks: one entity rises in the fifth week and again in the sixth, fifteen only have a day of CI traffic in
    the fifth."""
    days = crowd(days=42)
    own = steady(500, days=42)
    days["riser"] = own[:30] + [2 * day for day in own[30:37]] + [5 * day for day in own[37:]]
    for number in range(15):
        spiked = steady(60, days=42, seed=number)
        spiked[31 + number % 3] *= 40 + number
        days[f"spike {number}"] = spiked
    return days


def listed(week: WeekAnalysis, name: ListName, kind: Kind = Kind.MODEL) -> RankedList:
    """Return a list of the default metric of a kind."""
    return next(ranked for one in week.kinds if one.kind is kind for ranked in one.lists if ranked.name is name)


def test_missing_days_are_no_surge(store: Store) -> None:
    """Irregular snapshots: the increment over a missing day is divided by its length."""
    days = counters(riser=risen(500, 2.0, since=5))
    of_days(store, days, only=[day for day in range(HISTORY) if day not in (9, 10, 20, 32)])

    names = rising(store)

    assert names[0] == "riser"
    assert all(pick.score is None or pick.score.value < 6 for pick in store.trends().ranked.picks[1:])


def test_entity_seen_every_other_day_has_not_surged(store: Store) -> None:
    """Irregular snapshots: a list that shows an entity every other day makes no riser of a 10 % gain."""
    of_days(store, counters(riser=risen(500, 2.0, since=5)))
    shown_only_on(
        store,
        "on and off",
        summed(risen(800, 1.1, since=7)),
        [day for day in range(HISTORY) if day not in (30, 32, 34)],
    )

    assert "on and off" not in rising(store)


def test_long_span_is_scaled_to_a_week(store: Store) -> None:
    """Irregular snapshots: a steady entity compared over nine days has not grown."""
    of_days(store, counters(), only=[0, 7, 14, 21, 26, 35])

    ranking = store.ranking()

    assert ranking.comparison.pair.span_days == 9
    assert ranking.comparison.pair.basis == "near"
    assert ranking.scored is not None
    assert abs(ranking.scored.hub_shift) < 0.02


def test_weekly_snapshots_give_a_weekly_score(store: Store) -> None:
    """Irregular snapshots: with one a week the row shows weekly granularity and no day."""
    of_days(store, counters(riser=risen(500, 3.0, since=7)), only=range(0, HISTORY, 7))

    first = store.trends().ranked.picks[0]

    assert first.change.entity.id == "riser"
    assert first.score is not None
    assert (first.score.granularity, first.score.since) == ("weekly", None)


def test_stale_snapshot_is_not_read(store: Store) -> None:
    """Skipped refresh: if the Hub refreshed one counter in five, the refreshed entities have not surged."""
    days = counters()
    lucky = [name for number, name in enumerate(days) if number % 5 == 0]
    for name, counter in days.items():
        if name not in lucky:
            counter[33] = counter[32]
    of_days(store, days)
    store.con.execute("UPDATE snapshots SET stale = true WHERE snapshot_id = 34")

    assert store.trends().ranked.considered < 10
    assert 34 not in {taken.snapshot_id for taken in panel_snapshots(store)}


def panel_snapshots(store: Store) -> tuple[SnapshotRef, ...]:
    """Return the snapshots that the score of downloads reads."""
    scored = store.ranking().scored
    assert scored is not None
    return scored.panel.snapshots


def test_unchanged_counter_is_no_empty_day(store: Store) -> None:
    """Skipped refresh: a counter that is unchanged for a day and catches up the next neither drops nor surges."""
    days = counters(skipped=steady(500))
    days["skipped"][33] = days["skipped"][32]
    of_days(store, days)

    store.ranking()

    rows = store.con.execute(
        "SELECT d.days, d.gain FROM daily AS d WHERE d.entity_key = ? AND d.days > 1.5", [store.keys["skipped"]]
    ).fetchall()
    assert [(2.0, days["skipped"][34] - days["skipped"][32])] == rows


WEDNESDAYS = (2, 9, 16, 23, 30)
"""Days on which the counters of the newer fifth of the Hub are frozen; they catch up the next day."""


def frozen(days: dict[str, list[int]], *own: int) -> dict[str, list[int]]:
    """Return the counters as shown: a fifth of the crowd is frozen on Wednesdays, a test's entity on `own` days."""
    shown = {name: list(counter) for name, counter in days.items()}
    for number, (name, counter) in enumerate(shown.items()):
        in_crowd = WEDNESDAYS if number % 5 == 0 else ()
        for day in in_crowd if name.startswith("crowd/") else own:
            counter[day] = counter[day - 1]
    return shown


def judged_fresh(store: Store) -> None:
    """Mark every snapshot as one in which most counters had moved."""
    store.con.execute("UPDATE snapshots SET stale = false")


@pytest.mark.parametrize(
    "days",
    [WEDNESDAYS, (*WEDNESDAYS, 28), (*WEDNESDAYS, 35), (33, 34)],
    ids=["in the week", "at its start", "at its end", "for two days"],
)
@pytest.mark.parametrize("since", [3, 5])
def test_riser_with_frozen_days_is_found(store: Store, days: tuple[int, ...], since: int) -> None:
    """Frozen counter: a doubled level has the right size on whichever day the counter was frozen."""
    of_days(store, frozen(counters(riser=risen(500, 2.0, since=since)), *days))
    judged_fresh(store)

    scored = store.ranking().scored
    assert scored is not None
    score = scores_of(scored, [store.keys["riser"]])[store.keys["riser"]]
    assert 1.6 < score.lift < 2.2


@pytest.mark.parametrize("level", [5, 30, 500])
@pytest.mark.parametrize("days", [WEDNESDAYS, (28,), (35,), (34,), (33, 34), (30, 31)])
def test_steady_entity_with_frozen_days_has_not_moved(store: Store, level: int, days: tuple[int, ...]) -> None:
    """Frozen counter: nothing on one day and twice as much on the next is neither rise nor fall."""
    of_days(store, frozen(counters(steady=steady(level)), *days))
    judged_fresh(store)

    lists = ranked_lists(store.ranking())

    assert all("steady" not in named(one) for one in lists if one.name in (ListName.RISERS, ListName.FALLERS))


@pytest.mark.parametrize("day", [28, 35])
def test_frozen_end_changes_the_span(store: Store, day: int) -> None:
    """Frozen counter: a gain of eight or of six days is divided by its own span."""
    of_days(store, frozen(counters(steady=steady(500)), day))
    judged_fresh(store)

    store.ranking()

    ((this, usual),) = store.con.execute(
        "SELECT this_week, baseline FROM screened WHERE entity_key = ?", [store.keys["steady"]]
    ).fetchall()
    assert usual == pytest.approx(this, rel=0.08)


def test_frozen_counter_is_flagged(store: Store) -> None:
    """Frozen counter: the flag counts the days, except days on which the whole Hub was frozen."""
    of_days(store, frozen(counters(riser=risen(500, 2.0, since=5)), 30, 33))
    judged_fresh(store)
    store.con.execute("UPDATE snapshots SET stale = true WHERE snapshot_id = 31")

    pick = store.trends().ranked.picks[0]

    last = START + 33 * DAY
    assert (f"stood still: the counter did not move on 1 of 7 days seen, last by {last:%Y-%m-%d}",) == pick.change.flags


def test_second_snapshot_of_a_day_is_no_frozen_counter(store: Store) -> None:
    """Frozen counter: the Hub refreshes once a day, so two snapshots of one day show the same."""
    days = counters(riser=risen(500, 2.0, since=5))
    of_days(store, days)
    store.snapshot(
        store.newest + DAY / 24,
        {
            name: {"downloads": counter[35] - counter[5], "downloads_all_time": counter[35]}
            for name, counter in days.items()
        },
    )
    judged_fresh(store)

    pick = store.trends().ranked.picks[0]

    assert (pick.change.entity.id, pick.change.flags) == ("riser", ())


def test_frozen_week_is_flagged_for_busy_entities_only(store: Store) -> None:
    """Frozen counter: two snapshots a week apart suffice to detect it."""
    store.entity("still")
    store.entity("quiet")
    for day in (0, 7):
        store.snapshot(
            START + day * DAY,
            {
                "still": {"downloads": 300, "downloads_all_time": 900},
                "quiet": {"downloads": 299, "downloads_all_time": 900},
            },
        )

    flags = dict(store.con.execute("SELECT id, flags FROM week_over_week('model')").fetchall())
    assert flags == {"still": ["stood still"], "quiet": []}


def test_fallen_counter_is_left_out_and_flagged(store: Store) -> None:
    """Counter falls: neither the fall nor the recovery is growth; the flag shows both counts."""
    days = counters(revised=risen(500, 2.2))
    for day in range(31, 34):
        days["revised"][day] -= 6000
    of_days(store, days)
    store.event("revised", START + 31 * DAY, "revised", before="31000", after="25500")

    pick = store.trends().ranked.picks[0]
    gains = store.con.execute(
        "SELECT min(d.gain), max(d.gain) FROM daily AS d WHERE d.entity_key = ?", [store.keys["revised"]]
    ).fetchone()

    assert pick.change.entity.id == "revised"
    assert pick.change.flags == ("revised: the counter fell from 31000 to 25500",)
    assert gains is not None
    assert 0 < gains[0] < gains[1] < 2000


def test_counter_below_last_week_is_a_revision(store: Store) -> None:
    """Counter falls: a week that ends below its start is left out of rises and falls, and counted."""
    days = counters(fallen=steady(500))
    days["fallen"] = [*days["fallen"][:-1], days["fallen"][-9] - 1000]
    of_days(store, days)

    lists = ranked_lists(store.ranking())
    key = store.keys["fallen"]

    assert store.con.execute("SELECT * FROM screened WHERE entity_key = ?", [key]).fetchall() == []
    assert all("fallen" not in named(ranked) for ranked in lists)
    assert ("the counter fell", 1) in lists[1].left_out


def test_weeks_with_a_revision_are_no_baseline(store: Store) -> None:
    """Counter falls: an entity of 3500 a week with corrections in two past weeks has not risen."""
    fallen = summed(steady(500))
    for day in range(10, HISTORY):
        fallen[day] -= 6000 if day < 17 else 12_000
    of_days(store, counters() | {"fallen": fallen})

    assert "fallen" not in rising(store)
    ((usual,),) = store.con.execute(
        "SELECT baseline FROM screened WHERE entity_key = ?", [store.keys["fallen"]]
    ).fetchall()
    assert usual == pytest.approx(3500, rel=0.1)


def test_hub_rollback_makes_no_risers(store: Store) -> None:
    """Counter falls: when nearly all counters fall and recover two days later, nothing has risen."""
    days = counters(riser=risen(500, 2.5))
    for number, counter in enumerate(days.values()):
        for day in (31, 32):
            counter[day] -= 2000 + 37 * number
    of_days(store, days)
    store.event("rollback", START + 31 * DAY, evidence="251 of 251 all-time counters fell")

    week = store.week()

    assert named(listed(week, ListName.RISERS))[0] == "riser"
    assert listed(week, ListName.RISERS).considered < 10
    assert any("taken downloads of models back" in line for line in week.quality.missing)


def moved_by(lift: float) -> dict[str, list[int]]:
    """Return the crowd with a week in which every entity has this multiple of its downloads."""
    return {
        name: [round(day * lift) if n >= 28 else day for n, day in enumerate(days)] for name, days in crowd().items()
    }


def test_hub_shift_is_reported_and_subtracted(store: Store) -> None:
    """Hub-wide shock: if all gain a fifth, the report says so and nothing has risen."""
    of_days(store, {name: summed(days) for name, days in moved_by(1.2).items()})

    week = store.week()

    (shock,) = week.shocks
    assert not shock.withheld
    assert shock.median_log_ratio == pytest.approx(math.log(1.2), abs=0.05)
    assert listed(week, ListName.RISERS).considered < 10


def test_steady_entity_in_a_falling_hub_is_a_riser(store: Store) -> None:
    """Hub-wide shock: if all lose two fifths, an entity that kept its level is above the Hub."""
    fallen = {name: days[:-7] + [round(day * 0.6) for day in days[-7:]] for name, days in crowd().items()}
    of_days(store, {name: summed(days) for name, days in (fallen | {"holds": steady(3000)}).items()})

    assert "holds" in rising(store, shock_withhold=1.0)


def test_steady_likes_in_a_falling_hub_are_a_rise(store: Store) -> None:
    """Hub-wide shock, of likes: if all get a third of their baseline, an entity at its own baseline has risen."""
    rng = random.Random(11)
    days = {f"m{number:03}": [rng.randrange(8, 16) for _ in range(HISTORY - 1)] for number in range(240)}
    days = {name: own[:-7] + [day // 3 for day in own[-7:]] for name, own in days.items()}
    days["holds"] = [12, 10, 13, 11, 12, 14, 12] * 5
    of_days(store, {name: summed(own, first=50) for name, own in days.items()}, column="likes")

    (first, *_) = store.trends(metric=Metric.LIKES).ranked.picks

    assert first.change.entity.id.endswith("holds")
    assert first.score is not None
    assert first.score.value > 3


def test_three_entities_are_no_hub(store: Store) -> None:
    """Hub-wide shock: all three entities trebled and rose; three are too few to measure a shock."""
    of_days(store, {name: summed(risen(level, 3.0)) for name, level in [("a", 500), ("b", 700), ("c", 900)]})

    results = store.week()

    assert results.shocks == ()
    assert set(named(results.kinds[0].lists[0])) == {"a", "b", "c"}


def test_large_hub_shift_withholds_the_lists(store: Store) -> None:
    """Hub-wide shock: if all gain half, the list is withheld and gives the reason."""
    of_days(store, {name: summed(days) for name, days in moved_by(1.5).items()})

    week = store.week()

    assert week.shocks[0].withheld
    assert listed(week, ListName.RISERS).withheld == "not ranked because the whole Hub moved by +48 % in the week"
    assert listed(week, ListName.RISERS).picks == ()


def test_one_day_shock_is_subtracted(store: Store) -> None:
    """Hub-wide shock: a day on which all fell by a quarter, and weekdays, do not change the riser."""
    weekdays = (1.05, 1.12, 1.15, 1.12, 1.02, 0.79, 0.75)
    days = crowd() | {"riser": risen(500, 1.8, since=4)}
    moved = {
        name: [round(day * weekdays[n % 7] * (0.75 if n == 33 else 1)) for n, day in enumerate(own)]
        for name, own in days.items()
    }
    of_days(store, {name: summed(own) for name, own in moved.items()})

    first = store.trends().ranked.picks[0]

    assert first.change.entity.id == "riser"
    assert first.score is not None
    assert first.score.lift == pytest.approx(1.8, rel=0.15)


def test_30_day_figure_gives_no_gain(store: Store) -> None:
    """Only the rolling count exists: it gives no gain, and the list is withheld with its reason."""
    for name in ("a", "b"):
        store.entity(name)
    store.snapshot(START, {"a": {"downloads": 100, "likes": 1}, "b": {"downloads": 100, "likes": 1}})
    store.snapshot(START + 7 * DAY, {"a": {"downloads": 900, "likes": 2}, "b": {"downloads": 50, "likes": 1}})

    week = store.week(watched=[(Kind.MODEL, "a")])

    assert listed(week, ListName.RISERS).withheld == "not ranked because the Hub did not give all-time downloads"
    assert [change.gain for change in week.watched if change.metric is Metric.DOWNLOADS] == [None]
    assert any("30-day downloads" in line for line in week.quality.missing)


def test_echo_of_a_spike_is_flagged(store: Store) -> None:
    """Echo: a spike of 33 days ago lowers the 30-day figure now, and the row is flagged."""
    spiked = steady(500)
    spiked[3] *= 40
    of_days(store, counters(echo=spiked))

    week = store.week(watched=[(Kind.MODEL, "echo"), (Kind.MODEL, "crowd/m100")])

    echo, other = (change for change in week.watched if change.metric is Metric.DOWNLOADS)
    assert echo.now is not None
    assert echo.before is not None
    assert echo.now < 0.6 * echo.before
    assert [flag.partition(":")[0] for flag in echo.flags] == ["echo"]
    assert other.flags == ()


def test_absence_from_a_head_list_is_no_fall(store: Store) -> None:
    """Head list: an entity that left the list is no faller and has no gain."""
    for name in ("stays", "leaves"):
        store.entity(name)
    store.snapshot(START, {"stays": {"likes": 10}, "leaves": {"likes": 900}}, scope="head")
    store.snapshot(START + 7 * DAY, {"stays": {"likes": 12}}, scope="head")

    week = store.week(watched=[(Kind.MODEL, "leaves")])

    likes = next(change for change in week.watched if change.metric is Metric.LIKES)
    assert (likes.status, likes.gain) == ("left", None)
    assert all("leaves" not in named(ranked) for one in week.kinds for ranked in one.lists)


def test_entity_seen_before_is_returned_not_new(store: Store) -> None:
    """Head list: an entity of an older snapshot has returned; one without any snapshot is new to the list."""
    for name in ("stays", "returns", "first seen"):
        store.entity(name)
    store.snapshot(START, {"stays": {"likes": 10}, "returns": {"likes": 900}}, scope="head")
    store.snapshot(START + 7 * DAY, {"stays": {"likes": 12}}, scope="head")
    store.con.execute("UPDATE entities SET first_seen = ? WHERE hub_id = 'first seen'", [START + 14 * DAY])
    numbers: dict[str, dict[str, int | None]] = {
        "stays": {"likes": 14}, "returns": {"likes": 910}, "first seen": {"likes": 5000}
    }  # fmt: skip
    store.snapshot(START + 14 * DAY, numbers, scope="head")

    lists = {ranked.name: named(ranked) for ranked in ranked_lists(store.ranking(Metric.LIKES))}

    assert lists[ListName.RETURNED] == ["returns"]
    assert lists[ListName.ENTRANTS] == ["first seen"]


def test_one_day_over_half_of_the_week_is_flagged(store: Store) -> None:
    """Suspected inflation: the flag shows the day and its share; the row stays on the list."""
    lifted = risen(500, 1.6)
    lifted[-3] *= 9
    of_days(store, counters(lifted=lifted))

    (pick,) = [pick for pick in store.trends().ranked.picks if pick.change.entity.id == "lifted"]

    assert [flag.partition(":")[0] for flag in pick.change.flags] == ["one day"]
    assert f"{store.newest - 2 * DAY:%Y-%m-%d}" in pick.change.flags[0]


def test_downloads_out_of_proportion_to_likes_are_flagged(store: Store) -> None:
    """Suspected inflation: more downloads per like than 99 in 100 busy entities are flagged."""
    of_days(store, counters(busy=risen(60_000, 1.6)))

    first = store.trends().ranked.picks[0]

    assert first.change.entity.id == "busy"
    assert first.change.flags[0].startswith("downloads per like: ")


def test_ordinary_week_has_no_breakouts(store: Store) -> None:
    """Multiple comparisons: none of a thousand entities in an ordinary week is a breakout; their number is shown."""
    of_days(store, {name: summed(days) for name, days in crowd(size=1000, seed=5).items()})

    ranked = store.trends().ranked

    assert ranked.tested == 1000
    assert not any(pick.score and pick.score.breakout for pick in ranked.picks)


def test_untested_list_gives_the_reason(store: Store) -> None:
    """Multiple comparisons: 250 entities are too few to test; the lists say so."""
    of_days(store, counters(riser=risen(500, 3.0)))

    lists = {ranked.name: ranked for ranked in ranked_lists(store.ranking())}
    by_gain = store.trends(order=Order.GAIN).ranked

    assert lists[ListName.RISERS].tested == lists[ListName.FALLERS].tested == by_gain.tested == 0
    assert lists[ListName.RISERS].untested == "only 251 of the 1,000 entities needed to define an ordinary week"
    assert by_gain.untested == lists[ListName.RISERS].untested
    assert lists[ListName.ENTRANTS].tested is None


def test_tripled_level_is_a_breakout(store: Store) -> None:
    """Multiple comparisons: a level that tripled is a breakout among a thousand."""
    days = crowd(size=1000, seed=5) | {"riser": risen(500, 3.0, since=7)}
    of_days(store, {name: summed(own) for name, own in days.items()})

    ranked = store.trends().ranked

    assert [pick.score.breakout for pick in ranked.picks if pick.score and pick.change.entity.id == "riser"] == [True]


def test_share_shift_names_its_contributor(store: Store) -> None:
    """Composition: text-to-image has more of the week because of one model, which is named."""
    days = {name: [100] * 35 for name in ("chat a", "chat b", "image a")} | {"image b": [100] * 28 + [400] * 7}
    for name in days:
        store.entity(name, task="text-to-image" if name.startswith("image") else "text-generation")
    for day in range(HISTORY):
        store.snapshot(
            START + day * DAY,
            {name: {"downloads_all_time": summed(own)[day], "downloads": 3000} for name, own in days.items()},
        )

    (models,) = (one for one in store.week().kinds if one.kind is Kind.MODEL)

    image = next(share for share in models.shares if share.label == "text-to-image")
    assert (image.contributor.id, image.contributed, image.changed) == ("image b", 2100, 2100)
    assert {(one.label, round(one.before, 3), round(one.now, 3)) for one in models.shares} == {
        ("text-to-image", 0.5, 0.714), ("text-generation", 0.5, 0.286)
    }  # fmt: skip


def test_equal_gains_are_ordered_by_level_and_id(store: Store) -> None:
    """Ties: among equal gains the larger entity comes first, then alphabetical order decides."""
    for name in ("e", "b", "d", "c", "a"):
        store.entity(name, created=LONG_AGO)
    store.snapshot(START, {name: {"likes": 20 if name == "c" else 10} for name in "edbca"})
    store.snapshot(START + 7 * DAY, {name: {"likes": 25 if name == "c" else 15} for name in "edbca"})

    assert named(store.trends(metric=Metric.LIKES, order=Order.GAIN).ranked) == ["c", "a", "b", "d", "e"]


def test_equal_scores_are_ordered_by_level_and_id(store: Store) -> None:
    """Ties: equal days give equal scores; the entity with more 30-day downloads comes first."""
    of_days(store, counters() | dict.fromkeys(["b", "a", "c"], summed(risen(500, 2.0))))
    store.con.execute("UPDATE observations SET downloads = entity_key = ?", [store.keys["c"]])

    first = store.trends().ranked.picks[:3]

    assert [pick.change.entity.id for pick in first] == ["c", "a", "b"]
    assert len({pick.score.value for pick in first if pick.score}) == 1


def test_papers_show_upvotes_at_equal_age(store: Store) -> None:
    """Votes settle in two weeks: a paper shows its votes at day 1, 3, 7 and 14 next to the median paper's."""
    for number in range(5):
        store.entity(f"2604.0000{number}", Kind.PAPER, created=LONG_AGO, submitted_at=START, title=f"Paper {number}")
    for day, votes in ((1, 20), (3, 30), (7, 33)):
        store.snapshot(
            START + day * DAY,
            {f"2604.0000{n}": {"upvotes": votes * (n + 1), "github_stars": 10 * day * n} for n in range(5)},
            Kind.PAPER,
        )

    week = store.week()

    (papers,) = (one for one in week.kinds if one.kind is Kind.PAPER)
    first = listed(week, ListName.ENTRANTS, Kind.PAPER).picks[0]
    assert first.votes_at == ((1, 100), (3, 150), (7, 165), (14, None))
    assert [(votes.age, votes.lower, votes.median, votes.upper) for votes in papers.typical_votes] == [
        (1, 40, 60, 80),
        (3, 60, 90, 120),
        (7, 66, 99, 132),
    ]
    assert first.stars_gain == 10 * (7 - 1) * 4


def test_risers_by_score_gain_and_percent(store: Store) -> None:
    """Score, gain and percent give three lists, each in its order."""
    of_days(store, counters(riser=risen(500, 2.0), tiny=[1] * 28 + [9] * 7))

    orders = {order: store.trends(order=order).ranked for order in Order}

    assert {order: ranked.ordered_by for order, ranked in orders.items()} == {order: order.value for order in Order}
    assert "riser" in named(orders[Order.SCORE])
    assert named(orders[Order.PERCENT])[0] == "tiny"
    gains = [pick.change.gain for pick in orders[Order.GAIN].picks]
    assert sorted(gains, key=lambda gain: -(gain or 0)) == gains
    assert LIMITS.rows == len(gains)


def test_week_at_its_baseline_is_no_rise(store: Store) -> None:
    """Small moves: doubled days without the weekly burst make a week at its baseline."""
    rng = random.Random(5)
    usual = [round(day * rng.lognormvariate(0, 0.05)) for _ in range(4) for day in (500, 500, 500, 4000, 500, 500, 500)]
    level = [round(1060 * rng.lognormvariate(0, 0.05)) for _ in range(7)]
    of_days(store, counters(level=usual + level, riser=usual + [2 * day for day in level]))

    listed = rising(store)

    assert 1 < sum(level) / (sum(usual) / 4) < 1.1
    assert "riser" in listed
    assert "level" not in listed
