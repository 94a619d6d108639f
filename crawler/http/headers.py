"""Reads the headers of an answer: the next page, the requested wait, the error message.

Headers are untrusted: a link must stay on the requested list, a wait has few digits, a message is one short line.
"""

import contextlib
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2
from huggingface_hub.utils import RateLimitInfo, parse_ratelimit_headers

from crawler.errors import BadBodyError, TransientError, display_url
from crawler.http.rate_limiter import RESET_SLACK_SECONDS
from crawler.redaction import Redactor

RETRIED = frozenset({408, 425, 429})
"""Statuses below 500 that are retried. All 5xx are retried too, such as 504 for deep cursors of sorted lists."""

LINK_LIMIT = 10_000
"""Maximum characters of a link; a cursor takes a few hundred."""


def requested_wait(headers: Mapping[str, str], info: RateLimitInfo | None) -> float | None:
    """Return the wait that the Hub asks for: Retry-After, or the rest of a spent window."""
    waits = [wait for wait in (retry_after(headers),) if wait is not None]
    if info is not None and info.remaining == 0:
        waits.append(info.reset_in_seconds + RESET_SLACK_SECONDS)
    return max(waits, default=None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header; None for a date, which is rare."""
    value = headers.get("retry-after", "").strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def next_path(response: httpx2.Response, path: str) -> str | None:
    """Return path and query of the `rel="next"` link, or None.

    Raises BadBodyError for a link that leads nowhere: to another list, or back to `path` itself.
    """
    link = next((link for rel, link in response.links.items() if "next" in str(rel).lower().split()), None)
    if link is None:
        return None
    here, url = path.partition("?")[0], link.get("url", "")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadBodyError(f"its next link is no address: {display_url(url)!r}") from error
    following = f"{here}?{parts.query}"
    elsewhere = bool(parts.path) and not parts.path.endswith(here)
    if elsewhere or not parts.query or following == path or len(url) > LINK_LIMIT:
        raise BadBodyError(f"its next link leads nowhere: {display_url(url)!r}")
    return following


def server_message(response: httpx2.Response) -> str:
    """Return the Hub's error message as one short line."""
    message = response.headers.get("x-error-message", "")
    if not message:
        body = response.content[:2000].decode("utf-8", "replace")
        message = "" if body.lstrip().startswith("<") else body  # nothing of an HTML page
        with contextlib.suppress(ValueError, RecursionError):
            found = json.loads(body)
            if isinstance(found, dict) and isinstance(found.get("error"), str):
                message = found["error"]
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())[:200]


def raise_if_transient(response: httpx2.Response, bucket: str, max_wait_seconds: float, hides: Redactor) -> None:
    """Raise TransientError for a status that a retry may cure, with the wait that the Hub asks for."""
    if response.status_code not in RETRIED and not response.is_server_error:
        return
    throttled = response.status_code == 429
    wait = requested_wait(response.headers, parse_ratelimit_headers(response.headers) if throttled else None)
    cause = hides.text(f"{response.status_code} {server_message(response)}".strip())
    raise TransientError(
        cause, None if wait is None else min(wait, max_wait_seconds), throttled=bucket if throttled else None
    )
