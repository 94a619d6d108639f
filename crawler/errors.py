"""The errors of the crawler, as one tree.

CrawlError
├── HubSettingError             an environment variable prevents every connection
├── HubUnreachableError         no connection could be made
├── HubRefusedError             401 or 403: the token is wrong or missing
├── HubRejectedRequestError     another 4xx: the request itself is wrong
├── HubFailedError              still failing after all retries
│   └── HubElsewhereError       a redirect leads to another host
├── SpoolFullError              the disk is full
├── ClockWrongError             this machine's clock differs from the Hub's
├── CrawlStoppedError           asked to stop; the spool keeps the fetched pages
└── ResponseError               one response is unusable; never leaves the crawler
    ├── TransientError          a failure that a retry may cure
    ├── ProxyUnreachableError   a proxy in between does not answer
    ├── BadBodyError            the body of a successful response is not what it should be
    └── UnreadableItemsError    the page parser refuses a page or an item as a whole

Every error names its endpoint, URL or folder and the next step. A ResponseError is retried, or becomes a
HubFailedError or a rejection.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

from crawler.durations import format_duration
from crawler.redaction import redacted

LONGEST_URL = 120
"""Maximum characters of an address in a message; the first parameters identify the list."""


_CURSOR = re.compile(r"(?<=[?&]cursor=)[^&]+")


def display_url(url: str) -> str:
    """Return an address without secrets and without its cursor, which may name a private item, cut to one line."""
    url = _CURSOR.sub("…", redacted(url))
    return url if len(url) <= LONGEST_URL else url[: LONGEST_URL - 1] + "…"


class CrawlError(Exception):
    """The crawl cannot continue; the spool keeps the fetched pages."""

    attempts = 0
    """Requests that were sent without success."""


class HubSettingError(CrawlError):
    """An environment variable has an unusable value; the message hides secrets in it."""

    def __init__(self, variable: str, value: str, reason: str) -> None:
        self.variable, self.value, self.reason = variable, value, reason
        super().__init__(f"{variable} is '{display_url(value)}': {reason}. Correct or unset it, then run again.")


class HubUnreachableError(CrawlError):
    """No connection to the Hub could be made."""

    def __init__(self, endpoint: str, cause: str) -> None:
        self.endpoint = endpoint
        super().__init__(
            f"The Hub at {endpoint} cannot be reached ({cause}). Check the network and HF_ENDPOINT, then run again."
        )


class HubRefusedError(CrawlError):
    """The Hub answered 401 or 403 to a listing."""

    def __init__(self, url: str, status: int, message: str, attempts: int = 1) -> None:
        self.url, self.status, self.attempts = url, status, attempts
        super().__init__(
            f"The Hub refused {display_url(url)} with {status} ({message}). "
            "The token is wrong or expired: renew HF_TOKEN or the saved login, or remove it to crawl anonymously."
        )


class HubRejectedRequestError(CrawlError):
    """The Hub rejected the request itself."""

    def __init__(self, url: str, status: int, message: str, attempts: int = 1) -> None:
        self.url, self.status, self.attempts = url, status, attempts
        super().__init__(
            f"The Hub rejected {display_url(url)} with {status} ({message}). "
            "Its interface may have changed: see whether a newer hubtrends is out."
        )


class HubFailedError(CrawlError):
    """The Hub failed until the last retry; redirects make `attempts` larger than `tries`."""

    def __init__(self, url: str, cause: str, attempts: int, tries: int | None = None) -> None:
        self.url, self.cause, self.attempts = url, cause, attempts
        super().__init__(
            f"{display_url(url)} failed {tries or attempts} times, last with: {cause}. What came before it is kept."
        )


class HubElsewhereError(HubFailedError):
    """A redirect leads from the endpoint to another host, whose answer is not the Hub's."""

    def __init__(self, url: str, endpoint: str, target: str, attempts: int) -> None:
        self.target = target
        super().__init__(url, f"it redirects to {target}", attempts)
        self.args = (
            f"{display_url(url)} redirects from {endpoint} to {target}, which is not followed: its data would be taken "
            "for the Hub's. Set HF_ENDPOINT to the address that is meant, or sign in to the network.",
        )


class SpoolFullError(CrawlError):
    """The disk is full: the last page could not be stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"The disk is full: {folder} cannot take another page. Make room and run again; the pages in it are kept."
        )


class ClockWrongError(CrawlError):
    """This machine's clock is ahead of the Hub's by `offset`; a negative offset is behind."""

    def __init__(self, endpoint: str, hub: datetime, offset: timedelta) -> None:
        self.endpoint, self.hub, self.offset = endpoint, hub, offset
        direction = "ahead" if offset > timedelta() else "behind"
        super().__init__(
            f"This machine's clock is {format_duration(abs(offset.total_seconds()))} {direction}: it says"
            f" {hub + offset:%Y-%m-%d %H:%M} UTC, the Hub at {endpoint} says {hub:%Y-%m-%d %H:%M} UTC."
            " Nothing was stored under this time. Set the clock (`timedatectl set-ntp true`), then run again."
        )


class CrawlStoppedError(CrawlError):
    """The crawl was asked to stop and did so at a page boundary."""

    def __init__(self) -> None:
        super().__init__("Stopped at a page boundary; the next crawl goes on from there.")


class ResponseError(CrawlError):
    """One response is unusable; handled inside the crawler."""


class TransientError(ResponseError):
    """A failure that may pass.

    `wait` is how many seconds the Hub asks for; `throttled` is the rate-limit bucket of a 429.
    """

    def __init__(self, cause: str, wait: float | None = None, throttled: str | None = None) -> None:
        self.cause, self.wait, self.throttled = cause, wait, throttled
        super().__init__(cause)


class ProxyUnreachableError(ResponseError):
    """The proxy at `host` and `port` does not answer; becomes a TransientError that names its variable."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host, self.port, self.reason = host, port, reason
        super().__init__(f"the proxy {host}:{port} does not answer: {reason}")


class BadBodyError(ResponseError):
    """The body of a successful response is invalid."""


class UnreadableItemsError(ResponseError):
    """The page parser refuses a page, or an item, as a whole; the message is the reason, if one is known."""


ENDS_THE_RUN = (CrawlStoppedError, SpoolFullError, ClockWrongError)
"""Errors that end the whole run, not just one walk or look-up."""
