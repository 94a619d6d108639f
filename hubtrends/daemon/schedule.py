"""When which job is due: pure reckoning with cron expressions, periods and earlier tries.

A period is a fire time of a job's cron expression. Whether it was done is asked of the journal, since a scheduler's own
memory forgets with the process, and a fire time can pass while the machine sleeps or the daemon is down:

    open_periods       fire times at or before now that may want a run: a crawl's newest, each of a report's
    is_due             not done, not tried often enough, and not just now
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from crawler.kinds import Kind, Scope
from hubtrends.config.settings import ScheduleSettings
from hubtrends.jobs.journal import Outcome, Run

TRIES = 4
RETRY_AFTER = {
    Outcome.FAILED: timedelta(hours=1),
    Outcome.INCOMPLETE: timedelta(hours=1),
    Outcome.STALE: timedelta(hours=4),
}
"""What failed is worth another look after an hour; counters that were not refreshed, after some; neither for ever."""

LOOK_BACK = (timedelta(days=2), timedelta(days=16), timedelta(days=62), timedelta(days=800))
"""Where the newest period is looked for, the nearest first: of daily, weekly, monthly and rarer expressions."""


MOST_REPORTS = 9
"""After a longer absence only the reports of the last weeks are made up for; older ones can be had by name."""


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


def open_periods(job: Job, now: datetime, last_tried: datetime | None) -> list[datetime]:
    """The periods that may want a run, oldest first.

    A crawl can only be made up for now, so its newest period stands for all that were missed; a report can be written
    for every week that was missed since it was last tried.
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
    return missed[-MOST_REPORTS:]


def next_fire(cron: str, after: datetime) -> datetime | None:
    """The first fire time strictly after a moment."""
    found: datetime | None = trigger(cron).get_next_fire_time(after, after + timedelta(microseconds=1))
    return found


def is_due(tries: Sequence[Run], now: datetime) -> bool:
    """Whether a period that was tried so far wants another try; being stopped is no try, however often."""
    counted = [run for run in tries if run.outcome is not Outcome.STOPPED]
    if any(run.outcome in (Outcome.DONE, Outcome.NOTHING) for run in tries) or len(counted) >= TRIES:
        return False
    waits = [
        (run.finished_at or run.started_at) + RETRY_AFTER[run.outcome] for run in tries if run.outcome in RETRY_AFTER
    ]
    return not waits or now >= max(waits)
