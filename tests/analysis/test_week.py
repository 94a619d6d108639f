"""The results of a week as a whole."""

import random
from dataclasses import replace

import pytest

from analysis.lists import Order
from analysis.records import ListName, Metric, WeekAnalysis
from crawler.kinds import Kind
from tests.fakes.store import DAY, HISTORY, LONG_AGO, START, Store, crowd, of_days, risen, summed


def living(store: Store) -> None:
    """Return a store with seven weeks of daily snapshots of a crowd with one riser."""
    days = crowd(size=60, days=49)
    days["riser"] = [*days["crowd/m030"][:42], *(3 * day for day in days["crowd/m030"][42:])]
    of_days(store, {name: summed(own) for name, own in days.items()})


def test_past_week_never_changes(store: Store) -> None:
    """A rename, another licence and newer snapshots change nothing in an older week."""
    living(store)
    then = START + 42 * DAY
    before = store.week(then, watched=[(Kind.MODEL, "riser")])

    store.changed("riser", START + 44 * DAY, id="renamed", license="mit", task="text-generation")
    store.snapshot(store.newest + DAY, {"riser": {"downloads_all_time": 10**9, "likes": 10**6}})
    store.con.execute("UPDATE entities SET last_seen = now(), last_modified = now(), status = 'removed'")
    after = store.week(then, watched=[(Kind.MODEL, "riser")])

    assert repr(before) == repr(after)


def test_every_run_gives_the_same_digits(store: Store) -> None:
    """Thread count and row order do not change any digit."""
    living(store)
    seen = set()
    for threads in (1, 4, 2):
        store.con.execute(f"SET threads = {threads}")
        seen.add(repr(store.week()))

    assert len(seen) == 1


def test_names_are_those_of_the_week(store: Store) -> None:
    """A renamed entity has its new name; the watch list also finds it by its former name."""
    living(store)
    store.changed("riser", START + 44 * DAY, id="new name", license="mit")

    week = store.week(watched=[(Kind.MODEL, "riser"), (Kind.MODEL, "new name")])

    picks = lists_of(week)[ListName.RISERS]
    assert picks[0] == "new name"
    assert {"new name"} == {change.entity.id for change in week.watched}
    assert {"mit"} == {change.entity.license for change in week.watched}


def lists_of(week: WeekAnalysis, kind: Kind = Kind.MODEL) -> dict[ListName, list[str]]:
    """Return the names on the lists of the default metric of a kind."""
    (one,) = (one for one in week.kinds if one.kind is kind)
    metric = one.lists[0].metric
    return {
        ranked.name: [pick.change.entity.id for pick in ranked.picks] for ranked in one.lists if ranked.metric is metric
    }


def test_first_report(store: Store) -> None:
    """One snapshot gives the Hub's own order, what is new and the day of the first trend, but no changes."""
    store.entity("old", task="text-generation")
    store.entity("new", created=START - 2 * DAY, task="text-to-image")
    numbers: dict[str, dict[str, int | None]] = {"old": {"likes": 10, "rank": 2}, "new": {"likes": 90, "rank": 1}}
    store.snapshot(START, numbers, scope="head")

    (models, *_) = store.week().kinds

    assert [place.entity.id for place in models.trending] == ["new", "old"]
    assert [(share.label, share.count) for share in models.newest] == [("text-to-image", 1)]
    assert (1, ((START - 2 * DAY).date(), 1)) == (models.created_in_week, models.created[0])
    assert models.first_trend_at == START + 2 * DAY
    assert (models.lists[0].withheld or "").startswith("not ranked because no snapshot of models lies")


def test_empty_store(store: Store) -> None:
    """Without any snapshot every kind is reported as missing and nothing fails."""
    week = store.week(START)

    assert len(week.quality.missing) == len(Kind)
    assert all(not ranked.picks for one in week.kinds for ranked in one.lists)


