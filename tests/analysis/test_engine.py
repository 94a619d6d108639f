"""The seam for a second engine: later steps do not know where the changes are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from analysis.comparison import Comparison, compare, pair_of
from analysis.engine import DuckDBEngine, EntityChange
from analysis.records import Metric, Pair
from analysis.watchlist import watched_changes
from analysis.week import analyse_kind
from crawler.kinds import Kind
from tests.fakes.store import HISTORY, LIMITS, Store, crowd, of_days, risen, summed


@dataclass
class ElsewhereEngine:
    """Keeps the changes in a relation of another name and describes its own records."""

    con: duckdb.DuckDBPyConnection

    def changes(self, pair: Pair, as_of: datetime) -> str:
        """Compute the changes and leave no table `change`."""
        DuckDBEngine(self.con).changes(pair, as_of)
        self.con.execute("CREATE OR REPLACE TEMP TABLE elsewhere AS FROM change")
        self.con.execute("DROP TABLE change")
        return "elsewhere"

    def describe(self, pair: Pair, keys: Sequence[int]) -> list[EntityChange]:
        """Describe from the other relation."""
        self.con.execute("CREATE TEMP VIEW change AS FROM elsewhere")
        try:
            return DuckDBEngine(self.con).describe(pair, keys)
        finally:
            self.con.execute("DROP VIEW change")


def test_results_do_not_depend_on_the_engine(store: Store) -> None:
    """Another engine's relation gives the same lists, weekly gains, share shifts and watch list."""
    of_days(store, {name: summed(own) for name, own in (crowd(60) | {"riser": risen(500, 2.0)}).items()})
    pair = pair_of(store.con, Kind.MODEL, store.newest)

    def results(comparison: Comparison) -> object:
        watched = watched_changes(comparison, store.newest, [(Kind.MODEL, "riser")], ["crowd"])
        return analyse_kind(comparison, LIMITS, []), list(watched)

    expected = results(compare(store.con, pair, store.newest))
    actual = results(compare(store.con, pair, store.newest, ElsewhereEngine(store.con)))

    assert expected == actual


def test_changes_have_every_metric(store: Store) -> None:
    """The records of an engine have the three columns of each metric."""
    of_days(store, {"a": summed([5] * (HISTORY - 1))})
    comparison = compare(store.con, pair_of(store.con, Kind.MODEL, store.newest), store.newest)

    (described,) = comparison.engine.describe(comparison.pair, [store.keys["a"]])

    wanted = {f"{metric}_{side}" for metric in Metric for side in ("before", "now", "gain")}
    assert wanted <= described.numbers.keys()
