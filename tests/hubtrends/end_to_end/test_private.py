"""Nothing private is ever stored: whole crawls of a Hub that shows private repositories to a token's owner."""

import base64
import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import polars as pl
import pytest

from crawler.errors import CrawlStoppedError
from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import REPO_KINDS, Kind, Scope
from crawler.spool.spool import SpooledPage
from hubtrends.config.settings import CrawlSettings, Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.health.finding import Verdict
from hubtrends.health.private import check_private
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.hubs import hub_id, model
from tests.fakes.keeper import Keeper
from tests.fakes.quiet import Kept
from tests.fakes.user import InProcess

START = datetime(2026, 9, 10, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = "zz-secret"
"""In the name of everything private, and in no other name."""

ODD = {3: "true", 6: 1, 9: "false", 12: {"is": True}, 15: [1], 18: 2.5}
"""Values of `private` that are not clearly false."""

SMALL = Settings(crawl=CrawlSettings(top=20, created_days=28, page_size=5))
CONTENTS = """
SELECT e.kind, e.id, o.likes, o.downloads, o.rank, e.status, s.records, s.rejected, s.duplicates
FROM observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
ORDER BY ALL
"""


def repo(kind: Kind, number: int, **fields: Any) -> dict[str, Any]:
    """Return a repository of a kind; every third number and the numbers 40 to 45 are private."""
    private = number % 3 == 0 or 40 <= number < 46
    name = f"quillworks/{SECRET}-{kind}-{number}" if private else f"quillworks/{kind}-{number}"
    hidden = {"private": ODD.get(number, True), "onlyHere": SECRET} if private else {}
    return model(number, id=name, modelId=name, likes=number * 7 % 50, trendingScore=number, **hidden) | fields


def hub(**changes: dict[str, Any]) -> SimHub:
    """Return a Hub of 60 models, 60 datasets and 60 spaces; `n7={...}` changes the seventh of each."""
    numbers = range(1, 61)
    return SimHub(
        {kind.plural: ListSource(repo(kind, n, **changes.get(f"n{n}", {})) for n in numbers) for kind in REPO_KINDS}
    )


PRIVATE = [n for n in range(1, 61) if repo(Kind.MODEL, n).get("private")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimServer]:
    """A Hub on loopback as the configured endpoint, with a valid token."""
    with SimServer(hub(), tokens=("good",)) as server:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
        monkeypatch.setenv("HF_TOKEN", "good")
        yield server


@pytest.fixture
def user(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> InProcess:
    return InProcess(tmp_path, capsys, monkeypatch)


class Impatient(Kept):
    """Requests a stop after every page."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self.stop = stop

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        self.stop.set()


def owner(folder: Path) -> Keeper:
    """Return a user whose crawls send the token."""
    folder.mkdir(exist_ok=True)
    return Keeper(folder / "hub.duckdb", None, SMALL)


def anyone(folder: Path, server: SimServer) -> Keeper:
    """Return a user without a token."""
    folder.mkdir(exist_ok=True)
    return Keeper(folder / "hub.duckdb", server.url, SMALL)


def traces(folder: Path) -> list[str]:
    """Return every file that contains a private name or `_id`, also in compressed formats."""
    words = [SECRET, *(hub_id(number) for number in PRIVATE)]
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "watch.txt"]
    return [str(file.relative_to(folder)) for file in files if any(word in _text(file) for word in words)]


def _text(file: Path) -> str:
    text = file.read_bytes().decode("latin-1")
    for cursor in re.findall(r"cursor=([^&\"]+)", text):
        text += base64.b64decode(unquote(cursor)).decode()
    if file.suffix == ".parquet":
        text += str(pl.read_parquet(file).rows())
    if file.suffix == ".journal":
        with closing(sqlite3.connect(file)) as con:
            text += "\n".join(con.iterdump())
    if file.suffix == ".duckdb":
        with closing(duckdb.connect(str(file), read_only=True)) as con:
            tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
            text += "".join(str(con.execute(f"FROM {table}").fetchall()) for (table,) in tables)
    return text


@pytest.mark.parametrize("scope", list(Scope))
def test_a_crawl_with_a_token_stores_what_one_without_stores(tmp_path: Path, server: SimServer, scope: Scope) -> None:
    """The rows and ranks are the same, from a list of the same depth; only the number of private items differs."""
    mine, theirs = owner(tmp_path / "mine"), anyone(tmp_path / "theirs", server)
    taken = mine.crawls(START, *REPO_KINDS, scope=scope)
    theirs.crawls(START, *REPO_KINDS, scope=scope)

    assert mine.asks(CONTENTS) == theirs.asks(CONTENTS)
    assert [snapshot.private for snapshot in taken] == [len(PRIVATE)] * 3
    assert mine.asks("SELECT DISTINCT private FROM snapshots") == [(len(PRIVATE),)]
    assert theirs.asks("SELECT DISTINCT private FROM snapshots") == [(0,)]
    assert all(f", {len(PRIVATE)} private, not stored" in snapshot.describe() for snapshot in taken)
    assert traces(tmp_path) == []
    assert SECRET not in "".join(mine.reporter.lines)


def test_a_private_repository_on_the_watch_list_is_looked_up_and_not_stored(tmp_path: Path, server: SimServer) -> None:
    """It is looked up by its name in the watch list, and nothing of it is stored."""
    mine = owner(tmp_path)
    watched = f"model:quillworks/{SECRET}-model-3\nauthor:quillworks\ndataset:quillworks/dataset-1\n"
    (tmp_path / "watch.txt").write_text(watched)
    mine.settings = mine.settings.model_copy(update={"crawl": CrawlSettings(top=5, created_days=1, page_size=5)})
    mine.crawls(START, *REPO_KINDS, scope=Scope.HEAD)

    assert server.count(path=f"/api/models/quillworks/{SECRET}-model-3", status=200) == 1
    assert mine.asks("SELECT count(*) FROM entities WHERE id = 'quillworks/dataset-1'") == [(1,)]
    assert SECRET not in str(mine.reporter.pages)
    assert traces(tmp_path) == []


@pytest.mark.parametrize("scope", list(Scope))
def test_an_interrupted_walk_leaves_nothing_private_in_the_spool(
    tmp_path: Path, server: SimServer, scope: Scope
) -> None:
    """The walk is interrupted after every page and resumed; each private repository still counts once."""
    mine = owner(tmp_path)
    mine.reporter = Impatient(mine.stop)
    for _ in range(40):
        mine.stop.clear()
        try:
            (taken,) = mine.crawls(START, Kind.MODEL, scope=scope)
            break
        except CrawlStoppedError:
            assert traces(tmp_path) == []
            assert (tmp_path / "hub.duckdb.spool").exists()

    assert server.count() > 8
    assert (taken.records, taken.private) == (60 - len(PRIVATE), len(PRIVATE))


@pytest.mark.parametrize("scope", list(Scope))
def test_a_public_repository_that_becomes_private_is_removed(tmp_path: Path, server: SimServer, scope: Scope) -> None:
    """A look-up after a canary finds nothing public; a repository that was never public has no event."""
    mine = owner(tmp_path)
    mine.crawls(START, Kind.MODEL, scope=scope)
    server.hub = hub(n58={"private": True})
    (taken,) = mine.crawls(START + DAY, Kind.MODEL, scope=scope)

    assert (taken.removed, taken.private) == (1, len(PRIVATE) + 1)
    removed = "SELECT id, evidence FROM events WHERE event = 'removed'"
    ((name, evidence),) = mine.asks(removed)
    assert name == "quillworks/model-58"
    assert evidence.startswith("a look-up of quillworks/model-58 found nothing public, under a look-up of a listed")
    assert mine.asks("SELECT count(*) FROM entities WHERE status <> 'listed'") == [(1,)]
    assert traces(tmp_path) == []


def test_a_later_crawl_without_the_token_does_not_report_private_repositories(
    tmp_path: Path, server: SimServer
) -> None:
    """Private repositories were never stored, so they cannot be missing."""
    mine, theirs = owner(tmp_path), anyone(tmp_path, server)
    mine.crawls(START, Kind.MODEL)
    (taken,) = theirs.crawls(START + DAY, Kind.MODEL)

    assert (taken.removed, taken.withheld, taken.private) == (0, None, 0)
    assert theirs.asks("SELECT count(*) FROM events WHERE event <> 'appeared'") == [(0,)]
    assert theirs.asks("SELECT DISTINCT status FROM entities") == [("listed",)]


def test_a_private_repository_that_becomes_public_appears(tmp_path: Path, server: SimServer) -> None:
    """From then on it is an ordinary repository."""
    mine = owner(tmp_path)
    mine.crawls(START, Kind.MODEL)
    server.hub = hub(n60={"private": False})
    (taken,) = mine.crawls(START + DAY, Kind.MODEL)

    assert (taken.records, taken.private) == (61 - len(PRIVATE), len(PRIVATE) - 1)
    assert mine.asks("SELECT id FROM events WHERE event = 'appeared'") == [(f"quillworks/{SECRET}-model-60",)]


def test_a_private_item_that_does_not_fit_is_no_rejection(tmp_path: Path, server: SimServer) -> None:
    """It is dropped before validation; a public item is kept without a private object inside it."""
    inside = {"likes": -1, "gguf": {"total": 1, "id": f"quillworks/{SECRET}", "private": True}}
    server.hub = hub(n60={"likes": "many"}, n57={"_id": hub_id(57), "tags": [{"a": 1}]}, n1=inside)
    mine = owner(tmp_path)
    (taken,) = mine.crawls(START, Kind.MODEL)

    assert (taken.rejected, taken.private) == (1, len(PRIVATE))
    assert traces(tmp_path) == []


def test_everything_that_the_program_writes_and_says(user: InProcess, server: SimServer, tmp_path: Path) -> None:
    """Crawls, reports, exports and backups contain nothing private; the user sees only a count."""
    environ = {"HF_ENDPOINT": server.url, "HF_TOKEN": "good"}
    said = []
    for words in (
        ("crawl", *REPO_KINDS, "--scope", "full", "--observed-at", START.isoformat()),
        ("weekly",),
        ("status",),
        ("status", "--format", "json"),
        ("export",),
        ("backup", "kept"),
        ("doctor", "--online"),
    ):
        done = user.runs(*words, **environ)
        assert done.returncode in (ExitCode.OK, ExitCode.ATTENTION), done.stderr
        said.append(done.stdout + done.stderr)

    assert f"{len(PRIVATE)} private, not stored" in said[0]
    assert {row["private"] for row in json.loads(said[3])["snapshots"] if row["kind"] != "paper"} >= {len(PRIVATE)}
    assert "nothing stored of keeper, quillworks is private now" in " ".join(said[-1].split())
    report = next((tmp_path / "out").glob("*.md")).read_text()
    assert "Private" in report
    assert traces(tmp_path) == []
    assert SECRET not in "".join(said)


def test_doctor_names_what_is_stored_and_private_now(tmp_path: Path, server: SimServer) -> None:
    """A few requests find it, and the remedy is a command."""
    mine = owner(tmp_path)
    mine.crawls(START, Kind.MODEL, Kind.DATASET)
    server.hub = hub(n58={"private": True}, n59={"private": 1})
    asked = server.count()
    found = check_private(mine.settings.database, "good", 5, datetime.now(UTC))

    assert found.verdict is Verdict.WARNING
    assert found.what == (
        "stored, and private now: dataset quillworks/dataset-58, dataset quillworks/dataset-59,"
        " model quillworks/model-58, model quillworks/model-59"
    )
    assert found.remedy is not None
    assert "hubtrends forget ID" in found.remedy
    assert server.count() - asked == 3


def test_doctor_without_a_token_asks_nothing(tmp_path: Path, server: SimServer) -> None:
    """Without a token the Hub cannot say what is private."""
    assert check_private(tmp_path / "hub.duckdb", None, 5, START).verdict is Verdict.SKIPPED
    assert server.count() == 0
