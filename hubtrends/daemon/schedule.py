"""Decide which job is due, from cron expressions, periods and earlier tries.

A period is a fire time of a job's cron expression. The journal records which periods were run. A scheduler in memory
would lose them with the process, and a fire time can pass while the machine sleeps or the daemon is down.

    open_periods    fire times up to now that may need a run: the newest of a crawl, each of a report
    is_due          not done, tries left, and the last failure is long enough ago
    tasks           what to run, in order; a crawl and a report together make one weekly run
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from apscheduler.triggers.cron import CronTrigger

from crawler.kinds import Kind, Scope
from hubtrends.config.settings import ScheduleSettings
from hubtrends.jobs.journal import Outcome, Run

logger = logging.getLogger(__name__)

MAX_TRIES = 4
RETRY_AFTER = {
    Outcome.FAILED: timedelta(hours=1),
    Outcome.INCOMPLETE: timedelta(hours=1),
    Outcome.STALE: timedelta(hours=4),
}
"""Retry failures after 1 h and stale snapshots after 4 h, at most MAX_TRIES times."""

LOOK_BACK = (timedelta(days=2), timedelta(days=16), timedelta(days=62), timedelta(days=800))
"""Spans before now that are searched for the newest fire time, shortest first; rare expressions need the long ones."""


MAX_MISSED_REPORTS = 9
"""Maximum number of missed reports that the daemon writes; `report --week` writes older ones."""


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """A scheduled crawl."""

    name: str
    cron: str
    kinds: tuple[Kind, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class ReportJob:
    """The scheduled report of the last complete week."""

    name: str
    cron: str


Job = CrawlJob | ReportJob
J = TypeVar("J", bound=Job, covariant=True)


@dataclass(frozen=True, slots=True)
class Due(Generic[J]):
    """A period of a job that needs a run."""

    job: J
    period: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A crawl, a report, or both as one weekly run."""

    crawl: Due[CrawlJob] | None
    report: Due[ReportJob] | None

    @property
    def since(self) -> datetime:
        """The earliest period of the task."""
        return min(due.period for due in (self.crawl, self.report) if due)

    def __str__(self) -> str:
        return " and ".join(due.job.name for due in (self.crawl, self.report) if due)


def tasks(due: Iterable[Due[Job]]) -> list[Task]:
    """Order the due periods into tasks: crawls first, and the last crawl together with the first report."""
    due = list(due)
    crawls: list[Due[CrawlJob] | None] = [Due(one.job, one.period) for one in due if isinstance(one.job, CrawlJob)]
    reports: list[Due[ReportJob] | None] = [Due(one.job, one.period) for one in due if isinstance(one.job, ReportJob)]
    before, last = crawls[:-1], crawls[-1:] or [None]
    first, after = reports[:1] or [None], reports[1:]
    together = [Task(last[0], first[0])] if due else []
    return [*(Task(crawl, None) for crawl in before), *together, *(Task(None, report) for report in after)]


def jobs(settings: ScheduleSettings) -> tuple[Job, ...]:
    """Return the scheduled jobs, crawls first; a job's name states its kinds, its scope and its schedule."""
    crawls = (
        CrawlJob(f"crawl {crawl.scope} {','.join(crawl.kinds)} at {crawl.cron}", crawl.cron, crawl.kinds, crawl.scope)
        for crawl in settings.crawls
    )
    return (*crawls, ReportJob(f"report at {settings.report}", settings.report))


def trigger(cron: str) -> CronTrigger:
    """Parse a cron expression, in UTC."""
    return CronTrigger.from_crontab(cron, timezone=UTC)


def newest_period(cron: str, now: datetime) -> datetime | None:
    """Return the newest fire time at or before now."""
    for back in LOOK_BACK:
        newest, fire = None, next_fire(cron, now - back)
        while fire is not None and fire <= now:
            newest, fire = fire, next_fire(cron, fire)
        if newest is not None:
            return newest
    return None


def open_periods(job: Job, now: datetime, last_tried: datetime | None) -> list[datetime]:
    """Return the periods that may need a run, oldest first.

    A crawl observes the present, so its newest period stands for all missed ones. A report is written for every week
    missed since the last try.
    """
    newest = newest_period(job.cron, now)
    if newest is None:
        return []
    if isinstance(job, CrawlJob) or last_tried is None or last_tried >= newest:
        return [newest]
    missed, fire = [last_tried], next_fire(job.cron, last_tried)
    while fire is not None and fire <= newest:
        missed.append(fire)
        fire = next_fire(job.cron, fire)
    return missed[-MAX_MISSED_REPORTS:]


def next_fire(cron: str, after: datetime) -> datetime | None:
    """Return the first fire time strictly after a moment."""
    found: datetime | None = trigger(cron).get_next_fire_time(after, after + timedelta(microseconds=1))
    return found


def is_due(tries: Sequence[Run], now: datetime) -> bool:
    """Return whether a job must run for a period; a stopped run does not count as a try."""
    counted = [run for run in tries if run.outcome is not Outcome.STOPPED]
    if any(run.outcome in (Outcome.DONE, Outcome.NOTHING) for run in tries):
        logger.debug("not due: the period is done")
        return False
    if len(counted) >= MAX_TRIES:
        logger.debug("not due: %d of %d tries are used", len(counted), MAX_TRIES)
        return False
    waits = [
        (run.finished_at or run.started_at) + RETRY_AFTER[run.outcome] for run in tries if run.outcome in RETRY_AFTER
    ]
    if waits and now < max(waits):
        logger.debug("not due: the next try after %d is at %s", len(counted), max(waits))
        return False
    logger.debug("due: %d tries so far", len(counted))
    return True
