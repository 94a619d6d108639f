"""Measures organisations, adoption and equal ages at the size of the whole Hub.

The yardstick is the change of a week: `week_over_week` of models, read by one aggregate.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from analysis.groups.adoption import adoption
from analysis.groups.ages import ages
from analysis.groups.organisations import organisations
from benchmarks.table import Figure
from crawler.kinds import Kind
from db.connect import open_readonly, session
from db.schema.migrate import migrate

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MODELS = 3_000_000
WEEKS = 5
AIM_SECONDS = 5


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield seconds of each group over five weekly snapshots of models."""
    models = max(int(MODELS * scale), 1000)
    file = folder / "hub.duckdb"
    as_of = T0 + timedelta(weeks=WEEKS - 1)
    with session(file) as con:
        migrate(con, T0, "0")
        _fill(con, models)
    with open_readonly(file) as con:
        con.execute("SET threads = 2; SET memory_limit = '2GB'")
        week = _seconds(lambda: con.execute("SELECT sum(likes_gain), count(*) FROM week_over_week('model')").fetchall())
        groups: dict[str, Callable[[], object]] = {
            "organisations": lambda: organisations(con, as_of=as_of),
            "adoption": lambda: adoption(con, as_of=as_of),
            "equal ages": lambda: ages(con, Kind.MODEL, as_of=as_of, hub_ids=[]),
        }
        for name, ask in groups.items():
            seconds = _seconds(ask)
            yield Figure(
                "organisations", f"{name}, {models:,} models, {WEEKS} weekly snapshots", f"{seconds:.1f} s",
                f"week_over_week of models: {week:.1f} s", seconds / week, f"under {AIM_SECONDS} s",
            )  # fmt: skip


def _seconds(ask: Callable[[], object]) -> float:
    started = time.monotonic()
    ask()
    return time.monotonic() - started


def _fill(con: duckdb.DuckDBPyConnection, models: int) -> None:
    """Add models of a hundredth as many owners; every eighth cites one of 20,000 papers."""
    con.execute(
        """
        INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, stale, requests, records,
                               duplicates, rejected, settings, tool_version, origin, run_id, walk_id)
        SELECT n, 'model', 'full', $t0::TIMESTAMPTZ + INTERVAL 7 DAY * (n - 1), $t0, true, false, 1, $models, 0, 0,
               '{}', '0', 'crawl', 'run', 'walk ' || n
        FROM range(1, $weeks + 1) AS s(n)
        """,
        {"t0": T0, "models": models, "weeks": WEEKS},
    )
    con.execute(
        """
        INSERT INTO entities
        SELECT n, 'model', format('{:024x}', n), 'owner-' || (n % ($models / 100)::BIGINT) || '/net-' || n || '-7B',
               $t0::TIMESTAMPTZ - to_minutes(n % 1000000), NULL, $t0, $t0, $weeks, 'listed'
        FROM range(1, $models + 1) AS e(n)
        """,
        {"t0": T0, "models": models, "weeks": WEEKS},
    )
    con.execute(
        """
        INSERT INTO repo_attributes (entity_key, valid_from, id, papers)
        SELECT e.entity_key, e.first_seen, e.id,
               CASE WHEN e.entity_key % 8 = 0 THEN ['26' || e.entity_key % 20000] END
        FROM entities AS e
        """
    )
    con.execute(
        """
        INSERT INTO observations (snapshot_id, entity_key, downloads, downloads_all_time, likes)
        SELECT s.snapshot_id, e.entity_key, e.entity_key % 1000, e.entity_key * s.snapshot_id,
               e.entity_key % 50 + s.snapshot_id * (e.entity_key % 7)
        FROM snapshots AS s, entities AS e
        ORDER BY s.snapshot_id, e.entity_key
        """
    )
