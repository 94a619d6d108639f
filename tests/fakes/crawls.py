"""Crawls a simulated Hub over real sockets with the real crawler."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.crawl import CrawlOrder, crawl
from crawler.http.client import RetryPolicy, hub_client
from crawler.http.rate_limiter import QuotaStatus, RateLimiter
from crawler.kinds import Kind, Scope
from crawler.plan import ListingSettings, Watchlist
from crawler.spool.spool import SpooledPage
from crawler.walk import Walk
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.hub import SimHub

SETTINGS = ListingSettings(
    top=1000, created_days=28, paper_days=14, article_days=60, trending_pages=4, lookups=0, page_size=1000
)


class Silence:
    """A progress reporter that shows nothing."""

    def on_wait(self, path: str, cause: str, seconds: float) -> None: ...

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None: ...


def walks_of(hub: SimHub, at: datetime, folder: Path, *kinds: Kind, scope: Scope) -> list[Walk]:
    """Walk the kinds of a Hub, observed at a moment."""
    silence = Silence()
    order = CrawlOrder("run", kinds, scope, SETTINGS, Watchlist(), at, timedelta(hours=1))
    with (
        SimServer(hub) as server,
        hub_client(
            RateLimiter(0.0, time.monotonic, time.sleep),
            RetryPolicy(1, 0.0),
            silence,
            timeout_seconds=30,
            version="1.0",
            endpoint=server.url,
        ) as client,
    ):
        return crawl(order, client, folder / uuid.uuid4().hex, silence, lambda: datetime.now(UTC))
