"""Asks the Hub for one path at a time, with patience.

Every request goes through huggingface_hub's session and headers, so that its token, proxy and offline settings hold,
and carries a timeout of its own, since the library sets none. One path for every page:

    get(path, parse):
        take a slot of the budget
        GET, streamed, with a timeout, a deadline and a size limit
        heed the rate limit headers
        400..499 that no retry can mend  -> a named error
        anything else that went wrong    -> wait as told, or longer each time, and again
        parse(body)                      -> a body that is not what it should be counts as a failure, too

Of a `next` link only path and query are used, on the configured endpoint: a mirror stays a mirror.
"""

import contextlib
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import constants
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import RateLimitInfo, get_session, parse_ratelimit_headers
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from crawler.budget import DEFAULT_WINDOW_SECONDS, RESET_SLACK_SECONDS, Budget
from crawler.errors import HubFailed, HubRefused, HubRejectedRequest, HubUnreachable

T = TypeVar("T")

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 524})
"""Statuses that may pass by themselves; 504 is what the Hub answers on deep cursors of sorted lists."""

ABSENT = frozenset({401, 403, 404, 410, 451})
"""What a look-up of something that is gone, private or disabled answers; without a token the Hub says 401."""

ATTEMPTS_WITHOUT_ANY_ANSWER = 3
"""A Hub that never answered is more likely misspelt than busy: say so within seconds."""

BODY_LIMIT_BYTES = 256 * 2**20
"""A page of 1000 repositories is about a megabyte; what is far larger is not a page."""

DEADLINE_FACTOR = 10
"""A body that trickles may take this many timeouts, no more."""


class BadBody(Exception):
    """The body of a successful response is not what it should be."""


class _TransientError(Exception):
    """A failure that may pass; `wait` is what the Hub asked for, in seconds."""

    def __init__(self, cause: str, wait: float | None = None) -> None:
        self.cause, self.wait = cause, wait
        super().__init__(cause)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to go on. The waits together outlast one window of the Hub's quota."""

    attempts: int
    max_wait_seconds: float
    window_seconds: float = DEFAULT_WINDOW_SECONDS

    def backoff(self, failures: int, jitter: float) -> float:
        """Seconds to wait after the n-th failure; `jitter` between 0 and 1 only lengthens it."""
        doublings = 2 ** max(self.attempts - 1, 1) - 1
        wait: float = 1.1 * self.window_seconds * 2 ** (failures - 1) / doublings
        return min(wait * (1 + jitter / 4), self.max_wait_seconds)


