"""When which job is due: pure reckoning with cron expressions, periods and earlier tries.

A period is a fire time of a job's cron expression. Whether it was done is asked of the journal, since a scheduler's own
memory forgets with the process, and a fire time can pass while the machine sleeps or the daemon is down:

    due(job, now)      the newest period at or before now, unless it was done, or was tried often enough, or just now
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from crawler.kinds import Kind, Scope
from hubtrends.journal import Outcome, Run
from hubtrends.settings import ScheduleSettings

TRIES = 4
RETRY_AFTER = {
    Outcome.FAILED: timedelta(hours=1),
    Outcome.INCOMPLETE: timedelta(hours=1),
    Outcome.STALE: timedelta(hours=4),
}
"""What failed is worth another look after an hour; counters that were not refreshed, after some; neither for ever."""

LOOK_BACK = (timedelta(days=2), timedelta(days=16), timedelta(days=62), timedelta(days=800))
"""Where the newest period is looked for, the nearest first: of daily, weekly, monthly and rarer expressions."""


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """A scheduled crawl."""

    name: str
    cron: str
    kinds: tuple[Kind, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class ReportJob:
    """The scheduled report of the complete week before."""

    name: str
    cron: str


Job = CrawlJob | ReportJob


def jobs(settings: ScheduleSettings) -> tuple[Job, ...]:
    """The scheduled jobs, crawls first: a report wants the newest snapshot. A job is known by what it does and when."""
    crawls = (
        CrawlJob(f"crawl {crawl.scope} {','.join(crawl.kinds)} at {crawl.cron}", crawl.cron, crawl.kinds, crawl.scope)
        for crawl in settings.crawls
    )
    return (*crawls, ReportJob(f"report at {settings.report}", settings.report))


def trigger(cron: str) -> CronTrigger:
    """The cron expression as the scheduler reads it, in UTC."""
    return CronTrigger.from_crontab(cron, timezone=UTC)


def newest_period(cron: str, now: datetime) -> datetime | None:
    """The newest fire time at or before now."""
    for back in LOOK_BACK:
        newest, fire = None, next_fire(cron, now - back)
        while fire is not None and fire <= now:
            newest, fire = fire, next_fire(cron, fire)
        if newest is not None:
            return newest
    return None


def next_fire(cron: str, after: datetime) -> datetime | None:
    """The first fire time strictly after a moment."""
    found: datetime | None = trigger(cron).get_next_fire_time(after, after + timedelta(microseconds=1))
    return found


def is_due(tries: Sequence[Run], now: datetime) -> bool:
    """Whether a period that was tried so far wants another try."""
    if any(run.outcome in (Outcome.DONE, Outcome.NOTHING) for run in tries) or len(tries) >= TRIES:
        return False
    waits = [
        (run.finished_at or run.started_at) + RETRY_AFTER[run.outcome] for run in tries if run.outcome in RETRY_AFTER
    ]
    return not waits or now >= max(waits)
