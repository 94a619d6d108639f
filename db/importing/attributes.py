"""Places the attributes of an imported snapshot in time.

A value is valid from the snapshot that states it. It ends at the next snapshot, of a crawl or an archive, that shows
the entity and states the same attribute. Attributes that an archive does not have are not touched. So the stored
attributes depend on the snapshots only, not on the order of import.
"""

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import OWN_ORIGIN, Kind
from crawler.schema.columns import FROM_TAGS, attribute_columns
from db.sql import run_sql

logger = logging.getLogger(__name__)

STATED = "facts"
"""The key of the stated attributes in the stored settings of an imported snapshot."""


@dataclass(frozen=True, slots=True)
class SnapshotAttributes:
    """A snapshot and the names of the attributes that it states."""

    snapshot_id: int
    observed_at: datetime
    origin: str
    names: frozenset[str]

    @property
    def precedence(self) -> tuple[datetime, bool, str]:
        """The sort key in time; at equal time a crawl wins over an archive."""
        return self.observed_at, self.origin == OWN_ORIGIN, self.origin


@dataclass(frozen=True, slots=True)
class AttributeGroup:
    """Attributes of one snapshot that the same later snapshots state again."""

    names: tuple[str, ...]
    later: tuple[SnapshotAttributes, ...]


def snapshots_with_attributes(
    con: duckdb.DuckDBPyConnection, kind: Kind, excluded: int | None = None
) -> list[SnapshotAttributes]:
    """List the snapshots of a kind, except one, with the attributes that they state."""
    rows = con.execute(
        "SELECT snapshot_id, observed_at, origin, settings FROM snapshots"
        " WHERE kind = ? AND snapshot_id IS DISTINCT FROM ? ORDER BY snapshot_id",
        [kind, excluded],
    ).fetchall()
    own = frozenset(attribute_columns(kind))
    return [
        SnapshotAttributes(key, at, origin, own if origin == OWN_ORIGIN else frozenset(json.loads(settings)[STATED]))
        for key, at, origin, settings in rows
    ]


def stated_attributes(kind: Kind, columns: Collection[str]) -> list[str]:
    """Return the attributes that rows with these columns state, in their own column or in their tags."""
    from_tags = FROM_TAGS if "tags" in columns else ()
    return [name for name in attribute_columns(kind) if name in columns or name in from_tags]


def define_row_macro(con: duckdb.DuckDBPyConnection, kind: Kind, columns: Collection[str]) -> str:
    """Define the macro that reads the archive's attributes from `staged`; return its name."""
    run_sql(con, "db/importing/stated_rows")
    if not kind.spec.is_repo or "tags" not in columns:
        return "stated_rows"
    run_sql(con, "db/importing/stated_rows_of_tags")
    return "stated_rows_of_tags"


def group_by_later(snapshot: SnapshotAttributes, others: Iterable[SnapshotAttributes]) -> Iterator[AttributeGroup]:
    """Group the attributes of a snapshot by the later snapshots that state them again."""
    later = [other for other in others if other.precedence > snapshot.precedence]
    groups: dict[tuple[SnapshotAttributes, ...], list[str]] = {}
    for name in sorted(snapshot.names):
        groups.setdefault(tuple(other for other in later if name in other.names), []).append(name)
    for following, names in groups.items():
        yield AttributeGroup(tuple(names), following)


def attributes_to_compare(names: Collection[str], snapshots: Iterable[SnapshotAttributes]) -> list[str]:
    """Select the attributes that show whether any of them changed.

    Attributes that are read from the tags change with the tags, unless a snapshot has stated them without tags. Reading
    six of them from the tags of a million rows takes ten seconds; comparing the tags takes one second.
    """
    from_tags = set(FROM_TAGS) - {"datasets"}
    if "tags" not in names or any(from_tags & one.names and "tags" not in one.names for one in snapshots):
        return list(names)
    return [name for name in names if name not in from_tags]


def write_attributes(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    columns: Collection[str],
    snapshot: SnapshotAttributes,
    others: Sequence[SnapshotAttributes],
) -> None:
    """Store the attributes of the rows in `row_entities` and `staged`, which have these columns.

    An attribute that the archive does not state is NULL in `staged`, so it differs from a stored value.
    """
    stated, snapshots = stated_attributes(kind, columns), [snapshot, *others]
    unstated = [name for name in attribute_columns(kind) if name not in stated]
    slots = {"table": kind.spec.attribute_table, "rows": define_row_macro(con, kind, columns)}
    parameters: dict[str, object] = {
        "observed_at": snapshot.observed_at,
        "stated": stated,
        "compared": [*attributes_to_compare(stated, snapshots), *unstated],
    }
    for step in ("06_unknown", "07_extended", "08_earliest_attributes"):
        run_sql(con, f"db/importing/{step}", parameters, slots)
    for group in group_by_later(snapshot, others):
        logger.debug(
            "snapshot %d: %d attributes are valid until %d later snapshots state them",
            snapshot.snapshot_id,
            len(group.names),
            len(group.later),
        )
        parameters |= {
            "names": list(group.names),
            "compared": attributes_to_compare(group.names, snapshots),
            "later_ids": [other.snapshot_id for other in group.later],
            "later_times": [other.observed_at for other in group.later],
        }
        for step in ("09_changed", "10_rewritten", "11_attributes"):
            run_sql(con, f"db/importing/{step}", parameters, slots)
