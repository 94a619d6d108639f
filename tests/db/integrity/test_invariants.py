"""Every invariant holds in a sound database, and every violation is reported."""

import shutil
from pathlib import Path

import duckdb
import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import Rejection
from db.connect import session
from db.deletion.forget import entities_named, forget, subject_of
from db.integrity.invariants import breaches, invariants
from db.integrity.isolated import open_isolated
from tests.fakes.actors import Lines
from tests.fakes.walks import Page, article, day, new_store, paper, repo

LISTS = """
INSERT INTO lists (report_at, kind, metric, list, ordered_by, considered, left_out, basis, tool_version)
VALUES ('2026-09-14', 'model', 'likes', 'risers', 'score', 2, [], 'exact', '1.0');
INSERT INTO picks (report_at, kind, metric, list, place, flat_place, entity_key, id, basis, status, flags)
SELECT '2026-09-14', 'model', 'likes', 'risers', entity_key, entity_key, entity_key, id, 'exact', 'listed', []
FROM entities WHERE entity_key IN (1, 2);
INSERT INTO rankings VALUES ('key', 'model', 'likes', '2026-09-14', 'risers', 'impact', []);
INSERT INTO runs VALUES ('run', 'crawl', NULL, '2026-09-07', '2026-09-07', 'done', NULL);
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a database with rows in every table, including renamed, removed and listed entities."""
    folder = tmp_path_factory.mktemp("sound")
    rejected = Page([repo("c", likes=1)], rejections=(Rejection(1, "likes: not a count", "{}"),))
    with new_store(folder) as store:
        store.take(Kind.MODEL, day(0), repo("a", likes=1, downloads=9), repo("b", likes=2), rejected, scope=Scope.FULL)
        store.take(Kind.MODEL, day(7), repo("a", likes=3, id="org/renamed"), repo("c", likes=1), scope=Scope.FULL)
        store.take(Kind.PAPER, day(7), paper("2401.00001", upvotes=5))
        store.take(Kind.ARTICLE, day(7), article("p", upvotes=5))
        store.con.execute(LISTS)
    return folder / "hub.duckdb"


def broken(path: Path) -> dict[str, str]:
    """Return the violated invariants, each with an example."""
    with open_isolated(path) as reader:
        return {breach.invariant.name: breach.example for breach in breaches(reader, Lines())}


def test_a_sound_database_breaks_none(sound: Path) -> None:
    """A sound database has no violations, and each check is reported."""
    lines = Lines()
    with open_isolated(sound) as reader:
        assert list(breaches(reader, lines)) == []

    assert len(invariants()) == len(lines.said)
    assert lines.said[0].startswith(f"checking 1 of {len(invariants())}: ")


def test_a_forgotten_entity_breaks_none(sound: Path, tmp_path: Path) -> None:
    """Gaps in list places and in counts after forgetting an entity are not violations."""
    path = tmp_path / "forgotten.duckdb"
    shutil.copyfile(sound, path)
    with session(path) as con:
        (entity,) = entities_named(con, "org/renamed", None)
        forget(con, subject_of(con, entity))

    assert broken(path) == {}


AGAIN = "INSERT INTO {0} SELECT * FROM {0} LIMIT 1"

