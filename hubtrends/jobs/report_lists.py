"""What a report says in its lists, as rows for SQL: the columns of a mover in the spelling of the store.

    results ─► told: rows by column ─► remember: one commit, after the report is published

The report is made from the snapshots, never from these rows: where they cannot be stored, a line says so and the report
stands as it is.
"""

import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass

import duckdb

from analysis.records import KindWeek, ListHistory, Metric, Pair, Pick, RankedList, WeekAnalysis
from crawler.errors import CrawlStoppedError
from db.commit.commit import commit
from db.commit.wait import WaitPolicy
from db.errors import StoreError
from db.queries import mirror_journal
from db.report_lists import ReportLists, Row, store_report_lists
from db.schema.upgrade import migrate_with_backup
from hubtrends.exit_codes import explain
from hubtrends.jobs.context import RunContext
from hubtrends.output.movers import mover
from hubtrends.version import VERSION


def remember(context: RunContext, results: WeekAnalysis) -> None:
    """Store the lists of a report that is published; tells why where that cannot be."""
    try:
        _store(context, told(results))
    except CrawlStoppedError:
        context.reporter.log("the report is whole, but SQL does not have its lists: asked to stop")
    except (StoreError, OSError) as error:
        context.reporter.log(f"the report is whole, but SQL does not have its lists: {explain(error)}")


def _store(context: RunContext, said: ReportLists) -> None:
    database = context.settings.database

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate_with_backup(con, database, context.now(), VERSION)
        store_report_lists(con, database, said)
        mirror_journal(con, [astuple(run) for run in context.journal.runs()])

    wait = WaitPolicy(limit=context.settings.wait_seconds)
    commit(database, change, on_wait=context.reporter.log, wait=wait, clock=_Clock(context))


@dataclass(frozen=True, slots=True)
class _Clock:
    """The clock of a wait that a wish to stop ends; raises CrawlStoppedError then."""

    context: RunContext

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, /) -> None:
        self.context.pause(seconds)


def told(results: WeekAnalysis) -> ReportLists:
    """The lists of a report, and the rows of these, by the columns of the tables."""
    lists = [(ranked, week) for week in results.kinds for ranked in week.lists]
    return ReportLists(
        results.as_of,
        [_list(ranked, week) for ranked, week in lists],
        [row for ranked, week in lists for row in _picks(ranked, week)],
    )


def _list(ranked: RankedList, week: KindWeek) -> Row:
    return {
        **_key(ranked, week),
        "ordered_by": ranked.ordered_by,
        "considered": ranked.considered,
        "tested": ranked.tested,
        "untested": ranked.untested,
        "withheld": ranked.withheld,
        "left_out": [{"reason": reason, "entities": entities} for reason, entities in ranked.left_out],
        **_compared(week.pair),
        "tool_version": VERSION,
    }


def _key(ranked: RankedList, week: KindWeek) -> Row:
    return {"kind": week.kind.value, "metric": ranked.metric.value, "list": ranked.name.value}


def _compared(pair: Pair) -> Row:
    return {
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
    }


def _picks(ranked: RankedList, week: KindWeek) -> Iterator[Row]:
    for pick in ranked.picks:
        counters = _counters(pick, ranked.metric)
        yield {**_key(ranked, week), **mover(pick, week.pair), **counters, **_list_history(pick.list_history)}


def _counters(pick: Pick, metric: Metric) -> Row:
    """The two ends of the gain; of downloads there is none but the 30-day figures, which keep their own name."""
    change, thirty_days = pick.change, metric is Metric.DOWNLOADS
    return {
        "before": None if thirty_days else change.before,
        "now": None if thirty_days else change.now,
        "downloads_before": change.before if thirty_days else None,
        "downloads_now": change.now if thirty_days else change.downloads_now,
    }


def _list_history(list_history: ListHistory | None) -> Row:
    return {
        "place_before": list_history.place_before if list_history else None,
        "weeks_listed": list_history.weeks if list_history else None,
        "first_listed": list_history.first if list_history else None,
        "best_place": list_history.best if list_history else None,
    }
