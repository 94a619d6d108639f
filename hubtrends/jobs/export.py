"""Export the history as Parquet files, or verify an earlier export."""

import logging
from collections.abc import Callable
from datetime import datetime

from db.commit.paths import Files
from db.export.export import ExportReport, export, verify
from db.export.target import target_at
from hubtrends.config.settings import Settings
from hubtrends.store import open_store

logger = logging.getLogger(__name__)


def export_address(settings: Settings, given: str | None) -> str:
    """Return the folder or URL of an export; the default is a folder next to the database."""
    return given or str(Files.of(settings.database).export)


def run_export(settings: Settings, address: str, now: datetime, log: Callable[[str], None]) -> ExportReport:
    """Write the snapshots that the last export to this address does not have."""
    target = target_at(settings.database, address)
    logger.info("exporting %s to %s", settings.database, address)
    with open_store(settings, now, log) as con:
        return export(con, target, lambda file: log(f"{file.path}: {file.rows:,} rows"))


def verify_export(settings: Settings, address: str, now: datetime, log: Callable[[str], None]) -> int:
    """Compare the exported files with their checksums; return how many there are."""
    target = target_at(settings.database, address)
    logger.info("verifying the export at %s", address)
    with open_store(settings, now, log) as con:
        return len(verify(con, target).files)
