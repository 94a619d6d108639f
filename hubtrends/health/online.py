"""Whether the Hub answers, and takes the token: one request, without patience."""

import time
from collections.abc import Mapping
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
from crawler.http.client import RetryPolicy, hub_client
from crawler.http.rate_limiter import RateLimiter
from hubtrends.health.finding import Finding, bad, ok, skipped, warning
from hubtrends.version import VERSION

PATH = "/api/models?limit=1"


REMEDIES: Mapping[type[CrawlError], str] = {
    HubRefusedError: "renew HF_TOKEN or the saved login, or remove it",
    HubUnreachableError: "check the network and HF_ENDPOINT, then try again",
    HubRejectedRequestError: "see whether a newer hubtrends is out",
    HubSettingError: "correct or unset it",
    HubElsewhereError: "set HF_ENDPOINT to the address that is meant, or sign in to the network",
}


class _WouldWaitError(Exception):
    """The Hub, or our share of its quota, asks for a wait."""


class _Causes:
    """Keeps why it was to wait."""

    def __init__(self) -> None:
        self.last = "the quota is spent"

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self.last = cause


def check_token(token: str | None) -> Finding:
    """Whether there is a token; it is never shown."""
    if token is None:
        return ok("token", "none: the Hub grants an anonymous address fewer requests")
    if not (token.isascii() and token.isprintable()):
        return bad("token", "it holds characters that no token has", "set HF_TOKEN anew, or log in again")
    return ok("token", "there is one; whether the Hub takes it shows with --online")


def hub_token() -> str | None:
    """HF_TOKEN or the saved login, as huggingface_hub reads them."""
    return get_token()


def check_login() -> Finding:
    """Check HF_TOKEN or the saved login, as huggingface_hub reads them."""
    try:
        return check_token(hub_token())
    except (OSError, ValueError) as error:
        return bad(
            "token", f"the saved login cannot be read: {error}", "check HF_TOKEN_PATH and HF_HOME, or log in again"
        )


def not_asked() -> Finding:
    """The Hub is asked only on request."""
    return skipped("hub", "not asked; give --online to ask it once")


def check_hub(timeout_seconds: float, now: datetime) -> Finding:
    """Ask the configured endpoint for one model, and compare its time with `now`."""
    causes = _Causes()
    rate_limiter = RateLimiter(0.0, time.monotonic, _refuse_to_wait)
    policy = RetryPolicy(attempts=1, max_wait_seconds=1.0, window_seconds=0.0)
    try:
        with hub_client(
            rate_limiter, policy, causes, timeout_seconds=timeout_seconds, version=VERSION, now=lambda: now
        ) as client:
            client.get(PATH, len)
            return ok("hub", f"{client.endpoint} answers")
    except _WouldWaitError:
        return warning("hub", f"the Hub answers with {causes.last}", "try again in five minutes")
    except HubElsewhereError as error:
        return bad("hub", str(error).partition(". ")[0], REMEDIES[HubElsewhereError])
    except HubFailedError as error:
        when = "in five minutes" if error.cause.startswith("429") else "later"
        return warning("hub", str(error).partition(". ")[0], f"try again {when}")
    except ClockWrongError as error:
        return bad("clock", str(error).partition(". ")[0], "set the clock (`timedatectl set-ntp true`)")
    except (HubRefusedError, HubUnreachableError, HubRejectedRequestError, HubSettingError) as error:
        return bad("hub", str(error).partition(". ")[0], REMEDIES[type(error)])


def _refuse_to_wait(seconds: float) -> None:
    if seconds > 0:
        raise _WouldWaitError
