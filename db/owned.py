"""What the store holds of some owners' repositories."""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from crawler.kinds import REPO_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Owned:
    """A namespace with stored repositories of a kind."""

    kind: Kind
    namespace: str


def stored_namespaces(con: duckdb.DuckDBPyConnection, namespaces: Collection[str]) -> list[Owned]:
    """Return which of the namespaces have stored repositories, by kind; their case does not count."""
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
