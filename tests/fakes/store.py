"""Builds a store by hand from entities and snapshots, without a crawl."""

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from analysis.comparison import compare, pair_of
from analysis.config import RankingConfig
from analysis.lists import Order
from analysis.movers import Movers, find_movers
from analysis.ranking import Ranking, rank_metric
from analysis.records import Metric, WeekAnalysis
from analysis.week import analyse_week
from crawler.kinds import OWN_ORIGIN, Kind
from db.connect import session
from db.schema.migrate import migrate

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = RankingConfig(
    rows=20, shrink_downloads=50, shrink_likes=5, shrink_upvotes=5, shock_banner=0.05, shock_withhold=0.25
)
HISTORY = 36
"""Daily snapshots of a week and the four weeks before it."""


@cache
def _template() -> TemporaryDirectory[str]:
    """Return a folder with a migrated database, created once per process; copying it is five times as fast."""
    folder = TemporaryDirectory()
    with session(Path(folder.name, "hub.duckdb")) as con:
        migrate(con, START, "0")
    return folder


def _migrated_in_memory() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"ATTACH '{_template().name}/hub.duckdb' AS template (READ_ONLY)")
    con.execute("COPY FROM DATABASE template TO memory")
    con.execute("DETACH template")
    return con


class Store:
    """An empty store, in memory or in the current database of a connection; the methods add and query rows."""

    def __init__(self, con: duckdb.DuckDBPyConnection | None = None) -> None:
        self.con = con or _migrated_in_memory()
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute("SET enable_progress_bar = false")
        if con is not None:
            migrate(self.con, START, "0")
        self.snapshots = 0
        self.keys: dict[str, int] = {}

    def entity(self, name: str, kind: Kind = Kind.MODEL, created: datetime | None = LONG_AGO, **facts: Any) -> str:
        """Add an entity with its initial attributes; its name is also its Hub id."""
        key = self.keys[name] = len(self.keys) + 1
        self.con.execute(
            "INSERT INTO entities VALUES (?, ?, ?, ?, ?, NULL, ?, ?, 0, 'listed')",
            [key, kind.value, name, name, created, START, START],
        )
        table = "repo_attributes" if kind.spec.is_repo else f"{kind.value}_attributes"
        columns = {"entity_key": key, "valid_from": START, "id": name} | facts
        marks = ", ".join("?" for _ in columns)
        self.con.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))
        return name

    def entities(self, names: Sequence[str]) -> None:
        """Add old models that have only a name."""
        first = len(self.keys) + 1
        self.keys |= {name: key for key, name in enumerate(names, start=first)}
        named = {"names": list(names), "first": first, "created": LONG_AGO, "start": START}
        self.con.execute(
            "INSERT INTO entities SELECT $first - 1 + generate_subscripts($names::VARCHAR[], 1), 'model',"
            " unnest($names::VARCHAR[]), unnest($names::VARCHAR[]), $created, NULL, $start, $start, 0, 'listed'",
            named,
        )
        self.con.execute(
            "INSERT INTO repo_attributes (entity_key, valid_from, id)"
            " SELECT entity_key, first_seen, id FROM entities WHERE entity_key >= ?",
            [first],
        )

    def changed(self, name: str, at: datetime, **facts: Any) -> None:
        """Close the current attributes of a repository at a moment and start new ones."""
        key = self.keys[name]
        self.con.execute("UPDATE repo_attributes SET valid_to = ? WHERE entity_key = ? AND valid_to IS NULL", [at, key])
        columns = {"entity_key": key, "valid_from": at, "id": name} | facts
        marks = ", ".join("?" for _ in columns)
        self.con.execute(f"INSERT INTO repo_attributes ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))
        self.con.execute("UPDATE entities SET id = ? WHERE entity_key = ?", [columns["id"], key])

    def snapshot(
        self,
        at: datetime,
        numbers: Mapping[str, Mapping[str, int | None]],
        kind: Kind = Kind.MODEL,
        *,
        scope: str = "full",
        complete: bool = True,
        stale: bool | None = None,
        origin: str = OWN_ORIGIN,
    ) -> int:
        """Add a snapshot with the numbers of each entity, by column."""
        self.snapshots += 1
        self.con.execute(
            "INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, stale, requests,"
            " records, duplicates, rejected, settings, tool_version, reason, origin, run_id, walk_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, 0, 0, '{}', '0', ?, ?, 'run', ?)",
            [
                self.snapshots, kind.value, scope, at, at, complete, stale, len(numbers),
                None if complete else "cut off", origin, str(self.snapshots),
            ],
        )  # fmt: skip
        for columns in {tuple(row) for row in numbers.values()}:
            self._observe([name for name, row in numbers.items() if tuple(row) == columns], columns, numbers)
        return self.snapshots

    def _observe(
        self, names: Sequence[str], columns: Sequence[str], numbers: Mapping[str, Mapping[str, int | None]]
    ) -> None:
        values = {column: [numbers[name][column] for name in names] for column in columns}
        wanted = ", ".join(f"unnest(${column}::BIGINT[])" for column in columns)
        self.con.execute(
            f"INSERT INTO observations (snapshot_id, entity_key, {', '.join(columns)})"
            f" SELECT {self.snapshots}, unnest($keys::INTEGER[]), {wanted}",
            {"keys": [self.keys[name] for name in names], **values},
        )

    def event(self, event: str, at: datetime, name: str | None = None, evidence: str = "", **sides: str) -> None:
        """Add an event of the model of that name, or of the whole Hub."""
        self.con.execute(
            "INSERT INTO events VALUES (?, 'model', ?, ?, ?, ?, ?, ?, ?)",
            [
                event, self.keys[name] if name else None, name, self.snapshots, at, sides.get("before"),
                sides.get("after"), evidence,
            ],
        )  # fmt: skip

    def _one(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        row = self.con.execute(query, list(parameters)).fetchone()
        assert row is not None
        return row[0]

    def ranking(self, metric: Metric = Metric.DOWNLOADS, limits: RankingConfig = LIMITS) -> Ranking:
        """Return the scored metric of models at the newest snapshot."""
        as_of = self.newest
        comparison = compare(self.con, pair_of(self.con, Kind.MODEL, as_of), as_of)
        return rank_metric(comparison, metric, limits)

    def trends(self, kind: Kind = Kind.MODEL, metric: Metric | None = None, order: Order = Order.SCORE) -> Movers:
        """Return the risers of a kind at the newest snapshot."""
        return find_movers(self.con, kind, as_of=self.newest, limits=LIMITS, metric=metric, order=order)

    def week(
        self, at: datetime | None = None, watched: Sequence[tuple[Kind, str]] = (), authors: Sequence[str] = ()
    ) -> WeekAnalysis:
        """Return the results of the week that ends at a moment, by default at the newest snapshot."""
        return analyse_week(self.con, as_of=at or self.newest, limits=LIMITS, watched=watched, authors=authors)

    @property
    def newest(self) -> datetime:
        """Return the moment of the newest snapshot."""
        moment = self._one("SELECT max(observed_at) FROM snapshots")
        assert isinstance(moment, datetime)
        return moment


def with_limits(**limits: float) -> RankingConfig:
    """Return the default limits with the given changes."""
    values = {name: getattr(LIMITS, name) for name in LIMITS.__slots__}
    return RankingConfig(**(values | limits))


Daily = dict[str, list[int]]
"""Daily downloads by name."""


def crowd(size: int = 250, days: int = HISTORY - 1, seed: int = 1) -> Daily:
    """Return uneventful entities with 30 to 3000 downloads a day and ordinary noise."""
    rng = random.Random(seed)
    return {
        f"crowd/m{number:03}": [
            round(level * rng.lognormvariate(0, 0.2)) for level in [30 * 100 ** (number / size)] for _ in range(days)
        ]
        for number in range(size)
    }


def steady(level: int, days: int = HISTORY - 1, seed: int = 7) -> list[int]:
    """Return the daily downloads of an entity with a constant level."""
    rng = random.Random(f"{seed}/{level}")
    return [round(level * rng.lognormvariate(0, 0.1)) for _ in range(days)]


def risen(level: int, lift: float, since: int = 6, seed: int = 7) -> list[int]:
    """Return the same with the last `since` days multiplied by `lift`."""
    days = steady(level, seed=seed)
    return days[:-since] + [round(day * lift) for day in days[-since:]]


def summed(days: Sequence[int], first: int = 10_000) -> list[int]:
    """Return the counter at each snapshot, one more than there are days."""
    counter = [first]
    for day in days:
        counter.append(counter[-1] + day)
    return counter


def of_days(
    store: Store,
    counters: Mapping[str, Sequence[int]],
    *,
    only: Sequence[int] | None = None,
    column: str = "downloads",
    imported: Collection[int] = (),
) -> None:
    """Add models and one snapshot per day of their counters; `only` selects days, `imported` marks archive days."""
    store.entities(list(counters))
    length = len(next(iter(counters.values())))
    for day in range(length) if only is None else only:
        numbers = {name: _numbers(days, day, column) for name, days in counters.items()}
        store.snapshot(START + day * DAY, numbers, origin="archive" if day in imported else OWN_ORIGIN)


def _numbers(counter: Sequence[int], day: int, column: str) -> dict[str, int | None]:
    if column != "downloads":
        return {column: counter[day]}
    return {"downloads": counter[day] - counter[max(0, day - 30)], "downloads_all_time": counter[day], "likes": 10}
