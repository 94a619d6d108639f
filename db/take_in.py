"""Takes ended walks into the store: spooled pages become a snapshot, whole or not at all.

    take_in(con, walk):
        stage       the rows, each thing once
        entities    things never seen get a key
        changed     whose facts differ from those in force
        events      what that says happened
        facts       end, and begin anew
        counters    all-time counters that fell: revised one by one, or a Hub-wide rollback
        seen        names, last sighting
        observations, coverage, rejects, and last the snapshot's own row

Each step is a statement in sql/take_in; the caller holds the transaction.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from crawler.kinds import Kind, Scope
from crawler.rows import COLUMNS
from crawler.walk import Walk
from db.errors import ObservedInThePast
from db.schema import path_of, sql

NUMBERS = (
    "downloads", "downloads_all_time", "likes", "trending_score", "upvotes", "upvotes_7d", "comments",
    "github_stars", "rank",
)  # fmt: skip
"""The columns of observations that a kind may bring."""

ABOUT_THE_ENTITY = ("hub_id", "created_at", "last_modified")

ROLLBACK_LEAST = 20
ROLLBACK_SHARE = 0.05
"""So many counters falling at once, and this share of them all, are no longer revisions of single repositories: on an
ordinary day single ones fall, while in the Hub-wide rollbacks of May 2025 and June 2026 a large share did."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A snapshot as it was stored."""

    snapshot_id: int
    kind: Kind
    scope: Scope
    observed_at: datetime
    complete: bool
    reason: str | None
    stale: bool | None
    requests: int
    records: int
    rejected: int

    def told(self) -> str:
        """The snapshot in one line, for a person."""
        stale = ", stale: the Hub has not refreshed its counters" if self.stale else ""
        end = "" if self.complete else f", incomplete: {self.reason}"
        rows = f"{self.records:,} {self.kind.plural}, {self.rejected:,} rejected, {self.requests:,} requests"
        return f"{rows}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC{stale}{end}"


def facts_table(kind: Kind) -> str:
    """The table that holds the facts of the kind."""
    return "repo_facts" if kind.is_repo else f"{kind.value}_facts"


def fact_columns(kind: Kind) -> tuple[str, ...]:
    """The columns of that table that a walk brings, in their order."""
    return tuple(c for c in COLUMNS[kind] if c not in NUMBERS and c not in ABOUT_THE_ENTITY)


def newest_observation(con: duckdb.DuckDBPyConnection, kind: Kind) -> datetime | None:
    """When the newest snapshot of the kind was observed."""
    row = con.execute("SELECT max(observed_at) FROM snapshots WHERE kind = ?", [kind]).fetchone()
    return row[0] if row else None


def take_in(con: duckdb.DuckDBPyConnection, walk: Walk, tool_version: str) -> TakenIn | None:
    """Store an ended walk as a snapshot; return None for one that was taken in before.

    Raises ObservedInThePast for a walk that lies before the newest snapshot of its kind.
    """
    header = walk.spool.header
    if con.execute("SELECT 1 FROM snapshots WHERE walk_id = ?", [header.walk_id]).fetchone():
        return None
    newest = newest_observation(con, header.kind)
    if newest is not None and header.observed_at < newest:
        raise ObservedInThePast(path_of(con), header.kind, header.observed_at, newest)
    return _TakingIn(con, walk, tool_version).run()


