"""The daemon: runs what is due, one entity at a time, until it is told to stop.

    every minute, and at every fire time of the schedule:
        for each job, crawls first:
            the newest period that is due by the journal        -> run it
        write a sign of life

APScheduler wakes it; what is due is asked of the journal, so that a start after days, a machine that slept and a fire
time that was missed are all the same case, and each period is made up for once. One worker thread: jobs never overlap.
A stop is obeyed at the next page boundary; the next start goes on from there.
"""

import os
import threading
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawler.errors import CrawlError, CrawlStoppedError
from db.errors import StoreError
from hubtrends.daemon.schedule import CrawlJob, Job, is_due, jobs, next_fire, open_periods, trigger
from hubtrends.errors import QuestionError
from hubtrends.exit_codes import explain
from hubtrends.jobs.backups import remedy
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import run_crawl
from hubtrends.jobs.report import run_report
from hubtrends.times import Week

TICK_SECONDS = 60
"""How late a machine that slept may notice that it woke: the scheduler's own timer does not run while it sleeps."""


class Daemon:
    """The schedule of one database."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.jobs = jobs(context.settings.schedule)
        self.began_at = context.now()

    def plan(self, scheduler: BaseScheduler, tick_seconds: int = TICK_SECONDS) -> None:
        """Have the scheduler call `tick` at every fire time, and every so many seconds besides."""
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler.add_job(self.tick, IntervalTrigger(seconds=tick_seconds, timezone=UTC), id="tick", **options)
        for job in self.jobs:
            scheduler.add_job(self.tick, trigger(job.cron), id=job.name, **options)

    def tick(self) -> None:
        """Run every job that is due, and write a sign of life."""
        for job in self.jobs:
            if self.context.stop.is_set():
                return
            self._run_if_due(job)
        now = self.context.now()
        coming = [fire for job in self.jobs if (fire := next_fire(job.cron, now)) is not None]
        self.context.journal.beat(now, os.getpid(), min(coming, default=None))

    def _run_if_due(self, job: Job) -> None:
        journal, catch_up = self.context.journal, self.context.settings.schedule.catch_up
        now = self.context.now()
        for period in open_periods(job, now, journal.last_period(job.name, now)):
            if period < self.began_at and not catch_up:
                continue
            if is_due(journal.tries(job.name, period), self.context.now()):
                self._try(job, period)

    def _try(self, job: Job, period: datetime) -> None:
        try:
            self._run(job, period)
        except CrawlStoppedError as stopped:
            self.context.reporter.log(str(stopped))
        except (CrawlError, StoreError, QuestionError, OSError) as error:
            self.context.reporter.log(f"{job.name}: {explain(error)}")
            if (more := remedy(error)) is not None:
                self.context.reporter.log(more)

    def _run(self, job: Job, period: datetime) -> None:
        context = self.context
        context.reporter.log(f"{job.name}: due since {period:%Y-%m-%d %H:%M} UTC")
        if isinstance(job, CrawlJob):
            crawled = run_crawl(context, job.kinds, job.scope, job=job.name, period=period)
            for snapshot in crawled.taken:
                context.reporter.log(snapshot.told())
        else:
            week = Week.of(period - timedelta(days=7))
            for file in run_report(context, week.end, week, context.settings.reports, job=job.name, period=period):
                context.reporter.log(f"wrote {file}")


def run_daemon(context: RunContext) -> None:
    """Run the schedule in the foreground until asked to stop."""
    scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    daemon = Daemon(context)
    daemon.plan(scheduler)
    scheduler.add_job(daemon.tick, id="start", misfire_grace_time=None)
    threading.Thread(target=_shut_down_when_asked, args=(scheduler, context.stop), daemon=True).start()
    scheduler.start()


def _shut_down_when_asked(scheduler: BaseScheduler, stop: threading.Event) -> None:
    stop.wait()
    scheduler.shutdown(wait=True)
