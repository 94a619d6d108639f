"""Measure time and memory of the analysis at the size of the whole Hub: `python -m benchmarks.analysis_scale`.

Each case builds a store in a temporary folder, with one snapshot per week or day. Each measurement is a separate
process with its own peak memory. A ranking is the query of `hubtrends trends`; a report ranks downloads and likes of
this week and of the eight weeks before.
"""

import argparse
import contextlib
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from analysis.config import RankingConfig
from analysis.movers import find_movers
from analysis.week import analyse_week
from crawler.kinds import Kind
from db.connect import open_readonly
from db.schema.migrate import migrate

MODELS = 3_000_000
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIMITS = RankingConfig(
    rows=50, shrink_downloads=50, shrink_likes=5, shrink_upvotes=5, shock_banner=0.05, shock_withhold=0.25
)
THREADS = 2


def rank(con: duckdb.DuckDBPyConnection, as_of: datetime) -> int:
    """Rank the models of a store by downloads; return the number of listed rows."""
    return len(find_movers(con, Kind.MODEL, as_of=as_of, limits=LIMITS).ranked.picks)


def bare(con: duckdb.DuckDBPyConnection, _: datetime) -> int:
    """Compute the change of each counter in one pass: the minimum for any answer from all snapshots."""
    rows = con.execute(
        "SELECT max(downloads_all_time) - min(downloads_all_time) AS gain FROM observations"
        " GROUP BY entity_key ORDER BY gain DESC LIMIT 50"
    ).fetchall()
    return len(rows)


def report(con: duckdb.DuckDBPyConnection, as_of: datetime) -> int:
    """Compute a whole report; return the number of rows in its lists."""
    results = analyse_week(con, as_of=as_of, limits=LIMITS)
    return sum(len(ranked.picks) for week in results.kinds for ranked in week.lists)


@dataclass(frozen=True, slots=True)
class Case:
    """A query to measure, and the number and distance of the snapshots in its store."""

    what: str
    store: str
    ask: Callable[[duckdb.DuckDBPyConnection, datetime], int]
    snapshots: int
    apart_days: int
    aim_seconds: float


CASES = (
    Case("rank by downloads", "five weekly snapshots", rank, 5, 7, 10),
    Case("rank by downloads", "36 daily snapshots", rank, 36, 1, 40),
    Case("report of nine weeks", "92 daily snapshots", report, 92, 1, 180),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of one answer."""

    case: Case
    seconds: float
    peak_megabytes: float
    listed: int
    bare_seconds: float
    """The yardstick: one pass over the same rows."""


def main() -> None:
    """Print one line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=MODELS)
    arguments = parser.parse_args()
    for line in table(arguments.models):
        print(line, flush=True)


def table(models: int = MODELS) -> Iterator[str]:
    """Yield the line of each case as soon as it is measured."""
    for measured in measure(models):
        yield (
            f"{measured.case.what}, {models:,} models, {measured.case.store}: {measured.seconds:.1f} s"
            f" (aim {measured.case.aim_seconds:.0f}), peak {measured.peak_megabytes:,.0f} MB (aim 2,000),"
            f" {measured.listed} rows; one pass over the store {measured.bare_seconds:.1f} s"
        )


def measure(models: int) -> Iterator[Measured]:
    """Measure the cases one after the other."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "hub.duckdb"
            # a process inherits the peak of its parent, so the store is built in a separate process
            with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
                as_of = pool.apply(build, (path, models, case))
                plain, _, _ = pool.apply(run_query, (bare, path, as_of))
                seconds, peak, listed = pool.apply(run_query, (case.ask, path, as_of))
            yield Measured(case, seconds, peak, listed, plain)


def build(path: Path, models: int, case: Case) -> datetime:
    """Write a store of full snapshots and return the moment after its last one."""
    with contextlib.closing(duckdb.connect(config={"threads": THREADS})) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        migrate(con, START, "0")
        con.execute(_ENTITIES, {"models": models, "start": START, "last": case.snapshots})
        con.execute(_ATTRIBUTES, {"start": START})
        for number in range(1, case.snapshots + 1):
            day = (number - 1) * case.apart_days
            at = START + timedelta(days=day)
            con.execute(_SNAPSHOT, {"number": number, "at": at, "models": models})
            con.execute(_OBSERVATIONS, {"number": number, "day": day, "models": models})
    return at + timedelta(hours=2)


def run_query(
    ask: Callable[[duckdb.DuckDBPyConnection, datetime], int], path: Path, as_of: datetime
) -> tuple[float, float, int]:
    """Run a query on a store; return seconds, peak memory in megabytes and listed rows."""
    started = time.perf_counter()
    with open_readonly(path) as con:
        con.execute(f"SET threads = {THREADS}")
        listed = ask(con, as_of)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, listed


_ENTITIES = """
INSERT INTO entities
SELECT i, 'model', format('{:024x}', i), format('org{}/model-{}', i % 9973, i), TIMESTAMPTZ '2024-01-01', NULL,
       $start, $start, $last, 'listed'
FROM range(1, $models + 1) AS t(i)
"""

_ATTRIBUTES = "INSERT INTO repo_attributes (entity_key, valid_from, id) SELECT entity_key, $start, id FROM entities"

_SNAPSHOT = """
INSERT INTO snapshots
    (snapshot_id, kind, scope, observed_at, finished_at, complete, stale, requests, records, duplicates, rejected,
     settings, tool_version, reason, origin, run_id, walk_id)
VALUES
    ($number, 'model', 'full', $at, $at, true, false, 1, $models, 0, 0, '{}', '0', NULL, 'crawl', 'b', 'b' || $number)
"""

# One in three models has downloads, from 0.1 to 100,000 per day. Each day has its own noise. One in two hundred has
# risen threefold in the last week.
_OBSERVATIONS = """
INSERT INTO observations (snapshot_id, entity_key, downloads, downloads_all_time, likes)
WITH drawn AS (
    SELECT i, (hash(i) % 1000000) / 1e6 AS level, (hash(i, $day) % 1000) / 1e3 AS noise
    FROM range(1, $models + 1) AS t(i)
), rated AS (
    SELECT i, noise, CASE WHEN level < 0.67 THEN 0 ELSE 10 ** (6 * ((level - 0.67) / 0.33) ** 2 - 1) END AS rate,
           CASE WHEN i % 200 = 0 THEN 2 * greatest($day - 28, 0) ELSE 0 END AS more_days
    FROM drawn
)
SELECT $number, i, (30 * rate)::BIGINT, (rate * (100 + $day + more_days + 0.8 * noise))::BIGINT,
       (rate / 100 * (100 + $day + more_days + 0.8 * noise))::BIGINT
FROM rated
ORDER BY i
"""


if __name__ == "__main__":
    main()