class _TakingIn:
    """One walk being taken in: the connection and the parameters that its statements share."""

    def __init__(self, con: duckdb.DuckDBPyConnection, walk: Walk, tool_version: str) -> None:
        self.con, self.walk, self.tool_version = con, walk, tool_version
        self.header = walk.spool.header
        self.kind = self.header.kind
        row = con.execute("SELECT coalesce(max(snapshot_id), 0) + 1 FROM snapshots").fetchone()
        self.parameters: dict[str, Any] = {
            "kind": self.kind,
            "scope": self.header.scope,
            "observed_at": self.header.observed_at,
            "snapshot_id": int(row[0]) if row else 1,
            "files": [str(file) for file in walk.spool.files],
            "rollback_least": ROLLBACK_LEAST,
            "rollback_share": ROLLBACK_SHARE,
        }

    def run(self) -> TakenIn:
        stale = self._take_rows() if self.walk.spool.files else None
        self._reject()
        return self._write_snapshot(stale)

    def _take_rows(self) -> bool | None:
        facts, columns = facts_table(self.kind), fact_columns(self.kind)
        names = {
            "facts": facts,
            "columns": ", ".join(f"k.{c}" for c in columns),
            "differs": " OR ".join(f"k.{c} IS DISTINCT FROM f.{c}" for c in columns),
            "numbers": ", ".join(c for c in NUMBERS if c == "rank" or c in COLUMNS[self.kind]),
            "added": "" if self.kind.is_repo else ", NULL::TIMESTAMPTZ AS last_modified",
        }
        for step in self._steps():
            self._run(step, names)
        stale = self._stale() if self.kind.is_repo else None
        self._run("9_observations", names)
        self._cover()
        return stale

    def _steps(self) -> Iterator[str]:
        """What happens to the rows before they become observations; counters and licences are of repositories."""
        yield from ("1_stage", "2_entities", "3_keyed", "appeared", "4_changed")
        if self.kind.is_repo:
            yield "5_repo_events"
        yield "6_facts"
        if self.kind.is_repo:
            yield "7_counters"
        yield "8_entities_seen"

    def _run(self, step: str, names: Mapping[str, str]) -> None:
        for statement in self.con.extract_statements(sql(f"take_in/{step}").format(**names)):
            self.con.execute(statement, {name: self.parameters[name] for name in statement.named_parameters})

    def _stale(self) -> bool | None:
        wanted = {name: self.parameters[name] for name in ("kind", "observed_at", "snapshot_id")}
        row = self.con.execute(sql("take_in/stale"), wanted).fetchone()
        return bool(row[0]) if row and row[1] else None

    def _cover(self) -> None:
        """Count how many records carry each column, and compare the Hub's own fields with what it sent before."""
        columns = (*COLUMNS[self.kind], "rank")
        counts = self.con.execute(f"SELECT count(*), {', '.join(f'count({c})' for c in columns)} FROM keyed").fetchone()  # noqa: S608
        snapshot_id, (records, *carried) = self.parameters["snapshot_id"], counts or (0,)
        rows = [
            [snapshot_id, self.kind, column, "store", n, records, None, None]
            for column, n in zip(columns, carried, strict=True)
        ]
        fields = self._fields()
        drift = self.con.execute(
            sql("take_in/drift"),
            {
                "kind": self.kind,
                "scope": self.header.scope,
                "fields": list(fields),
                "types": list(fields.values()),
            },
        ).fetchall()
        rows += [[snapshot_id, self.kind, field, "hub", None, None, kind, change] for field, kind, change in drift]
        self.con.executemany("INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _fields(self) -> dict[str, str]:
        """The Hub's own fields in this walk, with every type each was sent in."""
        types: dict[str, set[str]] = {}
        for page in self.walk.spool.pages:
            for field, sent in page.fields.items():
                types.setdefault(field, set()).update(sent.split("|"))
        return {field: "|".join(sorted(sent - {"null"} or sent)) for field, sent in sorted(types.items())}

    def _reject(self) -> None:
        rows = [
            [self.parameters["snapshot_id"], self.kind, page.leg, page.number, r.place, r.reason, r.raw]
            for page in self.walk.spool.pages
            for r in page.rejections
        ]
        if rows:
            self.con.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _write_snapshot(self, stale: bool | None) -> TakenIn:
        pages, header = self.walk.spool.pages, self.header
        records = self._count_records()
        reason = self._why_incomplete(records)
        taken = TakenIn(
            self.parameters["snapshot_id"], self.kind, header.scope, header.observed_at, reason is None, reason, stale,
            sum(page.requests for page in pages), records, sum(len(page.rejections) for page in pages),
        )  # fmt: skip
        self.con.execute(
            "INSERT INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'crawl', ?, ?)",
            [
                taken.snapshot_id, taken.kind, taken.scope, taken.observed_at, self.walk.finished_at, taken.complete,
                taken.stale, taken.requests, taken.records, sum(page.records for page in pages) - records,
                taken.rejected, _settings(header.endpoint, header.settings), self.tool_version, reason,
                header.run_id, header.walk_id,
            ],
        )  # fmt: skip
        return taken

    def _count_records(self) -> int:
        row = self.con.execute(
            "SELECT count(*) FROM observations WHERE snapshot_id = ?", [self.parameters["snapshot_id"]]
        ).fetchone()
        return int(row[0]) if row else 0

    def _why_incomplete(self, records: int) -> str | None:
        """An empty answer where there was something before is a fault of the answer, not the end of the Hub."""
        if self.walk.failure is not None:
            return str(self.walk.failure)
        before = self.con.execute(
            "SELECT max(records) FROM snapshots WHERE kind = ? AND complete", [self.kind]
        ).fetchone()
        return "every list came back empty" if records == 0 and before and before[0] else None


def _settings(endpoint: str, settings: Mapping[str, object]) -> str:
    return json.dumps({"endpoint": endpoint, **settings}, sort_keys=True)


def take_in_all(con: duckdb.DuckDBPyConnection, walks: Sequence[Walk], tool_version: str) -> list[TakenIn]:
    """Store all walks of a run in one transaction."""
    con.begin()
    taken = [result for walk in walks if (result := take_in(con, walk, tool_version)) is not None]
    con.commit()
    return taken
