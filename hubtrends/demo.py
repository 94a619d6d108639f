"""Crawl five weeks of a simulated Hub over real sockets and write a real report.

Each week is crawled once, the last one daily.
"""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind, Scope
from crawler.spool.spool import SpooledPage
from crawler.walk import Walk
from db.commit.paths import Files
from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.report import ReportRequest, run_report
from hubtrends.progress.eta import Start
from hubtrends.progress.reporter import ProgressReporter
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.world.world import START, World

WEEKS = 5
DAILY_FROM_DAY = 28


def days(daily_from: int) -> Iterator[int]:
    """Yield the days of the simulated world to crawl."""
    yield from range(0, daily_from, 7)
    yield from range(daily_from, 7 * WEEKS + 1)


def run_demo(
    folder: Path, seed: int, reporter: ProgressReporter, stop: threading.Event, daily_from: int = DAILY_FROM_DAY
) -> list[Path]:
    """Crawl the weeks into a new database and write a report; return the files, the database last."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(database=folder / "demo.duckdb", reports=folder)
    for old in folder.glob(f"{settings.database.name}*"):  # the database, journal and spool of an earlier demo
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    world, quiet = World(seed), _Brief(reporter)
    with SimServer(world.at(_morning(0)), now=partial(_morning, 0)) as server:
        context = RunContext(settings, lambda: _morning(0), quiet, stop, server.url)
        for day in days(daily_from):
            moment = _morning(day)
            server.hub, server.now = world.at(moment), partial(_morning, day)
            context = replace(context, now=server.now)
            taken = run_crawl(context, CrawlRequest(tuple(Kind), Scope.HEAD)).taken
            reporter.log(f"{moment:%Y-%m-%d}: {sum(snapshot.records for snapshot in taken):,} entities observed")
        files = run_report(context, ReportRequest(folder))
    return [*files, Files.of(settings.database).database]


def _morning(day: int) -> datetime:
    return datetime.combine(START, time(9, 30), UTC) + timedelta(days=day)


class _Brief:
    """Shows only waits and log lines, because a demo crawls too often for a line per page."""

    def __init__(self, reporter: ProgressReporter) -> None:
        self._reporter = reporter

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        return None

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        return None

    def on_end(self, walk: Walk) -> None:
        return None

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self._reporter.on_wait(path, cause, seconds)

    def log(self, line: str) -> None:
        self._reporter.log(line)