class Narrator(Protocol):
    """Whoever wants to hear of waits."""

    def waiting(self, path: str, cause: str, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one path of the Hub answered."""

    value: T | None
    """The parsed body; None where a look-up found nothing."""
    next_path: str | None
    """Path and query of the next page, or None on the last one."""
    requests: int
    """Sent for it, repeats included."""


@dataclass
class HubClient:
    """The Hub at one endpoint, asked within one budget."""

    endpoint: str
    session: httpx2.Client
    headers: Mapping[str, str]
    budget: Budget
    retry: RetryPolicy
    timeout_seconds: float
    narrator: Narrator
    _answered: threading.Event = field(default_factory=threading.Event)
    _routes: dict[str, str] = field(default_factory=dict)
    """The bucket that a path was last counted in."""

    def get(self, path: str, parse: Callable[[bytes], T], *, absent_is_none: bool = False) -> Answer[T]:
        """Return the parsed body behind `path`.

        Raises HubUnreachable, HubRefused, HubRejectedRequest or HubFailed. With `absent_is_none`, a thing that is
        not there is an answer with the value None.
        """
        attempt = 0

        def once() -> Answer[T]:
            nonlocal attempt
            attempt += 1
            response = self._send(path)
            if absent_is_none and response.status_code in ABSENT:
                return Answer(None, None, attempt)
            self._check(response, path)
            try:
                return Answer(parse(response.content), next_path(response, path), attempt)
            except BadBody as error:
                raise _TransientError(str(error)) from error

        try:
            return self._retrying(path)(once)
        except _TransientError as error:
            if not self._answered.is_set():
                raise HubUnreachable(self.endpoint, error.cause) from error
            raise HubFailed(self.endpoint + path, error.cause, attempt) from error

    def _retrying(self, path: str) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type(_TransientError),
            stop=self._gives_up,
            wait=self._seconds_to_wait,
            before_sleep=lambda state: self._narrate(path, state),
            sleep=self.budget.pause,
            reraise=True,
        )

    def _gives_up(self, state: RetryCallState) -> bool:
        patience = self.retry.attempts if self._answered.is_set() else ATTEMPTS_WITHOUT_ANY_ANSWER
        return state.attempt_number >= patience

    def _seconds_to_wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        told = error.wait if isinstance(error, _TransientError) else None
        if told is not None:
            return told
        return self.retry.backoff(state.attempt_number, random.random())  # noqa: S311

    def _narrate(self, path: str, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        self.narrator.waiting(path, str(error), seconds)

    def _send(self, path: str) -> httpx2.Response:
        route = "/".join(path.split("?")[0].split("/")[:3])
        bucket = self._routes.get(route, "api")
        self.budget.take(bucket)
        try:
            response = self._exchange(path)
            info = parse_ratelimit_headers(response.headers)
            if info is not None:
                self._routes[route] = info.resource_type
                self.budget.heed(info.resource_type, info)
        except httpx2.ConnectError as error:
            raise _TransientError(str(error) or "connection refused") from error
        except OfflineModeIsEnabled as error:
            raise HubUnreachable(self.endpoint, "HF_HUB_OFFLINE is set") from error
        except httpx2.UnsupportedProtocol as error:
            raise HubUnreachable(self.endpoint, str(error)) from error
        except httpx2.HTTPError as error:
            raise _TransientError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        finally:
            self.budget.done(bucket)
        self._answered.set()
        if response.status_code in RETRIED:
            raise self._told_to_wait(response, info)
        return response

    def _exchange(self, path: str) -> httpx2.Response:
        """One request and its whole body, within the timeout, the deadline and the size limit."""
        deadline = self.budget.clock() + DEADLINE_FACTOR * self.timeout_seconds
        url = self.endpoint + path
        with self.session.stream("GET", url, headers=self.headers, timeout=self.timeout_seconds) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > BODY_LIMIT_BYTES:
                    raise httpx2.DecodingError(f"the body is larger than {BODY_LIMIT_BYTES} bytes")
                if self.budget.clock() > deadline:
                    raise httpx2.ReadTimeout("the body came too slowly")
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _BODY_HEADERS]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body), request=response.request)

    def _told_to_wait(self, response: httpx2.Response, info: RateLimitInfo | None) -> _TransientError:
        throttled = response.status_code == 429
        wait = seconds_told(response.headers, info if throttled else None)
        if wait is not None:
            wait = min(wait, self.retry.max_wait_seconds)
            if throttled:
                self.budget.close_for(info.resource_type if info else "api", wait)
        return _TransientError(f"{response.status_code} {server_message(response)}".strip(), wait)

    def _check(self, response: httpx2.Response, path: str) -> None:
        status, url = response.status_code, self.endpoint + path
        if status in (401, 403):
            raise HubRefused(url, status, server_message(response))
        if not response.is_success:
            raise HubRejectedRequest(url, status, server_message(response))


@contextlib.contextmanager
def hub_client(
    budget: Budget,
    retry: RetryPolicy,
    narrator: Narrator,
    *,
    timeout_seconds: float,
    version: str,
    endpoint: str | None = None,
) -> Iterator[HubClient]:
    """The Hub as huggingface_hub is set up for it: HF_ENDPOINT, HF_TOKEN or the saved login, proxies, offline mode.

    Another endpoint, such as a simulated Hub, is asked without any of that: a token belongs to the Hub it is for.
    """
    headers = build_hf_headers(
        library_name="hubtrends", library_version=version, token=False if endpoint is not None else None
    )
    with contextlib.ExitStack() as stack:
        session = get_session()
        if endpoint is not None:
            session = stack.enter_context(httpx2.Client(follow_redirects=True, trust_env=False))
        base = (endpoint or constants.ENDPOINT).rstrip("/")
        yield HubClient(base, session, headers, budget, retry, timeout_seconds, narrator)


_BODY_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


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

    Raises BadBody for a link that leads nowhere: outside the API, or back to `path` itself.
    """
    link = response.links.get("next")
    if link is None:
        return None
    parts = urlsplit(link["url"])
    _, api, rest = parts.path.partition("/api/")
    following = f"{api}{rest}?{parts.query}"
    if not api or following == path:
        raise BadBody(f"its next link leads nowhere: {link['url'][:200]}")
    return following


def server_message(response: httpx2.Response) -> str:
    """What the Hub says of an error, on one short line."""
    message = response.headers.get("x-error-message", "")
    if not message:
        message = response.text[:2000]
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())[:200]
