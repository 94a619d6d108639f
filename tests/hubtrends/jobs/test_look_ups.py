"""Look-ups of a weekly run: what a report shows of its rows, and that it is written whatever the Hub answers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.kinds import Kind, Scope
from hubtrends.config.settings import ReportSettings, Settings
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.report import ReportRequest, run_report
from hubtrends.jobs.weekly import run_weekly
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.server import SimServer
from tests.fakes.hubs import hub_of, model
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept

START = datetime(2026, 9, 7, 10, tzinfo=UTC)
WEEK = timedelta(days=7)
CRAWL = CrawlRequest((Kind.MODEL,), Scope.HEAD)
MODELS = range(1, 7)


class Editor:
    """Has a store with one snapshot of six models, and runs the weekly job a week later."""

    def __init__(self, folder: Path, server: SimServer, lookups: int) -> None:
        self.server = server
        settings = Settings(reports=folder / "out", report=ReportSettings(lookups=lookups))
        self.settings = settings.with_database(folder / "hub.duckdb")
        run_crawl(self.at(START), CRAWL)
        self.server.hub = hub_of(*(model(n, likes=50 * n, usedStorage=1000 * n) for n in MODELS))

    def at(self, moment: datetime) -> RunContext:
        return RunContext(self.settings, lambda: moment, Kept(), Unwaiting(), self.server.url)

    def runs_weekly(self) -> dict[str, bytes]:
        done = run_weekly(self.at(START + WEEK), CRAWL, ReportRequest(self.settings.reports))
        return {file.name: file.read_bytes() for file in done.files}

    def reports_later(self) -> dict[str, bytes]:
        request = ReportRequest(self.settings.reports, as_of=START + WEEK)
        return {file.name: file.read_bytes() for file in run_report(self.at(START + 2 * WEEK), request)}

    def asks(self, query: str) -> list[tuple[Any, ...]]:
        with closing(duckdb.connect(str(self.settings.database), read_only=True)) as con:
            return con.execute(query).fetchall()

    @property
    def looked_up(self) -> list[str]:
        return [one.path for one in self.server.requests if one.path.startswith("/api/models/")]


def described(files: dict[str, bytes]) -> dict[str, Any]:
    """Return the descriptions in the JSON of a report, by Hub id."""
    (text,) = (body for name, body in files.items() if name.endswith(".json"))
    return {one["hub_id"]: one for one in json.loads(text)["results"]["descriptions"]}


@pytest.fixture
def server() -> Iterator[SimServer]:
    with SimServer(hub_of(*(model(n, likes=n) for n in MODELS))) as server:
        yield server


def test_the_listed_entities_have_the_numbers_of_their_look_ups(tmp_path: Path, server: SimServer) -> None:
    """The report and the store have the storage, and a later report has the same bytes without a request."""
    editor = Editor(tmp_path, server, 60)
    files = editor.runs_weekly()
    asked = len(editor.looked_up)

    storage = {one["id"]: one["used_storage"] for one in described(files).values()}
    assert storage == {f"quillworks/net-{n}": 1000 * n for n in MODELS}
    assert editor.asks("SELECT count(used_storage) FROM observations") == [(len(MODELS),)]
    assert files == editor.reports_later()
    assert asked == len(editor.looked_up) == len(MODELS)


@pytest.mark.parametrize("budget", [0, 2])
def test_the_budget_bounds_the_look_ups(tmp_path: Path, server: SimServer, budget: int) -> None:
    """No more entities are looked up than `report.lookups` allows."""
    editor = Editor(tmp_path, server, budget)
    files = editor.runs_weekly()

    assert len(editor.looked_up) == budget
    assert sum(one["used_storage"] is not None for one in described(files).values()) == budget


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.QUOTA_SPENT, Fault.RESET, Fault.NOT_JSON])
def test_the_report_is_written_whatever_the_look_ups_meet(tmp_path: Path, server: SimServer, fault: Fault) -> None:
    """A Hub that fails after the crawl costs the details and nothing else."""
    editor = Editor(tmp_path, server, 60)
    server.set_faults(Faults((Rule(fault, "/api/models/"),), wait_s=300))
    files = editor.runs_weekly()

    assert {one["used_storage"] for one in described(files).values()} == {None}
    assert editor.asks("SELECT count(*) FROM lists") != [(0,)]
    assert files == editor.reports_later()


def test_an_entity_that_is_private_by_now_is_not_in_the_report(
    tmp_path: Path, server: SimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves the report and the snapshot, and a later report has the same bytes."""
    editor = Editor(tmp_path, server, 60)
    hub, find = server.hub, server.hub.find

    def hiding(token: str | None, kind: str, name: str) -> Mapping[str, Any] | None:
        found = find(token, kind, name)
        return found and dict(found) | {"private": name == "quillworks/net-6"}

    monkeypatch.setattr(hub, "find", hiding)
    files = editor.runs_weekly()

    assert "quillworks/net-6" not in {one["id"] for one in described(files).values()}
    assert not any(b"net-6" in body for body in files.values())
    assert editor.asks("SELECT status FROM entities WHERE id = 'quillworks/net-6'") == [("missing",)]
    assert files == editor.reports_later()


def test_an_entity_that_is_gone_by_now_stays_in_the_report(tmp_path: Path, server: SimServer) -> None:
    """A look-up that finds nothing tells nothing: the lists of the snapshot showed the entity."""
    editor = Editor(tmp_path, server, 60)
    hub, find = server.hub, server.hub.find
    hub.find = lambda token, kind, name: None if name.endswith("net-6") else find(token, kind, name)  # type: ignore[method-assign]
    files = editor.runs_weekly()

    assert {one["id"]: one["used_storage"] for one in described(files).values()}["quillworks/net-6"] is None
