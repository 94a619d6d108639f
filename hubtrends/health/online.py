"""Checks that the Hub answers and accepts the token, with one request and without waiting."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from datetime import datetime

from huggingface_hub import get_token

from crawler.errors import (
    ClockWrongError,
    CrawlError,
    HubElsewhereError,
    HubFailedError,
    HubRefusedError,
    HubRejectedRequestError,
    HubSettingError,
    HubUnreachableError,
)
from crawler.http.client import HubClient, RetryPolicy, hub_client
from crawler.http.rate_limiter import RateLimiter
from hubtrends.errors import WouldWaitError
from hubtrends.health.finding import Finding, bad, ok, warning
from hubtrends.version import VERSION

PATH = "/api/models?limit=1"

REMEDIES: Mapping[type[CrawlError], str] = {
    ClockWrongError: "set the clock (`timedatectl set-ntp true`)",
    HubRefusedError: "renew HF_TOKEN or the saved login, or remove it",
    HubUnreachableError: "check the network and HF_ENDPOINT, then try again",
    HubRejectedRequestError: "see whether a newer hubtrends is available",
    HubSettingError: "correct or unset it",
    HubElsewhereError: "set HF_ENDPOINT to the right address, or sign in to the network",
}


class _Waits:
    """Sleeps for a client, and raises WouldWaitError instead of a wait above the limit."""

    def __init__(self, max_seconds: float) -> None:
        self._max_seconds = max_seconds
        self._cause = "the quota is spent"

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self._cause = cause

    def sleep(self, seconds: float) -> None:
        if seconds > self._max_seconds:
            raise WouldWaitError(self._cause)
        time.sleep(max(seconds, 0.0))


@contextlib.contextmanager
def probe_client(timeout_seconds: float, now: datetime, *, max_wait_seconds: float = 0.0) -> Iterator[HubClient]:
    """Open a client that tries each request once and raises WouldWaitError for a longer wait."""
    waits = _Waits(max_wait_seconds)
    rate_limiter = RateLimiter(0.0, time.monotonic, waits.sleep)
    policy = RetryPolicy(attempts=1, max_wait_seconds=1.0, window_seconds=0.0)
    with hub_client(
        rate_limiter, policy, waits, timeout_seconds=timeout_seconds, version=VERSION, now=lambda: now
    ) as client:
        yield client


def check_token(token: str | None) -> Finding:
    """Check that a token is well-formed; no finding contains it."""
    if token is None:
        return ok("token", "none: the Hub grants an anonymous address fewer requests")
    if not (token.isascii() and token.isprintable()):
        return bad("token", "it contains characters that no token has", "set HF_TOKEN again, or log in again")
    return ok("token", "a token is set; --online shows whether the Hub accepts it")


def hub_token() -> str | None:
    """Return HF_TOKEN or the saved login, as huggingface_hub reads them."""
    return get_token()


def check_login() -> Finding:
    """Check HF_TOKEN or the saved login."""
    try:
        return check_token(hub_token())
    except (OSError, ValueError) as error:
        what = f"the saved login cannot be read: {error}"
        return bad("token", what, "check HF_TOKEN_PATH and HF_HOME, or log in again")


def check_hub(timeout_seconds: float, now: datetime) -> Finding:
    """Request one model from the configured endpoint and compare the Hub's time with `now`."""
    try:
        with probe_client(timeout_seconds, now) as client:
            client.get(PATH)
            return ok("hub", f"{client.endpoint} answers")
    except WouldWaitError as error:
        return warning("hub", f"the Hub answers with {error.cause}", "try again in five minutes")
    except tuple(REMEDIES) as error:
        check = "clock" if isinstance(error, ClockWrongError) else "hub"
        return bad(check, str(error).partition(". ")[0], REMEDIES[type(error)])
    except HubFailedError as error:
        when = "in five minutes" if error.cause.startswith("429") else "later"
        return warning("hub", str(error).partition(". ")[0], f"try again {when}")
