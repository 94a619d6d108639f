"""Puts what an imported snapshot says of its entities where it belongs in time.

A fact holds from the snapshot that says it until the next one that showed the entity and says that fact, be it ours or
another archive's; a column that an archive does not carry is not touched. So the facts in the store follow from the
snapshots in it alone, in whatever order they came.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import OWN_ORIGIN, Kind
from crawler.schema.columns import FROM_TAGS, attribute_columns
from db.ingest.tags import told_by_tags
from db.sql import run_sql


@dataclass(frozen=True, slots=True)
class SnapshotAttributes:
    """A snapshot, and the facts that it says of what it shows."""

    snapshot_id: int
    observed_at: datetime
    origin: str
    facts: frozenset[str]

    @property
    def standing(self) -> tuple[datetime, bool, str]:
        """Of two snapshots of one moment the own one has the last word."""
        return self.observed_at, self.origin == OWN_ORIGIN, self.origin


def told_snapshots(con: duckdb.DuckDBPyConnection, kind: Kind, without: int | None = None) -> list[SnapshotAttributes]:
    """Every snapshot of the kind but one, with the facts it says."""
    rows = con.execute(
        "SELECT snapshot_id, observed_at, origin, settings FROM snapshots"
        " WHERE kind = ? AND snapshot_id IS DISTINCT FROM ? ORDER BY snapshot_id",
        [kind, without],
    ).fetchall()
    own = frozenset(attribute_columns(kind))
    return [
        SnapshotAttributes(key, at, origin, own if origin == OWN_ORIGIN else frozenset(json.loads(settings)["facts"]))
        for key, at, origin, settings in rows
    ]


@dataclass(frozen=True, slots=True)
class AttributeGroup:
    """Facts of one snapshot that the same later snapshots say again."""

    facts: tuple[str, ...]
    later: tuple[SnapshotAttributes, ...]


def fact_sql(name: str, columns: Collection[str]) -> str | None:
    """SQL for a fact over rows with these of our columns; None where they do not say it."""
    stated = f"s.{name}" if name in columns else None
    return told_by_tags(name, "s.tags", stated) if name in FROM_TAGS and "tags" in columns else stated


def available_attributes(kind: Kind, columns: Collection[str]) -> dict[str, str]:
    """The facts that rows with these of our columns say, and the SQL for each."""
    return {name: said for name in attribute_columns(kind) if (said := fact_sql(name, columns))}


def shares(told: SnapshotAttributes, others: Iterable[SnapshotAttributes]) -> Iterator[AttributeGroup]:
    """The facts of a snapshot, put together by the snapshots that follow it."""
    later = [other for other in others if other.standing > told.standing]
    grouped: dict[tuple[SnapshotAttributes, ...], list[str]] = {}
    for fact in sorted(told.facts):
        grouped.setdefault(tuple(other for other in later if fact in other.facts), []).append(fact)
    for following, facts in grouped.items():
        yield AttributeGroup(tuple(facts), following)


def comparable_attributes(facts: Collection[str], snapshots: Iterable[SnapshotAttributes]) -> list[str]:
    """Those of the facts that show whether any of them changed.

    What is read from the tags changes with them, unless a snapshot has said it without its tags. Reading six facts
    from the tags of a million rows takes ten seconds, comparing the tags one.
    """
    from_tags = set(FROM_TAGS) - {"datasets"}
    if "tags" not in facts or any(from_tags & told.facts and "tags" not in told.facts for told in snapshots):
        return list(facts)
    return [fact for fact in facts if fact not in from_tags]


def write_attributes(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    columns: Collection[str],
    told: SnapshotAttributes,
    others: Sequence[SnapshotAttributes],
) -> None:
    """Store the facts of the rows in `sighted` and `staged`, which have these of our columns."""
    said, snapshots = available_attributes(kind, columns), [told, *others]
    unsaid = [f"f.{name} IS NOT NULL" for name in attribute_columns(kind) if name not in said]

    def differing(facts: Collection[str]) -> list[str]:
        return [f"{said[name]} IS DISTINCT FROM f.{name}" for name in comparable_attributes(facts, snapshots)]

    words = {
        "table": kind.spec.attribute_table,
        "columns": ", ".join(attribute_columns(kind)),
        "facts": ", ".join(f"{value} AS {name}" for name, value in said.items()),
        "differs": " OR ".join([*differing(list(said)), *unsaid]),
    }
    moment = {"observed_at": told.observed_at}
    run_sql(con, "db/importing/05_unknown", moment, words)
    for share in shares(told, others):
        words["differs"] = " OR ".join(differing(share.facts))
        words["shared"] = ", ".join(f"hash(f.{name})" for name in share.facts)
        words["is_told"] = " OR ".join(f"f.{name} IS NOT NULL" for name in share.facts)
        words["filled"] = ", ".join(f"{said[name]} AS {name}" for name in share.facts)
        later: dict[str, object] = {
            "later_ids": [other.snapshot_id for other in share.later],
            "later_times": [other.observed_at for other in share.later],
        }
        run_sql(con, "db/importing/06_changed", moment | later, words)
        run_sql(con, "db/importing/07_attributes", moment, words)