def test_report_and_trends_agree(store: Store) -> None:
    """`trends` shows the report's own list, without its list history."""
    living(store)
    (models, *_) = store.week().kinds

    ranked = store.trends(order=Order.IMPACT).ranked
    listed = next(one for one in models.lists if one.name is ListName.RISERS)

    assert tuple(replace(pick, list_history=None) for pick in listed.picks) == ranked.picks


def test_every_watched_entity_appears(store: Store) -> None:
    """A watched entity appears whether it moved or not, present or not, by name and by author."""
    store.entity("org/quiet", author="org")
    store.entity("org/other", author="org")
    for at in (START, START + 7 * DAY):
        store.snapshot(at, {"org/quiet": {"likes": 5}, "org/other": {"likes": 7}})

    week = store.week(watched=[(Kind.MODEL, "org/quiet"), (Kind.DATASET, "no/such")], authors=["org"])

    likes = [(change.entity.id, change.gain, change.status) for change in week.watched if change.metric is Metric.LIKES]
    assert likes == [
        ("org/quiet", 0, "listed"), ("org/other", 0, "listed"), ("org/quiet", 0, "listed"), ("no/such", None, "unseen"),
    ]  # fmt: skip
    assert "The watched dataset no/such is not public or unknown: it is in neither snapshot." in week.quality.missing


GONE = "a look-up found it gone from the Hub on 2026-03-09"


@pytest.mark.parametrize(
    ("events", "flags"),
    [
        ({}, ()),
        ({7: "removed"}, (f"removed: {GONE}",)),
        ({3: "removed", 7: "returned"}, ()),
        ({3: "returned", 7: "removed"}, (f"removed: {GONE}",)),
        ({10: "removed"}, ()),
    ],
    ids=["left", "removed", "back since", "removed again", "removed after the report"],
)
def test_watched_entity_gone_from_the_hub_is_flagged(
    store: Store, events: dict[int, str], flags: tuple[str, ...]
) -> None:
    """A watched entity that a look-up found gone by the time of the report has a flag."""
    for name in ("stays", "leaves", "long gone"):
        store.entity(name)
    store.snapshot(START, {"stays": {"likes": 10}, "leaves": {"likes": 900}}, scope="head")
    store.snapshot(START + 7 * DAY, {"stays": {"likes": 12}}, scope="head")
    for day, event in events.items():
        for name in ("leaves", "long gone"):
            store.event(event, START + day * DAY, name)

    week = store.week(watched=[(Kind.MODEL, name) for name in ("stays", "leaves", "long gone")])

    told = [(change.status, change.flags) for change in week.watched if change.metric is Metric.LIKES]
    assert told == [("listed", ()), ("left", flags), ("unseen", flags)]
    unseen = "The watched model long gone is not public or unknown: it is in neither snapshot"
    assert (f"{unseen}; {GONE}." if flags else f"{unseen}.") in week.quality.missing


def test_unused_snapshots_are_reported(store: Store) -> None:
    """An incomplete and a stale snapshot end no week, and the report says why."""
    store.entity("a")
    for day in (0, 7):
        store.snapshot(START + day * DAY, {"a": {"likes": day + 1}})
    store.snapshot(START + 8 * DAY, {"a": {"likes": 20}}, complete=False)
    store.snapshot(START + 9 * DAY, {"a": {"likes": 30}}, stale=True)

    week = store.week()

    assert week.kinds[0].pair.now_snapshot == 2
    told = " ".join(week.quality.missing)
    assert "2026-03-10 09:00 UTC is not used (incomplete: cut off)" in told
    assert "2026-03-11 09:00 UTC is not used (the Hub had not refreshed its counters)" in told
    assert "is 2.0 days old" in told


def test_gap_in_the_week_is_reported(store: Store) -> None:
    """Three missing days among daily snapshots are reported as a gap."""
    store.entity("a")
    for day in (0, 1, 2, 3, 7, 8):
        store.snapshot(START + day * DAY, {"a": {"likes": day}})

    missing = store.week().quality.missing

    assert "There is no usable snapshot of models between 2026-03-05 09:00 UTC and 2026-03-09 09:00 UTC." in missing


