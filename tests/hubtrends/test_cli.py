"""The command line with a real Hub on loopback: output, exit codes and one-line errors."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from typer.main import get_command

from hubtrends.app import COMMANDS, app
from hubtrends.exit_codes import ExitCode
from hubtrends.lazy_command import LazyCommand
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.world.world import World
from tests.fakes.user import InProcess, User, one_line

README = Path(__file__).parents[2] / "README.md"
START = datetime(2026, 9, 1, 10, tzinfo=UTC)

pytestmark = pytest.mark.timeout(900)
"""Some tests start processes, which takes minutes on a busy machine."""


@pytest.fixture
def user(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> InProcess:
    return InProcess(tmp_path, capsys, monkeypatch)


@pytest.fixture
def process_user(tmp_path: Path) -> User:
    return User(tmp_path)


@pytest.fixture
def hub() -> Iterator[SimServer]:
    world = World(seed=2, models=30, datasets=10, spaces=10, papers_a_day=2, articles_a_week=5, start=START.date())
    with SimServer(world.at(START), tokens=("good",)) as server:
        server.days = world  # type: ignore[attr-defined]
        yield server


def test_the_contract_from_crawl_to_report(user: InProcess, process_user: User, hub: SimServer) -> None:
    """Crawls a week apart, the change in SQL, and a report that another process repeats byte by byte."""
    for days in (0, 7):
        moment = START + timedelta(days=days)
        hub.hub = hub.days.at(moment)  # type: ignore[attr-defined]
        done = user.runs("crawl", "--db", "F.duckdb", "--observed-at", moment.isoformat(), HF_ENDPOINT=hub.url)
        assert (done.returncode, done.stdout) == (ExitCode.OK, ""), done.stderr

    changes = "week_over_week('model', as_of := TIMESTAMPTZ '2026-09-08 12:00Z')"
    asked = user.runs(
        "sql", f"SELECT count(*), min(basis), min(span_days) FROM {changes}", "--db", "F.duckdb", "--format", "json"
    )
    (answer,) = json.loads(asked.stdout)
    assert list(answer.values())[1:] == ["exact", 7.0]

    report = user.runs("-v", "report", "--db", "F.duckdb", "--as-of", "2026-09-08T12:00", "--out", "R")
    assert report.returncode == ExitCode.OK, report.stderr
    files = [user.home / line for line in report.stdout.splitlines()]
    assert {file.suffix for file in files} == {".html", ".md", ".json", ".csv", ".txt", ".png"}
    assert all(file.stat().st_size for file in files)

    again = process_user.runs("-v", "report", "--db", "F.duckdb", "--as-of", "2026-09-08T12:00", "--out", "S", TZ="UTC")
    assert [Path(user.home / line).read_bytes() for line in again.stdout.splitlines()] == [
        f.read_bytes() for f in files
    ]


def test_a_hub_that_cannot_be_reached(user: InProcess) -> None:
    """The message names the endpoint and the remedy, within seconds."""
    done = user.runs("crawl", "paper", HF_ENDPOINT="http://127.0.0.1:9")

    assert done.returncode == ExitCode.HUB_UNAVAILABLE
    assert "http://127.0.0.1:9 cannot be reached" in one_line(done.stderr)


def test_a_token_that_the_hub_does_not_know(user: InProcess, hub: SimServer) -> None:
    """A crawl with an invalid token stores nothing and names the remedy."""
    done = user.runs("crawl", "model", HF_ENDPOINT=hub.url, HF_TOKEN="hf_bad")

    assert done.returncode == ExitCode.HUB_REFUSED
    assert "renew HF_TOKEN" in one_line(done.stderr)
    assert not (user.home / "hub.duckdb").exists()


@pytest.mark.parametrize(("minutes", "direction"), [(34, "behind"), (-34, "ahead")])
def test_a_clock_that_differs_from_the_hub(user: InProcess, hub: SimServer, minutes: int, direction: str) -> None:
    """One line states the offset and the remedy, and no database is created; a stated time skips the check."""
    hub.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)

    done = user.runs("crawl", "model", HF_ENDPOINT=hub.url)
    stated = user.runs("crawl", "paper", "--observed-at", START.isoformat(), HF_ENDPOINT=hub.url)

    assert done.returncode == ExitCode.ATTENTION
    assert f"clock is 34 min {direction}: it says" in one_line(done.stderr).replace("33 min 59 s", "34 min")
    assert "timedatectl set-ntp true" in done.stderr
    assert not list(user.home.glob("*.spool/*/*.parquet"))
    assert stated.returncode == ExitCode.OK, stated.stderr


class SaysNo(BaseHTTPRequestHandler):
    """A Hub that rejects every request with 400."""

    def do_GET(self) -> None:
        body = b'{"error": "Invalid option: expected one of \\"author\\""}'
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


def test_a_hub_that_rejects_the_request(user: InProcess) -> None:
    """The error for a 400 names the request and quotes the Hub."""
    with ThreadingHTTPServer(("127.0.0.1", 0), SaysNo) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        done = user.runs("crawl", "model", HF_ENDPOINT=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()

    assert done.returncode == ExitCode.HUB_REJECTED
    assert "Invalid option" in one_line(done.stderr)


def test_a_database_that_another_program_writes(process_user: User, hub: SimServer) -> None:
    """A query names the process that holds the file; a crawl keeps its pages for the next run."""
    path = process_user.home / "hub.duckdb"
    process_user.runs("crawl", "space", HF_ENDPOINT=hub.url)
    with closing(duckdb.connect(str(path))) as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS x")
        asked = process_user.runs("sql", "SELECT 1")
        (process_user.home / "config.yaml").write_text("wait_seconds: 0\n")
        crawled = process_user.runs("crawl", "space", HF_ENDPOINT=hub.url)

    assert asked.returncode == crawled.returncode == ExitCode.DATABASE_BUSY
    assert f"PID {os.getpid()}" in one_line(asked.stderr)
    requests = len(hub.requests)
    assert process_user.runs("crawl", "space", HF_ENDPOINT=hub.url).returncode == ExitCode.OK
    assert len(hub.requests) == requests
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        assert con.execute("SELECT count(*), (SELECT x FROM mine) FROM snapshots").fetchone() == (2, 1)


def test_a_database_of_a_newer_program(user: InProcess) -> None:
    """A file with a newer schema is not changed."""
    with closing(duckdb.connect(str(user.home / "hub.duckdb"))) as con:
        con.execute("CREATE TABLE schema_migrations AS SELECT 99 AS version")
    done = user.runs("sql", "SELECT 1")

    assert done.returncode == ExitCode.DATABASE_UNUSABLE
    assert "install a newer hubtrends" in one_line(done.stderr)


def test_a_file_that_is_no_database(user: InProcess) -> None:
    """The error says that the file is no database."""
    (user.home / "hub.duckdb").write_text("not a database" * 1000)
    done = user.runs("history", "a/b")

    assert done.returncode == ExitCode.DATABASE_UNUSABLE
    fault, remedy = done.stderr.splitlines()
    assert "is not a valid DuckDB file" in fault
    assert "run `hubtrends restore FILE --db hub.duckdb`" in remedy


def test_an_empty_file(user: InProcess) -> None:
    """An empty file is distinguished from a damaged one, because it may be deleted."""
    (user.home / "hub.duckdb").touch()
    done = user.runs("sql", "SELECT 1")

    assert done.returncode == ExitCode.DATABASE_UNUSABLE
    assert done.stderr.splitlines()[0].endswith("is empty: delete it for a new start, or restore a backup")


def test_the_database_of_a_group_of_commands(user: InProcess) -> None:
    """--db and --config may stand before or after a sub-command; the later one wins."""
    user.runs("watch", "--db", "one/F.duckdb", "add", "org/before")
    user.runs("watch", "--db", "one/F.duckdb", "add", "--db", "two/F.duckdb", "org/after")

    assert (user.home / "one" / "watch.txt").read_text().endswith("model:org/before\n")
    assert (user.home / "two" / "watch.txt").read_text().endswith("model:org/after\n")
    assert "database: three.duckdb" in user.runs("config", "--db", "three.duckdb", "show").stdout


def test_every_command_is_in_the_readme() -> None:
    """Every command is in the README."""
    documented = re.findall(r"^\| `([a-z-]+)`", README.read_text(), re.MULTILINE)

    assert sorted(documented) == sorted(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_list_of_commands_shows_the_first_sentence_of_each_help(command: LazyCommand) -> None:
    """The list is written down so that it imports no command; it must not differ from the commands."""
    first, _, _ = command.load().help.partition("\n\n")

    assert " ".join(first.split()) == command.help


@pytest.mark.parametrize(
    "words",
    [
        ("crawl", "models"),
        ("crawl", "--observed-at", "yesterday"),
        ("report", "--week", "2026-W54"),
        ("report", "--week", "2026-W19", "--as-of", "2026-05-04"),
        ("trends", "space", "--metric", "downloads"),
        ("trends", "model", "--limit", "99999999999999999999"),
        ("report", "--as-of", "0001-01-01"),
        ("sql",),
        ("watch", "add"),
        ("nonsense",),
    ],
)
def test_an_invalid_value_on_the_command_line(user: InProcess, words: tuple[str, ...]) -> None:
    """Usage errors end with 2 and name the expected input, without a traceback."""
    done = user.runs(*words)

    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stderr
    assert "Error" in done.stderr


def test_a_column_that_was_asked_for_is_shown(user: InProcess) -> None:
    """A requested column is shown even if no row has a value."""
    with closing(duckdb.connect(str(user.home / "hub.duckdb"))) as con:
        con.execute("CREATE TABLE mine AS SELECT 1 AS x")

    asked = user.runs("sql", "SELECT 1 AS a, NULL::DATE AS b")

    assert asked.stdout.split() == ["a", "b", "1"], asked.stderr


def test_a_query_before_the_first_crawl(user: InProcess) -> None:
    """Without a database every query names the first step."""
    for words in (("sql", "SELECT 1"), ("trends", "model"), ("report",), ("history", "a/b")):
        done = user.runs(*words)
        assert done.returncode == ExitCode.NOTHING_YET, done.stderr
        assert "hubtrends crawl" in one_line(done.stderr)
    assert user.runs("status").returncode == ExitCode.OK
