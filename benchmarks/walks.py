"""Runs a full walk of a simulated Hub and its commit as the program does."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from crawler.crawl import CrawlOrder, crawl
from crawler.http.client import RetryPolicy, hub_client
from crawler.http.rate_limiter import QuotaStatus, RateLimiter
from crawler.kinds import Kind, Scope
from crawler.plan import ListingSettings, Watchlist
from crawler.spool.spool import SpooledPage
from crawler.walk import Walk
from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.ingest.ingest import ingest_walks
from db.ingest.removals import suspects
from db.schema.migrate import migrate

START = datetime(2026, 9, 7, 10, tzinfo=UTC)
"""The observation time of the first walk, later than all creations on the simulated Hub."""

VERSION = "0"

LOOKUPS = 100


class Silence:
    """A progress reporter that prints nothing."""

    def on_wait(self, path: str, cause: str, seconds: float) -> None: ...

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None: ...


def unhurried() -> RateLimiter:
    """Return a rate limiter without a reserve, by the real clock."""
    return RateLimiter(0.0, time.monotonic, time.sleep)


def walk_all(
    url: str,
    spool: Path,
    kinds: Sequence[Kind],
    observed_at: datetime,
    rate_limiter: RateLimiter,
    page_size: int = 1000,
) -> list[Walk]:
    """Walk every repository of these kinds."""
    settings = ListingSettings(
        top=1000, created_days=28, paper_days=14, article_days=60, trending_pages=3, lookups=0, page_size=page_size
    )
    order = CrawlOrder("run", tuple(kinds), Scope.FULL, settings, Watchlist(), observed_at, timedelta(days=1))
    retry, silence = RetryPolicy(attempts=8, max_wait_seconds=330), Silence()
    with hub_client(rate_limiter, retry, silence, timeout_seconds=60, version=VERSION, endpoint=url) as client:
        return crawl(order, client, spool, silence, lambda: observed_at)


def commit_walks(path: Path, walks: Sequence[Walk]) -> None:
    """Commit finished walks to the database at `path`."""

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate(con, START, VERSION)
        ingest_walks(con, walks, VERSION)

    commit(path, change, on_wait=lambda _: None, wait=WaitPolicy(), clock=time)


def walk_and_commit(url: str, folder: Path, kinds: Sequence[Kind], observed_at: datetime) -> None:
    """Crawl and commit one full snapshot of each of these kinds.

    If the file exists, look up the entities that the walks miss, as the program does.
    """
    walks, path = walk_all(url, folder / "spool", kinds, observed_at, unhurried()), folder / "hub.duckdb"
    failure = next((walk.failure for walk in walks if walk.failure is not None), None)
    if failure is not None:
        raise failure
    if path.exists():
        with open_readonly(path) as con:
            for walk in walks:
                suspects(con, walk, LOOKUPS)
    commit_walks(path, walks)
