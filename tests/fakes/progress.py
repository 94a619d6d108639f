"""Quotas and pages for the tests of progress."""

from crawler.http.rate_limiter import QuotaStatus
from crawler.spool.spool import SpooledPage

HUB_QUOTA = QuotaStatus(remaining=300, quota=500, seconds=200, usable=199, pace=400 / 300)
"""The quota without a token a hundred seconds into a window, with a fifth in reserve."""

AMPLE_QUOTA = QuotaStatus(remaining=10**6, quota=10**6, seconds=300, usable=10**6, pace=3000)


def spooled_page(records: int = 1000, listing: str = "all", *, last: bool = False) -> SpooledPage:
    """Return a page of one request, as the spool records it."""
    return SpooledPage(1, listing, records, records, (), 1, None if last else "/next")
