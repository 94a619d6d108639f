"""Runs the queries that the program needs before and after a crawl."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from crawler.kinds import OWN_ORIGIN, REPO_KINDS, Kind, Scope
from crawler.plan import WatchedEntity
from db.sql import insert_rows, transaction


def latest_observations(con: duckdb.DuckDBPyConnection) -> dict[Kind, datetime]:
    """Return the observation time of the newest snapshot of each kind."""
    rows = con.execute("SELECT kind, max(observed_at) FROM snapshots GROUP BY kind").fetchall()
    return {Kind(kind): newest for kind, newest in rows}


def next_snapshot_id(con: duckdb.DuckDBPyConnection) -> int:
    """Return an id that no snapshot has or had, as far as the entities know."""
    row = con.execute(
        "SELECT greatest((SELECT coalesce(max(snapshot_id), 0) FROM snapshots),"
        " (SELECT coalesce(max(last_snapshot), 0) FROM entities)) + 1"
    ).fetchone()
    return int(row[0]) if row else 1


@dataclass(frozen=True, slots=True)
class WalkSize:
    """The size of a complete walk."""

    requests: int
    items: int
    """Rows and rejected items, repeats included."""


def walk_sizes(con: duckdb.DuckDBPyConnection, scope: Scope) -> dict[Kind, WalkSize]:
    """Return the size of each kind's newest complete walk in the given scope.

    Papers and articles have one scope only, so theirs is the newest complete walk of any scope.
    """
    rows = con.execute(
        "SELECT kind, arg_max(requests, (observed_at, snapshot_id)),"
        " arg_max(records + duplicates + rejected, (observed_at, snapshot_id)) FROM snapshots"
        " WHERE complete AND origin = ? AND (scope = ? OR kind NOT IN (SELECT unnest(?::VARCHAR[]))) GROUP BY kind",
        [OWN_ORIGIN, scope, list(REPO_KINDS)],
    ).fetchall()
    return {Kind(kind): WalkSize(requests, items) for kind, requests, items in rows}


def complete_snapshots(con: duckdb.DuckDBPyConnection, scope: Scope) -> frozenset[tuple[Kind, datetime]]:
    """Return kind and time of every complete crawled snapshot in the given scope.

    Papers and articles have one scope only, so all of theirs are returned.
    """
    rows = con.execute(
        "SELECT kind, observed_at FROM snapshots"
        " WHERE complete AND origin = ? AND (scope = ? OR kind NOT IN (SELECT unnest(?::VARCHAR[])))",
        [OWN_ORIGIN, scope, list(REPO_KINDS)],
    ).fetchall()
    return frozenset((Kind(kind), moment) for kind, moment in rows)


def with_hub_ids(con: duckdb.DuckDBPyConnection, entities: Sequence[WatchedEntity]) -> list[WatchedEntity]:
    """Return the entities with their Hub ids, looked up by any current or former name."""
    wanted = [entity.id for entity in entities]
    rows = con.execute(
        "SELECT e.kind, n.id, arg_max(e.hub_id, e.last_seen) FROM names AS n JOIN entities AS e USING (entity_key)"
        " WHERE n.id IN (SELECT unnest(?::VARCHAR[])) GROUP BY e.kind, n.id",
        [wanted],
    ).fetchall()
    known = {(kind, name): hub_id for kind, name, hub_id in rows}
    return [replace(entity, hub_id=entity.hub_id or known.get((entity.kind, entity.id))) for entity in entities]


_RUNS = ("run_id", "job", "period", "started_at", "finished_at", "outcome", "detail")


def mirror_journal(con: duckdb.DuckDBPyConnection, runs: Sequence[Sequence[object]]) -> None:
    """Write the journal's runs; stored runs that the journal lacks are kept."""
    with transaction(con):
        con.execute("DELETE FROM runs WHERE run_id IN (SELECT unnest(?::VARCHAR[]))", [[run[0] for run in runs]])
        insert_rows(con, "runs", _RUNS, runs)


def reports_made(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the stored runs that wrote a report."""
    rows = con.execute("SELECT run_id FROM runs WHERE outcome = 'done' AND starts_with(job, 'report')").fetchall()
    return frozenset(run_id for (run_id,) in rows)


@dataclass(frozen=True, slots=True)
class Owned:
    """A namespace with stored repositories of a kind."""

    kind: Kind
    namespace: str


def stored_namespaces(con: duckdb.DuckDBPyConnection, namespaces: Collection[str]) -> list[Owned]:
    """Return the namespaces with stored repositories, by kind, compared without case."""
    rows = con.execute(
        "SELECT DISTINCT kind, split_part(id, '/', 1) AS namespace FROM entities"
        " WHERE kind IN (SELECT unnest($kinds::VARCHAR[]))"
        " AND lower(split_part(id, '/', 1)) IN (SELECT lower(unnest($namespaces::VARCHAR[])))"
        " ORDER BY namespace, kind",
        {"kinds": list(REPO_KINDS), "namespaces": list(namespaces)},
    ).fetchall()
    return [Owned(Kind(kind), namespace) for kind, namespace in rows]


def names_of(con: duckdb.DuckDBPyConnection, kind: Kind, hub_ids: Collection[str]) -> list[str]:
    """Return the stored names of repositories, in their order."""
    rows = con.execute(
        "SELECT id FROM entities WHERE kind = $kind AND hub_id IN (SELECT unnest($hub_ids::VARCHAR[])) ORDER BY id",
        {"kind": kind, "hub_ids": list(hub_ids)},
    ).fetchall()
    return [name for (name,) in rows]
