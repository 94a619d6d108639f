"""Run the jobs that are due, one at a time, until a stop request.

    every minute, and at every fire time of the schedule:
        the newest due periods of each job, by the journal, crawls first
        a crawl and a report that are due together    -> one weekly run, with one copy of the database
        every other job                               -> run it
        write the heartbeat

APScheduler wakes the daemon; the journal decides which jobs are due. So a late start, a sleeping machine and a missed
fire time are the same case, and each period is run once. There is one worker thread, so jobs never overlap. A stop
request takes effect at the next page; the next start resumes there.
"""

import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawler.errors import CrawlError, CrawlStoppedError
from db.errors import StoreError
from hubtrends.daemon.schedule import (
    Due,
    Job,
    Task,
    is_due,
    jobs,
    next_fire,
    open_periods,
    tasks,
    trigger,
)
from hubtrends.errors import QuestionError
from hubtrends.failures import explain, remedy
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.report import ReportRequest, run_report
from hubtrends.jobs.weekly import run_weekly
from hubtrends.times import Week

logger = logging.getLogger(__name__)

TICK_SECONDS = 60
"""Seconds between two checks of the schedule. They are needed because the scheduler's timer stops while the machine
sleeps."""


class Daemon:
    """The schedule of one database."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.jobs = jobs(context.settings.schedule)
        self.began_at = context.now()

    def plan(self, scheduler: BaseScheduler, tick_seconds: int = TICK_SECONDS) -> None:
        """Let the scheduler call `tick` at every fire time, and every `tick_seconds`."""
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler.add_job(self.tick, IntervalTrigger(seconds=tick_seconds, timezone=UTC), id="tick", **options)
        for job in self.jobs:
            scheduler.add_job(self.tick, trigger(job.cron), id=job.name, **options)

    def tick(self) -> None:
        """Run every job that is due, then write the heartbeat."""
        due = [Due(job, period) for job in self.jobs for period in self._due_periods(job)]
        planned = tasks(due)
        logger.debug("tasks: %s", ", ".join(map(str, planned)) or "none")
        for task in planned:
            if self.context.stop.is_set():
                return
            self._try(task)
        now = self.context.now()
        coming = [fire for job in self.jobs if (fire := next_fire(job.cron, now)) is not None]
        next_at = min(coming, default=None)
        logger.debug("heartbeat; the next job is due at %s", next_at)
        self.context.journal.write_heartbeat(now, os.getpid(), next_at)

    def _due_periods(self, job: Job) -> list[datetime]:
        journal, catch_up = self.context.journal, self.context.settings.schedule.catch_up
        now = self.context.now()
        periods = open_periods(job, now, journal.last_period(job.name, now))
        due = [
            period
            for period in periods
            if (period >= self.began_at or catch_up) and is_due(journal.tries(job.name, period), now)
        ]
        logger.debug("%s: open periods %s, due %s", job.name, *(list(map(str, some)) for some in (periods, due)))
        return due

    def _try(self, task: Task) -> None:
        """Run a task and log a failure; the schedule decides whether to retry."""
        try:
            self._run(task)
        except CrawlStoppedError as stopped:
            self.context.reporter.log(str(stopped))
        except (CrawlError, StoreError, QuestionError, OSError) as error:
            logger.error("%s: %s", task, explain(error))  # noqa: TRY400 -- one line, no traceback
            if (more := remedy(error)) is not None:
                logger.error("%s", more)  # noqa: TRY400

    def _run(self, task: Task) -> None:
        context = self.context
        context.reporter.log(f"{task}: due since {task.since:%Y-%m-%d %H:%M} UTC")
        crawl = report = None
        if task.crawl:
            job = task.crawl.job
            crawl = CrawlRequest(job.kinds, job.scope, job=job.name, period=task.crawl.period)
        if task.report:
            name, period = task.report.job.name, task.report.period
            week = Week.of(period - timedelta(days=7))  # the last week that had ended at the fire time
            report = ReportRequest(context.settings.reports, week=week, job=name, period=period)
        files: list[Path] = []
        if crawl and report:
            files = run_weekly(context, crawl, report).files
        elif crawl:
            for snapshot in run_crawl(context, crawl).taken:
                context.reporter.log(snapshot.describe())
        elif report:
            files = run_report(context, report)
        for file in files:
            context.reporter.log(f"wrote {file}")


def run_daemon(context: RunContext) -> None:
    """Run the schedule in the foreground until a stop request."""
    scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    daemon = Daemon(context)
    daemon.plan(scheduler)
    scheduler.add_job(daemon.tick, id="start", misfire_grace_time=None)
    threading.Thread(target=_shut_down_on_stop, args=(scheduler, context.stop), daemon=True).start()
    scheduler.start()


def _shut_down_on_stop(scheduler: BaseScheduler, stop: threading.Event) -> None:
    stop.wait()
    scheduler.shutdown(wait=True)
