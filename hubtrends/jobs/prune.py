"""Delete the snapshots that retention does not keep, unless a report uses them."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.deletion.retention import SnapshotInfo, drop, list_snapshots, select_expired
from db.queries import reports_made
from hubtrends.config.settings import Settings
from hubtrends.errors import ReportsForgottenError
from hubtrends.jobs.journal import Journal
from hubtrends.report_impact import CoarserReports, count_coarser_reports, count_forgotten, snapshots_of_reports

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PrunePlan:
    """The snapshots to delete, and the earlier reports whose scores lose snapshots."""

    expired: tuple[SnapshotInfo, ...]
    coarser: CoarserReports


def plan_prune(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime, *, forget_reports: bool) -> PrunePlan:
    """Select the expired snapshots; raises ReportsForgottenError if the journal has lost reports."""
    journal = Journal(settings.database)
    reports, snapshots = journal.reports(), list_snapshots(con)
    lost = count_forgotten(reports_made(con), reports)
    if lost and not forget_reports:
        raise ReportsForgottenError(journal.path, lost)
    expired = select_expired(snapshots, now, settings.retention.daily_days, snapshots_of_reports(reports))
    logger.debug("%d of %d snapshots are expired, %d reports are lost", len(expired), len(snapshots), lost)
    return PrunePlan(tuple(expired), count_coarser_reports(reports, snapshots, expired))


def run_prune(settings: Settings, plan: PrunePlan, log: Callable[[str], None]) -> tuple[int, int]:
    """Rewrite the file without the expired snapshots; return its bytes before and after."""
    before = settings.database.stat().st_size
    logger.info("deleting %d snapshots", len(plan.expired))
    commit(
        settings.database,
        lambda con: drop(con, [snapshot.snapshot_id for snapshot in plan.expired]),
        on_wait=log,
        wait=WaitPolicy(limit=settings.wait_seconds),
        clock=time,
        repack=True,
    )
    return before, settings.database.stat().st_size
