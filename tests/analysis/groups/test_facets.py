"""The shares of a kind: what counts where, and the weekly gains."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from analysis.groups.facets import FACETS, facets, weeks
from analysis.groups.share_records import FacetShare
from crawler.kinds import Kind
from tests.fakes.store import DAY, START, Store

WEEK = 7 * DAY
END = START + 2 * WEEK
EU = ["region:eu"]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Three weekly snapshots of five models: one changes its task, one is new, one has left, one lost downloads."""
    made = Store()
    with contextlib.closing(made.con):
        made.entity(
            "Qwen/a-GGUF", author="Qwen", task="text", license="mit", languages=["en", "zh"], parameters=7 * 10**9
        )
        made.entity(
            "openai/b", author="OpenAI", task="text", license="mit", languages=["en"], tags=["fp8", "region:us"]
        )
        made.entity(
            "me/c", author="me", task="image", parameters=999_999_999, tags=["gguf", "safetensors", "region:eu"]
        )
        made.entity("me/new", author="me", task="image", created=END - DAY)
        made.entity("me/left", author="me", task="sound")
        made.changed("openai/b", END, id="openai/b", author="OpenAI", task="image", license="mit", languages=["en"])
        for week, names in enumerate((("a", "b", "c", "left"), ("a", "b", "c", "left"), ("a", "b", "c", "new"))):
            ids = {"a": "Qwen/a-GGUF", "b": "openai/b", "c": "me/c", "new": "me/new", "left": "me/left"}
            gained = {"a": 10, "b": 30, "c": (0, 50, 40)[week], "new": 0, "left": 1}
            made.snapshot(
                START + week * WEEK,
                {
                    ids[name]: {"downloads_all_time": 1000 + week * gained[name], "downloads": 100, "likes": 5 + week}
                    for name in names
                },
            )
        yield made


def shares(store: Store, by: str) -> dict[str | None, FacetShare]:
    """Return the rows of a facet of models by value."""
    return {row.value: row for row in facets(store.con, Kind.MODEL, by, as_of=END).rows}


def test_an_entity_counts_with_the_attributes_of_each_end(store: Store) -> None:
    """A model that changed its task counts with the old one before and with the new one now, its gain included."""
    found = shares(store, "task")

    assert {value: (row.entities, row.entities_before) for value, row in found.items()} == {
        "text": (1, 2),
        "image": (3, 1),
        "sound": (0, 1),
    }
    assert found["image"].downloads_gain == 30 + 30
    assert found["image"].share == 0.75
    assert found["image"].change_points == 100 * (3 / 4 - 1 / 4)


def test_the_largest_contributor_is_named(store: Store) -> None:
    """Of two equal gains the one with the first name counts; its share of the value's gain is stated."""
    row = shares(store, "task")["image"]

    assert (row.largest_contributor, row.largest_share) == ("me/c", 0.5)
    assert (row.gain_metric, row.gain_share, row.compared) == ("downloads", round(60 / 70, 9), 2)


def test_the_share_of_the_gain_is_compared_with_the_week_before(store: Store) -> None:
    """gain_change_points is this week's gain_share minus that of the week before, with the attributes of then."""
    before = 50 / (10 + 30 + 50 + 1)

    assert shares(store, "task")["image"].gain_change_points == pytest.approx(100 * (60 / 70 - before), abs=1e-6)


def test_an_entity_counts_under_each_of_its_languages(store: Store) -> None:
    """The shares of a facet with several values add up to more than one; entities without a value are a row."""
    facet = facets(store.con, Kind.MODEL, "language", as_of=END)

    assert {row.value: row.entities for row in facet.rows} == {"en": 2, "zh": 1, None: 2}
    assert (facet.values, facet.without_value, facet.overlapping) == (2, 2, True)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("format", {"gguf": 2, "safetensors": 1, None: 2}),
        ("parameters", {"4-10B": 1, "<1B": 1, None: 2}),
        ("size", {"4-10B": 1, "<1B": 1, None: 2}),
        ("licence", {"mit": 2, None: 2}),
        ("organisation", {"me": 2, "Qwen": 1, "OpenAI": 1}),
        ("region", {"eu": 1, None: 3}),
        ("owner_country", {"CN": 1, "US": 1, None: 2}),
        ("owner kind", {"company": 2, None: 2}),
        ("gated", {None: 4}),
    ],
)
def test_values(store: Store, by: str, expected: dict[str | None, int]) -> None:
    """Formats come from tags and name, classes from the number, countries from the owner without case."""
    assert {value: row.entities for value, row in shares(store, by).items() if row.entities} == expected


