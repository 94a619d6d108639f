"""Requests one path of the Hub at a time, with retries.

Every request goes through huggingface_hub's session, so that its token, proxy and offline settings hold (`connection`).

    get(path):
        for the path, then for each redirect within the endpoint:
            take a slot of the rate limiter
            GET, with one deadline for the whole exchange and a size limit; a stop request cancels it
            note the rate-limit headers
            compare the Date header with this clock    a wrong clock ends the run
        400..499 that no retry can cure  -> a named error
        any other failure                -> wait as the Hub asks, or with backoff, and retry

Only the query of a `next` link is used, with the requested path on the configured endpoint. So pages of a mirror come
from the mirror, and no link leads to another host.
"""

import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import httpx2
from huggingface_hub.utils import parse_ratelimit_headers
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from crawler.errors import (
    BadBodyError,
    ClockWrongError,
    HubElsewhereError,
    HubFailedError,
    HubRefusedError,
    HubRejectedRequestError,
    HubUnreachableError,
    TransientError,
    display_url,
)
from crawler.http.clock import clock_offset, hub_time
from crawler.http.connection import Connection, connection, translate_errors
from crawler.http.endpoint import host_of
from crawler.http.headers import next_path, raise_if_transient, server_message
from crawler.http.rate_limiter import LONGEST_WINDOW_SECONDS, RateLimiter

logger = logging.getLogger(__name__)

ABSENT = frozenset({400, 401, 403, 404, 410, 451})
"""Statuses of a look-up for an entity that is gone, private or misnamed; without a token the Hub answers 401."""

ATTEMPTS_WITHOUT_ANY_ANSWER = 3
"""Failed requests of all kinds before a Hub that never answered counts as misspelt, not busy."""

SECONDS_WITHOUT_ANY_ANSWER = 5.0
"""Time limit of all kinds together for a Hub that refuses connections at once."""

MAX_REDIRECTS = 10
"""Maximum number of redirects of one request; a renamed repository takes one."""

WINDOW_SECONDS = 300
"""Length of the Hub's quota window."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Limits on the tries of one request and on the waits between them.

    The waits grow so that all of them together outlast one window of the quota, unless `max_wait_seconds` cuts them.
    """

    attempts: int
    max_wait_seconds: float
    window_seconds: float = WINDOW_SECONDS

    def backoff(self, failures: int, jitter: float) -> float:
        """Seconds to wait after the n-th failure; `jitter` between 0 and 1 only lengthens it."""
        doublings = 2 ** max(self.attempts - 1, 1) - 1
        wait: float = 1.1 * self.window_seconds * 2 ** (failures - 1) / doublings
        return min(wait * (1 + jitter / 4), self.max_wait_seconds)


