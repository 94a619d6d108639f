"""at_age: counters at an equal age, and the size that a name states."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.groups.ages import ages
from analysis.groups.entity_records import EntityAges
from crawler.kinds import Kind
from tests.fakes.store import START, Store
from tests.fakes.walks import Store as WalkedStore
from tests.fakes.walks import day, new_store, paper

DAY = timedelta(days=1)


def daily(store: Store, likes: dict[str, dict[int, int]], days: range) -> None:
    """Add a snapshot a day with the likes of each model on that day, if it has any."""
    for number in days:
        shown = {name: {"likes": counts[number]} for name, counts in likes.items() if number in counts}
        store.snapshot(START + number * DAY, shown)


def at_age(store: Store, age: float, **given: object) -> dict[str, tuple[float | None, ...]]:
    """Return value, percentile, compared_with and cohort at an age, by name."""
    arguments = "".join(f", {name} := ${name}" for name in given)
    rows = store.con.execute(
        f"SELECT id, value, percentile, compared_with, cohort FROM at_age('model', $age, as_of := $as_of{arguments})",
        {"age": age, "as_of": store.newest, **given},
    ).fetchall()
    return {name: tuple(rest) for name, *rest in rows}


def test_entities_are_compared_at_the_same_age_on_different_days(store: Store) -> None:
    """Three models born on different days are compared at the age of three days."""
    born = {"a": 0, "b": 2, "c": 4}
    for name, start in born.items():
        store.entity(name, created=START + start * DAY)
    likes = {
        name: {start + age: age * (place + 1) for age in range(8)} for place, (name, start) in enumerate(born.items())
    }
    daily(store, likes, range(12))

    assert at_age(store, 3) == {"c": (9, 100, 2, 3), "b": (6, 50, 2, 3), "a": (3, 0, 2, 3)}


def test_the_nearest_observation_within_the_tolerance_counts(store: Store) -> None:
    """With snapshots missing, the nearest one counts, and none that is farther off than the tolerance."""
    for name in ("near", "far"):
        store.entity(name, created=START)
    daily(store, {"near": {0: 0, 6: 60}, "far": {0: 0, 5: 50}}, range(7))

    assert at_age(store, 7, seen_by=7) == {"near": (60, None, 0, 2)}
    assert store.con.execute("SELECT age_days FROM at_age('model', 7, as_of := $1)", [store.newest]).fetchall() == [
        (6.0,)
    ]


@pytest.mark.parametrize(("days", "tolerance"), [(1, 0.5), (3, 0.5), (7, 1), (14, 2), (90, 90 / 7)])
def test_the_tolerance_grows_with_the_age(store: Store, days: int, tolerance: float) -> None:
    """The tolerance is half a day, or a seventh of a larger age."""
    assert [(pytest.approx(tolerance),)] == store.con.execute("SELECT age_tolerance($1)", [days]).fetchall()


def test_an_entity_first_seen_after_the_age_has_no_value(store: Store) -> None:
    """A model published ten days after its creation has no value at day 3, and the cohort counts it."""
    for name in ("public", "late"):
        store.entity(name, created=START)
    store.con.execute("UPDATE entities SET first_seen = $1 WHERE id = 'late'", [START + 10 * DAY])
    daily(store, {"public": {n: n for n in range(15)}, "late": dict.fromkeys(range(10, 15), 99)}, range(15))

    assert at_age(store, 3) == {"public": (3, None, 0, 2)}
    assert {"late", "public"} == at_age(store, 14).keys()


def test_seen_by_compares_the_same_entities_at_all_ages(store: Store) -> None:
    """With seen_by, an entity that was first seen later is compared at no age."""
    for name in ("public", "late"):
        store.entity(name, created=START)
    store.con.execute("UPDATE entities SET first_seen = $1 WHERE id = 'late'", [START + 10 * DAY])
    daily(store, {"public": {n: n for n in range(15)}, "late": dict.fromkeys(range(10, 15), 99)}, range(15))

    assert at_age(store, 14, seen_by=1) == {"public": (14, None, 0, 2)}
    (found,) = ages(store.con, Kind.MODEL, as_of=store.newest)
    assert [place.age for place in found.places] == [1, 3, 7, 14]


def test_only_entities_of_one_size_class_are_compared(store: Store) -> None:
    """A stated number of parameters wins over the name; without either the class is unknown."""
    store.entity("org/small-7B", created=START)
    store.entity("org/stated-7B", created=START, parameters=70_000_000_000)
    store.entity("org/large-70B", created=START)
    store.entity("org/plain", created=START)
    daily(store, {name: {n: n for n in range(3)} for name in store.keys}, range(3))

    found: tuple[EntityAges, ...] = ages(store.con, Kind.MODEL, as_of=store.newest)
    assert {one.id: one.size_class for one in found} == {
        "org/small-7B": "4-10B", "org/stated-7B": "40-150B", "org/large-70B": "40-150B",
        "org/plain": "unknown",
    }  # fmt: skip
    assert {0, 1} == {one.places[0].compared_with for one in found}


def test_an_entity_older_than_the_hubs_creation_dates_has_no_age(store: Store) -> None:
    """The Hub gives one date to all older repositories, from which no age follows."""
    store.entity("old", created=START.replace(year=2022, month=3, day=2, hour=23, minute=29, second=4))
    daily(store, {"old": {0: 1}}, range(1))
    age = (START - START.replace(year=2022, month=3, day=2, hour=23, minute=29, second=4)) / DAY

    assert at_age(store, age) == {}


@pytest.fixture
def walked(tmp_path: Path) -> Iterator[WalkedStore]:
    with new_store(tmp_path) as walked:
        yield walked


def test_a_papers_age_counts_from_its_day_on_the_daily_list(walked: WalkedStore) -> None:
    """A paper is older than its day on the list, and its public life on the Hub begins there."""
    for number in range(4):
        walked.take(Kind.PAPER, day(number), paper("2609.1", created_at=day(-30), submitted_at=day(0), upvotes=number))

    (found,) = ages(walked.con, Kind.PAPER, as_of=day(4))
    assert [(place.age, place.value) for place in found.places] == [(1, 1), (3, 3)]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", 7_000_000_000), ("a/llama-1.5b", 1_500_000_000),
        ("a/Mixtral-8x7B-v0.1", 56_000_000_000),
        ("a/Qwen3-0.6B", 600_000_000), ("a/SmolLM2-135M", 135_000_000), ("a/Qwen3-30B-A3B", 30_000_000_000),
        ("a/MoE-A3B", None), ("a/gemma-3n-E4B", None), ("a/Ring-1T", 10**12), ("7B/model", None),
        ("a/Qwen3-4B-4bit", 4 * 10**9),
        ("a/4bit", None), ("a/0B", None), ("a/0x7B", None), ("gpt2", None), ("pythia-70m", 70_000_000),
        (None, None), ("", None),
        ("a/999x9999T", 10**15), ("a/Yi-34Bx2-60B", 60_000_000_000), ("a/wav2vec2_300m.gguf", 300_000_000),
    ],
)  # fmt: skip
def test_the_size_in_a_name(store: Store, name: str | None, parameters: int | None) -> None:
    """The first size between separators counts; active parameters and bits are no size."""
    assert (parameters,) == store.con.execute("SELECT parameters_from_name($1)", [name]).fetchone()


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a store for scalar macros, which no example changes."""
    with Store().con as con:
        yield con


UNITS = {"M": 10**6, "B": 10**9, "T": 10**12}


@given(
    before=st.from_regex(r"[A-Za-z]{1,8}[-_ ]", fullmatch=True), whole=st.integers(1, 999), part=st.integers(0, 99),
    unit=st.sampled_from("MBTmbt"), after=st.from_regex(r"([-_.][a-z]{1,8})?", fullmatch=True),
)  # fmt: skip
def test_any_size_between_separators_is_read(
    macros: duckdb.DuckDBPyConnection, before: str, whole: int, part: int, unit: str, after: str
) -> None:
    """A number with a unit between separators is read exactly, whatever stands around it."""
    name = f"org/{before}{whole}.{part:02}{unit}{after}"
    expected = min((100 * whole + part) * UNITS[unit.upper()] // 100, 10**15)

    assert (expected,) == macros.execute("SELECT parameters_from_name($1)", [name]).fetchone()


@given(name=st.text())
def test_any_name_has_a_plausible_size_or_none(macros: duckdb.DuckDBPyConnection, name: str) -> None:
    """No text is an error, and a size lies between 1 and 10^15."""
    ((found,),) = macros.execute("SELECT parameters_from_name($1)", [name]).fetchall()

    assert found is None or 1 <= found <= 10**15
