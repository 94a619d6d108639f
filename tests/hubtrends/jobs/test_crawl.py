"""What a crawl reports before its first page, and what the journal keeps of it."""

import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from crawler.errors import CrawlStoppedError, SpoolFullError
from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind, Scope
from crawler.spool.spool import SpooledPage
from crawler.walk import Walk
from db.errors import ObservedInThePastError
from hubtrends.config.settings import CrawlSettings, Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.failures import exit_code_for
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.journal import Journal, Outcome, Run
from hubtrends.progress.eta import Start
from hubtrends.sim.server.faults import Fault, Faults, Rule
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept

START = datetime(2026, 10, 1, 10, tzinfo=UTC)
MODELS, PAGE = 89, 10


@pytest.fixture
def server() -> Iterator[SimServer]:
    with SimServer(BulkHub(models=MODELS)) as running:
        yield running


class StoppedAfter(Kept):
    """Requests a stop after a number of pages."""

    def __init__(self, pages: int) -> None:
        super().__init__()
        self.stop, self.most = Unwaiting(), pages

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        super().on_page(kind, page, left)
        if len(self.pages) >= self.most:
            self.stop.set()


Crawls = Callable[..., Kept]


@pytest.fixture
def crawls(tmp_path: Path, server: SimServer) -> Crawls:
    """Return a function that crawls all models at a moment and returns the reporter; `stop_after` limits the pages."""

    def crawl(
        at: datetime = START,
        *,
        scope: Scope = Scope.FULL,
        stop_after: int = 10**6,
        page_size: int = PAGE,
        **how: object,
    ) -> Kept:
        settings = Settings(crawl=CrawlSettings(page_size=page_size)).with_database(tmp_path / "hub.duckdb")
        reporter = StoppedAfter(stop_after)
        context = RunContext(settings, lambda: at, reporter, reporter.stop, server.url)
        try:
            run_crawl(context, CrawlRequest([Kind.MODEL], scope, **how))  # type: ignore[arg-type]
        except CrawlStoppedError:
            reporter.lines.append("stopped")
        return reporter

    return crawl


def runs(folder: Path) -> Sequence[Run]:
    return Journal(folder / "hub.duckdb").runs()


