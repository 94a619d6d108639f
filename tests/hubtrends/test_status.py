"""What the keeper is told to look at, and how status shows it."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from crawler.schema.misfits import Rejection
from db.commit.lock import writer_lock
from db.commit.paths import Files
from db.commit.wait import LockWait, WaitPolicy
from db.connect import session
from db.schema.migrate import migrations
from hubtrends.cli import run
from hubtrends.config.settings import Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.health.status import State, state
from hubtrends.jobs.journal import Journal, Outcome
from tests.fakes.archives import Dump, take_dump
from tests.fakes.walks import Page, article, day, new_store, repo, spool_walk

EVERYTHING = [repo(f"m{number}") for number in range(100)]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "hub.duckdb"


def looked_at(database: Path, days: float) -> State:
    """What stands where, so many days after the first snapshot."""
    return state(Settings(database=database), day(days))


def warnings(database: Path, days: float, kind: Kind = Kind.MODEL) -> list[str]:
    """What to look at, less the kinds that the test does not crawl."""
    told = looked_at(database, days).warnings(day(days))
    return [line for line in told if not line.startswith("no snapshot of") or kind.plural in line]


def test_before_the_first_crawl(database: Path) -> None:
    """Each kind is missing; the room on the disk is known all the same, also where there is no folder yet."""
    found = looked_at(database.parent / "later" / "hub.duckdb", 0)

    assert (found.size, found.room.need > 0, found.room.free > 0) == (None, True, True)
    assert found.warnings(day(0)) == [f"no snapshot of {kind.plural} yet" for kind in Kind]


def test_a_disk_that_is_short(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next commit needs is told with what is free, in units that show it."""
    real = os.statvfs(database.parent)

    class Small:
        f_bavail, f_frsize = 1000, real.f_frsize

    monkeypatch.setattr("db.commit.disk_space.os.statvfs", lambda _: Small)

    assert looked_at(database, 0).warnings(day(0))[-1] == (
        "the disk is short: the next commit needs 268 MB beside the file, 4 MB are free: make room"
    )


def test_an_import_does_not_hide_that_nothing_was_crawled(database: Path) -> None:
    """Age is judged by own snapshots alone."""
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), repo("a"))
        take_dump(store, database.parent, Dump(day(4), {"a": {"id": "org/a", "likes": 1}}))

    assert warnings(database, 4) == ["the newest snapshot of models is 4 days old"]


def test_only_imports(database: Path) -> None:
    """A kind that was imported and never crawled has no snapshot of its own."""
    with new_store(database.parent) as store:
        take_dump(store, database.parent, Dump(day(4), {"a": {"id": "org/a", "likes": 1}}))

    assert warnings(database, 4) == ["no snapshot of models yet"]


def test_an_incomplete_snapshot_says_why(database: Path) -> None:
    """The reason of the walk's end is shown."""
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), repo("a"), cut_off=True)

    assert warnings(database, 0) == ["the newest snapshot of models is incomplete: the Hub went away"]


def test_a_stale_snapshot(database: Path) -> None:
    """Counters that stood still for a day are named as what they are."""
    entities = [repo(f"m{n}", downloads=500, downloads_all_time=9000) for n in range(10)]
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), *entities)
        store.take(Kind.MODEL, day(1), *entities)

    assert warnings(database, 1) == ["the newest snapshot of models is stale: counters were not refreshed"]


def test_a_mass_removal_is_to_be_decided(database: Path) -> None:
    """The keeper is told how many are missing and what to run if that is true."""
    with new_store(database.parent) as store:
        store.take(Kind.MODEL, day(0), *EVERYTHING, scope=Scope.FULL)
        store.take(Kind.MODEL, day(1), *EVERYTHING[:90], scope=Scope.FULL)

    assert warnings(database, 1) == [
        "10 of 100 listed models were not shown: more than 2 %, so none is called missing; if that is true,"
        " run `hubtrends crawl model --scope full --accept-removals`"
    ]


def test_a_changed_field_of_the_hub(database: Path) -> None:
    """Drift of the newest snapshot is told, one line a field."""
    with new_store(database.parent) as store:
        store.take(Kind.ARTICLE, day(0), Page([article("a")], fields={"likes": "number"}))
        store.take(Kind.ARTICLE, day(1), Page([article("a")], fields={"likes": "string", "mood": "array"}))

    assert warnings(database, 1, Kind.ARTICLE) == [
        "the Hub's field likes of posts is changed (string)",
        "the Hub's field mood of posts is new (array)",
    ]


def test_a_silent_daemon(database: Path) -> None:
    """Ten minutes without a sign of life are told; a daemon that crawls has its hands full."""
    Journal(database).beat(day(0), os.getpid(), None)
    spool = Files(Files.of(database).beside(".spool"))

    silent = [line for line in warnings(database, 0.1) if "daemon" in line]
    with writer_lock(spool, LockWait(WaitPolicy(limit=0), time, print)):
        crawling = [line for line in warnings(database, 0.1) if "daemon" in line]

    assert silent == [f"the daemon (PID {os.getpid()}) has been silent for 2 h"]
    assert crawling == []


