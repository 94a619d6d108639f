"""In how many parts a run is stored: one slow kind does not delay the others."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.errors import CrawlStoppedError, HubFailedError
from crawler.kinds import Kind, Scope
from hubtrends.config.settings import RateLimitSettings, Settings
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.journal import Journal, Outcome
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from tests.fakes.hubs import model
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept

NOW = datetime(2026, 10, 1, 10, tzinfo=UTC)
BOTH = (Kind.MODEL, Kind.DATASET)


class Slow(SimServer):
    """Holds back its second answer about datasets until it is released."""

    def __init__(self) -> None:
        super().__init__(SimHub({"models": ListSource([model(1)]), "datasets": ListSource([model(2)])}))
        self.released = threading.Event()

    def reply(self, *request: Any) -> Any:
        if request[1].path == "/api/datasets" and self.count(path="/api/datasets"):
            assert self.released.wait(60), "the models were never stored"
        return super().reply(*request)


class Releasing(Kept):
    """Calls a function when an early commit succeeds or fails."""

    def __init__(self, heard: Callable[[], None], *words: str) -> None:
        super().__init__()
        self.heard, self.words = heard, words

    def log(self, line: str) -> None:
        super().log(line)
        if line.startswith(self.words):
            self.heard()


def crawled(
    folder: Path, hub: SimServer, reporter: Kept, *, grace: float = 0.01, stop: threading.Event | None = None
) -> None:
    """Crawl models and datasets."""
    settings = Settings(rate_limit=RateLimitSettings(attempts=2), wait_seconds=0).with_database(folder / "hub.duckdb")
    run_crawl(
        RunContext(settings, lambda: NOW, reporter, stop or Unwaiting(), hub.url, grace), CrawlRequest(BOTH, Scope.HEAD)
    )


def kinds(folder: Path) -> list[tuple[str, bool]]:
    """Return the kinds of the snapshots in order, and whether each is complete."""
    with contextlib.closing(duckdb.connect(str(folder / "hub.duckdb"), read_only=True)) as con:
        return con.execute("SELECT kind, complete FROM snapshots ORDER BY snapshot_id").fetchall()


def test_a_complete_kind_is_stored_while_another_continues(tmp_path: Path) -> None:
    """The datasets are answered only after the models are stored; then they are stored as well."""
    with Slow() as hub:
        reporter = Releasing(hub.released.set, "stored before the other kinds")
        crawled(tmp_path, hub, reporter)

    (run,) = Journal(tmp_path / "hub.duckdb").runs()
    assert kinds(tmp_path) == [("model", True), ("dataset", True)]
    assert run.outcome is Outcome.DONE
    assert run.detail is not None
    assert run.detail.startswith("stored early: 1 models,")
    assert "; 1 datasets," in run.detail
    assert not any((tmp_path / "hub.duckdb.spool").glob("*/walk.json"))


def test_a_stopped_run_keeps_what_was_stored_early(tmp_path: Path) -> None:
    """The unfinished kind stays in the spool for the next run."""
    stop = threading.Event()

    def heard() -> None:
        stop.set()
        hub.released.set()

    with Slow() as hub, pytest.raises(CrawlStoppedError):
        crawled(tmp_path, hub, Releasing(heard, "stored before"), stop=stop)

    (run,) = Journal(tmp_path / "hub.duckdb").runs()
    assert kinds(tmp_path) == [("model", True)]
    assert run.outcome is Outcome.STOPPED
    assert "stored early: 1 models," in (run.detail or "")
    assert [folder.name for folder in (tmp_path / "hub.duckdb.spool").glob("*/")] == ["dataset"]


def test_a_busy_database_is_no_reason_to_end_the_walks(tmp_path: Path) -> None:
    """Walks that cannot be stored early are stored at the end with the rest."""
    with Slow() as hub:
        crawled(tmp_path, hub, Releasing(hub.released.set, "stored before"))
        writer = duckdb.connect(str(tmp_path / "hub.duckdb"))

        def heard() -> None:
            writer.close()
            again.released.set()

        with contextlib.closing(writer), Slow() as again:
            reporter = Releasing(heard, "not stored yet")
            crawled(tmp_path, again, reporter)

    assert kinds(tmp_path) == [("model", True), ("dataset", True)] * 2
    assert any(line.startswith("not stored yet") for line in reporter.lines)


def test_kinds_that_end_within_minutes_are_stored_together(tmp_path: Path) -> None:
    """They share one commit, because each commit copies the database."""
    with Slow() as hub:
        hub.released.set()
        reporter = Kept()
        crawled(tmp_path, hub, reporter, grace=300)

    assert kinds(tmp_path) == [("model", True), ("dataset", True)]
    assert reporter.lines == []


def test_a_hub_that_always_fails_is_asked_a_bounded_number_of_times(tmp_path: Path) -> None:
    """Two kinds with two attempts each send four requests in total."""
    with SimServer(SimHub({"models": ListSource([model(1)])}), faults=Faults((Rule(Fault.UNAVAILABLE),))) as hub:
        with pytest.raises(HubFailedError, match="failed 2 times"):
            crawled(tmp_path, hub, Kept())
        assert len(hub.requests) == 4
