"""The lists of a report as rows for SQL, by column name.

    report_lists          the rows of all lists
    store_lists           write them on an open connection
    commit_report_lists   write them in a commit of their own, after the report is published

A report is made from the snapshots, never from these rows. If they cannot be stored, the report stays.
"""

import logging
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from analysis.list_columns import COVERAGE_COLUMNS, HISTORY, KEY, MOVER, list_row, with_own_downloads
from analysis.records import KindWeek, RankedList, WeekAnalysis
from crawler.errors import CrawlStoppedError
from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.errors import StoreError
from db.queries import mirror_journal
from db.rankings import store_rankings
from db.report_lists import ReportLists, Row, store_report_lists
from db.schema.upgrade import migrate_with_backup
from hubtrends.failures import explain
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.reference import store_reference
from hubtrends.version import VERSION

logger = logging.getLogger(__name__)


def store_lists(con: duckdb.DuckDBPyConnection, database: Path, results: WeekAnalysis) -> None:
    """Write the lists of a report, replacing earlier lists of the same time, and its new rankings."""
    lists = report_lists(results)
    logger.debug("storing %d lists with %d rows", len(lists.lists), len(lists.picks))
    store_report_lists(con, database, lists)
    store_rankings(con, results.rankings)


def commit_report_lists(context: RunContext, results: WeekAnalysis) -> None:
    """Store the lists of a published report; log why if that fails."""
    database = context.settings.database

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate_with_backup(con, database, context.now(), VERSION, context.reporter.log)
        store_reference(con, context.settings, context.reporter.log)
        store_lists(con, database, results)
        mirror_journal(con, [astuple(run) for run in context.journal.runs()])

    wait = WaitPolicy(limit=context.settings.wait_seconds)
    try:
        commit(database, change, on_wait=context.reporter.log, wait=wait, clock=_Clock(context))
    except CrawlStoppedError:
        context.reporter.log("the report is complete, but SQL does not have its lists: asked to stop")
    except (StoreError, OSError) as error:
        context.reporter.log(f"the report is complete, but SQL does not have its lists: {explain(error)}")


@dataclass(frozen=True, slots=True)
class _Clock:
    """A clock whose sleep raises CrawlStoppedError on a stop request."""

    context: RunContext

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, /) -> None:
        self.context.pause(seconds)


def report_lists(results: WeekAnalysis) -> ReportLists:
    """Return the lists of a report and their rows, by column."""
    lists, picks = list[Row](), list[Row]()
    for week in results.kinds:
        for ranked in week.lists:
            lists.append(_list(ranked, week))
            for pick in ranked.picks:
                row = with_own_downloads(list_row(ranked.name, week.pair, pick), pick.change)
                columns = (*KEY, *MOVER, "downloads_before", "downloads_now", *HISTORY)
                picks.append({column: row[column] for column in columns})
    return ReportLists(results.as_of, lists, picks)


def _list(ranked: RankedList, week: KindWeek) -> Row:
    pair = week.pair
    return {
        "kind": week.kind.value,
        "metric": ranked.metric.value,
        "list": ranked.name.value,
        "ordered_by": ranked.ordered_by,
        "considered": ranked.considered,
        "tested": ranked.tested,
        "untested": ranked.untested,
        "withheld": ranked.withheld,
        **{column: getattr(ranked.coverage, column) for column in COVERAGE_COLUMNS},
        "left_out": [{"reason": reason, "entities": entities} for reason, entities in ranked.left_out],
        "now_snapshot": pair.now_snapshot,
        "now_at": pair.now_at,
        "now_scope": pair.now_scope,
        "now_origin": pair.now_origin,
        "before_snapshot": pair.before_snapshot,
        "before_at": pair.before_at,
        "before_scope": pair.before_scope,
        "before_origin": pair.before_origin,
        "basis": pair.basis,
        "span_days": pair.span_days,
        "doubtful": pair.doubtful,
        "depths": pair.depths,
        "tool_version": VERSION,
    }