def test_a_resumed_walk_is_reported_with_its_progress(crawls: Crawls) -> None:
    """Pages on disk count; the total is that of the last full walk, at the current page size."""
    first = crawls()
    crawls(START + timedelta(days=1), stop_after=4)
    resumed = crawls(START + timedelta(days=1, hours=1))

    assert first.starts == [Start(Kind.MODEL)]
    assert resumed.starts == [Start(Kind.MODEL, pages=4, records=4 * PAGE, total=MODELS // PAGE + 1)]
    assert len(resumed.pages) == 5


def test_each_walk_reports_its_end(crawls: Crawls) -> None:
    """The reporter receives the end of a walk before the commit."""
    (walk,) = crawls().walks

    assert walk.complete


def test_the_reason_for_discarding_a_walk_is_logged_and_in_the_journal(crawls: Crawls, tmp_path: Path) -> None:
    """The reason is in the journal, whether the new run stops or completes."""
    crawls(stop_after=2)
    stopped = crawls(START + timedelta(hours=37), stop_after=1)
    done = crawls(START + timedelta(hours=38), page_size=30)

    old = "models: a walk of 2 pages is given up: it began 37 h ago, longer than 36 h"
    other = "models: a walk of 1 page is given up: it was begun with another page_size"
    assert stopped.lines == [old, "stopped"]
    assert done.lines == [other]
    last, before_last = runs(tmp_path)[:0:-1]
    assert (before_last.outcome, before_last.detail) == (Outcome.STOPPED, f"{old}; asked to stop")
    assert last.outcome is Outcome.DONE
    assert last.detail is not None
    assert last.detail.startswith(f"{other}; 89 models, 0 rejected, 3 requests, full")


def test_a_walk_older_than_the_newest_snapshot_is_discarded(crawls: Crawls, tmp_path: Path) -> None:
    """It is discarded before the first request; its commit would be refused together with the run's other kinds."""
    crawls(stop_after=2)
    crawls(START + timedelta(hours=1), scope=Scope.HEAD)
    again = crawls(START + timedelta(hours=2))

    assert again.lines == [
        "models: a walk of 2 pages is given up: it was observed at 2026-10-01T10:00:00+00:00,"
        " before the newest snapshot of 2026-10-01T11:00:00+00:00"
    ]
    assert [run.outcome for run in runs(tmp_path)] == [Outcome.STOPPED, Outcome.DONE, Outcome.DONE]


def test_a_damaged_page_costs_one_fetch(crawls: Crawls, tmp_path: Path) -> None:
    """A walk whose commit failed resumes before the damaged page, reports this, and is stored whole."""
    crawls(stop_after=5)
    file = tmp_path / "hub.duckdb.spool/model-full/000003.json"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    again = crawls()

    line = f"models: {file} is damaged: going on after 2 pages before it"
    assert again.lines == [line]
    assert again.starts[0].pages == 2
    assert again.walks[0].complete
    done = runs(tmp_path)[-1]
    assert (done.outcome, (done.detail or "").startswith(f"{line}; 89 models")) == (Outcome.DONE, True)


def test_a_walk_that_becomes_outdated_while_the_file_is_busy(crawls: Crawls, tmp_path: Path) -> None:
    """The commit is refused, and the error names the database as the user knows it."""
    database, later = tmp_path / "hub.duckdb", START + timedelta(hours=1)
    crawls(later)
    writer = duckdb.connect(str(database))

    class Freeing(StoppedAfter):
        """Closes the user's connection as soon as the walk has ended."""

        def on_end(self, walk: Walk) -> None:
            writer.close()

    with contextlib.closing(writer), SimServer(BulkHub(models=MODELS)) as server:
        reporter = Freeing(10**6)
        context = RunContext(Settings().with_database(database), lambda: START, reporter, reporter.stop, server.url)
        with pytest.raises(ObservedInThePastError) as caught:
            run_crawl(context, CrawlRequest([Kind.MODEL], Scope.FULL))

    assert caught.value.path == database
    assert str(caught.value).startswith(f"{database} holds models of 2026-10-01T11:00:00Z")
    assert str(caught.value) in [run.detail for run in runs(tmp_path)]


def test_a_hub_that_loses_links_leaves_an_incomplete_snapshot(
    crawls: Crawls, server: SimServer, tmp_path: Path
) -> None:
    """The pages are stored as an incomplete snapshot with the reason; no entity is marked as removed."""
    crawls()
    server.set_faults(Faults((Rule(Fault.NO_LINK, deeper_than=29),)))
    crawls(START + timedelta(days=1))

    with contextlib.closing(duckdb.connect(str(tmp_path / "hub.duckdb"), read_only=True)) as con:
        rows = con.execute("SELECT complete, records, reason FROM snapshots ORDER BY snapshot_id").fetchall()
        gone = con.execute("SELECT count(*) FROM entities WHERE status <> 'listed'").fetchall()
    assert [(complete, records) for complete, records, _ in rows] == [(True, MODELS), (False, 30)]
    assert "9 items without a next link, though more follow: see whether a proxy drops Link" in rows[1][2]
    assert gone == [(0,)]


def test_a_moment_in_the_future_is_stored_with_a_warning(crawls: Crawls) -> None:
    """A moment a few minutes ahead is not reported."""
    soon = crawls(observed_at=START + timedelta(minutes=4))
    far = crawls(observed_at=START + timedelta(days=3))

    assert soon.lines == []
    assert far.lines == [
        "--observed-at 2026-10-04 10:00 UTC lies 3 d in the future: until then crawls without it will be refused"
    ]
    assert len(far.walks) == 1


def test_a_disk_that_is_too_small_is_reported_before_the_first_page(
    crawls: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line has numbers, and the crawl continues: there may be space when it ends."""
    sizes = os.statvfs("/")

    class Small:
        f_bavail, f_frsize = 1000, sizes.f_frsize

    monkeypatch.setattr("db.commit.disk_space.os.statvfs", lambda _: Small)
    reporter = crawls(stop_after=1)

    (short, stopped) = reporter.lines
    assert short.startswith("the disk is short: this crawl needs about")
    assert "640 MB for its pages" in short
    assert stopped == "stopped"


def test_a_full_disk_is_a_clear_end(crawls: Crawls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run fails with the exit code for a full disk; once there is space, the next crawl resumes."""
    real, calls = os.fsync, iter(range(10**6))

    def fsync(file: int) -> None:
        if next(calls) > 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        with pytest.raises(SpoolFullError) as caught:
            crawls()
    again = crawls()

    (failed, done) = runs(tmp_path)
    assert exit_code_for(caught.value) is ExitCode.DISK_FULL
    assert (failed.outcome, failed.detail) == (Outcome.FAILED, str(caught.value))
    assert done.outcome is Outcome.DONE
    assert again.starts[0].pages == 2


def test_a_stop_request_does_not_wait_for_a_silent_hub(tmp_path: Path, server: SimServer) -> None:
    """A request that may take an hour is abandoned, the run is stopped, and earlier pages are kept."""
    stop = threading.Event()

    class Wishing(SimServer):
        """Sets the stop event on the third request and does not answer."""

        def reply(self, *request: object) -> object:  # type: ignore[override]
            if len(self.requests) == 2:
                stop.set()
            return super().reply(*request)  # type: ignore[arg-type]

    settings = Settings(crawl=CrawlSettings(page_size=PAGE, timeout_seconds=3600)).with_database(
        tmp_path / "hub.duckdb"
    )
    with Wishing(server.hub, faults=Faults.once(Fault.STALL, nth=3)) as silent:
        context = RunContext(settings, lambda: START, Kept(), stop, silent.url)
        with pytest.raises(CrawlStoppedError):
            run_crawl(context, CrawlRequest([Kind.MODEL], Scope.FULL))

    assert [run.outcome for run in runs(tmp_path)] == [Outcome.STOPPED]
    assert len((context.spool / "model-full/pages.ndjson").read_bytes().splitlines()) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_process_while_the_hub_is_silent(tmp_path: Path, number: signal.Signals) -> None:
    """The process ends with its exit code and one line; the abandoned request prints nothing."""
    asked = threading.Event()

    class Asked(SimServer):
        """Signals that a request has arrived."""

        def reply(self, *request: object) -> object:  # type: ignore[override]
            asked.set()
            return super().reply(*request)  # type: ignore[arg-type]

    code = "import sys; from hubtrends.cli import main; sys.argv[1:] = ['crawl', 'model']; main()"
    with Asked(BulkHub(models=1), faults=Faults.once(Fault.STALL)) as silent:
        environ = {**os.environ, "HF_ENDPOINT": silent.url, "HF_HOME": str(tmp_path / "hf"), "HOME": str(tmp_path)}
        with subprocess.Popen(
            [sys.executable, "-c", code], cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True
        ) as crawling:  # fmt: skip
            assert asked.wait(500)
            crawling.send_signal(number)
            _, stderr = crawling.communicate()

    assert crawling.returncode == ExitCode.INTERRUPTED
    assert stderr.splitlines() == [
        "crawling models",
        "hubtrends: Stopped at a page boundary; the next crawl goes on from there.",
    ]
