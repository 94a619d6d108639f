"""Crawl five weeks of a simulated Hub daily over real sockets and write a real report."""

import csv
import shutil
import threading
from collections.abc import Callable, Sequence
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
from hubtrends.sim.world.names import known_owners
from hubtrends.sim.world.story import Story
from hubtrends.sim.world.world import START, World

DAYS = 35
OWNERS = "owners.csv"


def run_demo(folder: Path, seed: int, reporter: ProgressReporter, stop: threading.Event) -> list[Path]:
    """Crawl the days into a new database and write a report; return the files, the database last."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(database=folder / "demo.duckdb", reports=folder, owners=folder / OWNERS)
    _write_owners(folder / OWNERS)
    for old in folder.glob(f"{settings.database.name}*"):  # the database, journal and spool of an earlier demo
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    world, quiet = World(seed, story=Story()), _Brief(reporter)
    with SimServer(world.at(_morning(0)), now=partial(_morning, 0)) as server:
        context = RunContext(settings, lambda: _morning(0), quiet, stop, server.url)
        for day in range(DAYS + 1):
            moment = _morning(day)
            server.hub, server.now = world.at(moment), partial(_morning, day)
            context = replace(context, now=server.now)
            taken = run_crawl(context, CrawlRequest(tuple(Kind), Scope.HEAD)).taken
            reporter.log(f"{moment:%Y-%m-%d}: {sum(snapshot.records for snapshot in taken):,} entities observed")
        files = run_report(context, ReportRequest(folder))
    return [*files, Files.of(settings.database).database]


def _write_owners(path: Path) -> None:
    """Write the kind and country of the simulated organisations, as a user keeps those of real ones."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("owner", "owner_kind", "country"))
        rows.writerows((owner.name, owner.kind, owner.country) for owner in known_owners())


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
