"""Spends the Hub's request quota evenly and keeps a share of it for others.

The Hub counts requests in fixed windows of five minutes, one count per bucket ("api", "pages", ...). The headers of
every response state how many requests are left and when the window ends. A `RateLimiter` keeps its own count. The Hub's
count can lower it but never raise it, because answers arrive out of order. Each request waits for the next slot; slots
spread the remaining requests, less the reserve, over the rest of the window. Until the first answer, only one request
is in flight. Each new window allows at least one request, so that every wait ends. All kinds of a crawl share one rate
limiter from several threads and get their slots in turn.
"""

import contextlib
import logging
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from huggingface_hub.utils import RateLimitInfo

logger = logging.getLogger(__name__)

RESET_SLACK_SECONDS = 1.0
"""Added to the end of a window, because the Hub states it in whole seconds."""

LONGEST_WINDOW_SECONDS = 3600
"""Maximum plausible length of a window; the Hub's lasts 300 seconds."""

TICK_SECONDS = 0.001
"""Shorter waits are rounding noise and count as zero."""

STOP_SECONDS = 0.2
"""Maximum delay of a stop during a wait for the first answer or for a turn."""


@dataclass(slots=True)
class _Bucket:
    """Our count of one bucket."""

    quota: int | None = None
    """None until the Hub states one; until then requests are not paced."""
    policy: tuple[int | None, int | None] = (None, None)
    """Requests per window and seconds of a window, as the Hub last stated them."""
    window: int = 0
    remaining: int = 0
    ends_at: float = -math.inf
    in_flight: int = 0
    answered: bool = False
    late_answers: int = 0
    """Requests answered in the last quarter of the window, which the Hub may count in the next window."""
    is_estimated: bool = False
    """Whether the window was started by our clock and not yet confirmed by the Hub."""
    last_slot: float = -math.inf
    closed_until: float = -math.inf
    queue: list[object] = field(default_factory=list)
    """Tickets of waiting callers, in the order of their arrival."""

    def seconds_to_slot(self, now: float, reserve: float) -> float:
        """Return the seconds until the next slot; starts a new window if the last one is over."""
        if now < self.closed_until:
            return self.closed_until - now
        if self.quota is None:
            return 0.0
        if now + TICK_SECONDS >= self.ends_at + RESET_SLACK_SECONDS:
            # windows follow one another without a gap
            self.ends_at += self.window * (1 + max(now - self.ends_at, 0.0) // self.window)
            self.remaining = max(self.quota - self.late_answers - self.in_flight, 1)
            self.late_answers, self.is_estimated = 0, True
        usable = self.remaining - reserved_requests(self.quota, reserve)
        return seconds_to_slot(usable, self.ends_at - now, now - self.last_slot)

    def update(self, info: RateLimitInfo, now: float, others: int) -> None:
        """Adopt the server's window state, minus `others`: requests in flight that it may not have counted."""
        policy = (info.limit, info.window_seconds)
        if info.limit is not None and policy != self.policy:
            self.policy, self.ends_at = policy, -math.inf
        self.quota = max(info.limit if info.limit is not None else self.quota or 0, info.remaining)
        window = info.window_seconds or max(self.window, info.reset_in_seconds, 1)
        self.window = min(window, LONGEST_WINDOW_SECONDS)
        ends_at, left = now + min(info.reset_in_seconds, self.window), info.remaining - others
        if ends_at > self.ends_at + self.window / 2:
            self.remaining, self.ends_at, self.late_answers, self.is_estimated = left, ends_at, 0, False
        elif ends_at >= self.ends_at - self.window / 2:
            self.remaining = left if self.is_estimated else min(self.remaining, left)
            self.ends_at = ends_at if self.is_estimated else min(self.ends_at, ends_at)
            self.is_estimated = False

    def release(self, now: float) -> None:
        """Note that a request is no longer in flight."""
        self.in_flight -= 1
        if now >= self.ends_at - self.window / 4:
            self.late_answers += 1


REPORTED_WAIT_SECONDS = 10.0
"""Minimum wait that is reported: it means that our share is spent. The normal pace is about a second."""


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """The remaining quota of a bucket."""

    remaining: int
    quota: int
    seconds: float
    """Seconds until the window ends."""
    usable: int
    """Remaining requests, less the reserve."""
    pace: float
    """The average requests per second within our share of a window."""

    def seconds_for(self, requests: int) -> float:
        """Return the minimum time for these requests: those that this window allows, then the others at the pace."""
        if requests <= self.usable:
            return self.seconds * requests / (self.usable + 1)
        return self.seconds + (requests - self.usable) / self.pace


@dataclass
class RateLimiter:
    """One quota, shared by all requests of this process."""

    reserve: float
    """Share of the quota, 0 to 1, left to other users of the same token or address."""
    clock: Callable[[], float]
    """Returns monotonic seconds."""
    pause: Callable[[float], None]
    """Waits this many seconds; raises when the crawl is asked to stop."""
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _lock: threading.Condition = field(default_factory=threading.Condition)
    """A condition; notified when a request is answered or lost, and when a slot is taken."""

    def acquire(self, name: str, on_wait: Callable[[float], None] = lambda _: None) -> None:
        """Wait for the next slot of the bucket and take it; raises when the crawl is asked to stop.

        `on_wait` receives the seconds of a wait that is longer than the normal pace.
        """
        self.pause(0)
        with self._turn(name):
            while (wait := self._try_to_acquire(name)) > 0:
                if wait >= REPORTED_WAIT_SECONDS:
                    logger.debug("bucket %s: next slot in %.1f s", name, wait)
                    on_wait(wait)
                self.pause(wait)

    def update(self, name: str, info: RateLimitInfo | None) -> None:
        """Store the limits that a response states; `info` is None if it states no limits."""
        with self._lock:
            asked = self._bucket(name)
            asked.answered = True
            if info is not None:
                stated = self._bucket(info.resource_type)
                stated.answered = True
                stated.update(info, self.clock(), max(stated.in_flight - (stated is asked), 0))

    def release(self, name: str) -> None:
        """Note that a request is answered or lost."""
        with self._lock:
            self._bucket(name).release(self.clock())
            self._lock.notify_all()

    def block_for(self, name: str, seconds: float) -> None:
        """Block this bucket for some seconds, after a 429."""
        with self._lock:
            bucket = self._bucket(name)
            bucket.closed_until = max(bucket.closed_until, self.clock() + seconds)

    def status(self, name: str = "api") -> QuotaStatus | None:
        """Return the remaining quota of the bucket, or None before the Hub states one."""
        with self._lock:
            bucket = self._bucket(name)
            if bucket.quota is None:
                return None
            remaining, kept = max(bucket.remaining, 0), reserved_requests(bucket.quota, self.reserve)
            return QuotaStatus(
                remaining,
                bucket.quota,
                seconds=max(bucket.ends_at - self.clock(), 0.0),
                usable=max(remaining - kept, 0),
                pace=max(bucket.quota - kept, 1) / max(bucket.window, 1),
            )

    @contextlib.contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        """Wait for a turn in order of arrival; otherwise one thread could take every slot."""
        ticket = object()
        with self._lock:
            queue = self._bucket(name).queue
            queue.append(ticket)
        try:
            with self._lock:
                while queue[0] is not ticket:
                    self._lock.wait(STOP_SECONDS)
                    self.pause(0)
            yield
        finally:
            with self._lock:
                queue.remove(ticket)
                self._lock.notify_all()

    def _bucket(self, name: str) -> _Bucket:
        return self._buckets.setdefault(name, _Bucket())

    def _try_to_acquire(self, name: str) -> float:
        """Take a slot and return 0, or return the seconds to wait before the next try."""
        with self._lock:
            bucket = self._bucket(name)
            while bucket.in_flight and not bucket.answered:
                self._lock.wait(STOP_SECONDS)
                self.pause(0)
            now = self.clock()
            wait = bucket.seconds_to_slot(now, self.reserve)
            if wait >= TICK_SECONDS:
                return wait
            bucket.remaining -= 1
            bucket.in_flight += 1
            bucket.last_slot = now
            return 0.0


def reserved_requests(quota: int, reserve: float) -> int:
    """Return how many requests of a window are reserved for others; never all of them."""
    return min(math.ceil(reserve * quota), max(quota - 1, 0))


def seconds_to_slot(usable: int, seconds_left: float, since_last: float) -> float:
    """Return the seconds until the next slot: `usable` requests spread over the rest of the window."""
    if usable < 1:
        return max(seconds_left, 0.0) + RESET_SLACK_SECONDS
    return max(max(seconds_left, 0.0) / (usable + 1) - since_last, 0.0)
