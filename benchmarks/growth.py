"""Measures the growth of the file on small stores and extrapolates to a year of the whole Hub.

    entity     bytes of one more entity with its attributes: the file after its first walk, minus the counters
    counters   bytes of one more row of counters: the slope over snapshots without other changes
    change     bytes of one more row of attributes: a walk in which half of the entities changed, minus the counters

    year = entities at its end x entity
         + kept snapshots x entities x counters
         + changes x change

Retention keeps every snapshot of the last 90 days and one per older week. Bytes are those of used blocks; a commit
leaves free blocks, which the next commit fills and `prune` returns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import in_child
from benchmarks.store import add_snapshots
from benchmarks.synthetic import CHANGES_A_DAY, full_walk
from benchmarks.table import Figure
from benchmarks.walks import START, commit_walks
from crawler.kinds import Kind
from db.connect import open_readonly
from db.deletion.retention import SnapshotInfo, select_expired

TODAY = {Kind.MODEL: 3_120_000, Kind.DATASET: 1_100_000, Kind.SPACE: 1_400_000}
"""The Hub in autumn 2026."""

NEW_MODELS_A_DAY = 1660

DAILY_DAYS = 90
"""The default retention."""

YEAR = 365

ROWS = 245_760
"""Two whole row groups of DuckDB."""

ADDED = 10
"""Snapshots between the two walks; half of the entities have other attributes in the second."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes per row in the file."""

    counters: float
    entity: float
    change: float


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield the bytes of each kind and of the year."""
    found: dict[Kind, Bytes] = {}
    for kind, entities in TODAY.items():
        one = found[kind] = in_child(measure, folder / kind, kind, max(int(ROWS * scale), 2000)).value
        yield Figure(
            "growth",
            f"one more snapshot of {entities:,} {kind.plural}",
            f"{one.counters * entities / 1e6:.1f} MB: {one.counters:.1f} bytes a row;"
            f" an entity with its attributes {one.entity:.0f}, a change {one.change:.0f}",
            f"its counters as int64: {_plain(kind) * entities / 1e6:.1f} MB",
            one.counters / _plain(kind),
            "",
        )
    year = a_year(found)
    yield Figure(
        "growth",
        f"a year of daily full walks of all kinds, {kept_snapshots()} of {YEAR} kept",
        f"{sum(year.values()) / 1e9:.1f} GB: " + ", ".join(f"{name} {size / 1e9:.1f}" for name, size in year.items()),
        "the aim itself",
        sum(year.values()) / 8e9,
        "under 8 GB",
    )


def _plain(kind: Kind) -> int:
    """Return the bytes of key, snapshot and the counters of the kind."""
    return 8 + 8 * (2 if kind is Kind.SPACE else 4)


def a_year(found: Mapping[Kind, Bytes]) -> dict[str, float]:
    """Return the bytes of the file after a year by content; all kinds grow at the rate of models."""
    grown = 1 + NEW_MODELS_A_DAY * YEAR / TODAY[Kind.MODEL]
    kept = kept_snapshots()
    return {
        "counters": sum(kept * TODAY[kind] * (1 + grown) / 2 * one.counters for kind, one in found.items()),
        "entities": sum(TODAY[kind] * grown * one.entity for kind, one in found.items()),
        "changes": sum(YEAR * CHANGES_A_DAY * TODAY[kind] * one.change for kind, one in found.items()),
    }


def kept_snapshots() -> int:
    """Count the daily snapshots of a year that retention keeps."""
    days = [START + timedelta(days=day) for day in range(YEAR)]
    held = [
        SnapshotInfo(n, "model", "full", "crawl", day, complete=True, stale=False, records=1)
        for n, day in enumerate(days)
    ]
    return len(held) - len(select_expired(held, days[-1], DAILY_DAYS, ()))


def measure(folder: Path, kind: Kind, rows: int) -> Bytes:
    """Measure all three on a small store."""
    path, share = folder / "hub.duckdb", 0.5 / (ADDED + 1)
    commit_walks(path, [full_walk(folder / "first", kind, rows, 0, share)])
    first = _used(path)
    add_snapshots(path, ADDED)
    added = _used(path)
    commit_walks(path, [full_walk(folder / "last", kind, rows, ADDED + 1, share)])
    counters = (added - first) / ADDED / rows
    return Bytes(counters, entity=first / rows - counters, change=2 * ((_used(path) - added) / rows - counters))


def _used(path: Path) -> int:
    with open_readonly(path) as con:
        row = con.execute(
            "SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = 'hub'"
        ).fetchone()
        return int(row[0]) if row else 0
