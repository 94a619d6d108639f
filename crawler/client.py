"""Asks the Hub for one path at a time, with patience.

Every request goes through huggingface_hub's session and headers, so that its token, proxy and offline settings hold,
and carries a timeout of its own, since the library sets none. One path for every page:

    get(path, parse):
        for the path, then for each redirect:
            take a slot of the budget
            GET, streamed, with a timeout, a deadline and a size limit; a stop does not wait for it
            heed the rate limit headers
            compare the Date header with this clock    a wrong clock ends the run
        400..499 that no retry can mend  -> a named error
        anything else that went wrong    -> wait as told, or longer each time, and again
        parse(body)                      -> a body that is not what it should be counts as a failure, too

Of a `next` link only the query is used, with the path that was asked, on the configured endpoint: a mirror stays a
mirror, and no link leads elsewhere.
"""

import contextlib
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

import httpx2
import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.utils._headers import get_token_to_send
from huggingface_hub.utils._http import get_session, parse_ratelimit_headers
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from crawler.aside import aside
from crawler.budget import LONGEST_WINDOW_SECONDS, Budget
from crawler.clock import clock_offset, hub_time
from crawler.errors import ClockWrongError, HubFailed, HubRefused, HubRejectedRequest, HubUnreachable
from crawler.exchange import exchange
from crawler.response import BadBody, next_path, server_message
from crawler.transient import TransientError, check_passing, translated

T = TypeVar("T")

ABSENT = frozenset({400, 401, 403, 404, 410, 451})
"""What a look-up answers for something that is gone, private, disabled or no name at all; without a token the Hub says
401."""

ATTEMPTS_WITHOUT_ANY_ANSWER = 3
"""A Hub that never answered is more likely misspelt than busy: say so within seconds."""

MOST_REDIRECTS = 10
"""A renamed repository takes one; an endless chain costs its length at every try."""

WINDOW_SECONDS = 300
"""The Hub's window."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to go on: so many attempts, and more where a short `max_wait_seconds` would end them within a window."""

    attempts: int
    max_wait_seconds: float
    window_seconds: float = WINDOW_SECONDS

    def enough(self, attempts: int, waited: float) -> bool:
        """Whether to give up: the waits together have outlasted one window of the Hub's quota."""
        return attempts >= self.attempts and waited >= self.window_seconds

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
    """Sent for it, repeats and redirects included."""
    status: int = 200


