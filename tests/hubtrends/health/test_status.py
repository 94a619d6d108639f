"""What status shows and warns about."""

import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.rejections import Rejection
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.connect import session
from db.schema.migrate import migrations
from hubtrends.cli import run
from hubtrends.config.settings import Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.health.status import Status, collect_status
from hubtrends.jobs.journal import Journal, Outcome
from tests.fakes.archives import Dump, take_dump
from tests.fakes.walks import Page, article, day, new_store, repo, spool_walk

EVERYTHING = [repo(f"m{number}") for number in range(100)]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "hub.duckdb"


def status_at(database: Path, days: float) -> Status:
    """Collect the status a number of days after the first snapshot."""
    return collect_status(Settings(database=database), day(days))


def warnings(database: Path, days: float, kind: Kind = Kind.MODEL) -> list[str]:
    """Return the warnings, without those for kinds that the test does not crawl."""
    lines = status_at(database, days).warnings(day(days))
    return [line for line in lines if not line.startswith("no snapshot of") or kind.plural in line]


def test_before_the_first_crawl(database: Path) -> None:
    """Every kind is missing; the disk space is known even before the folder exists."""
    found = status_at(database.parent / "later" / "hub.duckdb", 0)

    assert (found.size, found.room.need > 0, found.room.free > 0) == (None, True, True)
    assert found.warnings(day(0)) == [f"no snapshot of {kind.plural} yet" for kind in Kind]


