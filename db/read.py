"""What the program itself asks of the store before and after a crawl."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from crawler.kinds import Kind, Scope
from crawler.legs import Followed
from db.schema import transaction


def newest_observations(con: duckdb.DuckDBPyConnection) -> dict[Kind, datetime]:
    """When the newest snapshot of each kind was observed."""
    rows = con.execute("SELECT kind, max(observed_at) FROM snapshots GROUP BY kind").fetchall()
    return {Kind(kind): newest for kind, newest in rows}


def usual_requests(con: duckdb.DuckDBPyConnection, scope: Scope) -> dict[Kind, int]:
    """How many requests the newest complete snapshot of each kind took, in that scope where kinds have scopes."""
    rows = con.execute(
        "SELECT kind, arg_max(requests, (observed_at, snapshot_id)) FROM snapshots"
        " WHERE complete AND origin = 'crawl' AND (scope = ? OR kind IN ('paper', 'post')) GROUP BY kind",
        [scope],
    ).fetchall()
    return {Kind(kind): requests for kind, requests in rows}


def complete_snapshots(con: duckdb.DuckDBPyConnection, scope: Scope) -> frozenset[tuple[Kind, datetime]]:
    """Kind and moment of every complete snapshot of our own, in that scope where kinds have scopes."""
    rows = con.execute(
        "SELECT kind, observed_at FROM snapshots"
        " WHERE complete AND origin = 'crawl' AND (scope = ? OR kind IN ('paper', 'post'))",
        [scope],
    ).fetchall()
    return frozenset((Kind(kind), moment) for kind, moment in rows)


def with_hub_ids(con: duckdb.DuckDBPyConnection, things: Sequence[Followed]) -> list[Followed]:
    """The same things, each with the Hub's own id if this file has seen it under that name, now or before."""
    wanted = [thing.id for thing in things]
    rows = con.execute(
        "SELECT e.kind, n.id, arg_max(e.hub_id, e.last_seen) FROM names AS n JOIN entities AS e USING (entity_key)"
        " WHERE n.id IN (SELECT unnest(?::VARCHAR[])) GROUP BY e.kind, n.id",
        [wanted],
    ).fetchall()
    known = {(kind, name): hub_id for kind, name, hub_id in rows}
    return [replace(thing, hub_id=thing.hub_id or known.get((thing.kind, thing.id))) for thing in things]


def mirror_runs(con: duckdb.DuckDBPyConnection, runs: Sequence[Sequence[object]]) -> None:
    """Write the journal's runs, given in the columns of the table, in place of those of the last commit."""
    with transaction(con):
        con.execute("DELETE FROM runs")
        if runs:
            con.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", runs)


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The newest snapshot of a kind."""

    kind: Kind
    scope: Scope
    observed_at: datetime
    complete: bool
    reason: str | None
    stale: bool | None
    records: int
    rejected: int
    snapshots: int
    """How many the file holds of the kind."""


def newest_snapshots(con: duckdb.DuckDBPyConnection) -> list[SnapshotState]:
    """The newest snapshot of each kind, in the order of the kinds."""
    rows = con.execute(
        "SELECT kind, scope, observed_at, complete, reason, stale, records, rejected, count(*) OVER (PARTITION BY kind)"
        " FROM snapshots QUALIFY row_number() OVER (PARTITION BY kind ORDER BY observed_at DESC, snapshot_id DESC) = 1"
    ).fetchall()
    states = [SnapshotState(Kind(kind), Scope(scope), *rest) for kind, scope, *rest in rows]
    return sorted(states, key=lambda state: list(Kind).index(state.kind))


def drift(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What the newest snapshots say of the Hub's own fields: new, vanished or changed ones."""
    rows = con.execute(
        "SELECT c.kind, c.field, c.drift, c.type FROM coverage AS c"
        " WHERE c.drift IS NOT NULL AND c.snapshot_id IN"
        " (SELECT arg_max(snapshot_id, (observed_at, snapshot_id)) FROM snapshots GROUP BY kind)"
        " ORDER BY ALL"
    ).fetchall()
    return [f"the Hub's field {field} of {kind}s is {change} ({sent or 'gone'})" for kind, field, change, sent in rows]
