"""Measures roots and families at the size of the whole Hub, against a count of models by the name of their base.

Half of the models have a base, one in twenty of these has two, and one in twenty names a base that was never seen.
Bases are mostly old, so that chains have a few links; two models form a loop.
"""

import multiprocessing
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from analysis.groups.families import families
from benchmarks.analysis_scale import MODELS, THREADS, Case, bare, build, run_query
from benchmarks.table import Figure
from db.memory import cap_memory

_BASES = """
UPDATE repo_attributes SET base_models = d.bases, base_relation = d.relation
FROM (
    SELECT i AS entity_key,
           ['quantized', 'finetune', 'adapter', 'merge'][CAST(1 + hash(i, 4) % 4 AS BIGINT)] AS relation,
           CASE WHEN hash(i, 1) % 40 < 2 THEN [name(i, 2), name(i, 3)]
                WHEN hash(i, 1) % 40 = 2 THEN [format('gone/model-{}', hash(i, 2) % 50000)]
                ELSE [name(i, 2)] END AS bases
    FROM range(2, $models + 1, 2) AS t(i)
) AS d
WHERE repo_attributes.entity_key = d.entity_key
"""

_NAME = """
CREATE TEMP MACRO numbered(n) AS format('org{}/model-{}', n % 9973, n);
CREATE TEMP MACRO name(i, seed) AS
    numbered(CAST(1 + floor((i - 1) * ((hash(i, seed) % 1000000) / 1e6) ** 3) AS BIGINT))
"""


def roots(con: duckdb.DuckDBPyConnection, as_of: datetime) -> int:
    """Find the root of every model; return how many have one."""
    con.execute("CREATE OR REPLACE TEMP TABLE family_root AS FROM family_roots(as_of := ?)", [as_of])
    ((count,),) = con.execute("SELECT count(*) FROM family_root").fetchall()
    return int(count)


def week(con: duckdb.DuckDBPyConnection, as_of: datetime) -> int:
    """Compute the families of a week, as a report does; return how many there are."""
    with cap_memory(con):
        return families(con, as_of=as_of).families


def by_name(con: duckdb.DuckDBPyConnection, _: datetime) -> int:
    """Count the models by the name of their base, in one pass."""
    rows = con.execute(
        "SELECT b.name, count(*) FROM (SELECT unnest(base_models) AS name FROM repo_attributes) AS b GROUP BY b.name"
    ).fetchall()
    return len(rows)


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield seconds and peak memory of the roots and of the families."""
    models, path = max(int(MODELS * scale), 1000), folder / "families.duckdb"
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        as_of = pool.apply(_build, (path, models))
        plain, _, _ = pool.apply(run_query, (by_name, path, as_of))
        for what, ask, aim in (("the roots", roots, "under 5 s"), ("the families of a week", week, "under 10 s")):
            seconds, peak, found = pool.apply(run_query, (ask, path, as_of))
            yield Figure(
                "families",
                f"{what} of {models:,} models, half of them derived",
                f"{seconds:.1f} s, peak {peak:,.0f} MB, {found:,} rows",
                f"a count of models by the name of their base: {plain:.1f} s",
                seconds / plain,
                f"{aim} and 2,000 MB",
            )


def _build(path: Path, models: int) -> datetime:
    as_of = build(path, models, Case("families", "three weekly snapshots", bare, 3, 7, 10))
    add_bases(path, models)
    return as_of


def add_bases(path: Path, models: int) -> None:
    """Give half of the models of a store bases."""
    with duckdb.connect(str(path), config={"threads": THREADS}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(_NAME)
        con.execute(_BASES, {"models": models})
        con.execute("UPDATE repo_attributes SET base_models = [numbered(7 - entity_key)] WHERE entity_key IN (3, 4)")
        con.execute("CHECKPOINT")
