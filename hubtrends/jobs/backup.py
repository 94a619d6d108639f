"""Write a backup and note it in the journal; restore one."""

import logging
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from db.backup.backup import Backup, backup
from db.backup.restore import Restored, restore
from db.commit.lock import WaitPolicy
from hubtrends.config.settings import Settings
from hubtrends.errors import JournalError
from hubtrends.jobs.backups import KnownBackup, note_backup
from hubtrends.jobs.journal import Journal

logger = logging.getLogger(__name__)


def run_backup(
    settings: Settings,
    target: Path,
    now: datetime,
    on_step: Callable[[str], None],
    log: Callable[[str], None],
    *,
    force: bool,
) -> Backup:
    """Write a verified backup and note it in the journal; log a failure to note it."""
    wait = WaitPolicy(limit=settings.wait_seconds)
    logger.info("writing a backup of %s to %s", settings.database, target)
    made = backup(settings.database, target, force=force, on_step=on_step, on_wait=log, wait=wait, clock=time)
    try:
        note_backup(Journal(settings.database), KnownBackup(now, made.path, made.bytes, made.sha256))
    except (JournalError, sqlite3.Error) as error:
        log(f"the backup is not in the journal: {error}")
    return made


def run_restore(
    settings: Settings, source: Path, now: datetime, on_step: Callable[[str], None], log: Callable[[str], None]
) -> Restored:
    """Replace the database with a backup."""
    wait = WaitPolicy(limit=settings.wait_seconds)
    logger.info("restoring %s from %s", settings.database, source)
    return restore(settings.database, source, now, on_step=on_step, on_wait=log, wait=wait, clock=time)
