"""Archives without an archive: dumps as other people publish them, and what a store should know after taking them in.

`known_after` is the truth that the tests compare with: plain Python, one entity at a time, no SQL.
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
FACTS = ("id", "author", "task", "license", "tags")


@dataclass(frozen=True, slots=True)
class Dump:
    """A snapshot of models, our own where `origin` is crawl; `says` are the columns that it has besides _id and id."""

    at: datetime
    rows: Mapping[str, Mapping[str, Any]]
    says: frozenset[str] = frozenset(("author", "task", "tags", "likes"))
    origin: str = "archive"

    @property
    def is_own(self) -> bool:
        return self.origin == "crawl"


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None = None) -> Path:
    """A dump as a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame([dict(row) for row in rows], schema=dict(schema) if schema else None).write_parquet(path)
    return path


def bring_in(store: Store, *files: Path, now: datetime = NOW, **order: Any) -> list[Imported]:
    """Import files of models with what most tests want."""
    usual = {"kind": Kind.MODEL, "origin": "archive", "scope": Scope.FULL, "when": ObservationTime()}
    return import_archives(store.con, ArchiveOrder(files, **{**usual, **order}), now, "1.0", "run")


def take_dump(store: Store, folder: Path, dump: Dump) -> None:
    """Take a dump in, as a walk of ours or as an archive."""
    if dump.is_own:
        rows = [
            repo(hub_id, **{"tags": None, "gated": None, "disabled": None, **row}) for hub_id, row in dump.rows.items()
        ]
        store.take(Kind.MODEL, dump.at, *rows)
        return
    columns: dict[str, pl.DataType] = {"_id": pl.String(), "id": pl.String()}
    columns |= {HUB_NAMES.get(name, name): _dtype(name) for name in sorted(dump.says)}
    rows_there = [
        {"_id": hub_id, "id": row["id"], **{HUB_NAMES.get(c, c): row.get(c) for c in dump.says}}
        for hub_id, row in dump.rows.items()
    ]
    path = folder / f"{dump.origin}-{dump.at:%Y%m%dT%H%M}.parquet"
    bring_in(store, write_parquet(path, rows_there, columns), origin=dump.origin, when=ObservationTime(at=dump.at))


def _dtype(name: str) -> pl.DataType:
    types: dict[str, pl.DataType] = {"tags": pl.List(pl.String), "likes": pl.Int64()}
    return types.get(name, pl.String())


@dataclass(slots=True)
class Known:
    """What is known of one entity."""

    id: str
    seen: list[datetime]
    last_origin: str
    facts: list[tuple[datetime, tuple[Any, ...]]] = field(default_factory=list)
    """What it was, from when on."""


def known_after(dumps: Iterable[Dump]) -> dict[str, Known]:
    """What is known after some dumps, whatever order they came in: a fact holds until the next that says it."""
    known: dict[str, Known] = {}
    state: dict[str, dict[str, Any]] = {}
    for dump in sorted(dumps, key=lambda dump: (dump.at, dump.is_own, dump.origin)):
        for hub_id, row in dump.rows.items():
            now = {**dict.fromkeys(FACTS), **state.get(hub_id, {}), **_said(dump, row)}
            state[hub_id] = now
            one = known.setdefault(hub_id, Known(row["id"], [], dump.origin))
            one.id, one.last_origin = row["id"], dump.origin
            one.seen.append(dump.at)
            _note(one.facts, dump.at, tuple(now[name] for name in FACTS))
    return known


def _note(facts: list[tuple[datetime, tuple[Any, ...]]], at: datetime, words: tuple[Any, ...]) -> None:
    if facts and facts[-1][0] == at:
        facts.pop()
    if not facts or facts[-1][1] != words:
        facts.append((at, words))


def _said(dump: Dump, row: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": row["id"],
        **{name: row.get(name) for name in ("author", "task", "tags") if name in dump.says},
    }
    if dump.is_own:
        said |= {"author": row.get("author", "org"), "task": row.get("task"), "tags": row.get("tags")}
    if "tags" in said:
        licenses = [tag.removeprefix("license:") for tag in said["tags"] or () if tag.startswith("license:")]
        said["license"] = next(iter(licenses), None)
    return said


def in_store(store: Store) -> dict[str, Known]:
    """What the store knows."""
    known = {
        hub_id: Known(name, seen, origin)
        for hub_id, name, seen, origin in store.ask(
            "SELECT e.hub_id, e.id, list(s.observed_at ORDER BY s.observed_at), any_value(n.origin) FROM entities AS e"
            " JOIN observations AS o USING (entity_key) JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id"
            " JOIN snapshots AS n ON n.snapshot_id = e.last_snapshot GROUP BY e.hub_id, e.id"
        )
    }
    facts = store.ask(
        f"SELECT e.hub_id, f.valid_from, {', '.join(f'f.{name}' for name in FACTS)} FROM repo_attributes AS f"
        " JOIN entities AS e USING (entity_key) ORDER BY e.hub_id, f.valid_from"
    )
    for hub_id, since, *words in facts:
        known[hub_id].facts.append((since, tuple(words)))
    return known
