"""The rules of week_over_week, the definition of a change, one situation each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.kinds import Kind, Scope
from tests.fakes.walks import Page, Row, Store, day, new_store, paper, repo

HOUR = 1 / 24


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as store:
        yield store


def weeks(store: Store, *days: float, scope: Scope = Scope.HEAD) -> None:
    """Store a snapshot of one model per day; likes are the day, plus 1000 if any is negative."""
    for number in days:
        likes = round(number) if min(days) >= 0 else 1000 + round(number)
        store.take(Kind.MODEL, day(number), repo("a", likes=likes), scope=scope)


def compared(store: Store, *, as_of: object = None, days: float = 7) -> tuple[Any, ...]:
    """Return the times of the compared pair, in days after T0, and the basis."""
    (pair,) = store.records(
        "SELECT now_at, before_at, basis FROM compared_snapshots('model', as_of := $as_of, days := $days)",
        {"as_of": as_of, "days": days},
    )
    return _days(pair["now_at"]), _days(pair["before_at"]), pair["basis"]


def _days(moment: datetime | None) -> float | None:
    return None if moment is None else round((moment - day(0)) / timedelta(days=1), 2)


def changes(store: Store, kind: str = "model", **given: object) -> dict[str, dict[str, Any]]:
    """Return the rows of week_over_week by Hub id."""
    arguments = "".join(f", {name} := ${name}" for name in given)
    rows = store.records(f"FROM week_over_week($kind{arguments})", {"kind": kind, **given})
    assert len({row["hub_id"] for row in rows}) == len(rows)
    return {row["hub_id"]: row for row in rows}


# --------------------------------------------------------------------------------------------------------- now


def test_now_is_the_newest_by_then(store: Store) -> None:
    """A snapshot at the requested moment counts; a later one does not."""
    weeks(store, 0, 7, 8)

    assert compared(store, as_of=day(8)) == (8, 0, "near")
    assert compared(store, as_of=day(8) - timedelta(microseconds=1)) == (7, 0, "exact")
    assert compared(store, as_of=day(0)) == (0, None, "none")


def test_before_the_first_snapshot_there_is_nothing(store: Store) -> None:
    """Before the first snapshot there is no pair and no row."""
    weeks(store, 0)

    assert compared(store, as_of=day(-1)) == (None, None, "none")
    assert changes(store, as_of=day(-1)) == {}


def test_an_incomplete_snapshot_is_no_end_of_a_week(store: Store) -> None:
    """An incomplete snapshot is on neither side of a comparison."""
    store.take(Kind.MODEL, day(0), repo("a"), cut_off=True)
    weeks(store, 1, 7)
    store.take(Kind.MODEL, day(8), repo("a"), cut_off=True)

    assert compared(store) == (7, 1, "near")


def test_a_stale_snapshot_is_no_end_of_a_week(store: Store) -> None:
    """A stale snapshot is on neither side, because it would show a week without downloads."""
    for number, downloads in ((0, 1000), (7, 2000), (8, 2000)):
        store.take(Kind.MODEL, day(number), *(repo(name, downloads=downloads) for name in "abcd"))

    assert store.ask("SELECT stale FROM snapshots ORDER BY observed_at") == [(None,), (False,), (True,)]
    assert compared(store) == (7, 0, "exact")


@pytest.mark.parametrize(("hours", "now"), [(1, 7), (35.9, 7), (36, 8.5), (48, 9)])
def test_a_full_one_is_preferred_over_a_head_little_younger(store: Store, hours: float, now: float) -> None:
    """A full snapshot wins over a head less than 36 hours newer."""
    weeks(store, 7, scope=Scope.FULL)
    weeks(store, 7 + hours * HOUR)

    assert compared(store)[0] == now


def test_only_one_full_one_is_preferred(store: Store) -> None:
    """Of two full snapshots the newer wins, even with a head between them."""
    weeks(store, 6, scope=Scope.FULL)
    weeks(store, 6.5)
    weeks(store, 7, scope=Scope.FULL)
    weeks(store, 7.5)

    assert compared(store)[0] == 7


# ------------------------------------------------------------------------------------------------ before, and basis


@pytest.mark.parametrize(
    ("span", "basis"),
    [
        (1.9, "none"), (2, "partial"), (4.9, "partial"), (5, "near"), (6.4, "near"), (6.5, "exact"), (7, "exact"),
        (7.5, "exact"), (7.6, "near"), (9, "near"), (9.1, "partial"), (14, "partial"), (14.1, "none"),
    ],
)  # fmt: skip
def test_the_basis_says_how_well_a_span_answers(store: Store, span: float, basis: str) -> None:
    """The basis is exact within 12 hours of a week, near, partial, or none."""
    weeks(store, 0, span)

    row = changes(store)["a"]
    assert row["basis"] == basis
    assert row["span_days"] == (None if basis == "none" else round(span, 4))
    assert row["likes_gain"] == (None if basis == "none" else round(span))
    assert row["status"] == "listed"


@pytest.mark.parametrize(
    ("days", "spans"),
    [
        (1, {"exact": (0.5, 1, 1.5), "partial": (0.3, 1.6, 2), "none": (0.2, 2.1)}),
        (14, {"exact": (13.5, 14.5), "near": (10, 18), "partial": (4, 9.9, 18.1, 28), "none": (3.9, 28.1)}),
        (28, {"exact": (27.5, 28.5), "near": (20, 36), "partial": (8, 56), "none": (7.9, 56.1)}),
    ],
)
def test_other_spans_are_judged_in_proportion(store: Store, days: int, spans: dict[str, tuple[float, ...]]) -> None:
    """The basis scales with the span, except that exact is always within 12 hours."""
    for basis, given in spans.items():
        for span in given:
            assert store.one("SELECT coalesce(basis_of($s, $d), 'none')", {"s": span, "d": days}) == basis


@pytest.mark.parametrize("days", [2**31 - 1, 2**63 - 1, -(2**63), 1e308])
def test_a_span_beyond_all_snapshots_finds_none(store: Store, days: float) -> None:
    """A number of days near the limit of its type overflows in no product."""
    weeks(store, 0, 7)

    assert compared(store, as_of=day(8), days=days) == (7, None, "none")


def test_before_is_the_nearest_to_a_week_ago(store: Store) -> None:
    """The earlier snapshot is the one nearest to a week before."""
    weeks(store, 0, 2.5, 4, 6, 10)

    assert compared(store) == (10, 2.5, "exact")
    assert compared(store, days=1) == (10, None, "none")
    assert compared(store, days=4) == (10, 6, "exact")


def test_of_two_as_near_the_younger_is_taken(store: Store) -> None:
    """Of two equally near snapshots the newer wins, in any commit order."""
    weeks(store, 0, 2, 8)

    assert compared(store) == (8, 2, "near")


def test_the_same_scope_is_preferred(store: Store) -> None:
    """A head is compared with a head of 6 days rather than a full snapshot of 7."""
    weeks(store, 3, scope=Scope.FULL)
    weeks(store, 4, 10)

    assert compared(store) == (10, 4, "near")


def test_another_scope_is_better_than_a_partial_span(store: Store) -> None:
    """Another scope is preferred to a partial span, and every row has the flag."""
    weeks(store, 3, scope=Scope.FULL)
    weeks(store, 7, 10)

    assert compared(store) == (10, 3, "exact")
    assert changes(store)["a"]["flags"] == ["scopes differ"]


def test_only_the_time_of_observation_decides(store: Store) -> None:
    """The choice depends on observation times, not on snapshot numbers."""
    weeks(store, 0, 7, 8)
    for table in ("snapshots", "observations"):
        store.ask(f"UPDATE {table} SET snapshot_id = 100 - snapshot_id")

    assert compared(store) == (8, 0, "near")
    assert changes(store)["a"]["likes_gain"] == 8


def test_whole_snapshots_are_paired(store: Store) -> None:
    """An entity missing from the earlier snapshot has no gain, even if the next snapshot shows it."""
    store.take(Kind.MODEL, day(0), repo("a", likes=1))
    store.take(Kind.MODEL, day(1), repo("a", likes=2), repo("b", likes=2))
    store.take(Kind.MODEL, day(7), repo("a", likes=9), repo("b", likes=9))

    rows = changes(store)
    assert (rows["a"]["likes_before"], rows["a"]["likes_gain"]) == (1, 8)
    assert (rows["b"]["likes_before"], rows["b"]["likes_gain"], rows["b"]["status"]) == (None, None, "appeared")


# ---------------------------------------------------------------------------------------------------------- rows


def pair(store: Store, before: Row, now: Row) -> dict[str, Any]:
    """Return the change of one model over a week."""
    store.take(Kind.MODEL, day(0), repo("a", **before))
    store.take(Kind.MODEL, day(7), repo("a", **now))
    return changes(store)["a"]


def test_every_column(store: Store) -> None:
    """Every column has its expected value."""
    before = repo("a", likes=5, downloads=40, downloads_all_time=400)
    store.take(Kind.MODEL, day(0), Page([before], ranked=True))
    now = repo("a", likes=3, downloads=90, downloads_all_time=460)
    store.take(Kind.MODEL, day(7), Page([repo("b"), now], ranked=True))

    assert changes(store)["a"] == {
        "id": "org/a", "hub_id": "a", "basis": "exact", "span_days": 7.0,
        "likes_before": 5, "likes_now": 3, "likes_gain": -2,
        "downloads_before": 40, "downloads_now": 90, "downloads_gain": 60,
        "upvotes_before": None, "upvotes_now": None, "upvotes_gain": None,
        "rank_before": 1, "rank_now": 2, "status": "listed", "flags": [], "entity_key": 1,
    }  # fmt: skip


def test_papers_gain_upvotes(store: Store) -> None:
    """Papers have upvotes, and neither likes nor downloads."""
    store.take(Kind.PAPER, day(0), paper("2609.1", upvotes=5))
    store.take(Kind.PAPER, day(7), paper("2609.1", upvotes=8))

    row = changes(store, "paper")["2609.1"]
    assert (row["upvotes_gain"], row["likes_gain"], row["downloads_gain"]) == (3, None, None)


def test_kinds_are_kept_apart(store: Store) -> None:
    """A model and a dataset with the same name and id are separate entities."""
    store.take(Kind.MODEL, day(0), repo("a", likes=1))
    store.take(Kind.DATASET, day(0), repo("a", likes=10))
    store.take(Kind.MODEL, day(7), repo("a", likes=2))
    store.take(Kind.DATASET, day(7), repo("a", likes=30))

    assert changes(store, "model")["a"]["likes_gain"] == 1
    assert changes(store, "dataset")["a"]["likes_gain"] == 20


def test_one_side_only(store: Store) -> None:
    """An entity on one side has appeared or left, and its other side is NULL."""
    store.take(Kind.MODEL, day(0), repo("gone", likes=5, downloads=50))
    store.take(Kind.MODEL, day(7), repo("come", likes=7, downloads=70))

    rows = changes(store)
    assert (rows["come"]["status"], rows["gone"]["status"]) == ("appeared", "left")
    numbers = ("likes_before", "likes_now", "likes_gain", "downloads_before", "downloads_now", "downloads_gain")
    assert [rows["come"][name] for name in numbers] == [None, 7, None, None, 70, None]
    assert [rows["gone"][name] for name in numbers] == [5, None, None, 50, None, None]


@pytest.mark.parametrize(
    ("before", "now", "gain", "flags"),
    [
        (100, 130, 30, []),
        (100, 100, 0, []),
        (130, 100, -30, ["revised"]),
        (None, 100, None, []),
        (100, None, None, []),
        (0, 9, 9, []),
    ],
)
def test_downloads_gain_is_of_the_all_time_counter(
    store: Store, before: int | None, now: int | None, gain: int | None, flags: list[str]
) -> None:
    """downloads_gain is the difference of all-time counters: signed, flagged if negative, NULL if unknown."""
    row = pair(store, {"downloads_all_time": before, "downloads": 7}, {"downloads_all_time": now, "downloads": 5})

    assert (row["downloads_gain"], row["flags"]) == (gain, flags)
    assert (row["downloads_before"], row["downloads_now"]) == (7, 5)


def test_the_past_keeps_its_names(store: Store) -> None:
    """A rename after the moment does not change the result."""
    weeks(store, 0, 7)
    past = changes(store, as_of=day(7))

    store.take(Kind.MODEL, day(8), repo("a", id="org/renamed", likes=8, license="gpl-3.0"))
    store.take(Kind.MODEL, day(9), repo("a", id="org/again", likes=8))

    assert changes(store, as_of=day(7)) == past
    assert past["a"]["id"] == "org/a"
    assert changes(store, as_of=day(8))["a"]["id"] == "org/renamed"
    assert changes(store)["a"]["id"] == "org/again"


def test_what_left_keeps_the_name_it_was_last_known_by(store: Store) -> None:
    """An entity that left has its last known name, even if it is renamed later."""
    store.take(Kind.MODEL, day(0), repo("a", id="org/old"), repo("b"))
    store.take(Kind.MODEL, day(7), repo("b"))
    store.take(Kind.MODEL, day(8), repo("a", id="org/new"), repo("b"))

    assert changes(store, as_of=day(7))["a"]["id"] == "org/old"


# ----------------------------------------------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    "as_of",
    [
        "'2026-09-15'", "'2026-09-15 00:00'", "'2026-09-15T00:00:00Z'", "'2026-09-15T02:00:00+02:00'",
        "DATE '2026-09-15'", "TIMESTAMP '2026-09-15'", "TIMESTAMPTZ '2026-09-15 02:00:00+02'",
    ],
)  # fmt: skip
def test_a_moment_may_be_given_in_any_way(store: Store, as_of: str) -> None:
    """A moment may be text, date or time; without a time zone it is UTC."""
    weeks(store, 0, 7, 7.5, 7.6)

    for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
        store.con.execute(f"SET TimeZone = '{zone}'")
        assert store.ask(f"SELECT likes_now, span_days FROM week_over_week('model', as_of := {as_of})") == [(8, 7.5)]


@pytest.mark.parametrize("arguments", ["", ", as_of := NULL", ", as_of := now()", ", days := 7"])
def test_without_a_moment_it_is_now(store: Store, arguments: str) -> None:
    """Without a moment, the newest snapshot is used, independent of the clock."""
    weeks(store, -100, -93)

    assert store.one(f"SELECT likes_gain FROM week_over_week('model'{arguments})") == 7


def test_summer_time_lengthens_no_week(store: Store) -> None:
    """A week across a clock change has seven days in every time zone."""
    spring = datetime.fromisoformat("2026-03-25T06:00:00Z")
    for moment in (spring, spring + timedelta(days=7)):
        store.take(Kind.MODEL, moment, repo("a"))
    store.con.execute("SET TimeZone = 'Europe/Berlin'")

    assert store.ask("SELECT span_days, basis FROM compared_snapshots('model')") == [(7.0, "exact")]


def test_one_now_for_several_spans(store: Store) -> None:
    """Comparisons over 1, 14 and 28 days start at the same snapshot."""
    weeks(store, 0, 14, 27, 28)

    gains = {days: changes(store, days=days)["a"]["likes_gain"] for days in (1, 7, 14, 28)}
    assert gains == {1: 1, 7: 14, 14: 14, 28: 28}