@dataclass(slots=True)
class _Count:
    """What one path has cost so far."""

    requests: int
    """Sent, redirects included."""
    tries: int = 0


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
    now: Callable[[], datetime] | None = None
    """This machine's clock; None where it stamps nothing and is not compared with the Hub's."""
    _answered: threading.Event = field(default_factory=threading.Event)
    _window: float | None = None
    """Seconds of a window of the quota, as the Hub last stated it."""
    _routes: dict[str, str] = field(default_factory=dict)
    """The bucket that a path was last counted in."""

    def get(
        self,
        path: str,
        parse: Callable[[bytes], T],
        *,
        absent_is_none: bool = False,
        not_last: Callable[[T], str | None] = lambda _: None,
        sent_before: int = 0,
    ) -> Answer[T]:
        """Return the parsed body behind `path`.

        Raises HubUnreachable, HubRefused, HubRejectedRequest, HubFailed or ClockWrongError. With `absent_is_none`, a
        thing that is not there is an answer with the value None. `not_last` says of a value that came without a next
        link why it cannot be the end of its list: that counts as a failure that may pass. `sent_before` are requests
        that the answer, or the failure, has cost already.
        """
        count = _Count(requests=sent_before)

        def once() -> Answer[T]:
            count.tries += 1
            response, bucket = self._send(path, count)
            check_passing(response, bucket, self.retry.max_wait_seconds)
            if absent_is_none and response.status_code in ABSENT:
                return Answer(None, None, count.requests, response.status_code)
            self._check(response, path, count.requests)
            try:
                value, following = parse(response.content), next_path(response, path)
            except BadBody as error:
                raise TransientError(str(error)) from error
            if following is None and (doubt := not_last(value)):
                raise TransientError(doubt)
            return Answer(value, following, count.requests)

        try:
            return self._retrying(path)(once)
        except TransientError as error:
            if not self._answered.is_set():
                raise HubUnreachable(self.endpoint, error.cause) from error
            raise HubFailed(self.endpoint + path, error.cause, count.requests, count.tries) from error

    def _retrying(self, path: str) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=self._gives_up,
            wait=self._wait_after,
            before_sleep=lambda state: self._narrate(path, state),
            sleep=self.budget.pause,
            reraise=True,
        )

    @property
    def _patience(self) -> RetryPolicy:
        """The policy for the window that the Hub has stated, once it has."""
        return self.retry if self._window is None else replace(self.retry, window_seconds=self._window)

    def _gives_up(self, state: RetryCallState) -> bool:
        if self._answered.is_set():
            return self._patience.enough(state.attempt_number, state.idle_for)
        return state.attempt_number >= ATTEMPTS_WITHOUT_ANY_ANSWER

    def _wait_after(self, state: RetryCallState) -> float:
        """What the Hub asked for, and longer each time where that does not help; a 429 makes everybody wait as long."""
        error = state.outcome.exception() if state.outcome else None
        told, throttled = (error.wait, error.throttled) if isinstance(error, TransientError) else (None, None)
        wait = max(told or 0.0, self._patience.backoff(state.attempt_number, random.random()))  # noqa: S311
        if throttled is not None:
            self.budget.close_for(throttled, wait)
        return wait

    def _narrate(self, path: str, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        self.narrator.waiting(path, str(error), seconds)

    def _send(self, path: str, count: _Count) -> tuple[httpx2.Response, str]:
        """The answer to a path, redirects followed, with the bucket that the Hub counted it in."""
        with translated(self.endpoint):
            request = self.session.build_request(
                "GET", self.endpoint + path, headers=self.headers, timeout=self.timeout_seconds
            )
        for _ in range(MOST_REDIRECTS + 1):
            count.requests += 1
            response, bucket = self._exchange(path, request)
            if not response.has_redirect_location:
                return response, bucket
            if response.next_request is None:
                raise TransientError("its redirect leads nowhere")
            request = response.next_request
        raise TransientError(f"more than {MOST_REDIRECTS} redirects")

    def _exchange(self, path: str, request: httpx2.Request) -> tuple[httpx2.Response, str]:
        """One request within the budget and its answer, whatever it is."""
        route = "/".join(path.split("?")[0].split("/")[:3])
        bucket = self._routes.get(route, "api")
        self.budget.take(bucket, lambda wait: self.narrator.waiting(path, "our share of the quota is spent", wait))
        try:
            get = partial(exchange, self.session, request, self.timeout_seconds, self.budget.clock)
            sent_at = self.now() if self.now else None
            with translated(self.endpoint):
                response = aside(get, lambda: self.budget.pause(0))
            self._check_clock(sent_at, response)
            info = parse_ratelimit_headers(response.headers)
            self.budget.heed(bucket, info)
        finally:
            self.budget.done(bucket)
        self._answered.set()
        bucket = self._routes[route] = info.resource_type if info else bucket
        if info is not None and info.window_seconds:
            self._window = min(info.window_seconds, LONGEST_WINDOW_SECONDS)
        return response, bucket

    def _check_clock(self, sent_at: datetime | None, response: httpx2.Response) -> None:
        hub = hub_time(response.headers)
        if hub is None or self.now is None or sent_at is None:
            return
        if (offset := clock_offset(sent_at, self.now(), hub)) is not None:
            raise ClockWrongError(self.endpoint, hub, offset)

    def _check(self, response: httpx2.Response, path: str, requests: int) -> None:
        status, url = response.status_code, self.endpoint + path
        if status in (401, 403):
            raise HubRefused(url, status, server_message(response), requests)
        if not response.is_success:
            raise HubRejectedRequest(url, status, server_message(response), requests)


@contextlib.contextmanager
def hub_client(
    budget: Budget,
    retry: RetryPolicy,
    narrator: Narrator,
    *,
    timeout_seconds: float,
    version: str,
    endpoint: str | None = None,
    now: Callable[[], datetime] | None = None,
) -> Iterator[HubClient]:
    """The Hub as huggingface_hub is set up for it: HF_ENDPOINT, HF_TOKEN or the saved login, proxies, offline mode.

    Another endpoint, such as a simulated Hub, is asked without any of that: a token belongs to the Hub it is for.
    With `now`, this machine's clock, each answer's `Date` is compared with it.
    Headers are our own, since making the library's costs a request that no budget knows of (/api/agent-harnesses).
    Raises HubRefused for a token that cannot be sent.
    """
    token = get_token_to_send(False if endpoint is not None else None)
    headers = {"user-agent": f"hubtrends/{version}; hf_hub/{huggingface_hub.__version__}"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    with contextlib.ExitStack() as stack:
        if endpoint is None:
            session = get_session()
        else:
            session = stack.enter_context(httpx2.Client(follow_redirects=True, trust_env=False))
        base = (endpoint or constants.ENDPOINT).rstrip("/")
        token = headers.get("authorization", "")
        if not (token.isascii() and token.isprintable()):
            raise HubRefused(base, 401, "not sent: the token holds characters that no token has")
        yield HubClient(base, session, headers, budget, retry, timeout_seconds, narrator, now)
