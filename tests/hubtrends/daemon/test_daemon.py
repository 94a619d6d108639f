"""The daemon over three simulated weeks, with a simulated clock and a real Hub on loopback."""

import errno
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.base import BaseScheduler

from crawler.errors import CrawlError, CrawlStoppedError
from crawler.kinds import Kind
from db.errors import StoreError
from hubtrends.config.settings import ScheduledCrawl, ScheduleSettings, Settings
from hubtrends.daemon.daemon import Daemon
from hubtrends.errors import QuestionError
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.journal import Outcome
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.world.events import EventType
from hubtrends.sim.world.world import World
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept

BEGIN = datetime(2026, 9, 7, 8, tzinfo=UTC)
"""A Monday, before the crawl of the day."""

DAYS = 22
END = (BEGIN + timedelta(days=DAYS - 1)).date()
"""The fourth Monday: its crawl and its report are the last."""

DOWN = (datetime(2026, 9, 12, tzinfo=UTC), datetime(2026, 9, 22, 15, tzinfo=UTC))
"""The machine is off for ten days, over two Mondays."""

OUTAGE = datetime(2026, 9, 10, tzinfo=UTC)
"""On this day the first crawl cannot reach the Hub."""

NOWHERE = "http://127.0.0.1:9"
"""The discard port: nothing listens there."""


class HandTurned(BaseScheduler):
    """APScheduler without a thread; the test advances it."""

    def wakeup(self) -> None:
        return None

    def turn(self) -> None:
        self._process_jobs()

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


@pytest.fixture
def world() -> World:
    return World(seed=5, models=40, datasets=1, spaces=1, papers_a_day=1, articles_a_week=1, start=BEGIN.date())


@pytest.fixture
def server(world: World) -> Iterator[SimServer]:
    with SimServer(world.at(BEGIN)) as running:
        yield running


def settings(folder: Path) -> Settings:
    schedule = ScheduleSettings(crawls=(ScheduledCrawl(cron="30 9 * * *", kinds=(Kind.MODEL,)),))
    return Settings(database=folder / "hub.duckdb", reports=folder / "out", schedule=schedule)


def test_three_weeks_run_unattended(tmp_path: Path, world: World, server: SimServer) -> None:
    """Every day is crawled and every week reported once; after ten days off, one crawl and both reports follow."""
    traveller = time_machine.travel(BEGIN, tick=False)
    with traveller as clock:
        context = RunContext(settings(tmp_path), lambda: datetime.now(UTC), Kept(), Unwaiting(), server.url)
        scheduler = HandTurned(timezone=UTC, executors={"default": DebugExecutor()})
        daemon = Daemon(context)
        daemon.plan(scheduler, tick_seconds=3 * 3600)
        scheduler.start()
        moment = BEGIN
        while moment.date() < END or moment.hour < 12:
            moment += timedelta(hours=3)
            if DOWN[0] <= moment < DOWN[1]:
                continue
            clock.move_to(moment)
            server.hub = world.at(moment)
            broken = moment.date() == OUTAGE.date() and moment.hour < 12
            daemon.context = replace(context, endpoint=NOWHERE if broken else server.url)
            scheduler.turn()
        scheduler.shutdown()

    crawls = [run for run in context.journal.runs() if run.job.startswith("crawl")]
    done = Counter(run.period.date() for run in crawls if run.outcome is Outcome.DONE and run.period)
    days_off = {(DOWN[0] + timedelta(days=day)).date() for day in range(10)}
    expected = {(BEGIN + timedelta(days=day)).date() for day in range(DAYS)} - days_off

    stale = {run.period.date() for run in crawls if run.outcome is Outcome.STALE and run.period} - set(done)

    assert set(done.values()) == {1}
    assert set(done) | stale == expected
    assert stale <= {event.day + timedelta(days=1) for event in world.events if event.type is EventType.REFRESH_SKIPPED}
    assert next(run.outcome for run in crawls if run.period and run.period.date() == OUTAGE.date()) is Outcome.FAILED

    reports = [run for run in context.journal.runs() if run.job.startswith("report")]
    assert Counter(run.outcome for run in reports) == {Outcome.NOTHING: 1, Outcome.DONE: 3}
    assert len(list((tmp_path / "out").glob("2026-W*.html"))) == 3
    runs = context.journal.runs()
    assert all(first.finished_at and first.finished_at <= second.started_at for first, second in pairwise(runs))


FAILURES = [
    CrawlError("the Hub is down"),
    CrawlStoppedError(),
    StoreError(Path("hub.duckdb")),
    QuestionError("there is nothing to report"),
    OSError(errno.ENOSPC, "No space left on device"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_job_that_fails_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """Any error of a job is logged, the next job runs, and the daemon still sends heartbeats."""
    began = []

    def fail(*arguments: object, **_: object) -> None:
        began.append(arguments)
        raise failure

    for job in ("run_crawl", "run_report", "run_weekly"):
        monkeypatch.setattr(f"hubtrends.daemon.daemon.{job}", fail)
    crawls = tuple(ScheduledCrawl(cron=cron, kinds=(Kind.MODEL,)) for cron in ("0 9 * * *", "0 10 * * *"))
    wanted = Settings(database=tmp_path / "hub.duckdb", schedule=ScheduleSettings(crawls=crawls))
    noon = datetime(2026, 9, 7, 12, tzinfo=UTC)
    context = RunContext(wanted, lambda: noon, Kept(), Unwaiting(), NOWHERE)

    Daemon(context).tick()

    assert len(began) > 1
    assert context.journal.heartbeat() is not None
