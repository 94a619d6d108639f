"""Import the files of an archive in one commit, or undo an import."""

import logging
import time
from collections.abc import Callable
from dataclasses import astuple
from datetime import datetime

import duckdb

from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.importing.archive import import_archives
from db.importing.snapshot import ArchiveOrder, Imported
from db.importing.undo import undo_import
from db.queries import mirror_journal
from db.schema.upgrade import migrate_with_backup
from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext, record_run
from hubtrends.jobs.drop_snapshot import DeletionPlan, delete_snapshots
from hubtrends.jobs.journal import Outcome
from hubtrends.jobs.reference import store_reference
from hubtrends.version import VERSION

logger = logging.getLogger(__name__)


def run_import(context: RunContext, order: ArchiveOrder) -> list[Imported]:
    """Import in one commit: all files, or none if one cannot be read."""
    imported: list[Imported] = []
    settings = context.settings

    def log(snapshot: Imported) -> None:
        context.reporter.log(snapshot.describe())

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate_with_backup(con, settings.database, context.now(), VERSION, context.reporter.log)
        store_reference(con, settings, context.reporter.log)
        imported.extend(import_archives(con, order, context.now(), VERSION, run.run_id, log))
        mirror_journal(con, [astuple(entry) for entry in context.journal.runs()])

    settings.database.resolve().parent.mkdir(parents=True, exist_ok=True)
    logger.info("importing %d files of %s", len(order.files), order.origin)
    with record_run(context, "import", None) as run:
        wait = WaitPolicy(limit=settings.wait_seconds)
        commit(settings.database, change, on_wait=context.reporter.log, wait=wait, clock=time)
        run.ends(Outcome.DONE, f"{len(imported)} snapshots of {order.kind.plural} from {order.origin}")
    return imported


def run_undo(
    settings: Settings, origin: str, plan: DeletionPlan, now: datetime, log: Callable[[str], None]
) -> tuple[int, int]:
    """Delete the data of an archive; return the bytes of the file before and after."""

    def change(con: duckdb.DuckDBPyConnection) -> None:
        undo_import(con, origin, plan.runs)

    before = settings.database.stat().st_size
    logger.info("deleting the %d snapshots of %s", len(plan.snapshots), origin)
    delete_snapshots(settings, plan, now, log, change)
    return before, settings.database.stat().st_size