def test_a_file_that_somebody_writes_to(database: Path) -> None:
    """Its snapshots cannot be shown, and who is in the way is; nothing is said to be missing."""
    with new_store(database.parent):
        told = looked_at(database, 0).warnings(day(0))

    assert len(told) == 1
    assert f"PID {os.getpid()}" in told[0]
    assert "cannot be shown now" in told[0]


@pytest.fixture
def kept(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a bit of everything, and the command line's clock at the hour of its newest snapshot."""
    monkeypatch.chdir(database.parent)
    wrong = Rejection(0, "likes: not a number", '{"_id": "x"}')
    with new_store(database.parent) as store:
        shown = Page([repo("a", task="asr"), repo("b")], listing="likes", rejections=(wrong,))
        store.take(Kind.MODEL, day(1), shown, Page(listing="created", rejections=(wrong,)))
        take_dump(store, database.parent, Dump(day(0), {"a": {"id": "org/a", "likes": 1}}))
    spool_walk(Files.of(database).beside(".spool") / "w", Kind.SPACE, day(1), Page([repo("s")]))
    journal = Journal(database)
    journal.end(journal.begin("crawl", None, day(1)), Outcome.DONE, "2 models, " * 30, day(1))
    journal.end(journal.begin("crawl", None, day(1)), Outcome.FAILED, "the Hub is down, " * 9, day(1))
    return database


def test_a_crawl_that_was_killed_is_not_said_to_run(database: Path) -> None:
    """Nobody holds the lock of crawls; whoever does is believed to run, and so is what is no crawl."""
    journal = Journal(database)
    journal.begin("crawl", None, day(0))
    journal.begin("report", None, day(0))

    dead = [run.outcome for run in looked_at(database, 0).runs]
    with writer_lock(Files(Files.of(database).beside(".spool")), LockWait(WaitPolicy(limit=0), time, print)):
        alive = [run.outcome for run in looked_at(database, 0).runs]

    assert dead == [Outcome.KILLED, Outcome.RUNNING]
    assert alive == [Outcome.RUNNING, Outcome.RUNNING]


def test_status_for_a_person(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables in brief: what went well is cut short, what went wrong is whole, columns without a word are left out."""
    assert run(["status", "--db", str(kept)], clock=lambda: day(1) + timedelta(hours=1)) == ExitCode.OK
    tables = [table.splitlines() for table in capsys.readouterr().out.strip().split("\n\n")]
    told = {title: "\n".join(rows) for title, _, *rows in tables}
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
    assert "likes: not a number" in told["Rejects"]
    assert "task 50 %" in told["Coverage"]
    assert "likes 0 %" in told["Coverage"]
    assert told["Runs"].splitlines()[0].endswith("2 models, 2 models, 2 models, 2 models, 2 models, 2 models,…")
    assert told["Runs"].splitlines()[1].endswith("the Hub is down, " * 8 + "the Hub is down,")
    assert told["Unfinished walks"].startswith("space")
    assert told["Look at"].splitlines()[0] == "no snapshot of datasets yet"


def test_status_for_a_program(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything, with bytes as numbers and each field of the newest snapshot."""
    assert (
        run(["status", "--db", str(kept), "--format", "json"], clock=lambda: day(1) + timedelta(hours=1)) == ExitCode.OK
    )
    told = json.loads(capsys.readouterr().out)

    assert told["database"][0]["size"] == kept.stat().st_size
    (models,) = told["snapshots"]
    assert (models["held"], models["imported"], models["duplicates"], models["rejected"]) == (1, 1, 0, 1)
    assert models["private"] == 0
    assert told["rejects"] == [{"kind": "model", "items": 2, "reason": "likes: not a number"}]
    (task,) = [row for row in told["coverage"] if row["field"] == "task"]
    assert (task["source"], task["carried"], task["records"], task["share"]) == ("store", 1, 2, 0.5)
    assert told["runs"][0]["detail"] == "2 models, " * 30
    assert [walk["kind"] for walk in told["unfinished_walks"]] == ["space"]
    assert {"what": "no snapshot of datasets yet"} in told["look_at"]


def test_a_file_that_is_not_ours(database: Path) -> None:
    """A DuckDB file without our tables holds nothing."""
    with session(database) as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS x")

    assert looked_at(database, 0).warnings(day(0)) == [f"no snapshot of {kind.plural} yet" for kind in Kind]


def test_a_file_of_an_older_program(database: Path) -> None:
    """Its tables are not those that status reads: it says so, and when they will be."""
    with session(database) as con:
        con.execute(migrations()[0].script)
        con.execute("INSERT INTO schema_migrations VALUES (1, 'tables', now(), '0.1')")

    assert warnings(database, 0)[0] == (
        f"{database} has schema version 1 and is migrated at the next crawl or question,"
        " so its snapshots cannot be shown now"
    )
