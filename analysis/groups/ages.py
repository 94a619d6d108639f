"""Reads the counters of entities at equal ages, from the macro `at_ages`.

All ages compare the same entities: those first seen at or before the youngest requested age.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from analysis.groups.entity_records import AgePlace, EntityAges
from analysis.groups.rows import named_rows
from crawler.kinds import Kind

AGES = (1, 3, 7, 14, 30, 90)
"""Ages in days at which entities are compared."""


def ages(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    *,
    as_of: datetime,
    ages: Sequence[float] = AGES,
    seen_by: float | None = None,
    hub_ids: Sequence[str] | None = None,
) -> tuple[EntityAges, ...]:
    """Return the counters of the entities with these Hub ids, or of all, at each observed age.

    Only entities first seen at or before the age `seen_by` are compared; its default is the youngest of `ages`.
    """
    found = named_rows(
        con,
        """
        SELECT a.* REPLACE (a.value::BIGINT AS value)
        FROM at_ages($kind, $ages::DOUBLE[], as_of := $as_of, seen_by := $seen_by) AS a
        WHERE $hub_ids::VARCHAR[] IS NULL OR a.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]))
        ORDER BY a.id, a.hub_id, a.age
        """,
        {
            "kind": kind.value,
            "ages": list(ages),
            "as_of": as_of,
            "seen_by": float(min(ages) if seen_by is None else seen_by),
            "hub_ids": None if hub_ids is None else list(hub_ids),
        },
    )
    return tuple(_entity(kind, list(rows)) for _, rows in groupby(found, key=itemgetter("hub_id")))


def _entity(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> EntityAges:
    """Convert the rows of one entity to its record."""
    about = ("id", "hub_id", "size_class", "created_at", "first_seen", "first_seen_age_days")
    places = (AgePlace(**{field.name: row[field.name] for field in fields(AgePlace)}) for row in rows)
    return EntityAges(kind=kind, **{name: rows[0][name] for name in about}, places=tuple(places))
