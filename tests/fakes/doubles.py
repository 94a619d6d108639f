"""Fakes of time and observers, and helpers that run crawls, for the tests of the crawler."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from crawler.crawl import CrawlOrder, crawl
from crawler.errors import CrawlStoppedError
from crawler.http.client import HubClient, RetryPolicy, hub_client
from crawler.http.rate_limiter import QuotaStatus, RateLimiter
from crawler.kinds import Kind, Scope
from crawler.plan import ListingSettings, Watchlist
from crawler.spool.spool import Spool, SpooledPage, SpoolHeader
from crawler.walk import Walk

MOMENT = datetime(2026, 9, 20, 12, tzinfo=UTC)

SETTINGS = ListingSettings(
    top=1000, created_days=28, paper_days=14, article_days=60, trending_pages=3, lookups=200, page_size=1000
)


class Clock:
    """A clock that advances only while someone waits and no request is in flight; waits may overlap."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now, self.waits = now, list[float]()
        self._under_way = 0
        self._answered = threading.Condition()

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        if seconds <= 0:
            return
        with self._answered:
            until = self.now + seconds
            self._answered.wait_for(lambda: not self._under_way)
            self.now = max(self.now, until)
            self.waits.append(seconds)

    def begin_request(self) -> None:
        """Note that a request is in flight."""
        with self._answered:
            self._under_way += 1

    def end_request(self) -> None:
        """Note that its answer has arrived."""
        with self._answered:
            self._under_way -= 1
            self._answered.notify_all()

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Count a request as in flight within the block."""
        self.begin_request()
        try:
            yield
        finally:
            self.end_request()


class TimelessRateLimiter(RateLimiter):
    """A rate limiter whose requests take no time."""

    def _try_to_acquire(self, name: str) -> float:
        assert isinstance(self.clock, Clock)
        with self._lock:
            wait = super()._try_to_acquire(name)
            if not wait:
                self.clock.begin_request()
            return wait

    def release(self, name: str) -> None:
        assert isinstance(self.clock, Clock)
        super().release(name)
        self.clock.end_request()


@dataclass
class Audience:
    """Records waits and pages; stops the crawl after `stop_after` pages."""

    clock: Clock = field(default_factory=Clock)
    stop_after: int | None = None
    causes: list[str] = field(default_factory=list)
    pages: list[tuple[Kind, SpooledPage]] = field(default_factory=list)

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self.causes.append(cause)

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        self.pages.append((kind, page))

    def pause(self, seconds: float) -> None:
        if self.stop_after is not None and len(self.pages) >= self.stop_after:
            raise CrawlStoppedError
        self.clock.pause(seconds)


def retry(attempts: int = 8, window_seconds: float = 300) -> RetryPolicy:
    """Return the default retry policy."""
    return RetryPolicy(attempts, 330, window_seconds)


@contextlib.contextmanager
def asking(
    url: str | None,
    audience: Audience,
    *,
    reserve: float = 0.0,
    policy: RetryPolicy | None = None,
    timeout: float = 5,
    now: Callable[[], datetime] | None = None,
) -> Iterator[HubClient]:
    """Yield a client of the Hub at `url`, by default that of the environment."""
    rate_limiter = TimelessRateLimiter(reserve, audience.clock, audience.pause)
    with hub_client(
        rate_limiter, policy or retry(), audience, timeout_seconds=timeout, version="0", endpoint=url, now=now
    ) as client:
        yield client


def order(*kinds: Kind, scope: Scope = Scope.HEAD, **changes: Any) -> CrawlOrder:
    """Return a crawl order; keywords change the walk settings, `watchlist` or `observed_at`."""
    watchlist = changes.pop("watchlist", Watchlist())
    observed_at = changes.pop("observed_at", MOMENT)
    max_age = changes.pop("walk_max_age", timedelta(hours=36))
    return CrawlOrder("run", kinds, scope, replace(SETTINGS, **changes), watchlist, observed_at, max_age)


def crawled(url: str, folder: Path, wanted: CrawlOrder, audience: Audience | None = None, **how: Any) -> list[Walk]:
    """Crawl the Hub at `url`; return its walks."""
    audience = audience or Audience()
    with asking(url, audience, **how) as client:
        return crawl(wanted, client, folder, audience, lambda: MOMENT)


def rows(spool: Spool) -> pl.DataFrame:
    """Return all rows of a walk in order."""
    return pl.concat([pl.read_parquet(file) for file in spool.files]) if spool.files else pl.DataFrame()


def ids(walk: Walk, listing: str | None = None) -> list[str]:
    """Return the Hub ids of a walk, or of one of its listings, in order."""
    pages = [page for page in walk.spool.pages if page.records and listing in (None, page.listing)]
    files = walk.spool.files_of([page.number for page in pages])
    return [hub_id for file in files for hub_id in pl.read_parquet(file)["hub_id"]]


def header(kind: Kind = Kind.MODEL, **changes: Any) -> SpoolHeader:
    """Return the value of a header."""
    plain = SpoolHeader("walk", "run", kind, Scope.FULL, MOMENT, MOMENT, "http://127.0.0.1", {"page_size": 2})
    return replace(plain, **changes)