class Narrator(Protocol):
    """Shows the user why and how long a request waits."""

    def on_wait(self, path: str, cause: str, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The Hub's answer to one path."""

    body: bytes
    next_path: str | None
    """Path and query of the next page, or None on the last one."""
    requests: int
    """Requests sent for it, retries and redirects included."""
    status: int = 200
    tries: int = 1

    @property
    def is_absent(self) -> bool:
        """Whether the entity of a look-up does not exist."""
        return self.status in ABSENT


@dataclass(slots=True)
class _Count:
    """The requests and failures of one path so far."""

    requests: int
    """Requests sent, redirects included."""
    tries: int = 0


@dataclass
class HubClient:
    """The Hub at one endpoint, within one rate limiter."""

    endpoint: str
    """The address of the Hub without credentials, safe to show and to store."""
    hub: Connection
    rate_limiter: RateLimiter
    retry: RetryPolicy
    timeout_seconds: float
    narrator: Narrator
    now: Callable[[], datetime] | None = None
    """This machine's clock; None disables time stamps and the comparison with the Hub's."""
    _answered: threading.Event = field(default_factory=threading.Event)
    _silence: list[tuple[float, str]] = field(default_factory=list)
    """Time and error of each failed request before the Hub's first answer."""
    _window: float | None = None
    """Seconds of a quota window, as the Hub last stated it."""
    _routes: dict[str, str] = field(default_factory=dict)
    """The last known bucket of each path."""

    def get(
        self,
        path: str,
        *,
        is_lookup: bool = False,
        requests_before: int = 0,
        instead_of: Answer | None = None,
        cause: str = "",
    ) -> Answer:
        """Return the answer to `path`, after as many tries as the retry policy allows.

        If a look-up finds no entity, that is an answer, not an error. `instead_of` is an earlier answer to the same
        path, unusable because of `cause`; it counts as a failed try. Raises HubUnreachableError, HubRefusedError,
        HubRejectedRequestError, HubFailedError or ClockWrongError.
        """
        count = _Count(instead_of.requests, instead_of.tries) if instead_of else _Count(requests_before)
        unusable = [TransientError(self.hub.hides.text(cause))] if instead_of else []

        def once() -> Answer:
            if unusable:
                raise unusable.pop()
            count.tries += 1
            return self._answer(path, count, is_lookup=is_lookup)

        def gives_up(_: RetryCallState) -> bool:
            if self._answered.is_set():
                return count.tries >= self.retry.attempts
            return count.tries >= min(self.retry.attempts, ATTEMPTS_WITHOUT_ANY_ANSWER) or self._is_silent()

        def report_wait(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            seconds = state.next_action.sleep if state.next_action else 0.0
            logger.debug("%s: retry in %.1f s after: %s", display_url(path), seconds, error)
            self.narrator.on_wait(path, str(error), seconds)

        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=gives_up,
            wait=lambda state: self._wait_after(state, count.tries),
            before_sleep=report_wait,
            sleep=self.rate_limiter.pause,
            reraise=True,
        )
        try:
            return retrying(once)
        except TransientError as error:
            if not self._answered.is_set():
                raise HubUnreachableError(self.endpoint, error.cause) from error
            raise HubFailedError(self.endpoint + path, error.cause, count.requests, count.tries) from error

    def _answer(self, path: str, count: _Count, *, is_lookup: bool) -> Answer:
        """Send one request. Raises TransientError for a failure that a retry may cure."""
        try:
            response, bucket = self._send(path, count)
        except TransientError as error:
            if not self._answered.is_set():
                self._silence.append((self.rate_limiter.clock(), error.cause))
            raise
        raise_if_transient(response, bucket, self.retry.max_wait_seconds, self.hub.hides)
        if is_lookup and response.status_code in ABSENT:
            return Answer(b"", None, count.requests, response.status_code, count.tries)
        self._check(response, path, count.requests)
        try:
            following = next_path(response, path)
        except BadBodyError as error:
            raise TransientError(self.hub.hides.text(str(error))) from error
        return Answer(response.content, following, count.requests, tries=count.tries)

    def _is_silent(self) -> bool:
        """Return whether the Hub has never answered after enough tries and time."""
        failed = self._silence
        long_enough = bool(failed) and self.rate_limiter.clock() - failed[0][0] >= SECONDS_WITHOUT_ANY_ANSWER
        return not self._answered.is_set() and long_enough and len(failed) >= ATTEMPTS_WITHOUT_ANY_ANSWER

    def _wait_after(self, state: RetryCallState, tries: int) -> float:
        """Return the Hub's requested wait, or the growing backoff; a 429 blocks its bucket for all threads."""
        error = state.outcome.exception() if state.outcome else None
        asked, throttled = (error.wait, error.throttled) if isinstance(error, TransientError) else (None, None)
        policy = self.retry if self._window is None else replace(self.retry, window_seconds=self._window)
        wait = max(asked or 0.0, policy.backoff(tries, random.random()))  # noqa: S311
        if throttled is not None:
            self.rate_limiter.block_for(throttled, wait)
        return wait

    def _send(self, path: str, count: _Count) -> tuple[httpx2.Response, str]:
        """Follow redirects; return the answer and the rate-limit bucket in which the Hub counted it."""
        url = self.endpoint + path
        for _ in range(MAX_REDIRECTS + 1):
            count.requests += 1
            response, bucket = self._exchange(path, url)
            if not response.has_redirect_location:
                return response, bucket
            url = self._redirected(url, response.headers["location"], count.requests)
        raise TransientError(f"more than {MAX_REDIRECTS} redirects")

    def _redirected(self, url: str, location: str, requests: int) -> str:
        """Return the target of a redirect; raises HubElsewhereError for another host."""
        try:
            target = httpx2.URL(url).join(location).copy_with(username=None, password=None, fragment=None)
        except httpx2.InvalidURL as error:
            raise TransientError("its redirect leads nowhere") from error
        if not self.hub.endpoint.holds(target):
            raise HubElsewhereError(url, self.hub.endpoint.host, host_of(target), requests)
        return str(target)

    def _exchange(self, path: str, url: str) -> tuple[httpx2.Response, str]:
        """Make one request within the rate limiter and return its answer."""
        route = "/".join(path.split("?")[0].split("/")[:3])
        bucket = self._routes.get(route, "api")
        self.rate_limiter.acquire(
            bucket, lambda wait: self.narrator.on_wait(path, "our share of the quota is spent", wait)
        )
        try:
            if self._is_silent():
                raise HubUnreachableError(self.endpoint, self._silence[-1][1])
            sent_at = self.now() if self.now else None
            with translate_errors(self.endpoint, self.hub.hides):
                request = self.hub.request(url, self.timeout_seconds)
                response = self.hub.exchange(request, self.timeout_seconds, lambda: self.rate_limiter.pause(0))
            hub = hub_time(response.headers)
            if hub and self.now and sent_at and (offset := clock_offset(sent_at, self.now(), hub)) is not None:
                raise ClockWrongError(self.endpoint, hub, offset)
            info = parse_ratelimit_headers(response.headers)
            self.rate_limiter.update(bucket, info)
        finally:
            self.rate_limiter.release(bucket)
        self._answered.set()
        bucket = self._routes[route] = info.resource_type if info else bucket
        if info is not None and info.window_seconds:
            self._window = min(info.window_seconds, LONGEST_WINDOW_SECONDS)
        return response, bucket

    def _check(self, response: httpx2.Response, path: str, requests: int) -> None:
        status, url = response.status_code, self.endpoint + path
        if status == 407:
            raise HubUnreachableError(self.endpoint, "407: the proxy asks for a user and a password")
        message = self.hub.hides.text(server_message(response))
        if status in (401, 403):
            raise HubRefusedError(url, status, message, requests)
        if not response.is_success:
            raise HubRejectedRequestError(url, status, message, requests)


@contextlib.contextmanager
def hub_client(
    rate_limiter: RateLimiter,
    retry: RetryPolicy,
    narrator: Narrator,
    *,
    timeout_seconds: float,
    version: str,
    endpoint: str | None = None,
    now: Callable[[], datetime] | None = None,
) -> Iterator[HubClient]:
    """Return a client of the Hub that the environment names, or of another endpoint, within a rate_limiter.

    With `now`, this machine's clock, each answer's `Date` is compared with it.
    Raises HubSettingError, and HubRefusedError for a token that cannot be sent.
    """
    with connection(endpoint, version) as hub:
        yield HubClient(hub.endpoint.url, hub, rate_limiter, retry, timeout_seconds, narrator, now)
