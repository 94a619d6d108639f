"""The lists of real records: no large gain is missing, and every share is that of a recount from the files."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from analysis.week import analyse_week
from crawler.kinds import Kind, Scope
from db.ingest.ingest import ingest_walks
from hubtrends.jobs.report_lists import store_lists
from hubtrends.sim.sources.folder import FolderHub
from tests.db.test_real_input import DATES, FIRST, FOLDER, LAST, gain, items
from tests.fakes.crawls import walks_of
from tests.fakes.store import LIMITS
from tests.fakes.walks import Store, new_store

METRIC = {kind: "likes" if kind.spec.is_repo else "upvotes" for kind in Kind}
REPORT_AT = DATES[LAST] + timedelta(hours=1)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there: it holds the real records")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with all kinds at the three dates, and the lists of the last week."""
    folder = tmp_path_factory.mktemp("real")
    with new_store(folder) as store:
        for date, moment in DATES.items():
            ingest_walks(store.con, walks_of(FolderHub(FOLDER / date), moment, folder, *Kind, scope=Scope.HEAD), "1.0")
        store.con.execute("SET TimeZone = 'UTC'")
        store_lists(store.con, store.file, analyse_week(store.con, as_of=REPORT_AT, limits=LIMITS))
        yield store


def gains(kind: Kind) -> dict[str, int]:
    """Return the known gains of the last week by Hub id, from the files alone."""
    before, now = items(FIRST, kind.value), items(LAST, kind.value)
    found = {hub_id: gain(before[hub_id], now[hub_id], METRIC[kind]) for hub_id in before.keys() & now.keys()}
    return {hub_id: gained for hub_id, gained in found.items() if gained is not None}


def listed(store: Store, kind: Kind, name: str = "%") -> list[tuple[str, int]]:
    """Return Hub id and gain of the entities on lists, in flat order."""
    return store.ask(
        "SELECT e.hub_id, p.gain FROM picks AS p JOIN entities AS e USING (entity_key)"
        f" WHERE p.kind = '{kind}' AND p.metric = '{METRIC[kind]}' AND p.list LIKE '{name}' AND p.gain IS NOT NULL"
        f" AND p.report_at = '{REPORT_AT}' ORDER BY p.list, p.flat_place"
    )


@pytest.mark.parametrize("kind", Kind)
def test_the_three_largest_gains_stand_on_a_list(store: Store, kind: Kind) -> None:
    """The table picks has the three largest known gains of the kind, with their size."""
    known = sorted((gained for gained in gains(kind).values() if gained > 0), reverse=True)[:3]

    assert known
    assert sorted(dict(listed(store, kind)).values(), reverse=True)[: len(known)] == known


@pytest.mark.parametrize("kind", Kind)
def test_coverage_is_that_of_a_recount(store: Store, kind: Kind) -> None:
    """Present, compared, total and listed gain of the biggest gains are exact."""
    (coverage,) = store.ask(
        "SELECT present, compared, total_gain, listed_gain, gain_share FROM lists"
        f" WHERE kind = '{kind}' AND metric = '{METRIC[kind]}' AND list = 'gains' AND report_at = '{REPORT_AT}'"
    )

    known = gains(kind)
    total = sum(gained for gained in known.values() if gained > 0)
    on_list = sum(gained for _, gained in listed(store, kind, "gains"))

    assert coverage == (len(items(LAST, kind.value)), len(known), total, on_list, round(on_list / total, 6))


def test_the_model_that_gained_most_is_first(store: Store) -> None:
    """A model twelve days old, which no score reaches, is the first of the biggest gains and an entrant."""
    known = gains(Kind.MODEL)
    name = max(known, key=lambda hub_id: known[hub_id])

    assert listed(store, Kind.MODEL, "gains")[0] == (name, known[name])
    assert name in dict(listed(store, Kind.MODEL, "entrants"))
