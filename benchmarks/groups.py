"""Measure all groups of a report together, and the whole report with stored lists, at the size of the whole Hub.

The groups are facets, weekly gains, topics, emerging tags, families, organisations and adoption of models. The
yardstick is the bare join of two snapshots with the sum of their gains.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from analysis.comparison import compare, pair_of
from analysis.groups.adoption import week_adoption
from analysis.groups.week import WeekGroups
from analysis.week import analyse_week
from benchmarks import families, shares
from benchmarks.analysis_scale import LIMITS, MODELS, THREADS
from benchmarks.measure import MEGABYTE, in_child
from benchmarks.table import Figure
from crawler.kinds import Kind
from db.connect import open_readonly, session
from db.memory import cap_memory
from db.rankings import store_rankings

Part = Callable[[duckdb.DuckDBPyConnection, datetime], None]

_PAPERS = "UPDATE repo_attributes SET papers = ['26' || entity_key % 20000] WHERE entity_key % 8 = 0"


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield CPU seconds and peak memory of the groups and of the report."""
    models, path = max(int(MODELS * scale), 1000), folder / "hub.duckdb"
    as_of = in_child(_build, path, models).value
    bare = in_child(_run, _bare, path, as_of).value
    parts: dict[str, tuple[Part, str]] = {
        "the change of a week and the roots": (_compared, ""),
        "the change and all groups of a week": (_groups, "under 40 s of CPU, 20 s on two cores, and 2,000 MB"),
        "a report with stored lists": (_report, "under 60 s of CPU, 30 s on two cores, and 2,000 MB"),
    }
    for what, (part, aim) in parts.items():
        cost = in_child(_run, part, path, as_of)
        yield Figure(
            "groups",
            f"{what}, {models:,} models, half of them derived",
            f"{cost.value:.1f} s of CPU, peak {cost.peak_bytes / MEGABYTE:,.0f} MB",
            f"bare join of two snapshots: {bare:.2f} s",
            cost.value / bare,
            aim,
        )


def _build(path: Path, models: int) -> datetime:
    """Build a store with attributes, bases and citations, and store the lists of its earlier weeks."""
    as_of = shares.build_with_attributes(path, models)
    families.add_bases(path, models)
    with session(path) as con:
        con.execute(_PAPERS)
        store_rankings(con, analyse_week(con, as_of=as_of, limits=LIMITS).rankings)
    return as_of


def _run(part: Part, path: Path, as_of: datetime) -> float:
    """Return the CPU seconds of a part."""
    with open_readonly(path) as con, cap_memory(con):
        con.execute(f"SET threads = {THREADS}")
        started = time.process_time()
        part(con, as_of)
        return time.process_time() - started


def _bare(con: duckdb.DuckDBPyConnection, _: datetime) -> None:
    con.execute(shares.BARE).fetchall()


def _compared(con: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
    compare(con, pair_of(con, Kind.MODEL, as_of), as_of)


def _groups(con: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
    groups = WeekGroups(con, as_of)
    groups.add(compare(con, pair_of(con, Kind.MODEL, as_of), as_of))
    groups.topics()
    groups.organisations()
    week_adoption(con, as_of)


def _report(con: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
    analyse_week(con, as_of=as_of, limits=LIMITS)
