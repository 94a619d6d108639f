"""What the file grows by, measured on small stores and reckoned up to a year of the whole Hub.

    an entity    bytes of one more entity with its facts: the file after its first walk, less the numbers
    numbers    bytes of one more row of numbers: the slope over snapshots in which nothing else changed
    a change   bytes of one more set of facts: what a walk adds in which half of the entities changed, less the numbers

    a year = entities at its end x an entity
           + snapshots that retention keeps x entities x a row of numbers
           + changes of facts x a change

Of a year's daily snapshots retention keeps every one of the last 90 days and one of each older week. Bytes are those of
the blocks in use; a commit leaves some free ones behind, which the next one fills and `prune` gives back.
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
"""Of DuckDB, two whole row groups."""

ADDED = 10
"""Snapshots between the two walks; half of the entities have other facts in the second."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """What a row costs in the file."""

    numbers: float
    entity: float
    change: float


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """The bytes of each kind, and the year."""
    found: dict[Kind, Bytes] = {}
    for kind, entities in TODAY.items():
        one = found[kind] = in_child(measure, folder / kind, kind, max(int(ROWS * scale), 2000)).value
        yield Figure(
            "growth",
            f"one more snapshot of {entities:,} {kind.plural}",
            f"{one.numbers * entities / 1e6:.1f} MB: {one.numbers:.1f} bytes a row;"
            f" an entity with its facts {one.entity:.0f}, a change of facts {one.change:.0f}",
            f"its numbers as int64: {_plain(kind) * entities / 1e6:.1f} MB",
            one.numbers / _plain(kind),
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
    """Key and snapshot, and downloads, all-time downloads, likes and score as far as the kind has them."""
    return 8 + 8 * (2 if kind is Kind.SPACE else 4)


def a_year(found: Mapping[Kind, Bytes]) -> dict[str, float]:
    """Bytes of the file after a year, by what they hold; datasets and spaces grow at the rate of models."""
    grown = 1 + NEW_MODELS_A_DAY * YEAR / TODAY[Kind.MODEL]
    kept = kept_snapshots()
    return {
        "numbers": sum(kept * TODAY[kind] * (1 + grown) / 2 * one.numbers for kind, one in found.items()),
        "entities": sum(TODAY[kind] * grown * one.entity for kind, one in found.items()),
        "changes": sum(YEAR * CHANGES_A_DAY * TODAY[kind] * one.change for kind, one in found.items()),
    }


def kept_snapshots() -> int:
    """How many of a year's daily snapshots retention keeps at its end."""
    days = [START + timedelta(days=day) for day in range(YEAR)]
    held = [
        SnapshotInfo(n, "model", "full", "crawl", day, complete=True, stale=False, records=1)
        for n, day in enumerate(days)
    ]
    return len(held) - len(select_expired(held, days[-1], DAILY_DAYS, ()))


def measure(folder: Path, kind: Kind, rows: int) -> Bytes:
    """Grow a small store by all three."""
    path, share = folder / "hub.duckdb", 0.5 / (ADDED + 1)
    commit_walks(path, [full_walk(folder / "first", kind, rows, 0, share)])
    first = _used(path)
    add_snapshots(path, ADDED)
    added = _used(path)
    commit_walks(path, [full_walk(folder / "last", kind, rows, ADDED + 1, share)])
    numbers = (added - first) / ADDED / rows
    return Bytes(numbers, entity=first / rows - numbers, change=2 * ((_used(path) - added) / rows - numbers))


def _used(path: Path) -> int:
    with open_readonly(path) as con:
        row = con.execute(
            "SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = 'hub'"
        ).fetchone()
        return int(row[0]) if row else 0
