"""Files with the names of an older version are migrated to the current names and stay usable."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from crawler.kinds import Kind, Scope
from db.commit.lock import WaitPolicy
from db.connect import open_readonly, session
from db.errors import NameTakenError
from db.importing.archive import import_archives
from db.importing.snapshot import ArchiveOrder
from db.importing.times import ObservationTime
from db.schema.migrate import migrate, migrations, pending_migrations, schema_version
from db.schema.upgrade import upgrade
from tests.fakes.old_files import OLDEST_NAMES, fill_with_old_names, old_snapshot, old_store, run_migrations
from tests.fakes.walks import T0, Store, article, day, repo

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NEWEST = migrations()[-1].version


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Store]:
    with old_store(tmp_path, OLDEST_NAMES) as store:
        fill_with_old_names(store.con)
        yield store


def test_posts_become_articles(old: Store) -> None:
    """Every table with kinds has article in place of post; the rows are the same."""
    tables = "snapshots entities events rejects coverage lists picks".split()
    before = {table: old.ask(f"SELECT kind, count(*) FROM {table} GROUP BY kind") for table in tables}

    migrate(old.con, NOW, "new")

    after = {table: old.ask(f"SELECT kind, count(*) FROM {table} GROUP BY kind") for table in tables}
    renamed = {
        table: sorted((kind.replace("post", "article"), count) for kind, count in rows)
        for table, rows in before.items()
    }
    assert {table: sorted(rows) for table, rows in after.items()} == renamed
    assert old.ask("SELECT id, title, upvotes FROM articles") == [("org/p", "About p", 2)]
    assert old.ask("SELECT id, gated FROM models") == [("org/a", "no")]


def test_names_of_lists_and_columns_are_todays(old: Store) -> None:
    """Coolers become fallers, and the columns of lists and rejects get their current names."""
    migrate(old.con, NOW, "new")

    assert old.ask("SELECT list, left_out FROM lists ORDER BY list") == [
        (name, [{"reason": "younger than 14 days", "entities": 1}]) for name in ("fallers", "risers")
    ]
    columns = "list, lift, lower_bound, granularity, baseline_week, daily_noise"
    assert old.ask(f"SELECT {columns} FROM picks ORDER BY list") == [
        (name, 2.0, 1.5, "daily", 3.0, 0.5) for name in ("fallers", "risers")
    ]
    assert old.ask("SELECT listing, reason FROM rejects") == [("all", "no id")]
    assert old.ask("SELECT id FROM ranked('article', 'upvotes', 'fallers')") == [("org/p",)]


def test_old_views_are_gone_and_a_users_own_stay(old: Store) -> None:
    """The views posts and post_history are dropped; a user's own objects are kept."""
    old.ask("CREATE TABLE mine AS SELECT 1 AS i; CREATE VIEW liked AS SELECT id FROM entities; CREATE MACRO two() AS 2")

    migrate(old.con, NOW, "new")

    names = {name for (name,) in old.ask("SELECT view_name FROM duckdb_views() WHERE database_name = 'hub'")}
    assert not names & {"posts", "post_history"}
    assert old.ask("SELECT i, two(), (SELECT count(*) FROM liked) FROM mine") == [(1, 2, 2)]


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("CREATE TABLE article_attributes AS SELECT 1 AS i", "article_attributes"),
        ("CREATE VIEW repo_attributes AS SELECT 1 AS i", "repo_attributes"),
        ("CREATE VIEW articles AS SELECT 1 AS i", "articles"),
        ("CREATE TABLE article_history AS SELECT 1 AS i", "article_history"),
        ("CREATE MACRO ranked(x) AS TABLE SELECT x", "ranked"),
    ],
)
def test_a_new_name_that_a_user_has_taken_is_reported(old: Store, made: str, name: str) -> None:
    """If a user's object has a new name, the error names it and the object is kept."""
    old.ask(made)

    with pytest.raises(NameTakenError) as caught:
        migrate(old.con, NOW, "new")

    assert caught.value.name == name


def test_a_later_crawl_goes_on(old: Store) -> None:
    """A later crawl adds observations to the same entities, without new entities or attributes."""
    migrate(old.con, NOW, "new")

    old.take(Kind.MODEL, day(7), repo("a", likes=3))
    old.take(Kind.ARTICLE, day(7), article("p", upvotes=5))

    assert old.ask("SELECT kind, hub_id, last_seen FROM entities ORDER BY ALL") == [
        ("article", "p", day(7)),
        ("model", "a", day(7)),
    ]
    assert old.ask("SELECT count(*), count(valid_to) FROM article_attributes") == [(1, 0)]
    assert old.ask("SELECT count(*), count(valid_to) FROM repo_attributes") == [(1, 0)]
    assert old.ask("SELECT observed_at, upvotes FROM article_history ORDER BY ALL") == [(T0, 2), (day(7), 5)]


def test_an_archive_that_was_imported_is_not_imported_again(old: Store, tmp_path: Path) -> None:
    """The walk_id of an import contains the kind and is migrated, so the archive is not imported twice."""
    file, at = tmp_path / "articles.parquet", day(-7)
    pl.DataFrame([{"_id": "p", "slug": "org/p", "title": "About p", "upvotes": 1}]).write_parquet(file)
    old_snapshot(
        old.con, 3, "post", at, origin="archive", walk_id=f"archive/post/{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        settings=json.dumps({"file": file.name, "columns": ["hub_id", "id", "title", "upvotes"]}),
    )  # fmt: skip
    migrate(old.con, NOW, "new")

    order = ArchiveOrder((file,), Kind.ARTICLE, "archive", Scope.FULL, ObservationTime(at=at))

    assert import_archives(old.con, order, NOW, "new", "run") == []
    assert old.one("SELECT count(*) FROM snapshots") == 3


def test_the_file_is_upgraded_with_a_backup_in_its_old_spelling(tmp_path: Path) -> None:
    """The first use migrates the file; the backup has the old tables."""
    with old_store(tmp_path, OLDEST_NAMES) as store:
        fill_with_old_names(store.con)
        file = store.file

    backup = upgrade(file, now=NOW, tool_version="new", on_wait=print, wait=WaitPolicy(limit=0), clock=time)

    assert backup is not None
    with open_readonly(backup) as con:
        assert con.execute("SELECT title FROM post_facts").fetchall() == [("About p",)]
    with open_readonly(file) as con:
        assert con.execute("SELECT title FROM article_attributes").fetchall() == [("About p",)]


@pytest.mark.parametrize("missed", [5, 7, 11])
def test_a_migration_that_landed_after_a_later_one_is_run(tmp_path: Path, missed: int) -> None:
    """A migration with a number below the newest applied one still runs."""
    path = tmp_path / "hub.duckdb"
    with session(path) as con:
        run_migrations(con, {migration.version for migration in migrations()} - {missed})
        assert (schema_version(con), [one.version for one in pending_migrations(con)]) == (NEWEST, [missed])

    backup = upgrade(path, now=NOW, tool_version="new", on_wait=print, wait=WaitPolicy(limit=0), clock=time)

    with open_readonly(path) as con:
        assert pending_migrations(con) == ()
        assert con.execute("SELECT private, doubtful, depths FROM snapshots").fetchall() == []
        assert con.execute("FROM week_over_week('model')").fetchall() == []
    assert backup is not None
