"""Takes ended walks into the store: spooled pages become a snapshot, whole or not at all.

    take_in(con, walk):
        sighted       each row: its thing, its numbers, and where the rest of it lies in the spool
        repeated      each thing once
        entities      things never seen get a key
        observations  the numbers
        appeared      what is new on the Hub
        changed       whose facts differ from those in force, by their fingerprints
        events        what that says happened
        facts         end, and begin anew
        counters      all-time counters that fell: revised one by one, or a Hub-wide rollback
        seen          names, last sighting
        coverage, rejects, and last the snapshot's own row

Each step is a file in sql/take_in; the caller holds the transaction. The rows are never held as a whole: the whole
spool is read once, for the narrow columns; names and facts are read for what is new or has changed, and only from the
pages that hold it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from crawler.confirm import answers
from crawler.kinds import Kind
from crawler.rows import BETWEEN, COLUMNS, FROM_TAGS, NUMBERS, PLACES_A_PAGE, TEXTS, fact_columns, page_columns
from crawler.walk import Walk
from db.errors import ObservedInThePast
from db.lifecycle import is_whole, too_many
from db.memory import lean
from db.run_sql import run_sql
from db.schema import path_of, sql, transaction
from db.tags import prepare_tags, told_by_tags
from db.taken_in import TakenIn
from db.tally import checks, rejected_items, sent_fields

ROLLBACK_LEAST = 20
ROLLBACK_SHARE = 0.05
"""So many counters falling at once, and this share of them all, are no longer revisions of single repositories: on an
ordinary day single ones fall, while in the Hub-wide rollbacks of May 2025 and June 2026 a large share did."""


def facts_table(kind: Kind) -> str:
    """The table that holds the facts of the kind."""
    return "repo_facts" if kind.is_repo else f"{kind.value}_facts"


def newest_observation(con: duckdb.DuckDBPyConnection, kind: Kind) -> datetime | None:
    """When the newest snapshot of the kind was observed."""
    row = con.execute("SELECT max(observed_at) FROM snapshots WHERE kind = ?", [kind]).fetchone()
    return row[0] if row else None


def is_taken(con: duckdb.DuckDBPyConnection, walk_id: str) -> bool:
    """Whether a walk has been stored."""
    return con.execute("SELECT 1 FROM snapshots WHERE walk_id = ?", [walk_id]).fetchone() is not None


def take_in(
    con: duckdb.DuckDBPyConnection, walk: Walk, tool_version: str, *, accept_removals: bool = False
) -> TakenIn | None:
    """Store an ended walk as a snapshot; return None for one that was taken in before.

    Raises ObservedInThePast for a walk that lies before the newest snapshot of its kind.
    """
    header = walk.spool.header
    if is_taken(con, header.walk_id):
        return None
    newest = newest_observation(con, header.kind)
    if newest is not None and header.observed_at < newest:
        raise ObservedInThePast(path_of(con), header.kind, header.observed_at, newest)
    return _TakingIn(con, walk, tool_version, accept_removals=accept_removals).run()


def _told(name: str, dtype: pl.DataType) -> str:
    """SQL for a fact of a spooled row, in which a list is one text."""
    if name in FROM_TAGS:
        return told_by_tags(name, _split("tags"), _split(name) if name == "datasets" else None)
    return _split(name) if dtype == TEXTS else f"w.{name}"


def _split(name: str) -> str:
    return f"string_split(w.{name}, chr({ord(BETWEEN)}))"


class _TakingIn:
    """One walk being taken in: the connection, and what its statements share."""

    def __init__(self, con: duckdb.DuckDBPyConnection, walk: Walk, tool_version: str, *, accept_removals: bool) -> None:
        self.con, self.walk, self.tool_version, self.accept_removals = con, walk, tool_version, accept_removals
        self.header = walk.spool.header
        self.kind = self.header.kind
        row = con.execute(
            "SELECT greatest((SELECT coalesce(max(snapshot_id), 0) FROM snapshots),"
            " (SELECT coalesce(max(last_snapshot), 0) FROM entities)) + 1"
        ).fetchone()
        self.parameters: dict[str, Any] = {
            "kind": self.kind,
            "scope": self.header.scope,
            "observed_at": self.header.observed_at,
            "started_at": self.header.started_at,
            "snapshot_id": int(row[0]) if row else 1,
            "files": [str(file) for file in walk.spool.files],
            "rollback_least": ROLLBACK_LEAST,
            "rollback_share": ROLLBACK_SHARE,
            "whole": walk.complete,
            "origin": "crawl",
        }
        columns = COLUMNS[self.kind]
        self.names = {
            "table": facts_table(self.kind),
            "columns": ", ".join(fact_columns(self.kind)),
            "told": ", ".join(_told(name, columns[name]) for name in fact_columns(self.kind)),
            "numbers": ", ".join(c for c in NUMBERS if c in columns),
            "counts": ", ".join(f"count(w.{c})" for c in page_columns(self.kind)),
            "from_tags": ", ".join(f"count(f.{c})" for c in FROM_TAGS),
            "last_modified": "w.last_modified" if "last_modified" in columns else "NULL::TIMESTAMPTZ",
        }

    def run(self) -> TakenIn:
        stale = self._take_rows() if self.walk.spool.files else None
        self._note_fields()
        self._reject()
        return replace(self._write_snapshot(stale), withheld=self._miss(), removed=self._remove())

    def _take_rows(self) -> bool | None:
        """Everything that rows bring; counters and licences are of repositories."""
        repo = self.kind.is_repo
        prepare_tags(self.con)
        self._run("1_sighted")
        repeated = self._once()
        self._run("4_keys")
        self._run_where("5_entities", "sighted WHERE seen_before = $snapshot_id")
        for step in ("6_observations", "appeared", "7_changed"):
            self._run(step)
        self._run_where("8_doubtful", "changed WHERE doubtful")
        if repo:
            self._run("9_former")
        self._run_where("10_facts", "changed")
        for step in ("11_repo_events", "12_counters", "returned") if repo else ():
            self._run(step)
        self._run("13_seen")
        self._run_where("14_told_anew", "told_anew")
        self._cover(repeated)
        return self._is_stale() if repo else None

    def _once(self) -> Mapping[str, int]:
        """Leave each thing once in `sighted`; return how many of the other rows carried each column."""
        self._run("2_repeated_perhaps")
        if not self._run_where("3_repeated", "repeated_perhaps"):
            return {}
        if not self._run_where("repeated_carried", "repeated WHERE place <> first_place"):
            return {}
        return dict(zip(page_columns(self.kind), self.con.fetchone() or (), strict=True))

    def _cover(self, repeated: Mapping[str, int]) -> None:
        """Store how many things carry each column."""
        records, ranked = self.con.execute("SELECT count(*), count(rank) FROM sighted").fetchone() or (0, 0)
        carried = {
            name: sum(page.carried.get(name, 0) for page in self.walk.spool.pages) - repeated.get(name, 0)
            for name in page_columns(self.kind)
        }
        carried["rank"] = ranked
        if self.kind.is_repo:
            self._run("from_tags_carried")
            carried |= zip(FROM_TAGS, self.con.fetchone() or (), strict=True)
        self._run("carried", columns=list(carried), carried=list(carried.values()), records=records)

    def _run_where(self, step: str, places: str) -> bool:
        """Run a step on the pages that hold these places, a table with a condition; return whether there are any."""
        pages = sql("take_in/pages").format(places=places, places_a_page=PLACES_A_PAGE)
        (statement,) = self.con.extract_statements(pages)
        named = {key: self.parameters[key] for key in statement.named_parameters}
        numbers = [number for (number,) in self.con.execute(statement, named).fetchall()]
        if numbers:
            self._run(step, files=[str(file) for file in self.walk.spool.files_of(numbers)])
        return bool(numbers)

    def _run(self, step: str, **own: object) -> None:
        run_sql(self.con, f"take_in/{step}", self.names, self.parameters | own)

    def _is_stale(self) -> bool | None:
        self._run("stale")
        row = self.con.fetchone()
        return row[0] if row else None

    def _miss(self) -> str | None:
        """Mark what a whole walk has missed as missing, or say why the walk is doubted instead."""
        if not is_whole(self.walk) or not self.walk.spool.files:
            return None
        self._run("missing_count")
        missed, listed = self.con.fetchone() or (0, 0)
        if too_many(missed, listed) and not self.accept_removals:
            evidence = f"{missed:,} of {listed:,} listed {self.kind.plural} were not shown: more than 2 %"
            self._run("withheld", evidence=evidence)
            return f"{evidence}, so none is called missing; if that is true, crawl with --accept-removals"
        self._run("missing")
        return None

    def _remove(self) -> int:
        """Call removed what a direct look-up has shown to be gone; return how many."""
        found = list(answers(self.walk.spool.pages))
        if not found:
            return 0
        self._run("removed", hub_ids=[one.hub_id for one in found], statuses=[one.status for one in found])
        self._run("removed_count")
        (removed,) = self.con.fetchone() or (0,)
        return int(removed)

    def _note_fields(self) -> None:
        """Store the Hub's own fields in this walk, and how they differ from what it sent before."""
        found, all_lists = sent_fields(self.walk.spool.pages)
        columns = {
            "fields": [field.name for field in found],
            "types": [field.types for field in found],
            "lists": [field.lists for field in found],
        }
        if found:
            self._run("drift", **columns, all_lists=all_lists)

    def _reject(self) -> None:
        rejected = [(page, rejection) for page in self.walk.spool.pages for rejection in page.rejections]
        self._run(
            "rejects",
            legs=[page.leg for page, _ in rejected],
            pages=[page.number for page, _ in rejected],
            places=[rejection.place for _, rejection in rejected],
            reasons=[rejection.reason for _, rejection in rejected],
            raws=[rejection.raw for _, rejection in rejected],
        )

    def _write_snapshot(self, stale: bool | None) -> TakenIn:
        pages, header = self.walk.spool.pages, self.header
        records = self._count_records()
        reason = self._why_incomplete(records)
        taken = TakenIn(
            self.parameters["snapshot_id"], self.kind, header.scope, header.observed_at, reason is None, reason, stale,
            sum(page.requests for page in pages) + (self.walk.failure.attempts if self.walk.failure else 0), records,
            rejected_items(pages),
        )  # fmt: skip
        self.con.execute(
            "INSERT INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'crawl', ?, ?)",
            [
                taken.snapshot_id, taken.kind, taken.scope, taken.observed_at, self.walk.finished_at, taken.complete,
                taken.stale, taken.requests, taken.records, self._count_repeats(records),
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

    def _count_repeats(self, records: int) -> int:
        """How many rows the lists showed again; what only a look-up of suspects showed is in none of them."""
        pages, alone = self.walk.spool.pages, 0
        looked_up = checks(pages)
        if looked_up:
            (alone,) = self.con.execute(
                "SELECT count(*) FROM sighted WHERE place // ? IN (SELECT unnest(?::BIGINT[]))",
                [PLACES_A_PAGE, looked_up],
            ).fetchone() or (0,)
        return sum(page.records for page in pages if page.number not in looked_up) - (records - alone)

    def _why_incomplete(self, records: int) -> str | None:
        """Nothing at all where there was something before is a fault of the answer, not the end of the Hub."""
        if self.walk.failure is not None:
            return str(self.walk.failure)
        before = self.con.execute(
            "SELECT max(records) FROM snapshots WHERE kind = ? AND complete", [self.kind]
        ).fetchone()
        if records or not before or not before[0]:
            return None
        rejected = any(page.rejections for page in self.walk.spool.pages)
        return "nothing that came fits: see rejects" if rejected else "every list came back empty"


def _settings(endpoint: str, settings: Mapping[str, object]) -> str:
    return json.dumps({"endpoint": endpoint, **settings}, sort_keys=True)


def take_in_all(
    con: duckdb.DuckDBPyConnection, walks: Sequence[Walk], tool_version: str, *, accept_removals: bool = False
) -> list[TakenIn]:
    """Store all walks of a run in one transaction: all of them, or none if one cannot be stored."""
    most = max((sum(page.records for page in walk.spool.pages) for walk in walks), default=0)
    with lean(con, most), transaction(con):
        taken = [take_in(con, walk, tool_version, accept_removals=accept_removals) for walk in walks]
    return [snapshot for snapshot in taken if snapshot is not None]
