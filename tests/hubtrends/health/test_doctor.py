"""Each check of doctor, seen failing: the situation is made, and the line names it and the remedy."""

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import pytest

from crawler.kinds import Kind
from db.commit.disk_space import DiskRoom
from db.commit.lock import writer_lock
from db.commit.paths import Files
from db.commit.wait import LockWait, WaitPolicy
from db.connect import session
from db.queries import mirror_journal
from db.schema.migrate import Migration, migrations
from hubtrends.cli import run
from hubtrends.config.load import ConfigError, Problem
from hubtrends.config.settings import Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.health.doctor import examine, is_well
from hubtrends.health.finding import Finding, Verdict
from hubtrends.health.installation import Package, check_libraries, check_packages, imported
from hubtrends.health.machine import check_clock, check_daemon, check_folder, check_room
from hubtrends.health.online import check_hub, check_token
from hubtrends.health.store import check_commit, check_journal, check_spool, look_into
from hubtrends.jobs.journal import Heartbeat, Journal
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.walks import day, new_store, repo, spool_walk

NOW = day(1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A sound database with one snapshot."""
    with new_store(tmp_path) as store:
        store.take(Kind.MODEL, day(0), repo("a"), repo("b"))
    return tmp_path / "hub.duckdb"


def the_one(findings: Iterator[Finding] | list[Finding] | tuple[Finding, ...], check: str) -> Finding:
    """The finding of that check."""
    (found,) = [finding for finding in findings if finding.check == check]
    return found


def test_nothing_is_wrong(database: Path) -> None:
    """A database that is as it should be has not one warning, and looking has changed nothing."""
    before = {file.name: file.stat().st_mtime_ns for file in database.parent.iterdir()}
    settings = Settings(database=database, reports=database.parent)

    found = examine(settings, NOW, online=False)

    assert {finding.verdict for finding in found} == {Verdict.OK, Verdict.SKIPPED}
    assert is_well(found)
    assert {file.name: file.stat().st_mtime_ns for file in database.parent.iterdir()} == before


def test_before_the_first_crawl(tmp_path: Path) -> None:
    """There is nothing yet, which is no fault: the way to begin is told."""
    found = examine(Settings(database=tmp_path / "hub.duckdb", reports=tmp_path), NOW, online=False)

    assert the_one(found, "database").verdict is Verdict.WARNING
    assert the_one(found, "database").remedy == "run `hubtrends crawl` to make it, or name another with --db"
    assert is_well(found)


HOME = Path("/env/lib")


@pytest.mark.parametrize(
    ("package", "what", "remedy"),
    [
        (Package("db", Path("/elsewhere/db"), ()), "db is imported from /elsewhere/db, not from /env/lib", "pipx"),
        (Package("db", HOME / "db", ("dbtools", "hubtrends")), "dbtools has put files into the package db", "pipx"),
        (Package("db", None, ()), "the package db is not installed", "install hubtrends again"),
    ],
    ids=["another lies first on the path", "another has written into ours", "ours is gone"],
)
def test_a_package_that_is_not_ours(package: Package, what: str, remedy: str) -> None:
    """The package is named with where it comes from."""
    found = check_packages([Package("hubtrends", HOME / "hubtrends", ("hubtrends",)), package])

    assert (found.verdict, found.what) == (Verdict.BAD, what)
    assert remedy in (found.remedy or "")


def test_our_own_packages_are_ours() -> None:
    """As they are imported here, all lie in one folder."""
    assert check_packages(imported()).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("version", "what", "remedy"),
    [
        ("1.5.6", "duckdb is 1.5.6, and hubtrends is written for <3,>=2.0", "pipx"),
        (None, "duckdb is not installed", "install duckdb<3,>=2.0"),
    ],
)
def test_a_library_of_the_wrong_version(version: str | None, what: str, remedy: str) -> None:
    """The version that is there and the wanted one are both told; what is for other systems is not asked for."""
    requirements = ["duckdb<3,>=2.0", "winonly>=1; sys_platform == 'win32'"]
    found = the_one(check_libraries(requirements, {"duckdb": version}.get), "libraries")

    assert (found.verdict, found.what) == (Verdict.BAD, what)
    assert remedy in (found.remedy or "")


def test_a_configuration_with_mistakes() -> None:
    """Each mistake is a line; which database is meant is then unknown, so none is looked at."""
    error = ConfigError(Path("c.yaml"), (Problem("crawl.top", "must be at least 0"), Problem("budgte", "no such")))
    found = examine(error, NOW, online=False)

    assert [(f.what, f.remedy) for f in found if f.verdict is Verdict.BAD] == [
        ("c.yaml: crawl.top: must be at least 0", "mend it in that file"),
        ("c.yaml: budgte: no such", "mend it in that file"),
    ]
    assert the_one(found, "database").verdict is Verdict.SKIPPED


def test_an_empty_file(database: Path) -> None:
    """As after a `touch`: it may simply go."""
    database.write_bytes(b"")
    found = the_one(look_into(database, NOW).findings, "database")

    assert (found.verdict, found.what) == (Verdict.BAD, f"{database} is empty")
    assert found.remedy == "delete it for a new start, or restore a backup"


def test_a_damaged_file(database: Path) -> None:
    """Bytes that changed on the disk are found, wherever DuckDB stumbles on them."""
    body = bytearray(database.read_bytes())
    body[3 * 4096 :] = bytes(b ^ 0xFF for b in body[3 * 4096 :])
    database.write_bytes(body)
    found = the_one(look_into(database, NOW).findings, "database")

    assert found.verdict is Verdict.BAD
    assert "restore a backup" in (found.remedy or "")


def test_a_file_of_a_newer_program(database: Path) -> None:
    """Its schema is not ours to touch."""
    with session(database) as con:
        con.execute("INSERT INTO schema_migrations VALUES (99, 'later', now(), '9.0')")
    found = the_one(look_into(database, NOW).findings, "database")

    assert (found.verdict, found.remedy) == (Verdict.BAD, "install a newer hubtrends")
    assert "has schema version 99" in found.what


def test_a_file_of_an_older_program(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is migrated at its next use, with a backup: nothing to mend."""
    newest = migrations()[-1].version + 1
    monkeypatch.setattr("hubtrends.health.store.migrations", lambda: (*migrations(), Migration(newest, "later", "")))
    found = the_one(look_into(database, NOW).findings, "database")

    assert (found.verdict, f"this hubtrends writes {newest}" in found.what) == (Verdict.WARNING, True)
    assert found.remedy == "crawl, or ask anything: it is migrated, with a backup beside it"


def test_a_file_that_holds_nothing_of_ours(tmp_path: Path) -> None:
    """A DuckDB file of somebody else's is not taken for an empty store of ours."""
    with session(tmp_path / "theirs.duckdb") as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS x")
    found = the_one(look_into(tmp_path / "theirs.duckdb", NOW).findings, "database")

    assert (found.verdict, found.remedy) == (Verdict.WARNING, "crawl, or name another with --db")


def test_a_file_that_somebody_writes_to(database: Path) -> None:
    """Who has it open is named, and nothing is broken."""
    with closing(duckdb.connect(str(database))):
        found = the_one(look_into(database, NOW).findings, "database")

    assert (found.verdict, found.remedy) == (Verdict.WARNING, "close it there and try again")
    assert f"PID {os.getpid()}" in found.what


def test_rows_that_are_gone(database: Path) -> None:
    """A snapshot that holds less than it says has lost something."""
    with session(database) as con:
        con.execute("DELETE FROM observations WHERE entity_key = 1")
    found = the_one(look_into(database, NOW).findings, "database")

    assert (found.verdict, found.what) == (Verdict.BAD, f"snapshot 1 of {database} says 2 entities and holds 1")
    assert "restore a backup" in (found.remedy or "")


@pytest.mark.parametrize(
    ("statement", "verdict", "what"),
    [
        ("DROP MACRO TABLE week_over_week", Verdict.BAD, "views or macros are missing: week_over_week"),
        ("CREATE OR REPLACE VIEW posts AS SELECT 1 AS x", Verdict.WARNING, "views or macros of another version: posts"),
    ],
)
def test_names_that_are_not_those_of_this_version(database: Path, statement: str, verdict: Verdict, what: str) -> None:
    """What is missing breaks questions; what differs answers them otherwise."""
    with session(database) as con:
        con.execute(statement)
    found = the_one(look_into(database, NOW).findings, "names")

    assert (found.verdict, found.what) == (verdict, what)
    assert "run `hubtrends crawl`" in (found.remedy or "")


def test_a_commit_that_was_cut_off(database: Path) -> None:
    """A working copy that nobody works on is left of a kill."""
    Files.of(database).copy.write_bytes(b"half a copy")
    found = check_commit(database)

    assert (found.verdict, found.what) == (Verdict.WARNING, "a commit was cut off")
    assert "run `hubtrends crawl`" in (found.remedy or "")


def test_a_commit_that_is_under_way(database: Path) -> None:
    """The same files beside a process that lives are no trace of a crash."""
    Files.of(database).copy.write_bytes(b"half a copy")
    with writer_lock(Files.of(database), LockWait(WaitPolicy(limit=0), time, print)):
        found = check_commit(database)

    assert (found.verdict, found.what) == (Verdict.OK, f"hubtrends is writing now (PID {os.getpid()})")


def test_a_dead_writer_is_not_writing(database: Path) -> None:
    """A process number that nobody has any more is what a kill leaves in the lock's file."""
    Files.of(database).lock.write_text(str(2**22 + 1))

    assert check_commit(database).what == "none was cut off, and nobody is writing"


def test_rows_that_were_rescued(database: Path) -> None:
    """They are nowhere else, so somebody must look."""
    Files.of(database).rescued.write_bytes(b"")
    found = check_commit(database)

    assert found.verdict is Verdict.WARNING
    assert "hub.duckdb.rescued holds rows that are nowhere else" in found.what
    assert found.remedy == "take out what is missing in the database, then delete it"


def test_a_damaged_journal(database: Path) -> None:
    """Both a file that is none and one with a broken page are found, and the rest is looked at all the same."""
    journal = Journal(database)
    journal.begin("crawl", None, NOW)
    body = journal.path.read_bytes()
    for damaged in (b"no journal at all" * 999, body[:4096] + b"\xff" * (len(body) - 4096)):
        journal.path.write_bytes(damaged)
        found = check_journal(database, ())

        assert (found.verdict, str(journal.path) in found.what) == (Verdict.BAD, True)
        assert "restore it from a backup, or move it away" in (found.remedy or "")
    assert not is_well(examine(Settings(database=database, reports=database.parent), NOW, online=False))


def test_a_journal_that_was_lost(database: Path) -> None:
    """The database tells of a report that the journal does not know."""
    with session(database) as con:
        mirror_journal(con, [("r", "report", None, day(0), day(0), "done", "")])
    found = check_journal(database, look_into(database, NOW).reports)

    assert (found.verdict, "does not know 1 of 1 reports" in found.what) == (Verdict.WARNING, True)
    assert "--forget-reports" in (found.remedy or "")


def test_a_walk_that_cannot_be_read(database: Path) -> None:
    """The folder is named; walks that can be read are only counted."""
    spool = Files.of(database).beside(".spool")
    spool_walk(spool / "good", Kind.MODEL, day(0))
    assert [found.what for found in check_spool(database)] == ["1 unfinished walk"]

    (spool / "bad").mkdir()
    (spool / "bad" / "walk.json").write_text("{")
    (found,) = check_spool(database)

    assert (found.verdict, found.what) == (Verdict.WARNING, f"the walk in {spool / 'bad'} cannot be read")
    assert found.remedy == "delete that folder: the walk begins anew"


def test_a_disk_that_is_short() -> None:
    """What is needed and what there is are both told."""
    found = check_room(DiskRoom(need=3_000_000_000, free=1_000_000_000))

    assert (found.verdict, found.what) == (
        Verdict.BAD, "the next commit needs 3.0 GB beside the file, 1.0 GB are free",
    )  # fmt: skip
    assert found.remedy == "make room on that disk"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Here because a file stands in its place."""
    (tmp_path / "data").write_text("a file")
    found = check_folder("folder", tmp_path / "data")

    assert (found.verdict, f"{tmp_path / 'data'} cannot be written to" in found.what) == (Verdict.BAD, True)
    assert found.remedy == "give this user the right, or name another"


def test_a_clock_that_is_behind() -> None:
    """What is stored cannot lie in the future; a few minutes between two machines can."""
    found = check_clock([day(0), NOW + timedelta(hours=2)], NOW)

    assert (found.verdict, found.what) == (
        Verdict.BAD, "2026-09-08 12:00 UTC is stored, and this clock says 2026-09-08 10:00",
    )  # fmt: skip
    assert "set the clock right" in (found.remedy or "")
    assert check_clock([NOW + timedelta(minutes=4)], NOW).verdict is Verdict.OK


def test_a_daemon_that_is_silent() -> None:
    """It is told since when, and how to start it; one that crawls is at work."""
    beat = Heartbeat(NOW - timedelta(hours=5), 4711, None)
    found = check_daemon(beat, None, NOW)

    assert (found.verdict, found.what) == (Verdict.WARNING, "PID 4711 has been silent for 5 h")
    assert found.remedy == "start `hubtrends daemon` again"
    assert check_daemon(beat, 4711, NOW).verdict is Verdict.OK


def test_a_token_that_is_none() -> None:
    """It is never shown, and never sent."""
    found = check_token("hf_ñ")

    assert (found.verdict, found.remedy) == (Verdict.BAD, "set HF_TOKEN anew, or log in again")
    assert "hf_" not in found.what
    assert check_token(None).verdict is Verdict.OK


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimServer]:
    """A Hub on loopback, as if it were the configured one."""
    with SimServer(SimHub({}), tokens=("good",)) as server:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
        monkeypatch.setenv("HF_TOKEN", "good")
        yield server


def test_a_hub_that_answers(hub: SimServer) -> None:
    """One request tells."""
    found = check_hub(5, datetime.now(UTC))

    assert (found.verdict, found.what) == (Verdict.OK, f"{hub.url} answers")
    assert len(hub.requests) == 1


def test_a_hub_whose_time_is_another(hub: SimServer) -> None:
    """The offset and both times are named, as a crawl would say it."""
    hub.now = lambda: NOW
    found = check_hub(5, NOW + timedelta(minutes=12))

    assert (found.check, found.verdict) == ("clock", Verdict.BAD)
    assert found.what.startswith("This machine's clock is 12 min ahead: it says 2026-09-08 10:12 UTC, the Hub at")


def test_a_hub_that_refuses_the_token(hub: SimServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is wrong, not the network."""
    monkeypatch.setenv("HF_TOKEN", "bad")
    found = check_hub(5, datetime.now(UTC))

    assert (found.verdict, "with 401" in found.what) == (Verdict.BAD, True)
    assert found.remedy == "renew HF_TOKEN or the saved login, or remove it"


def test_a_hub_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens on the discard port."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    found = check_hub(5, datetime.now(UTC))

    assert found.verdict is Verdict.BAD
    assert found.what.startswith("The Hub at http://127.0.0.1:9 cannot be reached")
    assert found.remedy == "check the network and HF_ENDPOINT, then try again"


@pytest.mark.parametrize("fault", [Fault.QUOTA_SPENT, Fault.THROTTLED_RETRY_AFTER])
def test_a_hub_that_wants_us_to_wait(hub: SimServer, fault: Fault) -> None:
    """Doctor does not wait for minutes: it says what the Hub said."""
    hub.set_faults(Faults((Rule(fault, path="/api/models"),)))
    found = check_hub(5, datetime.now(UTC))

    assert (found.verdict, "429" in found.what) == (Verdict.WARNING, True)
    assert found.remedy == "try again in five minutes"


class Answers(BaseHTTPRequestHandler):
    """A Hub that says one entity, and nothing of a limit."""

    status = 500

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(
    ("status", "verdict", "what", "remedy"),
    [
        (400, Verdict.BAD, "with 400", "see whether a newer hubtrends is out"),
        (500, Verdict.WARNING, "last with: 500", "try again later"),
    ],
)
def test_a_hub_that_answers_wrongly(
    monkeypatch: pytest.MonkeyPatch, status: int, verdict: Verdict, what: str, remedy: str
) -> None:
    """A request that it finds wrong is ours to mend, a failure of its own is not; one try is enough to tell."""
    monkeypatch.setattr(Answers, "status", status)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        found = check_hub(5, datetime.now(UTC))
        server.shutdown()

    assert (found.verdict, found.remedy) == (verdict, remedy)
    assert what in found.what


def test_doctor_on_the_command_line(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Well is 0; what a person must mend has a code of its own, and so has a configuration with mistakes."""
    monkeypatch.chdir(database.parent)
    assert run(["doctor", "--db", str(database)]) == ExitCode.OK
    assert re.search(r"^journal +ok +nothing has run yet$", capsys.readouterr().out, re.MULTILINE)

    database.write_bytes(b"")
    assert run(["doctor", "--db", str(database), "--format", "json"]) == ExitCode.ATTENTION
    assert {"check": "database", "verdict": "bad"}.items() <= {
        key: value
        for row in json.loads(capsys.readouterr().out)
        if row["check"] == "database"
        for key, value in row.items()
    }.items()

    (database.parent / "config.yaml").write_text("crawl: {top: -1}\n")
    assert run(["doctor"]) == ExitCode.ATTENTION
    assert "crawl.top: must be at least 0, not -1" in capsys.readouterr().out


def test_a_journal_that_is_locked_is_not_damaged(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what SQLite calls corrupt, or no database, is called damaged."""
    journal = Journal(database)
    journal.begin("crawl", None, NOW)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: connect(path, timeout=0))
    with closing(connect(journal.path)) as con:
        con.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError):
            journal.begin("crawl", None, NOW)
