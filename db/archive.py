"""Takes back-history in: files of other archives become snapshots that say where they come from.

    import_archives(con, order):
        for each file        stage: our columns, each row judged
        for each time in it, in a transaction
            entities         things never seen get a key
            sighted          which thing each row is about, by _id, else by the name it bore then
            observations     the numbers
            facts            put where they belong in time
            dated            creation, last change
            coverage, rejects, the snapshot's own row
        entities seen        first and last sightings, current names
        stale                which snapshots show the counters of the one before

The order of import does not matter: only `observed_at` decides. Imported snapshots bring no events, since what they
would witness depends on what is imported between them; names and facts over time tell the same. A snapshot of the same
kind, origin and time is taken once. What is not known by _id brings numbers alone.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.kinds import Kind, Scope
from crawler.rows import COLUMNS, NUMBERS, fact_columns
from db.archive_errors import NothingFits, OwnOrigin
from db.archive_facts import Told, said_facts, write_facts
from db.archive_source import Staged, stage
from db.archive_time import TrueTime
from db.refreshes import is_stale
from db.run_sql import run_sql
from db.schema import transaction
from db.tags import prepare_tags

OWN = "crawl"

KEPT_REJECTS = 1_000
"""Of a snapshot: a column that fits no row would else be kept a million times."""

UNKNOWN_NAMES = "rows without Hub ids need names that are known: crawl first, or import an archive that has ids"

MEMORY = "700MB"
"""What DuckDB may take: the rest of a gigabyte is Python's. It spills beside the database."""


@dataclass(frozen=True, slots=True)
class ArchiveOrder:
    """What is to be imported, and how it is to be read."""

    files: tuple[Path, ...]
    kind: Kind
    origin: str
    scope: Scope
    when: TrueTime
    mapping: dict[str, str] = field(default_factory=dict)
    """Their columns by the name of ours; an empty name leaves theirs alone."""
    list_of_rows: str | None = None
    """The list that holds the rows, where a file is one JSON object."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A snapshot that an archive brought."""

    path: Path
    snapshot_id: int
    kind: Kind
    scope: Scope
    origin: str
    observed_at: datetime
    records: int
    duplicates: int
    rejected: int
    by_name: bool
    columns: tuple[str, ...]
    unused: tuple[str, ...]

    def told(self) -> str:
        """The snapshot in one line, for a person."""
        by_name = ", known by name alone" if self.by_name else ""
        rows = f"{self.records:,} {self.kind.plural}{by_name}, {self.rejected:,} rejected, {self.duplicates:,} repeated"
        return f"{self.path.name}: {rows}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC"


def import_archives(
    con: duckdb.DuckDBPyConnection,
    order: ArchiveOrder,
    now: datetime,
    tool_version: str,
    run_id: str,
    tell: Callable[[Imported], None] = lambda _: None,
) -> list[Imported]:
    """Store what the files hold and is not stored yet; `con` has the database in USE, in UTC.

    `tell` is called for each snapshot as it is stored. Raises ArchiveError; then what was stored before it is in `con`
    still, and the caller drops the copy it works on.
    """
    if order.origin == OWN:
        raise OwnOrigin(order.files[0])
    con.execute(f"SET memory_limit = '{MEMORY}'")
    prepare_tags(con)
    first, known_keys = _next_snapshot(con), _greatest_key(con)
    imported: list[Imported] = []
    for path in order.files:
        for snapshot in _import_file(con, order, path, now, tool_version, run_id):
            imported.append(snapshot)
            tell(snapshot)
    if imported:
        with transaction(con):
            parameters = {"kind": order.kind, "first_snapshot": first, "known_keys": known_keys}
            run_sql(con, "archive/9_entities_seen", {}, parameters)
            _mark_stale(con, order, min(one.observed_at for one in imported))
    con.execute("RESET memory_limit")
    return imported


def _import_file(
    con: duckdb.DuckDBPyConnection, order: ArchiveOrder, path: Path, now: datetime, tool_version: str, run_id: str
) -> Iterator[Imported]:
    """A snapshot without a single row would say that everything had left: it is not stored."""
    staged = stage(con, path, order.kind, order.mapping, order.when, now, order.list_of_rows)
    empty: list[NothingFits] = []
    for moment in staged.times:
        if not con.execute("SELECT 1 FROM snapshots WHERE walk_id = ?", [_walk_id(order, moment)]).fetchone():
            try:
                with transaction(con):
                    imported = _Import(con, order, staged, moment).run(tool_version, run_id)
            except NothingFits as nothing:
                empty.append(nothing)
            else:
                yield imported
    if empty and len(empty) == len(staged.times):
        raise empty[0]


