"""The order of import does not matter; only the time of observation does."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.archives import Dump, in_store, known_after, take_dump
from tests.fakes.examples import BUILDS_DATABASE
from tests.fakes.walks import Store, day, new_store

HUB_IDS = ("a" * 24, "b" * 24, "c" * 24)

rows = st.dictionaries(
    st.sampled_from(HUB_IDS),
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(("org/one", "org/two")),
            "author": st.sampled_from(("org", None)),
            "task": st.sampled_from(("translation", None)),
            "tags": st.sampled_from((["license:mit"], ["license:mit", "region:us"], None)),
            "likes": st.integers(0, 9),
        }
    ),
    min_size=1,
)


def _own(at: int, seen: dict[str, dict[str, object]]) -> Dump:
    return Dump(day(at), seen, origin="crawl")


archives = st.builds(
    lambda at, seen, says, origin: Dump(day(at), seen, frozenset(says) | {"likes"}, origin),
    st.integers(0, 6),
    rows,
    st.sets(st.sampled_from(("author", "task", "tags"))),
    st.sampled_from(("early", "late")),
)
histories = st.lists(
    st.one_of(archives, st.builds(_own, st.integers(0, 6), rows)),
    max_size=6,
    unique_by=lambda dump: (dump.origin, dump.at),
)


@given(histories, st.randoms(use_true_random=False))
@settings(BUILDS_DATABASE, derandomize=True)
def test_any_order_of_import_leaves_the_same_store(dumps: list[Dump], chance: object) -> None:
    """Names, attributes, first and last observations depend on the snapshots only."""
    imports = [dump for dump in dumps if not dump.is_own]
    chance.shuffle(imports)  # type: ignore[attr-defined]
    with TemporaryDirectory() as folder, new_store(Path(folder)) as store:
        _take_all(store, Path(folder), imports, sorted((d for d in dumps if d.is_own), key=lambda d: d.at))

        assert known_after(dumps) == in_store(store)
        assert _sound(store)


def _take_all(store: Store, folder: Path, imports: Sequence[Dump], own: list[Dump]) -> None:
    """Take the imports in order; a crawl cannot come after a newer import."""
    for dump in imports:
        while own and own[0].at <= dump.at:
            take_dump(store, folder, own.pop(0))
        take_dump(store, folder, dump)
    for dump in own:
        take_dump(store, folder, dump)


def _sound(store: Store) -> bool:
    """Return whether first and last observations are right and attributes have no gap or overlap."""
    wrong = store.one(
        "SELECT count(*) FROM entities AS e WHERE (e.first_seen, e.last_seen) IS DISTINCT FROM"
        " (SELECT (min(s.observed_at), max(s.observed_at)) FROM observations AS o"
        "  JOIN snapshots AS s USING (snapshot_id) WHERE o.entity_key = e.entity_key)"
    )
    gaps = store.one(
        "SELECT count(*) FROM (SELECT valid_to, lead(valid_from) OVER of_entity AS next FROM repo_attributes"
        " WINDOW of_entity AS (PARTITION BY entity_key ORDER BY valid_from)) WHERE valid_to IS DISTINCT FROM next"
    )
    return (wrong, gaps) == (0, 0)
