"""Measures a store of the whole Hub: one more commit, `week_over_week`, and the first answer of the command line.

The first snapshot is committed like a walk. SQL derives the other snapshots from it, in the order of commits.
"""

import os
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import MEGABYTE, in_child
from benchmarks.synthetic import CHANGES_A_DAY, full_walk
from benchmarks.table import Figure
from benchmarks.walks import START, commit_walks
from crawler.durable import sync
from crawler.kinds import Kind
from db.connect import open_readonly, session

MODELS = 3_000_000
SNAPSHOTS = 60
REPEATS = 3

CHANGED = CHANGES_A_DAY / SNAPSHOTS
"""The share of entities whose attributes change per day. The derived snapshots change none, so the measured commit has
the changes of one day; the changes of 60 days would be a first crawl after two months.
"""


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield the three figures, each with the minimum cost of the same work."""
    models = max(int(MODELS * scale), 1000)
    path = folder / "hub.duckdb"
    in_child(build, folder, models)
    size = f"{models:,} models and {SNAPSHOTS} snapshots, {path.stat().st_size / MEGABYTE:,.0f} MB"
    walk = in_child(full_walk, folder / "next", Kind.MODEL, models, SNAPSHOTS, CHANGED).value
    os.sync()  # the commit must not wait for the writes of the build
    plain = in_child(copy_seconds, path).value
    commit = in_child(commit_walks, path, [walk])
    yield Figure(
        "store",
        f"the commit of one more snapshot to {size}",
        f"{commit.wall_seconds:.1f} s, {commit.cpu_seconds:.1f} CPU s, peak {commit.peak_bytes / MEGABYTE:,.0f} MB",
        f"cp and fsync of the file: {plain:.1f} s",
        commit.wall_seconds / plain,
        "under 10 s",
    )
    bare, week = in_child(warm_seconds, path, _BARE).value, in_child(warm_seconds, path, _WEEK).value
    yield Figure(
        "store",
        "week_over_week('model') with its top 50, warm",
        f"{week:.2f} s",
        f"a bare join of the two snapshots with its top 50: {bare:.2f} s",
        week / bare,
        "under 0.5 s",
    )
    repeats = max(int(REPEATS * scale), 1)
    cold, nothing = process_seconds(path, _COLD, repeats), process_seconds(path, "select 1", repeats)
    yield Figure(
        "store",
        f'hubtrends sql "{_COLD}", a new process',
        f"{cold:.2f} s",
        f'hubtrends sql "select 1": {nothing:.2f} s',
        cold / nothing,
        "under 2 s",
    )


_COLD = "from week_over_week('model') limit 10"

_WEEK = "FROM week_over_week('model') ORDER BY downloads_gain DESC NULLS LAST, id LIMIT 50"

_BARE = """
SELECT entity_key, n.downloads_all_time - b.downloads_all_time AS gain
FROM (SELECT * FROM observations WHERE snapshot_id = (SELECT max(snapshot_id) FROM snapshots)) AS n
JOIN (SELECT * FROM observations WHERE snapshot_id = (SELECT max(snapshot_id) - 7 FROM snapshots)) AS b
USING (entity_key)
ORDER BY gain DESC NULLS LAST LIMIT 50
"""

_SNAPSHOT = """
INSERT INTO snapshots
SELECT * REPLACE ($number AS snapshot_id, $at AS observed_at, $at AS finished_at, false AS stale,
                  'walk ' || $number AS walk_id)
FROM snapshots WHERE snapshot_id = 1
"""

_OBSERVATIONS = """
INSERT INTO observations
SELECT * REPLACE ($number AS snapshot_id,
                  (downloads * (0.9 + hash(entity_key, $number) % 200 / 1000))::BIGINT AS downloads,
                  downloads_all_time + downloads * $number // 30 AS downloads_all_time,
                  likes + likes * $number // 400 AS likes,
                  trending_score * (1 + hash(entity_key, $number) % 3) AS trending_score)
FROM observations WHERE snapshot_id = 1
ORDER BY entity_key
"""


def build(folder: Path, models: int) -> None:
    """Build a store of full daily snapshots."""
    path = folder / "hub.duckdb"
    commit_walks(path, [full_walk(folder / "first", Kind.MODEL, models, 0, CHANGED)])
    add_snapshots(path, SNAPSHOTS - 1)


def add_snapshots(path: Path, count: int) -> None:
    """Add daily snapshots to a file with one snapshot."""
    with session(path) as con:
        for number in range(2, count + 2):
            con.execute(_SNAPSHOT, {"number": number, "at": START + timedelta(days=number - 1)})
            con.execute(_OBSERVATIONS, {"number": number})
        con.execute("UPDATE entities SET last_snapshot = $number", {"number": count + 1})


def copy_seconds(path: Path) -> float:
    """Return the seconds to copy and sync the file."""
    target = path.with_suffix(".copy")
    started = time.perf_counter()
    subprocess.run(["cp", "--reflink=auto", path, target], check=True)
    sync(target)
    seconds = time.perf_counter() - started
    target.unlink()
    return seconds


def warm_seconds(path: Path, query: str) -> float:
    """Return the shortest time of a repeated query."""
    seconds = []
    with open_readonly(path) as con:
        for _ in range(1 + REPEATS):
            started = time.perf_counter()
            con.execute(query).fetchall()
            seconds.append(time.perf_counter() - started)
    return min(seconds[1:])


def process_seconds(path: Path, query: str, repeats: int) -> float:
    """Return the shortest time of a whole run of the command line."""
    command = [f"{sysconfig.get_path('scripts')}/hubtrends", "sql", query, "--db", str(path)]
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return min(seconds)
