"""Creates files of earlier schema versions, with the values of those versions."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from db.connect import session
from db.schema.migrate import migrations
from tests.fakes.walks import T0, Store, day

OLDEST_NAMES = 10
"""The last schema version with repo_facts, the kind 'post' and coolers."""


@contextlib.contextmanager
def old_store(folder: Path, version: int) -> Iterator[Store]:
    """Yield an empty file migrated up to `version`."""
    file, walks = folder / "hub.duckdb", folder / "walks"
    walks.mkdir()
    with session(file, "STORAGE_VERSION 'v1.4.0'") as con:
        run_migrations(con, set(range(version + 1)))
        yield Store(con, file, walks)


def run_migrations(con: duckdb.DuckDBPyConnection, versions: set[int]) -> None:
    """Run these migrations, each with its row in schema_migrations."""
    for migration in migrations():
        if migration.version in versions:
            con.execute(migration.script)
            con.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, ?, 'old')", [migration.version, migration.name, T0]
            )


def insert(con: duckdb.DuckDBPyConnection, table: str, **columns: Any) -> None:
    """Insert one row; missing columns are NULL."""
    marks = ", ".join("?" for _ in columns)
    con.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))


def old_snapshot(con: duckdb.DuckDBPyConnection, number: int, kind: str, at: datetime, **columns: Any) -> None:
    """Insert a complete snapshot of our own, except for the given columns."""
    usual: dict[str, Any] = {
        "scope": "head", "finished_at": at, "complete": True, "requests": 1, "records": 1, "duplicates": 0,
        "rejected": 0, "settings": "{}", "tool_version": "old", "origin": "crawl",
        "run_id": "old run", "walk_id": f"walk {number}",
    }  # fmt: skip
    insert(con, "snapshots", snapshot_id=number, kind=kind, observed_at=at, **{**usual, **columns})


def old_entity(con: duckdb.DuckDBPyConnection, key: int, kind: str, hub_id: str, facts: str, **columns: Any) -> None:
    """Insert an entity seen at T0 by snapshot `key`, with its attributes in the table `facts`."""
    insert(
        con, "entities", entity_key=key, kind=kind, hub_id=hub_id, id=f"org/{hub_id}", first_seen=T0, last_seen=T0,
        last_snapshot=key, status="listed", created_at=day(-400 if facts == "repo_facts" else -10),
    )  # fmt: skip
    insert(con, facts, entity_key=key, valid_from=T0, id=f"org/{hub_id}", **columns)


def fill_with_old_names(con: duckdb.DuckDBPyConnection) -> None:
    """Insert a model and a blog post, both crawled at T0, and a report's lists of them."""
    old_snapshot(con, 1, "model", T0)
    old_snapshot(con, 2, "post", T0)
    old_entity(con, 1, "model", "a", "repo_facts", author="org", gated="no", disabled=False, tags=["region:us"])
    old_entity(con, 2, "post", "p", "post_facts", title="About p")
    for number in (1, 2):
        insert(con, "observations", snapshot_id=number, entity_key=number, upvotes=number)
    insert(con, "events", event="appeared", kind="post", entity_key=2, id="org/p", snapshot_id=2, observed_at=T0)
    insert(con, "rejects", snapshot_id=2, kind="post", leg="all", page=1, place=2, reason="no id", raw="{}")
    insert(con, "coverage", snapshot_id=2, kind="post", field="title", source="column", carried=1, records=1)
    for name in ("risers", "coolers"):
        insert(
            con, "lists", report_at=day(1), kind="post", metric="upvotes", list=name, ordered_by="gain", considered=1,
            left_out=[{"reason": "younger than 14 days", "things": 1}], basis="exact", tool_version="old",
        )  # fmt: skip
        insert(
            con, "picks", report_at=day(1), kind="post", metric="upvotes", list=name, place=1, entity_key=2, id="org/p",
            factor=2.0, at_least=1.5, form="daily", usual_week=3.0, noise_of_a_day=0.5, basis="exact", status="listed",
            flags=[],
        )  # fmt: skip
    con.execute("CREATE VIEW posts AS SELECT * FROM post_facts WHERE valid_to IS NULL")
    con.execute("CREATE VIEW post_history AS SELECT * FROM observations SEMI JOIN post_facts USING (entity_key)")
    for name in ("posts", "post_history"):
        insert(con, "data_dictionary", name=name, name_is="view", meaning="Blog posts.")
