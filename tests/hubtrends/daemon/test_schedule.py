"""When a job is due: fire times, periods and tries."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.kinds import Kind, Scope
from hubtrends.config.settings import ScheduledCrawl, ScheduleSettings
from hubtrends.daemon.schedule import (
    MAX_MISSED_REPORTS,
    MAX_TRIES,
    CrawlJob,
    Due,
    ReportJob,
    Task,
    is_due,
    jobs,
    newest_period,
    next_fire,
    open_periods,
    tasks,
)
from hubtrends.jobs.journal import Outcome, Run

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def tried(outcome: Outcome, minutes_ago: int) -> Run:
    ended = NOON - timedelta(minutes=minutes_ago)
    return Run("r", "crawl", NOON, ended - timedelta(minutes=1), ended, outcome, None)


@pytest.mark.parametrize(
    ("cron", "newest"),
    [
        ("30 9 * * *", datetime(2026, 5, 6, 9, 30, tzinfo=UTC)),
        ("0 12 * * *", NOON),
        ("0 13 * * *", datetime(2026, 5, 5, 13, tzinfo=UTC)),
        ("0 11 * * mon", datetime(2026, 5, 4, 11, tzinfo=UTC)),
        ("0 0 1 * *", datetime(2026, 5, 1, tzinfo=UTC)),
        ("0 0 29 2 *", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_the_newest_period_is_the_last_fire_time(cron: str, newest: datetime) -> None:
    """The newest period is the last fire time at or before now, however rare the expression is."""
    assert newest_period(cron, NOON) == newest


@given(st.integers(0, 5 * 365 * 86400))
def test_now_lies_between_the_newest_period_and_the_next(seconds: int) -> None:
    """No fire time lies between the newest period and the next fire time, wherever now is."""
    now = NOON + timedelta(seconds=seconds)

    newest = newest_period("30 9 * * *", now)

    assert newest is not None
    assert newest <= now < newest + timedelta(days=1)
    assert next_fire("30 9 * * *", now) == newest + timedelta(days=1)


@pytest.mark.parametrize(
    ("tries", "due"),
    [
        ([], True),
        ([tried(Outcome.DONE, 1)], False),
        ([tried(Outcome.NOTHING, 1)], False),
        ([tried(Outcome.FAILED, 10)], False),
        ([tried(Outcome.FAILED, 61)], True),
        ([tried(Outcome.STALE, 61)], False),
        ([tried(Outcome.STALE, 241)], True),
        ([tried(Outcome.STALE, 241), tried(Outcome.DONE, 1)], False),
        ([tried(Outcome.STOPPED, 1)], True),
        ([tried(Outcome.STOPPED, 1)] * MAX_TRIES, True),
        ([tried(Outcome.KILLED, 1)], True),
        ([tried(Outcome.KILLED, 1)] * MAX_TRIES, False),
        ([tried(Outcome.FAILED, 61)] * MAX_TRIES, False),
    ],
)
def test_a_period_is_retried_until_it_is_done(tries: list[Run], due: bool) -> None:
    """A stopped run is repeated at once, a failed or stale one after a delay, each a limited number of times."""
    assert is_due(tries, NOON) is due


def test_missed_crawls_run_once_and_each_missed_report_is_written() -> None:
    """After three weeks away one crawl and three reports are due, oldest first; without tries only the newest."""
    settings = ScheduleSettings()
    crawl, report = jobs(settings)
    monday = datetime(2026, 5, 4, 11, tzinfo=UTC)
    away = [monday - timedelta(weeks=weeks) for weeks in (3, 2, 1, 0)]

    assert open_periods(crawl, NOON, away[0]) == [datetime(2026, 5, 6, 9, 30, tzinfo=UTC)]
    assert open_periods(report, NOON, away[0]) == away
    assert open_periods(report, NOON, None) == [monday]
    assert len(open_periods(report, NOON, monday - timedelta(weeks=52))) == MAX_MISSED_REPORTS


def test_jobs_are_known_by_what_they_do() -> None:
    """Two crawls of one schedule are separate jobs, and the report comes last."""
    crawls = (ScheduledCrawl(cron="0 9 * * *"), ScheduledCrawl(cron="0 21 * * *"))

    names = [job.name for job in jobs(ScheduleSettings(crawls=crawls))]

    assert len(set(names)) == 3
    assert names[-1] == "report at 0 11 * * mon"


CRAWLS = [Due(CrawlJob(name, "30 9 * * *", (Kind.MODEL,), Scope.HEAD), NOON) for name in ("head", "full")]
REPORTS = [Due(ReportJob("report", "0 11 * * mon"), NOON - timedelta(days=days)) for days in (14, 7)]


def test_a_crawl_and_a_report_that_are_due_together_are_one_weekly_run() -> None:
    """The last crawl goes with the first report; the others run alone, crawls first."""
    assert tasks([*CRAWLS, *REPORTS]) == [
        Task(CRAWLS[0], None), Task(CRAWLS[1], REPORTS[0]), Task(None, REPORTS[1])
    ]  # fmt: skip


def test_a_job_that_is_due_alone_runs_alone() -> None:
    """Neither waits for the other."""
    assert tasks(CRAWLS[:1]) == [Task(CRAWLS[0], None)]
    assert tasks(REPORTS[:1]) == [Task(None, REPORTS[0])]
    assert tasks([]) == []


@pytest.mark.parametrize(
    ("tries", "reason"),
    [
        ([], "due: 0 tries so far"),
        ([tried(Outcome.FAILED, 61)], "due: 1 tries so far"),
        ([tried(Outcome.FAILED, 59)], "not due: the next try after 1 is at 2026-05-06 12:01:00+00:00"),
        ([tried(Outcome.FAILED, 61)] * 4, "not due: 4 of 4 tries are used"),
        ([tried(Outcome.DONE, 61)], "not due: the period is done"),
    ],
)
def test_each_decision_about_a_period_is_one_line_at_debug(
    tries: list[Run], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The line says which rule decided, with its numbers."""
    caplog.set_level(logging.DEBUG, "hubtrends.daemon.schedule")

    assert is_due(tries, NOON) is not reason.startswith("not")
    assert caplog.messages == [reason]


def test_a_period_that_fails_is_tried_four_times() -> None:
    """After the fourth failure the daemon stops trying, even if the Hub is down for good."""
    assert is_due([tried(Outcome.FAILED, 61)] * 3, NOON)
    assert not is_due([tried(Outcome.FAILED, 61)] * 4, NOON)