@pytest.mark.parametrize("kind", Kind)
def test_every_facet_of_a_report_has_an_answer(store: Store, kind: Kind) -> None:
    """A kind without a snapshot gives no rows, whatever the facet."""
    for by in FACETS[kind]:
        assert (facets(store.con, kind, by, as_of=END).rows != ()) is (kind is Kind.MODEL)


def test_an_unknown_facet_names_the_facets(store: Store) -> None:
    """The error quotes the word and lists what can be written."""
    with pytest.raises(duckdb.InvalidInputException, match="unknown facet 'colour': write 'task', 'library', 'sdk'"):
        facets(store.con, Kind.MODEL, "colour", as_of=END)


def test_the_report_has_the_same_rows(store: Store) -> None:
    """The facets of a report, from one stored relation, equal those of the macro."""
    week = store.week(END)

    for facet in (facet for facet in week.facets if facet.kind is Kind.MODEL):
        alone = facets(store.con, Kind.MODEL, facet.by, as_of=END)
        assert facet.rows == alone.rows[: len(facet.rows)]
        assert (facet.values, facet.without_value) == (alone.values, alone.without_value)


def test_weeks_are_a_series_of_what_week_over_week_says(store: Store) -> None:
    """Each week has the sums of week_over_week at its end; a week without an earlier snapshot has no gain."""
    series = weeks(store.con, Kind.MODEL, as_of=END, n=5)

    assert [(week.week_end, week.compared, week.downloads_gain, week.basis) for week in series] == [
        (START, 0, None, "none"),
        (START + WEEK, 4, 91, "exact"),
        (END, 3, 70, "exact"),
    ]
    for week in series:
        row = store.con.execute(
            "SELECT sum(likes_gain), sum(downloads_gain) FROM week_over_week('model', as_of := ?)", [week.week_end]
        ).fetchone()
        assert row == (week.likes_gain, week.downloads_gain)


def test_a_snapshot_of_a_few_hours_later_ends_its_week(store: Store) -> None:
    """A weekly snapshot that is taken a little later than a multiple of seven days before the newest one is found."""
    late = Store()
    with contextlib.closing(late.con):
        late.entity("a")
        for week, hours in enumerate((3, 9, 0)):
            late.snapshot(START + week * WEEK + timedelta(hours=hours), {"a": {"likes": 10 * week * week}})

        assert [week.likes_gain for week in weeks(late.con, Kind.MODEL, as_of=END + DAY, n=3)] == [None, 10, 30]


def test_impossible_counters_do_not_overflow() -> None:
    """Gains of 10^15 from many models and counters beyond the range stop nothing."""
    store = Store()
    with contextlib.closing(store.con):
        names = [store.entity(f"a/{number}", task="text") for number in range(30)]
        for day, level in ((0, 0), (7, 10**15), (14, 10**15 + 1)):
            numbers: dict[str, dict[str, int | None]] = {
                name: {"likes": level, "downloads_all_time": level} for name in names
            }
            store.snapshot(START + day * DAY, numbers)

        (row,) = facets(store.con, Kind.MODEL, "task", as_of=START + WEEK).rows
        assert (row.likes_gain, row.gain_share) == (30 * 10**15, 1)
        assert weeks(store.con, Kind.MODEL, as_of=START + WEEK, n=1)[0].likes_gain == 30 * 10**15
        assert store.week(START + 2 * WEEK).topics


def test_threads_change_no_digit(store: Store) -> None:
    """The rows do not depend on the number of threads."""
    seen: set[Any] = set()
    for threads in (1, 4):
        store.con.execute(f"SET threads = {threads}")
        seen.add(repr([facets(store.con, Kind.MODEL, by, as_of=END) for by in FACETS[Kind.MODEL]]))

    assert len(seen) == 1