def test_too_little_disk_space(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warning names the space that is needed and the space that is free."""
    real = os.statvfs(database.parent)

    class Small:
        f_bavail, f_frsize = 1000, real.f_frsize

    monkeypatch.setattr("db.commit.disk_space.os.statvfs", lambda _: Small)

    assert status_at(database, 0).warnings(day(0))[-1] == (
        "the next commit needs 268 MB next to the file, 4 MB are free: make space on that disk"
    )


def test_import_after_an_old_crawl(database: Path) -> None:
    """Only own snapshots count for the age."""
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), repo("a"))
        take_dump(store, database.parent, Dump(day(4), {"a": {"id": "org/a", "likes": 1}}))

    assert warnings(database, 4) == ["the newest snapshot of models is 4 days old"]


def test_status_with_imported_snapshots_only(database: Path) -> None:
    """An imported kind that was never crawled has no own snapshot."""
    with new_store(database.parent) as store:
        take_dump(store, database.parent, Dump(day(4), {"a": {"id": "org/a", "likes": 1}}))

    assert warnings(database, 4) == ["no snapshot of models yet"]


def test_incomplete_snapshot(database: Path) -> None:
    """The warning gives the reason why the walk ended."""
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), repo("a"), cut_off=True)

    assert warnings(database, 0) == ["the newest snapshot of models is incomplete: the Hub went away"]


def test_stale_snapshot(database: Path) -> None:
    """Counters that did not change for a day are reported as stale."""
    entities = [repo(f"m{n}", downloads=500, downloads_all_time=9000) for n in range(10)]
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), *entities)
        store.take(Kind.MODEL, day(1), *entities)

    assert warnings(database, 1) == ["the newest snapshot of models is stale: the Hub did not refresh its counters"]


def test_withheld_mass_removal(database: Path) -> None:
    """The warning gives the number of missing entities and the command that accepts their removal."""
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), *EVERYTHING, scope=Scope.FULL)
        store.take(Kind.MODEL, day(1), *EVERYTHING[:90], scope=Scope.FULL)

    assert warnings(database, 1) == [
        "10 of 100 listed models were not shown: more than 2 %, so none is marked as missing; if that is true,"
        " run `hubtrends crawl model --scope full --accept-removals`"
    ]


def test_changed_field_of_the_hub(database: Path) -> None:
    """Each drift of a field in the newest snapshot is one warning."""
    with new_store(database.parent) as store:
        store.take(Kind.ARTICLE, day(0), Page([article("a")], fields={"likes": "number"}))
        store.take(Kind.ARTICLE, day(1), Page([article("a")], fields={"likes": "string", "mood": "array"}))

    assert warnings(database, 1, Kind.ARTICLE) == [
        "the Hub's field likes of articles is changed (string)",
        "the Hub's field mood of articles is new (array)",
    ]


def test_silent_daemon(database: Path) -> None:
    """A daemon without a heartbeat is reported, unless it crawls."""
    Journal(database).write_heartbeat(day(0), os.getpid(), None)
    spool = Files(Files.of(database).spool)

    silent = [line for line in warnings(database, 0.1) if "daemon" in line]
    with writer_lock(spool, LockWait(WaitPolicy(limit=0), time, print)):
        crawling = [line for line in warnings(database, 0.1) if "daemon" in line]

    assert silent == [f"the daemon (PID {os.getpid()}) has been silent for 2 h: restart `hubtrends daemon`"]
    assert crawling == []


def test_file_that_is_open_for_writing(database: Path) -> None:
    """The only warning names the process that has the file open."""
    with new_store(database.parent):
        (line,) = status_at(database, 0).warnings(day(0))

    assert f"PID {os.getpid()}" in line
    assert "cannot be shown now" in line


@pytest.fixture
def kept(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a row in every table of status."""
    monkeypatch.chdir(database.parent)
    wrong = Rejection(0, "likes: not a number", '{"_id": "x"}')
    with new_store(database.parent) as store:
        shown = Page([repo("a", task="asr"), repo("b")], listing="likes", rejections=(wrong,))
        store.take(Kind.MODEL, day(1), shown, Page(listing="created", rejections=(wrong,)))
        take_dump(store, database.parent, Dump(day(0), {"a": {"id": "org/a", "likes": 1}}))
    spool_walk(Files.of(database).spool / "w", Kind.SPACE, day(1), Page([repo("s")]))
    journal = Journal(database)
    journal.end(journal.begin("crawl", None, day(1)), Outcome.DONE, "2 models, " * 30, day(1))
    journal.end(journal.begin("crawl", None, day(1)), Outcome.FAILED, "the Hub is down, " * 9, day(1))
    return database


def an_hour_later() -> datetime:
    """Return the time of the newest snapshot plus an hour."""
    return day(1) + timedelta(hours=1)


def test_killed_crawl(database: Path) -> None:
    """A crawl that the journal calls running was killed if no process holds the lock; other jobs take no lock."""
    journal = Journal(database)
    journal.begin("crawl", None, day(0))
    journal.begin("report", None, day(0))

    dead = [run.outcome for run in status_at(database, 0).runs]
    with writer_lock(Files(Files.of(database).spool), LockWait(WaitPolicy(limit=0), time, print)):
        alive = [run.outcome for run in status_at(database, 0).runs]

    assert dead == [Outcome.KILLED, Outcome.RUNNING]
    assert alive == [Outcome.RUNNING, Outcome.RUNNING]


def test_status_for_a_person(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Empty columns are left out, and the coverage of fields appears with -v."""
    assert run(["-v", "status", "--db", str(kept)], clock=an_hour_later) == ExitCode.OK
    tables = [table.splitlines() for table in capsys.readouterr().out.strip().split("\n\n")]
    shown = {title: "\n".join(rows) for title, _, *rows in tables}
    heads = {title: head.split() for title, head, *_ in tables}

    assert heads["Snapshots"] == [
        "kind",
        "held",
        "imported",
        "newest",
        "scope",
        "entities",
        "duplicates",
        "rejected",
        "complete",
    ]
    assert "likes: not a number" in shown["Rejects"]
    assert "task 50 %" in shown["Coverage"]
    assert "likes 0 %" in shown["Coverage"]
    assert shown["Runs"].splitlines()[0].count("2 models") > 6
    assert shown["Runs"].splitlines()[1].endswith("the Hub is down, " * 8 + "the Hub is down,")
    assert shown["Unfinished walks"].startswith("space")
    assert shown["Look at"].splitlines()[0] == "no snapshot of datasets yet"


def test_status_for_a_program(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has every row, sizes in bytes and every field of the newest snapshots."""
    assert run(["status", "--db", str(kept), "--format", "json"], clock=an_hour_later) == ExitCode.OK
    result = json.loads(capsys.readouterr().out)

    assert result["database"][0]["size"] == kept.stat().st_size
    (models,) = result["snapshots"]
    assert (models["held"], models["imported"], models["duplicates"], models["rejected"]) == (1, 1, 0, 1)
    assert models["private"] == 0
    assert result["rejects"] == [{"kind": "model", "items": 2, "reason": "likes: not a number"}]
    (task,) = [row for row in result["coverage"] if row["field"] == "task"]
    assert (task["source"], task["carried"], task["records"], task["share"]) == ("store", 1, 2, 0.5)
    assert result["runs"][0]["detail"] == "2 models, " * 30
    assert [walk["kind"] for walk in result["unfinished_walks"]] == ["space"]
    assert {"what": "no snapshot of datasets yet"} in result["look_at"]


def test_file_of_another_program(database: Path) -> None:
    """A DuckDB file without our tables contains no snapshot."""
    with session(database) as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS x")

    assert status_at(database, 0).warnings(day(0)) == [f"no snapshot of {kind.plural} yet" for kind in Kind]


def test_file_of_an_older_version(database: Path) -> None:
    """Status cannot read an older schema; the warning says when it is migrated."""
    with session(database) as con:
        con.execute(migrations()[0].script)
        con.execute("INSERT INTO schema_migrations VALUES (1, 'tables', now(), '0.1')")

    assert warnings(database, 0)[0] == (
        f"{database} has schema version 1 and is migrated at the next crawl or query,"
        " so its snapshots cannot be shown now"
    )