BREAKS = {
    "snapshots_unique": ("UPDATE snapshots SET walk_id = 'w'", "walk w"),
    "snapshots_records": ("UPDATE snapshots SET records = 9 WHERE snapshot_id = 1", "snapshot 1 says 9 and holds 3"),
    "observations_unique": ("UPDATE observations SET entity_key = 1 WHERE entity_key = 2", "snapshot 1, entity 1"),
    "observations_snapshot": ("INSERT INTO observations (snapshot_id, entity_key) VALUES (77, 1)", "snapshot 77"),
    "observations_entity": ("UPDATE entities SET kind = 'space' WHERE entity_key = 2", "snapshot 1, entity 2"),
    "observations_counters": ("UPDATE observations SET likes = -1 WHERE entity_key = 2", "snapshot 1, entity 2"),
    "entities_unique": ("UPDATE entities SET hub_id = 'a' WHERE kind = 'model'", "model a"),
    "entities_seen": ("UPDATE entities SET first_seen = '2027-01-01' WHERE entity_key = 2", "entity 2"),
    "entities_status": ("UPDATE entities SET status = 'lost' WHERE entity_key = 2", "entity 2 is lost"),
    "entities_last_snapshot": ("UPDATE entities SET last_snapshot = 3 WHERE entity_key = 2", "entity 2, snapshot 3"),
    "attributes_entity": ("UPDATE entities SET kind = 'paper' WHERE entity_key = 2", "entity 2"),
    "attributes_in_force": ("UPDATE repo_attributes SET valid_to = '2027-01-01' WHERE entity_key = 2", "entity 2"),
    "attributes_intervals": (
        "UPDATE repo_attributes SET valid_to = valid_to - INTERVAL 1 SECOND WHERE entity_key = 1 AND valid_to IS NOT NULL",  # noqa: E501
        "entity 1 from 2026-09-07 10:00:00Z",
    ),
    "attributes_name": ("UPDATE entities SET id = 'other/name' WHERE entity_key = 2", "entity 2"),
    "events_entity": ("UPDATE events SET entity_key = 77 WHERE event = 'renamed'", "renamed of entity 77"),
    "events_snapshot": ("UPDATE events SET kind = 'space' WHERE event = 'renamed'", "renamed of snapshot 2"),
    "rejects_snapshot": ("UPDATE rejects SET snapshot_id = 77", "snapshot 77"),
    "coverage_snapshot": ("UPDATE coverage SET records = 0 WHERE snapshot_id = 2 AND source = 'store'", "snapshot 2"),
    "coverage_counters": ("UPDATE observations SET likes = NULL WHERE snapshot_id = 1", "snapshot 1, likes"),
    "lists_unique": (AGAIN.format("lists"), "2026-09-14 00:00:00+00 model likes risers"),
    "picks_places": ("UPDATE picks SET flat_place = 1", "2026-09-14 00:00:00+00 model likes risers"),
    "picks_list": ("UPDATE lists SET withheld = 'stale'", "2026-09-14 00:00:00+00 model likes risers"),
    "picks_entity": ("UPDATE picks SET entity_key = 77 WHERE place = 2", "entity 77"),
    "rankings_unique": (AGAIN.format("rankings"), "key risers impact"),
    "runs_unique": (AGAIN.format("runs"), "run run"),
    "schema_migrations_unique": (AGAIN.format("schema_migrations"), "migration 1"),
    "data_dictionary_unique": ("UPDATE data_dictionary SET name = 'n', column_name = NULL", "n"),
}  # fmt: skip


def test_every_invariant_is_broken_once() -> None:
    """Every invariant has an example of its violation."""
    assert {one.name for one in invariants()} == BREAKS.keys()


@pytest.mark.parametrize("name", BREAKS)
def test_a_breach_is_named(sound: Path, tmp_path: Path, name: str) -> None:
    """A violated invariant is reported with an example."""
    statement, example = BREAKS[name]
    path = tmp_path / "broken.duckdb"
    shutil.copyfile(sound, path)
    with duckdb.connect(str(path)) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(statement)

    assert example == broken(path).get(name)


def test_the_least_rank_that_a_column_holds_is_a_breach(sound: Path, tmp_path: Path) -> None:
    """The smallest integer is reported like any other value, without an arithmetic overflow."""
    path = tmp_path / "broken.duckdb"
    shutil.copyfile(sound, path)
    with duckdb.connect(str(path)) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("UPDATE observations SET rank = -2147483648 WHERE entity_key = 2")

    assert broken(path)["observations_counters"] == "snapshot 1, entity 2"
