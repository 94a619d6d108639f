"""Stores rankings of past weeks. The key of a ranking covers everything that the ranking depends on.

Stored rankings only save time: a report is the same with and without them. They are deleted when an entity is forgotten
and when a past snapshot is added or removed.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

import duckdb

from db.ranked import RankedEntity, RankedOrder, StoredRanking
from db.sql import insert_rows, transaction

KEPT = timedelta(days=100)
"""Maximum age of a ranking relative to the newest one; older ones are deleted. A report reads eight weeks."""


def load_ranking(con: duckdb.DuckDBPyConnection, ranking_key: str) -> StoredRanking | None:
    """Return the ranking of a key, or None."""
    rows = con.execute(
        "SELECT r.kind, r.metric, r.now_at, r.list, r.ordered_by, r.entities"
        " FROM rankings AS r WHERE r.ranking_key = ?",
        [ranking_key],
    ).fetchall()
    if not rows:
        return None
    orders = tuple(
        RankedOrder(name, ordered_by, tuple(RankedEntity(**entity) for entity in entities))
        for *_, name, ordered_by, entities in rows
    )
    kind, metric, now_at, *_ = rows[0]
    return StoredRanking(ranking_key, kind, metric, now_at, orders)


def store_rankings(con: duckdb.DuckDBPyConnection, rankings: Sequence[StoredRanking]) -> None:
    """Store rankings, replace those with the same keys, and delete expired ones."""
    columns = ("ranking_key", "kind", "metric", "now_at", "list", "ordered_by", "entities")
    rows = [
        [
            ranking.ranking_key,
            ranking.kind,
            ranking.metric,
            ranking.now_at,
            order.name,
            order.ordered_by,
            [asdict(entity) for entity in order.entities],
        ]
        for ranking in rankings
        for order in ranking.orders
    ]
    if not rows:
        return
    newest = max(ranking.now_at for ranking in rankings)
    with transaction(con):
        con.execute(
            "DELETE FROM rankings WHERE now_at < $oldest OR ranking_key IN (SELECT unnest($keys::VARCHAR[]))",
            {"oldest": newest - KEPT, "keys": [ranking.ranking_key for ranking in rankings]},
        )
        insert_rows(con, "rankings", columns, rows)


def delete_rankings(con: duckdb.DuckDBPyConnection) -> None:
    """Delete all rankings, because past weeks may have changed."""
    con.execute("DELETE FROM rankings")
