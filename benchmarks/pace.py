"""Measures how close a full walk comes to the quota minus the reserve when the server answers at once.

The first walk has the Hub's windows of 300 seconds, on a clock that moves only while the walk waits. The second walk
uses the real clock and windows of ten seconds. The rate limiter waits one more second after each window, since the Hub
states its end in whole seconds; this second weighs thirty times as much in the short windows.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import in_child
from benchmarks.server import Seen
from benchmarks.table import Figure
from benchmarks.walks import START, walk_all
from crawler.http.rate_limiter import RateLimiter
from crawler.kinds import Kind
from hubtrends.sim.server.quota import Quota
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.sources.bulk import BulkHub

RESERVE = 0.2
"""The default of config.yaml."""

PAGE = 10
"""Models per page; only requests matter here."""


class WaitingClock:
    """A clock that moves only while someone waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        """Move the clock by these seconds."""
        self.now += max(seconds, 0.0)


@dataclass(frozen=True, slots=True)
class Walked:
    """The seconds of a walk by its own clock, and the requests that the server saw."""

    seconds: float
    seen: Seen


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Yield both walks, each with the time that the quota minus the reserve allows."""
    today, short = Quota(), Quota(api=50, window_s=10)
    walked = in_child(walk_by_waiting_clock, max(int(1600 * scale), 10), today, folder / "waiting").value
    yield _figure("a clock that moves while the walk waits", walked, today)
    walked = in_child(walk_by_real_clock, max(int(120 * scale), 10), short, folder / "real").value
    yield _figure("the real clock", walked, short)


def _figure(clock: str, walked: Walked, quota: Quota) -> Figure:
    requests, usable = walked.seen.requests, quota.api * (1 - RESERVE)
    allowed = requests / usable * quota.window_s
    return Figure(
        "pace",
        f"{requests:,} pages at {quota.api} in {quota.window_s} s, by {clock}",
        f"{walked.seconds:,.1f} s, {walked.seen.throttled} answers 429",
        f"the quota minus the reserve of {RESERVE:.0%}: {allowed:,.1f} s",
        walked.seconds / allowed,
        "0.97 to 1.03, no 429",
    )


def walk_by_waiting_clock(pages: int, quota: Quota, spool: Path) -> Walked:
    """Walk the pages of a Hub that shares the clock of the walk."""
    clock = WaitingClock()
    with SimServer(BulkHub(models=pages * PAGE), quota=quota, clock=clock) as server:
        return _walk(server, spool, RateLimiter(RESERVE, clock, clock.pause))


def walk_by_real_clock(pages: int, quota: Quota, spool: Path) -> Walked:
    """Walk the pages of a Hub by the real clock."""
    with SimServer(BulkHub(models=pages * PAGE), quota=quota) as server:
        return _walk(server, spool, RateLimiter(RESERVE, time.monotonic, time.sleep))


def _walk(server: SimServer, spool: Path, rate_limiter: RateLimiter) -> Walked:
    started = rate_limiter.clock()
    walk_all(server.url, spool, (Kind.MODEL,), START, rate_limiter, page_size=PAGE)
    return Walked(rate_limiter.clock() - started, Seen(server.count(), server.count(status=429)))
