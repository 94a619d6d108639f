"""Defines the interface of an engine, which computes the changes of a week and describes entities.

Lists, flags, watch list, history and share shifts name the relation of changes that the engine returns, or work on its
records. An engine that computes outside DuckDB registers its result in the session and returns that name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import duckdb

from analysis.records import Entity, Pair
from db.sql import run_sql

_ATTRIBUTES = ("hub_id", "id", "title", "author", "created_at", "task", "library", "license", "parameters", "sdk")
_NUMBERS = (
    "downloads_before", "downloads_now", "downloads_gain", "likes_before", "likes_now", "likes_gain",
    "upvotes_before", "upvotes_now", "upvotes_gain", "rank_before", "rank_now",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntityChange:
    """An entity with its attributes and all its numbers in the two snapshots."""

    entity: Entity
    status: str
    flags: tuple[str, ...]
    age_days: float | None
    numbers: Mapping[str, int | None]
    """By column of `week_over_week`, such as likes_gain."""


class Engine(Protocol):
    """Computes the changes between two snapshots."""

    def changes(self, pair: Pair, as_of: datetime) -> str:
        """Compute the changes of a pair and return the name of their relation.

        It has the columns of analysis/sql/change.sql."""
        ...

    def describe(self, pair: Pair, keys: Sequence[int]) -> list[EntityChange]:
        """Return the changes of the entities with these keys, in their order; `changes` ran before."""
        ...


@dataclass(frozen=True, slots=True)
class DuckDBEngine:
    """Runs the macro `week_over_week` in the session of the store."""

    con: duckdb.DuckDBPyConnection

    def changes(self, pair: Pair, as_of: datetime) -> str:
        """Replace the temporary table `change`."""
        run_sql(self.con, "analysis/change", {"kind": pair.kind.value, "as_of": as_of, "now_at": pair.now_at})
        return "change"

    def describe(self, pair: Pair, keys: Sequence[int]) -> list[EntityChange]:
        """Join the changes with the attributes that held at the newer snapshot."""
        if not keys:
            return []
        rows = run_sql(self.con, "analysis/described", {"keys": list(keys), "now_at": pair.now_at})
        return [
            EntityChange(
                Entity(pair.kind, *row[: len(_ATTRIBUTES)]), status, tuple(flags), age_days,
                dict(zip(_NUMBERS, row[len(_ATTRIBUTES) :], strict=True)),
            )
            for status, flags, age_days, *row in rows
        ]  # fmt: skip
