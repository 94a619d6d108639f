"""The macros `model_bases` and `family_roots`: which model a family goes back to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.store import DAY, START, Store

LATER = START + 2 * DAY


@cache
def _empty() -> Store:
    return Store()


@pytest.fixture(scope="module", autouse=True)
def _released() -> Iterator[None]:
    """Close the store that all tests share."""
    yield
    _empty().con.close()
    _empty.cache_clear()


def world(bases: Mapping[str, Sequence[str]]) -> Store:
    """Return a store with one model per name and one snapshot of all of them; it replaces the one before."""
    store = _empty()
    for table in ("entities", "repo_attributes", "observations", "snapshots"):
        store.con.execute(f"DELETE FROM {table}")
    store.keys, store.snapshots = {}, 0
    store.entities(list(bases))
    store.con.execute(
        "UPDATE repo_attributes SET base_models = g.bases, base_relation = 'finetune'"
        " FROM (SELECT unnest($names) AS name, unnest($bases::VARCHAR[][]) AS bases) AS g"
        " WHERE id = g.name AND len(g.bases) > 0",
        {"names": list(bases), "bases": [list(of) for of in bases.values()]},
    )
    store.snapshot(LATER, {name: {"likes": 1} for name in bases})
    return store


def roots(store: Store, as_of: object = None) -> dict[str, tuple[str, int]]:
    """Return the root and the depth of each model by its name."""
    rows = store.con.execute("SELECT id, root, depth FROM family_roots(as_of := $as_of)", {"as_of": as_of}).fetchall()
    return {name: (root, depth) for name, root, depth in rows}


CASES = {
    "a chain": ({"a": [], "b": ["a"], "c": ["b"]}, {"a": ("a", 0), "b": ("a", 1), "c": ("a", 2)}),
    "a model without relatives": ({"a": [], "b": []}, {}),
    "a base that was never seen": ({"b": ["gone"], "c": ["b"]}, {"b": ("gone", 1), "c": ("gone", 2)}),
    "one unseen base in two spellings": ({"b": ["Gone"], "c": ["gone"]}, {"b": ("Gone", 1), "c": ("Gone", 1)}),
    "bases of one root": (
        {"a": [], "b": ["a"], "c": ["a"], "m": ["b", "c"], "n": ["m", "a"]},
        {"a": ("a", 0), "b": ("a", 1), "c": ("a", 1), "m": ("a", 2), "n": ("a", 1)},
    ),
    "bases of several roots": (
        {"a": [], "b": [], "m": ["a", "b"], "q": ["m"]},
        {"a": ("a", 0), "b": ("b", 0), "m": ("m", 0), "q": ("m", 1)},
    ),
    "a seen and an unseen base": ({"a": [], "m": ["a", "gone"]}, {"a": ("a", 0), "m": ("m", 0)}),
    "merges of merges": (
        {"a": [], "b": ["a"], "m": ["a", "b"], "n": ["m", "b"], "o": ["n", "m"], "q": ["o"]},
        {"a": ("a", 0), "b": ("a", 1), "m": ("a", 1), "n": ("a", 2), "o": ("a", 2), "q": ("a", 3)},
    ),
    "a loop": ({"b": ["c"], "c": ["d"], "d": ["b"]}, {"b": ("b", 0), "c": ("b", 2), "d": ("b", 1)}),
    "a chain into a loop": ({"a": ["c"], "b": ["c"], "c": ["b"]}, {"a": ("b", 2), "b": ("b", 0), "c": ("b", 1)}),
    "a loop of merges": (
        {"a": [], "m": ["a", "n"], "n": ["m"]},
        {"a": ("a", 0), "m": ("m", 0), "n": ("m", 1)},
    ),
    "two models that merge each other": (
        {"m": ["n1", "n2"], "n": ["m1", "m2"], "m1": ["m"], "m2": ["m"], "n1": ["n"], "n2": ["n"]},
        {"m": ("m", 0), "n": ("n", 0), "m1": ("m", 1), "m2": ("m", 1), "n1": ("n", 1), "n2": ("n", 1)},
    ),
    "a model that names itself": ({"a": ["a"], "b": ["b", "c"], "c": []}, {"b": ("c", 1), "c": ("c", 0)}),
    "a base in another case": ({"Org/A": [], "b": ["org/a"]}, {"Org/A": ("Org/A", 0), "b": ("Org/A", 1)}),
    "a base that is named twice": ({"a": [], "b": ["a", "a"]}, {"a": ("a", 0), "b": ("a", 1)}),
}  # fmt: skip


@pytest.mark.parametrize(("bases", "expected"), CASES.values(), ids=CASES.keys())
def test_roots(bases: Mapping[str, Sequence[str]], expected: Mapping[str, tuple[str, int]]) -> None:
    """Each model of a family has the expected root and depth, and no other model has a row."""
    assert expected == roots(world(bases))


def test_a_row_names_the_keys_and_the_relation() -> None:
    """A root has no relation, and a root that was never seen has no key."""
    store = world({"a": [], "b": ["a"], "c": ["gone"]})

    rows = store.con.execute("FROM family_roots() ORDER BY id").fetchall()

    assert rows == [
        (1, "a", "a", 1, "a", None, 0),
        (2, "b", "b", 1, "a", "finetune", 1),
        (3, "c", "c", None, "gone", "finetune", 1),
    ]


def test_an_old_name_finds_a_renamed_base() -> None:
    """The tag keeps the old name; the family has the current one."""
    store = world({"old": [], "b": ["old"]})
    store.changed("old", START + DAY, id="new")

    assert roots(store) == {"new": ("new", 0), "b": ("new", 1)}
    assert store.con.execute("SELECT base, base_key FROM model_bases()").fetchall() == [("old", 1)]


def test_a_hub_id_finds_a_base_whose_old_name_no_snapshot_has_shown() -> None:
    """The base was renamed before it was first seen: its name is unknown, its id is not."""
    store = world({"new": [], "b": ["old"], "c": ["b"]})
    store.con.execute("UPDATE repo_attributes SET base_ids = ['new'] WHERE id = 'b'")

    assert roots(store) == {"new": ("new", 0), "b": ("new", 1), "c": ("new", 2)}
    assert store.con.execute("SELECT base, base_key FROM model_bases() ORDER BY base_key").fetchall() == [
        ("new", 1), ("b", 2),
    ]  # fmt: skip


def test_names_help_where_a_hub_id_is_unknown() -> None:
    """One id is known and one is not: the known base has one row, and the other its name."""
    store = world({"a": [], "m": ["a", "gone"]})
    store.con.execute("UPDATE repo_attributes SET base_ids = ['a', 'never seen'] WHERE id = 'm'")

    assert store.con.execute("SELECT base, base_key FROM model_bases() ORDER BY base").fetchall() == [
        ("a", 1), ("gone", None),
    ]  # fmt: skip
    assert roots(store) == {"a": ("a", 0), "m": ("m", 0)}


def test_a_hub_id_wins_over_a_reused_name() -> None:
    """The name belongs to another model by now; the id still leads to the base."""
    store = world({"old": [], "b": ["old"]})
    store.changed("old", START + DAY, id="new")
    store.entity("second", id="old", valid_from=START + DAY)
    store.con.execute("UPDATE repo_attributes SET base_ids = ['old'] WHERE id = 'b'")

    assert roots(store) == {"new": ("new", 0), "b": ("new", 1)}


def test_a_reused_name_belongs_to_its_present_bearer() -> None:
    """A new model under the name of a renamed one is the base from then on."""
    store = world({"old": [], "b": ["old"]})
    store.changed("old", START + DAY, id="new")
    store.entity("second", id="old", valid_from=START + DAY)

    assert roots(store) == {"old": ("old", 0), "b": ("old", 1)}


def test_attributes_are_those_of_the_newer_snapshot() -> None:
    """A base that was stated, seen or renamed later does not change an earlier answer."""
    store = world({"a": [], "b": [], "c": ["d"]})
    store.changed("b", LATER + DAY, base_models=["a"])
    store.changed("a", LATER + DAY, id="renamed")
    store.entity("d", valid_from=LATER + DAY)
    store.snapshot(LATER + 7 * DAY, {name: {"likes": 1} for name in "abcd"})

    assert roots(store, LATER + timedelta(hours=1)) == {"c": ("d", 1)}
    assert store.con.execute("SELECT count(*) FROM family_roots($1) WHERE root_key IS NULL", [LATER]).fetchall() == [
        (1,)
    ]
    assert roots(store) == {"renamed": ("renamed", 0), "b": ("renamed", 1), "c": ("d", 1), "d": ("d", 0)}


def test_no_snapshot_is_no_family() -> None:
    """Without a snapshot there are no rows."""
    store = Store()
    store.entity("b", base_models=["a"])

    assert roots(store) == {}


def test_a_dataset_of_the_same_name_is_no_base() -> None:
    """Only models are bases of models."""
    store = world({"b": ["a"]})
    store.con.execute(
        "INSERT INTO entities SELECT * REPLACE (9 AS entity_key, 'dataset' AS kind, 'd' AS hub_id) FROM entities"
    )
    store.con.execute("INSERT INTO repo_attributes (entity_key, valid_from, id) VALUES (9, ?, 'a')", [START])

    assert roots(store) == {"b": ("a", 1)}


def test_a_long_chain_and_a_long_loop() -> None:
    """A chain of 3,000 models and a loop of 3,000 each have one root."""
    names = [f"m{number:04}" for number in range(3000)]
    chain = dict(zip(names, [[], *([name] for name in names)], strict=False))
    ring = {f"r{name}": [f"r{base}"] for name, base in zip(names, [names[-1], *names], strict=False)}

    found = roots(world(chain | ring))

    assert {("m0000", depth) for depth in range(3000)} == {found[name] for name in names}
    assert {("rm0000", depth) for depth in range(3000)} == {found[f"r{name}"] for name in names}


Graph = dict[str, list[str]]
NODES = tuple("abcdefgh")
UNSEEN = ("x", "y")


def walk(graph: Graph) -> dict[str, tuple[str, int]]:
    """Compute roots and depths one link at a time: single bases first, then models whose bases agree."""
    links = {name: sorted(set(of) - {name}) for name, of in graph.items()}
    steps = {name: (of[0], 1) for name, of in links.items() if len(of) == 1}
    for name in sorted(steps):
        if name == min(loop_of(name, steps), default=None):
            del steps[name]
    undecided = {name for name, of in links.items() if len(of) > 1}
    while True:
        ends = {name: [end_of(base, steps) for base in links[name]] for name in undecided}
        agreed = {name: found[0][0] for name, found in ends.items() if len({root for root, _ in found} | {name}) == 2}
        agreed = {name: root for name, root in agreed.items() if name not in {end for end, _ in ends[name]}}
        settled = {name: root for name, root in agreed.items() if root not in agreed}
        steps |= {name: (root, 1 + min(depth for _, depth in ends[name])) for name, root in settled.items()}
        undecided -= settled.keys()
        if not settled:
            family = {name for name, of in links.items() if of} | {base for of in links.values() for base in of}
            return {name: end_of(name, steps) for name in family & graph.keys()}


def loop_of(name: str, steps: Mapping[str, tuple[str, int]]) -> list[str]:
    """Return the models between a model and itself; none if its bases do not lead back to it."""
    passed = [name]
    while passed[-1] in steps and len(passed) <= len(steps):
        passed.append(steps[passed[-1]][0])
        if passed[-1] == name:
            return passed
    return []


def end_of(name: str, steps: Mapping[str, tuple[str, int]]) -> tuple[str, int]:
    """Return where the steps from a model end, and how many there are."""
    depth = 0
    while name in steps:
        name, more = steps[name]
        depth += more
    return name, depth


@given(
    st.dictionaries(
        st.sampled_from(NODES), st.lists(st.sampled_from(NODES + UNSEEN), max_size=3), min_size=1, max_size=len(NODES)
    )
)
def test_any_graph_has_the_roots_of_a_simple_walk(graph: Graph) -> None:
    """Chains, loops, merges and unseen bases in any combination give what a walk link by link gives."""
    assert walk(graph) == roots(world(graph))


@given(st.integers(2, 30).flatmap(lambda size: st.lists(
    st.lists(st.integers(0, size), max_size=3), min_size=size, max_size=size)))  # fmt: skip
def test_without_loops_a_model_has_the_only_root_of_its_bases(draws: list[list[int]]) -> None:
    """If every base is older, the definition itself gives the root: the only root of all bases, else the model."""
    graph = {f"m{n:02}": sorted({f"m{draw % n:02}" for draw in drawn}) if n else [] for n, drawn in enumerate(draws)}
    expected: dict[str, tuple[str, int]] = {}
    for name, of in graph.items():
        found = {expected[base][0] for base in of}
        depth = 1 + min((expected[base][1] for base in of), default=0)
        expected[name] = (found.pop(), depth) if len(found) == 1 else (name, 0)
    family = {name for name, of in graph.items() if of} | {base for of in graph.values() for base in of}

    assert {name: expected[name] for name in family} == roots(world(graph))