class _Import:
    """One snapshot of a staged file being stored."""

    def __init__(self, con: duckdb.DuckDBPyConnection, order: ArchiveOrder, staged: Staged, moment: datetime) -> None:
        self.con, self.order, self.staged = con, order, staged
        self.columns = staged.recognised.names
        self.said = () if staged.recognised.by_name else tuple(said_facts(order.kind, self.columns))
        self.told = Told(_next_snapshot(con), moment, order.origin, frozenset(self.said))
        self.parameters: dict[str, object] = {
            "kind": order.kind,
            "observed_at": moment,
            "snapshot_id": self.told.snapshot_id,
            "is_first": moment == staged.times[0],
            "leg": staged.path.name,
            "most": KEPT_REJECTS,
        }

    def run(self, tool_version: str, run_id: str) -> Imported:
        if self.staged.recognised.by_name:
            self._run("3_sighted_by_name")
            self._run("4_observations")
        else:
            for step in ("1_picked", "2_entities", "3_sighted", "4_observations"):
                self._run(step)
            write_facts(self.con, self.order.kind, self.columns, self.told, self._others())
            self._run("8_dated")
        self._run("coverage")
        self._run("rejects")
        imported = self._count()
        if not imported.records:
            raise self._nothing(imported.rejected)
        self._write_snapshot(imported, tool_version, run_id)
        return imported

    def _run(self, step: str) -> None:
        kind, columns = self.order.kind, self.columns
        measured = [column for column in (*COLUMNS[kind], "rank") if column in columns]
        words = {
            "numbers": "".join(f", s.{column}" for column in NUMBERS if column in columns),
            "created_at": _or_null("created_at", columns),
            "last_modified": _or_null("last_modified", columns),
            "names": ", ".join(f"'{column}'" for column in measured),
            "counts": ", ".join(f"count(s.{column})" for column in measured),
        }
        run_sql(self.con, f"archive/{step}", words, self.parameters)

    def _others(self) -> list[Told]:
        """Every other snapshot of the kind, with the facts it says."""
        rows = self.con.execute(
            "SELECT snapshot_id, observed_at, origin, settings FROM snapshots WHERE kind = ?", [self.order.kind]
        ).fetchall()
        own = frozenset(fact_columns(self.order.kind))
        return [
            Told(key, at, origin, own if origin == OWN else frozenset(json.loads(settings)["facts"]))
            for key, at, origin, settings in rows
        ]

    def _count(self) -> Imported:
        self._run("counts")
        records, rows, rejected = self.con.fetchone() or (0, 0, 0)
        return Imported(
            self.staged.path, self.told.snapshot_id, self.order.kind, self.order.scope, self.order.origin,
            self.told.observed_at, records, rows - rejected - records, rejected, self.staged.recognised.by_name,
            self.columns, self.staged.recognised.unused,
        )  # fmt: skip

    def _nothing(self, rows: int) -> NothingFits:
        reason = self.con.execute(
            "SELECT mode(reason) FROM staged WHERE observed_at = ?", [self.told.observed_at]
        ).fetchone()
        told = (self.staged.path, rows, reason[0] if reason else "")
        return NothingFits(*told, UNKNOWN_NAMES) if self.staged.recognised.by_name else NothingFits(*told)

    def _write_snapshot(self, imported: Imported, tool_version: str, run_id: str) -> None:
        settings = {
            "file": self.staged.path.name,
            "columns": self.columns,
            "facts": self.said,
            "map": self.order.mapping,
        }
        self.con.execute(
            "INSERT INTO snapshots (snapshot_id, kind, scope, observed_at, finished_at, complete, requests, records,"
            " duplicates, rejected, settings, tool_version, origin, run_id, walk_id)"
            " VALUES (?, ?, ?, ?, ?, true, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                imported.snapshot_id, imported.kind, imported.scope, imported.observed_at, imported.observed_at,
                imported.records, imported.duplicates, imported.rejected, json.dumps(settings, sort_keys=True),
                tool_version, imported.origin, run_id, _walk_id(self.order, imported.observed_at),
            ],
        )  # fmt: skip


def _mark_stale(con: duckdb.DuckDBPyConnection, order: ArchiveOrder, since: datetime) -> None:
    """Say of the archive's snapshots from `since` on whether they show the counters of the one before."""
    if not order.kind.counts_downloads:
        return
    rows = con.execute(
        "SELECT snapshot_id, observed_at FROM snapshots WHERE kind = ? AND origin = ? AND observed_at >= ?",
        [order.kind, order.origin, since],
    ).fetchall()
    for snapshot_id, observed_at in rows:
        stale = is_stale(con, order.kind, order.origin, snapshot_id, observed_at)
        con.execute("UPDATE snapshots SET stale = ? WHERE snapshot_id = ?", [stale, snapshot_id])


def _or_null(column: str, columns: Sequence[str]) -> str:
    return f"s.{column}" if column in columns else "NULL::TIMESTAMPTZ"


def _walk_id(order: ArchiveOrder, moment: datetime) -> str:
    return f"{order.origin}/{order.kind}/{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def _next_snapshot(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT coalesce(max(snapshot_id), 0) + 1 FROM snapshots").fetchone()
    return int(row[0]) if row else 1


def _greatest_key(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT coalesce(max(entity_key), 0) FROM entities").fetchone()
    return int(row[0]) if row else 0
