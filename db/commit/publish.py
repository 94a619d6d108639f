"""Publish a commit after its intent record is written, or roll it back.

DuckDB refuses to open a database next to the `.wal` of another one, so the old log moves away before the rename. Each
step is idempotent, so the next start resumes an interrupted publication.
"""

import logging

from crawler.durable import sync
from db.commit import working_copy
from db.commit.paths import LOGS, Files, moved_logs

logger = logging.getLogger(__name__)


def publish(files: Files) -> None:
    """Replace the original with the copy."""
    folder = files.database.parent
    present = [suffix for suffix in LOGS if files.log(suffix).exists()]
    for suffix in present:
        files.log(suffix).replace(files.moved_log(suffix))
    if present:
        sync(folder)
    logger.debug("logs moved")
    files.copy.replace(files.database)
    logger.debug("renamed")
    sync(folder)
    logger.debug("folder flushed")
    clean(files)
    logger.debug("cleaned")


def clean(files: Files) -> None:
    """Remove the leftovers of a finished commit.

    The old log is removed first, because only the intent record refers to it.
    """
    if moved := moved_logs(files):
        for suffix in moved:
            files.moved_log(suffix).unlink()
        sync(files.database.parent)
    files.intent.unlink(missing_ok=True)


def is_published(files: Files) -> bool:
    """Check whether the rename is done and only leftovers remain."""
    return files.intent.exists() and not files.copy.exists()


def roll_back(files: Files) -> None:
    """Restore the state before the commit."""
    for suffix in moved_logs(files):
        files.moved_log(suffix).replace(files.log(suffix))
    working_copy.drop(files)
    files.intent.unlink(missing_ok=True)
