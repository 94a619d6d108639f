"""The decisions on single rows, each tested alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.flags import LargestDay, downloads_per_like, echo, one_day
from analysis.history import EarlierPicks, list_history, score_picks
from analysis.ranking import hub_shift, why_withheld
from analysis.records import Change, Entity, ListHistory, ListName, Metric, Pair
from crawler.kinds import Kind
from tests.fakes.store import LIMITS

NOW = datetime(2026, 5, 4, 11, tzinfo=UTC)
PAIR = Pair(Kind.MODEL, 9, NOW, "full", 2, NOW - timedelta(days=7), "full", "exact", 7.0)


def change(name: str = "a", **numbers: Any) -> Change:
    """Return a change of downloads with these numbers."""
    values: dict[str, Any] = {
        "entity": Entity(Kind.MODEL, name, name), "metric": Metric.DOWNLOADS, "before": 30_000, "now": 30_000,
        "gain": 7000, "percent": None, "span_days": 7.0, "likes_now": 10, "downloads_now": 30_000, "rank_before": None,
        "rank_now": None, "status": "listed", "flags": (), "age_days": 400.0,
    }  # fmt: skip
    return Change(**(values | numbers))


def past(*weeks: tuple[str, ...]) -> list[tuple[datetime, dict[str, int]]]:
    """Return the places of these names in earlier weeks, newest first."""
    return [
        (NOW - timedelta(days=7 * number), {name: place for place, name in enumerate(names, start=1)})
        for number, names in enumerate(weeks, start=1)
    ]


@pytest.mark.parametrize(
    ("numbers", "flagged"),
    [
        pytest.param({"before": 60_000, "now": 30_000}, True, id="a large week left the window"),
        pytest.param({"before": 30_500, "now": 30_000}, False, id="an ordinary week left it"),
        pytest.param({"before": 60_000, "now": 30_000, "gain": None}, False, id="the all-time counter is unknown"),
        pytest.param({"before": 30_000, "now": 60_000, "gain": 37_000}, False, id="it rose"),
        pytest.param({"before": 60_000, "now": 30_000, "metric": Metric.LIKES}, False, id="likes have no window"),
    ],
)
def test_echo_flag(numbers: dict[str, Any], flagged: bool) -> None:
    """Flags a fall of the 30-day figure that a spike of a month ago explains."""
    assert (echo(change(**numbers)) is not None) is flagged


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.floats(2, 14))
@settings(deadline=None)
def test_echo_of_any_numbers(before: int, now: int, gain: int, span: float) -> None:
    """Returns a sentence or nothing for any numbers."""
    flag = echo(change(before=before, now=now, gain=gain, span_days=span))

    assert flag is None or flag.startswith("echo: ")


def test_one_day_flag_needs_five_days() -> None:
    """One of two days always has half of them; one of seven is worth a flag."""
    day = datetime(2026, 5, 2, 9, tzinfo=UTC)

    assert one_day(change(), LargestDay(day, 4000, 2)) is None
    assert one_day(change(), LargestDay(day, 3000, 7)) is None
    assert one_day(change(), LargestDay(day, 4000, 7)) == "one day: 57 % of the week by 2026-05-02"


def test_downloads_per_like_flag_shows_the_percentile() -> None:
    """The flag shows the entity's own ratio and the 99th percentile."""
    assert downloads_per_like(change(likes_now=2), 5000) == "downloads per like: 10,000, 99 in 100 have at most 5,000"
    assert downloads_per_like(change(likes_now=9), 5000) is None
    assert downloads_per_like(change(likes_now=None), 5000) is None
    assert downloads_per_like(change(likes_now=2), None) is None


@pytest.mark.parametrize(
    ("moved", "banner", "withheld"),
    [(0.04, False, False), (-0.06, True, False), (0.26, True, True), (-0.3, True, True)],
)
def test_hub_shift_limits(moved: float, banner: bool, withheld: bool) -> None:
    """A move of the Hub warns beyond the first limit and stops the ranking beyond the second, up or down."""
    shock = hub_shift(Kind.MODEL, Metric.DOWNLOADS, moved, LIMITS)

    assert (shock is not None) is banner
    assert (shock is not None and shock.withheld) is withheld


def test_list_history_counts_consecutive_weeks() -> None:
    """A pause ends the consecutive weeks; the first day is that of the oldest listing."""
    weeks = past(("b", "a"), ("a",), ("b",), ("a", "b"))

    stood = list_history(["a"], 3, NOW, weeks)

    assert ListHistory(place_before=2, weeks=3, first=date(2026, 4, 6), best=1) == stood


def test_list_history_of_a_newcomer() -> None:
    """A newcomer has no place before, one week, and today's place as its best."""
    stood = list_history(["new"], 3, NOW, past(("a",)))

    assert ListHistory(place_before=None, weeks=1, first=date(2026, 5, 4), best=3) == stood


def test_list_history_of_a_family() -> None:
    """A family stands where its first part stood, whichever part that was."""
    stood = list_history(["copy", "root"], 2, NOW, past(("a", "root", "copy"), ("copy",)))

    assert ListHistory(place_before=2, weeks=3, first=date(2026, 4, 20), best=1) == stood


def test_first_report_has_no_list_history() -> None:
    """A first report calls nothing new on the list."""
    assert list_history(["a"], 1, NOW, []) is None


def test_backtest_compares_gains_per_day() -> None:
    """Half of last week's gain in half a week is the same rate; an unknown gain only counts as a pick."""
    picks = EarlierPicks(Metric.DOWNLOADS, "impact", dict.fromkeys("abc", 700), 7.0)

    row = score_picks(Kind.MODEL, picks, {"a": 350, "b": 35, "c": None}, 3.5)

    assert (row.picks, row.still_up, row.median_lift) == (3, 1, 0.55)


@pytest.mark.parametrize(
    ("pair", "gains", "reason"),
    [
        pytest.param(PAIR, 5, None, id="all is there"),
        pytest.param(PAIR, 0, "not ranked because the Hub did not give all-time downloads", id="no counter"),
        pytest.param(
            Pair(Kind.MODEL, 9, NOW, "full", None, None, None, "none", None), 0,
            "not ranked because no snapshot of models lies 2 to 14 days before the newest", id="one snapshot",
        ),
        pytest.param(
            Pair(Kind.MODEL, None, None, None, None, None, None, "none", None), 0,
            "not ranked because there is no usable snapshot of models", id="no snapshot",
        ),
    ],
)  # fmt: skip
def test_why_a_list_is_withheld(pair: Pair, gains: int, reason: str | None) -> None:
    """A withheld list gives its reason in one sentence."""
    assert why_withheld(ListName.RISERS, Metric.DOWNLOADS, pair, gains) == reason
