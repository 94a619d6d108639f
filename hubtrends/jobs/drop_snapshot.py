"""Delete snapshots from the database and from the files next to it.

    database    the rows of the snapshots; the file is rewritten, which frees the space
    journal     the runs that stored only these snapshots; the reports that use them, with the entities they named
    spool       a stored walk that a killed run could not discard

A clock that was ahead has dated runs into the future. Deleting a snapshot from the future also deletes the runs and the
heartbeat that lie in the future.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.http.clock import CLOCK_SLACK
from crawler.spool.spool import Spool, discard
from db.commit.commit import commit
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.connect import open_readonly
from db.deletion.drop_snapshot import Contents, contents, drop_snapshots, runs_left
from hubtrends.config.settings import Settings
from hubtrends.jobs.journal import Journal

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeletionPlan:
    """The snapshots to delete, and the reports and runs that depend on them."""

    snapshots: tuple[Contents, ...]
    reports: tuple[str, ...]
    """Names of the reports that use the snapshots."""
    runs: tuple[str, ...]
    """Runs to delete from the journal: those of the reports, and those that stored nothing else."""


def plan_deletion(settings: Settings, snapshot_ids: Sequence[int]) -> DeletionPlan:
    """Find the snapshots and what depends on them; raises UnknownSnapshotError."""
    wanted = tuple(dict.fromkeys(snapshot_ids))
    with open_readonly(settings.database) as con:
        found = tuple(contents(con, snapshot_id) for snapshot_id in wanted)
        left = runs_left(con, wanted)
    resting = [report for report in Journal(settings.database).reports() if report.used & set(wanted)]
    alone = {snapshot.run_id for snapshot in found} - left
    stems = tuple(sorted({report.stem for report in resting}))
    return DeletionPlan(found, stems, tuple(sorted(alone | {report.run_id for report in resting})))


def delete_snapshots(
    settings: Settings,
    plan: DeletionPlan,
    now: datetime,
    log: Callable[[str], None],
    change: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
) -> None:
    """Delete the snapshots everywhere; `change` replaces the deletion of their rows.

    Raises WriterBusyError while a crawl runs, and the errors of a commit.
    """
    spool = Files.of(settings.database).spool
    ids = [snapshot.snapshot_id for snapshot in plan.snapshots]
    wait = WaitPolicy(limit=settings.wait_seconds)
    with writer_lock(Files(spool), LockWait(WaitPolicy(limit=0), time, log)):
        commit(
            settings.database,
            change or (lambda con: drop_snapshots(con, ids, plan.runs)),
            on_wait=log,
            wait=wait,
            clock=time,
            repack=True,
        )
        ahead = any(snapshot.observed_at - now > CLOCK_SLACK for snapshot in plan.snapshots)
        logger.debug("deleting snapshots %s and runs %s; also runs of the future: %s", ids, plan.runs, ahead)
        Journal(settings.database).rewrite(
            lambda con: _forget_runs(con, ids, plan.runs, now + CLOCK_SLACK if ahead else None)
        )
        walks = {snapshot.walk_id for snapshot in plan.snapshots}
        for folder in spool.glob("*"):
            found = Spool.seen(folder)
            if found is not None and found.header.walk_id in walks:
                logger.debug("discarding the stored walk in %s", folder)
                discard(folder)


def _forget_runs(con: sqlite3.Connection, ids: Sequence[int], runs: Sequence[str], later_than: datetime | None) -> None:
    con.executemany(
        "DELETE FROM named WHERE EXISTS (SELECT 1 FROM runs AS r JOIN reports USING (run_id)"
        " WHERE r.run_id = ? AND named_at BETWEEN r.started_at AND coalesce(r.finished_at, named_at))",
        [(run,) for run in runs],
    )
    for table in ("reports", "used", "runs"):
        con.executemany(f"DELETE FROM {table} WHERE run_id = ?", [(run,) for run in runs])  # noqa: S608
    con.executemany("DELETE FROM used WHERE snapshot_id = ?", [(one,) for one in ids])
    if later_than is not None:
        con.execute("DELETE FROM runs WHERE started_at > ?", (later_than.isoformat(),))
        con.execute("DELETE FROM named WHERE named_at > ?", (later_than.isoformat(),))
        con.execute("DELETE FROM heartbeat WHERE beat_at > ?", (later_than.isoformat(),))
