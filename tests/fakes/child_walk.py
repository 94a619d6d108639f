"""Walk all models of the Hub at argv[1] into the folder argv[2]; print one line per page."""

import sys
import time
from pathlib import Path

from crawler.crawl import crawl
from crawler.http.client import hub_client
from crawler.http.rate_limiter import QuotaStatus, RateLimiter
from crawler.kinds import Kind, Scope
from crawler.spool.spool import SpooledPage
from tests.fakes.doubles import MOMENT, order, retry


class LineWriter:
    """Prints the number of each page."""

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        sys.stdout.write(f"{page.number}\n")
        sys.stdout.flush()

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        return None


rate_limiter, writer = RateLimiter(0.0, time.monotonic, time.sleep), LineWriter()
with hub_client(rate_limiter, retry(), writer, timeout_seconds=5, version="0", endpoint=sys.argv[1]) as client:
    crawl(order(Kind.MODEL, scope=Scope.FULL, page_size=50), client, Path(sys.argv[2]), writer, lambda: MOMENT)
