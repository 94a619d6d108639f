"""Open the database for a question."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import duckdb

from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.schema.upgrade import upgrade
from hubtrends.config.settings import Settings
from hubtrends.version import VERSION

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def open_store(
    settings: Settings,
    now: datetime,
    log: Callable[[str], None],
    *,
    sealed: bool = False,
    memory: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the database for reading; migrate a file of an older version first."""
    patience = WaitPolicy(limit=settings.wait_seconds)
    backup = upgrade(settings.database, now=now, tool_version=VERSION, on_wait=log, wait=patience, clock=time)
    if backup is not None:
        log(f"{settings.database} was of an older version and is migrated; the old file is {backup}")
    logger.debug("reading %s, memory limit %s, files of the system %s", settings.database, memory, not sealed)
    with open_readonly(settings.database, sealed=sealed, memory=memory) as con:
        yield con
