"""Run one crawl and write one report, with one copy of the database.

    run_weekly(context, crawl, report):
        crawl           pages of validated records and counted rejections, spooled to disk as they come
        | ingest        all kinds of the run in one commit
        | analyse       the week on the working copy of that commit: gains, risers, entrants, returned, fallers
        | look up       listed entities, up to a limit; the answers belong to the same snapshots
        | store lists   in the same commit, for SQL
        | log           what the crawl stored
        | render        one report, many formats
        | publish       all files or none
        a failed step leaves the previous good state in place

After a failed analysis the commit has no lists. The report step then repeats the analysis on the stored database, and
raises its errors. docs/commit-protocol.md gives the reasons.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.records import WeekAnalysis
from analysis.week import with_look_ups
from crawler.http.client import HubClient
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, CrawlResult, run_crawl
from hubtrends.jobs.look_ups import look_up_listed
from hubtrends.jobs.report import ReportRequest, analyse_report, run_report
from hubtrends.jobs.report_lists import store_lists

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WeeklyResult:
    """The snapshots and the files of a weekly run."""

    crawled: CrawlResult
    files: list[Path]


def run_weekly(context: RunContext, crawl: CrawlRequest, report: ReportRequest) -> WeeklyResult:
    """Crawl the Hub, then write the report; raises the errors of both."""
    draft = ReportDraft(context, report)
    crawled = run_crawl(context, crawl, draft.write)
    for snapshot in crawled.taken:
        context.reporter.log(snapshot.describe())
    return WeeklyResult(crawled, run_report(context, report, draft.analysis if crawled.finished else None))


@dataclass
class ReportDraft:
    """The analysis of a report, made in the commit that stores its newest snapshots."""

    context: RunContext
    request: ReportRequest
    analysis: WeekAnalysis | None = None
    """The analysis; None until `write` has succeeded."""

    def write(self, con: duckdb.DuckDBPyConnection, client: HubClient) -> None:
        """Analyse the working copy, look up listed entities, and store the lists; log a failure."""
        settings = self.context.settings
        try:
            with con.cursor() as own:  # temporary tables of the ingest have the same names
                own.execute("USE hub; SET TimeZone = 'UTC'")
                as_of = self.request.ends_at(self.context.now())
                results = analyse_report(own, settings, as_of)
                learned = look_up_listed(own, client, results, settings.report.lookups, self.context.now)
                if learned.hidden:
                    results = analyse_report(own, settings, as_of)
                elif learned.requests:
                    results = with_look_ups(own, results)
                store_lists(own, settings.database, results)
        except Exception:
            logger.exception("the analysis failed; the snapshots are stored without the lists of the report")
        else:
            self.analysis = results