def test_span_other_than_a_week_is_reported(store: Store) -> None:
    """Two snapshots six days apart give a change that states the interval."""
    store.entity("a")
    for day in (0, 6):
        store.snapshot(START + day * DAY, {"a": {"likes": day}})

    assert "The changes of models span 6.00 days, not 7 (near)." in store.week().quality.missing


def test_likes_are_scored(store: Store) -> None:
    """Likes are scored as well: a rise from two to nine a day is above the baseline."""
    rng = random.Random(3)
    days = {f"m{n:03}": [rng.randrange(0, 5) for _ in range(HISTORY - 1)] for n in range(120)}
    days["liked"] = [2, 1, 3, 2] * 7 + [9, 8, 10, 9, 8, 11, 9]
    of_days(store, {name: summed(own, first=50) for name, own in days.items()}, column="likes")

    ranked = store.trends(metric=Metric.LIKES).ranked

    assert (ranked.picks[0].change.entity.id, ranked.ordered_by) == ("liked", "score")


def test_fallen_level_is_a_faller(store: Store) -> None:
    """A level that fell to a third is the first faller, with a lift below one."""
    days = crowd() | {"faller": [round(day) for day in risen(3000, 1 / 3, since=5)]}
    of_days(store, {name: summed(own) for name, own in days.items()})

    (models, *_) = store.week().kinds

    faller = next(ranked for ranked in models.lists if ranked.name is ListName.FALLERS).picks[0]
    assert faller.change.entity.id == "faller"
    assert faller.score is not None
    assert faller.score.lift < faller.score.lower_bound < 1


def test_weekly_gains(store: Store) -> None:
    """Weekly gains keep their order: unknown before the entity was seen, lower than zero where the counter fell."""
    store.entity("a", created=LONG_AGO)
    store.entity("b", created=LONG_AGO)
    for week, (a, b) in enumerate(((10, None), (15, 4), (12, 9), (30, 10))):
        seen: dict[str, dict[str, int | None]] = {"a": {"likes": a, "rank": 4 - week}}
        store.snapshot(START + 7 * week * DAY, seen | ({"b": {"likes": b}} if b else {}))

    models = store.week().kinds[0]

    found = {one.hub_id: one.gains for one in models.weekly_gains if one.metric is Metric.LIKES}
    assert found["a"][-4:] == (None, 5, -3, 18)
    assert found["b"][-4:] == (None, None, 5, 1)
    assert models.past_ranks[0].ranks[-4:] == (4, 3, 2, 1)
    assert [week.basis for week in models.past_weeks] == [*("none",) * 6, "exact", "exact", "exact"]


def test_week_without_a_snapshot_is_a_gap(store: Store) -> None:
    """A missing week is unknown, and a week of another length is marked by its basis."""
    store.entity("a", created=LONG_AGO)
    for day, likes in ((0, 1), (7, 3), (18, 9), (21, 11), (28, 20)):
        store.snapshot(START + day * DAY, {"a": {"likes": likes}})

    models = store.week().kinds[0]

    (gains,) = {one.gains for one in models.weekly_gains if one.metric is Metric.LIKES}
    assert gains[-5:] == (None, 2, None, 2, 9)
    assert [week.basis for week in models.past_weeks[-4:]] == ["exact", "none", "partial", "exact"]


def test_a_report_gives_the_session_back(store: Store) -> None:
    """After `trends`, a notebook has its whole memory limit for the next query."""
    store.entity("a")
    for day in (0, 7):
        store.snapshot(START + day * DAY, {"a": {"likes": day}})
    before = store.con.execute("SELECT current_setting('memory_limit')").fetchall()

    store.week()
    store.trends()

    assert store.con.execute("SELECT current_setting('memory_limit')").fetchall() == before
