"""Dumps in the format of public archives, and the expected contents of a store after their import.

`known_after` computes the expectation in plain Python, one entity at a time, without SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from crawler.kinds import Kind, Scope
from db.importing.archive import import_archives
from db.importing.snapshot import ArchiveOrder, Imported
from db.importing.times import ObservationTime
from tests.fakes.walks import Store, day, repo

NOW = day(1000)

HUB_NAMES = {
    "hub_id": "_id",
    "created_at": "createdAt",
    "task": "pipeline_tag",
    "downloads_all_time": "downloadsAllTime",
}
ATTRIBUTES = ("id", "author", "task", "license", "tags")


@dataclass(frozen=True, slots=True)
class Dump:
    """A snapshot of models, a crawl if `origin` is crawl; `states` are its columns besides _id and id."""

    at: datetime
    rows: Mapping[str, Mapping[str, Any]]
    states: frozenset[str] = frozenset(("author", "task", "tags", "likes"))
    origin: str = "archive"

    @property
    def is_own(self) -> bool:
        return self.origin == "crawl"


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None = None) -> Path:
    """Write a dump as a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame([dict(row) for row in rows], schema=dict(schema) if schema else None).write_parquet(path)
    return path


def bring_in(store: Store, *files: Path, now: datetime = NOW, **order: Any) -> list[Imported]:
    """Import files of models with common options."""
    common = {"kind": Kind.MODEL, "origin": "archive", "scope": Scope.FULL, "when": ObservationTime()}
    return import_archives(store.con, ArchiveOrder(files, **{**common, **order}), now, "1.0", "run")


def take_dump(store: Store, folder: Path, dump: Dump) -> None:
    """Store a dump, as a crawl or as an archive."""
    if dump.is_own:
        rows = [
            repo(hub_id, **{"tags": None, "gated": None, "disabled": None, **row}) for hub_id, row in dump.rows.items()
        ]
        store.take(Kind.MODEL, dump.at, *rows)
        return
    columns: dict[str, pl.DataType] = {"_id": pl.String(), "id": pl.String()}
    columns |= {HUB_NAMES.get(name, name): _dtype(name) for name in sorted(dump.states)}
    rows_there = [
        {"_id": hub_id, "id": row["id"], **{HUB_NAMES.get(c, c): row.get(c) for c in dump.states}}
        for hub_id, row in dump.rows.items()
    ]
    path = folder / f"{dump.origin}-{dump.at:%Y%m%dT%H%M}.parquet"
    bring_in(store, write_parquet(path, rows_there, columns), origin=dump.origin, when=ObservationTime(at=dump.at))


def _dtype(name: str) -> pl.DataType:
    types: dict[str, pl.DataType] = {"tags": pl.List(pl.String), "likes": pl.Int64()}
    return types.get(name, pl.String())


@dataclass(slots=True)
class Known:
    """The known history of one entity."""

    id: str
    seen: list[datetime]
    last_origin: str
    attributes: list[tuple[datetime, tuple[Any, ...]]] = field(default_factory=list)
    """The attributes, with the time from which they are valid."""


def known_after(dumps: Iterable[Dump]) -> dict[str, Known]:
    """Return the known entities after dumps in any order: a value is valid until the next stated one."""
    known: dict[str, Known] = {}
    state: dict[str, dict[str, Any]] = {}
    for dump in sorted(dumps, key=lambda dump: (dump.at, dump.is_own, dump.origin)):
        for hub_id, row in dump.rows.items():
            now = {**dict.fromkeys(ATTRIBUTES), **state.get(hub_id, {}), **_stated(dump, row)}
            state[hub_id] = now
            one = known.setdefault(hub_id, Known(row["id"], [], dump.origin))
            one.id, one.last_origin = row["id"], dump.origin
            one.seen.append(dump.at)
            _append(one.attributes, dump.at, tuple(now[name] for name in ATTRIBUTES))
    return known


def _append(attributes: list[tuple[datetime, tuple[Any, ...]]], at: datetime, values: tuple[Any, ...]) -> None:
    if attributes and attributes[-1][0] == at:
        attributes.pop()
    if not attributes or attributes[-1][1] != values:
        attributes.append((at, values))


def _stated(dump: Dump, row: Mapping[str, Any]) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "id": row["id"],
        **{name: row.get(name) for name in ("author", "task", "tags") if name in dump.states},
    }
    if dump.is_own:
        stated |= {"author": row.get("author", "org"), "task": row.get("task"), "tags": row.get("tags")}
    if "tags" in stated:
        licenses = [tag.removeprefix("license:") for tag in stated["tags"] or () if tag.startswith("license:")]
        stated["license"] = next(iter(licenses), None)
    return stated


def in_store(store: Store) -> dict[str, Known]:
    """Return the stored entities."""
    known = {
        hub_id: Known(name, seen, origin)
        for hub_id, name, seen, origin in store.ask(
            "SELECT e.hub_id, e.id, list(s.observed_at ORDER BY s.observed_at), any_value(n.origin) FROM entities AS e"
            " JOIN observations AS o USING (entity_key) JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id"
            " JOIN snapshots AS n ON n.snapshot_id = e.last_snapshot GROUP BY e.hub_id, e.id"
        )
    }
    attributes = store.ask(
        f"SELECT e.hub_id, f.valid_from, {', '.join(f'f.{name}' for name in ATTRIBUTES)} FROM repo_attributes AS f"
        " JOIN entities AS e USING (entity_key) ORDER BY e.hub_id, f.valid_from"
    )
    for hub_id, since, *values in attributes:
        known[hub_id].attributes.append((since, tuple(values)))
    return known
