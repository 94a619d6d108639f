"""Measure the CPU time of facets, topics and emerging tags of models: each alone, and all that a report computes.

The yardstick is the bare join of two snapshots with the sum of their gains.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from analysis.comparison import Comparison, compare, pair_of
from analysis.groups.facets import week_facets, weeks
from analysis.groups.topics import add_topics, week_tags, week_topics
from analysis.groups.week import begin_groups
from benchmarks.analysis_scale import MODELS, START, THREADS, Case, build, report
from benchmarks.measure import MEGABYTE, in_child
from benchmarks.table import Figure
from crawler.kinds import Kind
from db.connect import open_readonly, session
from db.memory import cap_memory
from db.sql import run_sql

_STORE = Case("", "three weekly snapshots", report, snapshots=3, apart_days=7, aim_seconds=0)

_ATTRIBUTES = """
UPDATE repo_attributes SET
    author = split_part(id, '/', 1),
    task = CASE WHEN entity_key % 4 > 0 THEN format('task-{}', hash(entity_key) % 45) END,
    library = CASE WHEN entity_key % 3 > 0 THEN format('library-{}', hash(entity_key, 1) % 60) END,
    license = CASE WHEN entity_key % 2 > 0 THEN format('license-{}', hash(entity_key, 2) % 30) END,
    gated = CASE WHEN entity_key % 20 = 0 THEN 'manual' ELSE 'no' END,
    parameters = CASE WHEN entity_key % 2 = 0 THEN (10 ** (7 + hash(entity_key, 3) % 50 / 10))::BIGINT END,
    languages = CASE WHEN entity_key % 5 = 0 THEN [format('l{}', hash(entity_key, 4) % 80), 'en'] END,
    tags = ['transformers', CASE WHEN entity_key % 3 = 0 THEN 'gguf' ELSE 'safetensors' END, 'endpoints_compatible',
            'region:us', format('license:license-{}', hash(entity_key, 2) % 30),
            format('arch-{}', hash(entity_key, 5) % 300), format('tag-{}', hash(entity_key, 6) % 20000),
            format('tag-{}', hash(entity_key, 7) % 500),
            CASE WHEN entity_key % 50 = 0 THEN 'awq' ELSE 'conversational' END, 'base_model:org/model']
"""

BARE = """
SELECT sum(n.likes - b.likes), sum(n.downloads_all_time - b.downloads_all_time)
FROM (SELECT * FROM observations WHERE snapshot_id = 3) AS n
JOIN (SELECT * FROM observations WHERE snapshot_id = 2) AS b USING (entity_key)
"""


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield seconds and peak memory of each part and of all parts of a report."""
    models = max(int(MODELS * scale), 1000)
    path = folder / "hub.duckdb"
    as_of = in_child(build_with_attributes, path, models).value
    bare = in_child(_run, _bare, path, as_of)
    parts: dict[str, Callable[[Comparison], object]] = {
        "relation of two weeks": _relation,
        "eleven facets": _facets,
        "topics": _topics,
        "emerging tags": _tags,
        "nine weeks": _weeks,
        "all of them": _all,
    }
    for what, part in parts.items():
        cost = in_child(_run, part, path, as_of)
        yield Figure(
            "shares",
            f"{what}, {models:,} models, {_STORE.store}",
            f"{cost.value:.1f} s of CPU, peak {cost.peak_bytes / MEGABYTE:,.0f} MB",
            f"bare join of two snapshots: {bare.value:.2f} s",
            cost.value / bare.value,
            "under 24 s of CPU and 2,000 MB at 3 M" if part is _all else "",
        )


def build_with_attributes(path: Path, models: int) -> datetime:
    """Write a store of three weekly snapshots whose models have attributes; return the moment after the last one."""
    build(path, models, _STORE)
    with session(path) as con:
        con.execute(_ATTRIBUTES)
        con.execute(
            "UPDATE entities SET created_at = ?::TIMESTAMPTZ - to_hours((hash(entity_key) % 20000)::BIGINT)",
            [START + timedelta(days=14)],
        )
    return START + timedelta(days=14, hours=2)


def _run(part: Callable[[Comparison], object], path: Path, as_of: datetime) -> float:
    """Return the CPU seconds of a part; what a report has computed before is not counted."""
    with open_readonly(path) as con, cap_memory(con):
        con.execute(f"SET threads = {THREADS}")
        comparison = compare(con, pair_of(con, Kind.MODEL, as_of), as_of)
        if part not in (_bare, _relation, _weeks, _all):
            _relation(comparison)
        started = time.process_time()
        part(comparison)
        return time.process_time() - started


def _bare(comparison: Comparison) -> None:
    comparison.con.execute(BARE).fetchall()


def _relation(comparison: Comparison) -> None:
    pair = comparison.pair
    begin_groups(comparison.con)
    parameters = {"kind": pair.kind.value, "now_at": pair.now_at, "before_at": pair.before_at}
    run_sql(comparison.con, "analysis/groups/group_weeks", parameters, {"change": comparison.changes})


def _facets(comparison: Comparison) -> None:
    list(week_facets(comparison))


def _topics(comparison: Comparison) -> None:
    add_topics(comparison)
    week_topics(comparison.con)


def _tags(comparison: Comparison) -> None:
    week_tags(comparison)


def _weeks(comparison: Comparison) -> None:
    weeks(comparison.con, comparison.pair.kind, as_of=comparison.as_of)


def _all(comparison: Comparison) -> None:
    for part in (_relation, _facets, _topics, _tags, _weeks):
        part(comparison)
