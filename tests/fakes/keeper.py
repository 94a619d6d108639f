"""A user who crawls a simulated Hub and queries the database."""

import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from crawler.kinds import Kind, Scope
from db.ingest.ingest import StoredSnapshot
from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from tests.fakes.quiet import Kept


class Unwaiting(threading.Event):
    """A stop event that is never set and waits no time."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class Keeper:
    """Keeps the database at `path`; `url` is the Hub, None the configured endpoint."""

    def __init__(self, path: Path, url: str | None, settings: Settings | None = None) -> None:
        self.settings = (settings or Settings()).with_database(path)
        self.url = url
        self.reporter = Kept()
        self.stop: threading.Event = Unwaiting()

    def crawls(
        self, moment: datetime, *kinds: Kind, scope: Scope = Scope.FULL, accept_removals: bool = False
    ) -> Sequence[StoredSnapshot]:
        context = RunContext(self.settings, lambda: moment, self.reporter, self.stop, self.url)
        return run_crawl(context, CrawlRequest(kinds, scope, accept_removals=accept_removals)).taken

    def asks(self, query: str) -> list[tuple[Any, ...]]:
        with closing(duckdb.connect(str(self.settings.database), read_only=True)) as con:
            return con.execute(query).fetchall()
