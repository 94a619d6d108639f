"""Spends the Hub's request quota evenly, and keeps a share of it for others.

The Hub counts requests in fixed windows of five minutes, one count per bucket ("api", "pages", ...), and says in the
headers of every response how many are left and when the window ends. A `Budget` keeps the newest word on each
bucket. Before a request it hands out the next slot: what is left, less the reserve, spread over the rest of the
window. All kinds of a crawl share one budget, from as many threads as there are kinds.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from huggingface_hub.utils._http import RateLimitInfo

DEFAULT_WINDOW_SECONDS = 300
"""The Hub's window, where a response does not state it."""

RESET_SLACK_SECONDS = 1.0
"""The Hub states the end of a window in whole seconds; a second more is surely after it."""


@dataclass
class _Bucket:
    remaining: int = 0
    ends_at: float = -math.inf
    quota: int | None = None
    """None until the first response: the first requests go out unpaced."""
    window: int = DEFAULT_WINDOW_SECONDS
    in_flight: int = 0
    last_slot: float = -math.inf
    closed_until: float = -math.inf


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What the Hub last said of a bucket."""

    remaining: int
    quota: int
    seconds: float
    """Until the window ends."""


@dataclass
class Budget:
    """One quota, shared by everything that this process asks of the Hub."""

    reserve: float
    """Share of the quota, 0 to 1, that is left to others with the same token or address."""
    clock: Callable[[], float]
    """Monotonic seconds."""
    pause: Callable[[float], None]
    """Waits that many seconds; raises when the crawl is asked to stop."""
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str) -> None:
        """Wait for the next slot of the bucket and take it; raises when the crawl is asked to stop."""
        self.pause(0)
        while (wait := self._try_to_take(name)) > 0:
            self.pause(wait)

    def heed(self, name: str, info: RateLimitInfo) -> None:
        """Believe the newest response about what is left."""
        with self._lock:
            bucket = self._bucket(name)
            bucket.quota = info.limit or bucket.quota or info.remaining
            bucket.window = info.window_seconds or bucket.window
            bucket.remaining = info.remaining - max(bucket.in_flight - 1, 0)
            bucket.ends_at = self.clock() + info.reset_in_seconds

    def done(self, name: str) -> None:
        """A request is answered or lost; it no longer waits to be counted."""
        with self._lock:
            self._bucket(name).in_flight -= 1

    def close_for(self, name: str, seconds: float) -> None:
        """Nobody asks this bucket again before so many seconds: the Hub said so to one of us."""
        with self._lock:
            bucket = self._bucket(name)
            bucket.closed_until = max(bucket.closed_until, self.clock() + seconds)

    def left(self, name: str = "api") -> BudgetLeft | None:
        """What is left of the bucket, or None before the first response."""
        with self._lock:
            bucket = self._bucket(name)
            if bucket.quota is None:
                return None
            return BudgetLeft(max(bucket.remaining, 0), bucket.quota, max(bucket.ends_at - self.clock(), 0.0))

    def _bucket(self, name: str) -> _Bucket:
        return self._buckets.setdefault(name, _Bucket())

    def _try_to_take(self, name: str) -> float:
        """Take a slot and return 0, or return the seconds to wait before trying again."""
        with self._lock:
            bucket, now = self._bucket(name), self.clock()
            if now < bucket.closed_until:
                return bucket.closed_until - now
            if bucket.quota is not None:
                if now >= bucket.ends_at + RESET_SLACK_SECONDS:
                    bucket.remaining, bucket.ends_at = bucket.quota, now + bucket.window
                wait = seconds_to_slot(
                    bucket.remaining - math.ceil(self.reserve * bucket.quota),
                    bucket.ends_at - now,
                    now - bucket.last_slot,
                )
                if wait > 0:
                    return wait
            bucket.remaining -= 1
            bucket.in_flight += 1
            bucket.last_slot = now
            return 0.0


def seconds_to_slot(usable: int, seconds_left: float, since_last: float) -> float:
    """Seconds until the next request may go: `usable` requests spread over the rest of the window."""
    if usable < 1:
        return max(seconds_left, 0.0) + RESET_SLACK_SECONDS
    return max(max(seconds_left, 0.0) / usable - since_last, 0.0)
