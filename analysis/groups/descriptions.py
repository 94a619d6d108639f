"""Describes entities by their attributes, names and look-ups up to the newer snapshot."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import duckdb

from analysis.groups.entity_records import Description, SizeSource
from analysis.groups.rows import named_rows
from crawler.kinds import Kind
from db.sql import load_sql


def descriptions(
    con: duckdb.DuckDBPyConnection, kind: Kind, hub_ids: Sequence[str], now_at: datetime
) -> tuple[Description, ...]:
    """Return the descriptions of the entities with these Hub ids at `now_at`, in their order."""
    rows = named_rows(
        con, load_sql("analysis/descriptions"), {"kind": kind.value, "hub_ids": list(hub_ids), "now_at": now_at}
    )
    return tuple(
        Description(
            **{field.name: row[field.name] for field in fields(Description)}
            | {
                "kind": kind,
                "papers": tuple(row["papers"]),
                "parameters_from": SizeSource(row["parameters_from"]) if row["parameters_from"] else None,
            }
        )
        for row in rows
    )
