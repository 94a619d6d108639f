"""Reads what the Hub says around a body: where the list goes on, how long to wait, what went wrong.

Nothing here is believed further than it must be: a link leads only along the list that was asked, a wait has few
digits, a message is one short line.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2
from huggingface_hub.utils._http import RateLimitInfo

from crawler.budget import RESET_SLACK_SECONDS

LINK_LIMIT = 10_000
"""Characters; a cursor takes a few hundred."""


class BadBody(Exception):
    """The body of a successful response is not what it should be."""


def seconds_told(headers: Mapping[str, str], info: RateLimitInfo | None) -> float | None:
    """How long the Hub asks to wait: Retry-After, or the rest of the window when nothing is left of it."""
    waits = [wait for wait in (retry_after(headers),) if wait is not None]
    if info is not None and info.remaining == 0:
        waits.append(info.reset_in_seconds + RESET_SLACK_SECONDS)
    return max(waits, default=None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The whole seconds of a Retry-After header; its rare date form is left to the backoff."""
    value = headers.get("retry-after", "").strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def next_path(response: httpx2.Response, path: str) -> str | None:
    """Path and query of the `rel="next"` link; a response may carry other links as well.

    Raises BadBody for a link that leads nowhere: to another list, or back to `path` itself.
    """
    link = response.links.get("next")
    if link is None:
        return None
    here, url = path.partition("?")[0], link.get("url", "")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadBody(f"its next link is no address: {url[:200]!r}") from error
    following = f"{here}?{parts.query}"
    if not parts.path.endswith(here) or following == path or len(url) > LINK_LIMIT:
        raise BadBody(f"its next link leads nowhere: {url[:200]!r}")
    return following


def server_message(response: httpx2.Response) -> str:
    """What the Hub says of an error, on one short line."""
    message = response.headers.get("x-error-message", "")
    if not message:
        message = response.content[:2000].decode("utf-8", "replace")  # the charset it claims is not to be trusted
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())[:200]
