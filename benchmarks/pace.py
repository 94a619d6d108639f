"""How close a full walk comes to the quota less the reserve, when the server answers at once.

The first walk has the Hub's own windows of 300 seconds, on a clock that passes only while somebody waits; the second
is by the real clock, with windows of ten seconds. The second that the rate_limiter lets pass after a window, because the Hub
tells its end in whole seconds, weighs thirty times as much there.
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
"""Models a page: the pace is of requests, whatever they bring."""


class PassingClock:
    """Seconds that pass only while someone waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self.now += max(seconds, 0.0)


@dataclass(frozen=True, slots=True)
class Walked:
    """How long a walk took by its own clock, and what the server saw of it."""

    seconds: float
    seen: Seen


def figures(scale: float, folder: Path) -> Iterator[Figure]:
    """Both walks, each beside what the quota less the reserve allows."""
    today, short = Quota(), Quota(api=50, window_s=10)
    walked = in_child(walk_by_passing_clock, max(int(1600 * scale), 10), today, folder / "passing").value
    yield _figure("a clock that passes while the walk waits", walked, today)
    walked = in_child(walk_by_real_clock, max(int(120 * scale), 10), short, folder / "real").value
    yield _figure("the real clock", walked, short)


def _figure(clock: str, walked: Walked, quota: Quota) -> Figure:
    requests, usable = walked.seen.requests, quota.api * (1 - RESERVE)
    allowed = requests / usable * quota.window_s
    return Figure(
        "pace",
        f"{requests:,} pages at {quota.api} in {quota.window_s} s, by {clock}",
        f"{walked.seconds:,.1f} s, {walked.seen.throttled} answers 429",
        f"the quota less the reserve of {RESERVE:.0%}: {allowed:,.1f} s",
        walked.seconds / allowed,
        "0.97 to 1.03, no 429",
    )


def walk_by_passing_clock(pages: int, quota: Quota, spool: Path) -> Walked:
    """Walk so many pages of a Hub that shares the walk's clock."""
    clock = PassingClock()
    with SimServer(BulkHub(models=pages * PAGE), quota=quota, clock=clock) as server:
        return _walk(server, spool, RateLimiter(RESERVE, clock, clock.pause))


def walk_by_real_clock(pages: int, quota: Quota, spool: Path) -> Walked:
    """Walk so many pages of a Hub by the clock on the wall."""
    with SimServer(BulkHub(models=pages * PAGE), quota=quota) as server:
        return _walk(server, spool, RateLimiter(RESERVE, time.monotonic, time.sleep))


def _walk(server: SimServer, spool: Path, rate_limiter: RateLimiter) -> Walked:
    started = rate_limiter.clock()
    walk_all(server.url, spool, (Kind.MODEL,), START, rate_limiter, page_size=PAGE)
    return Walked(rate_limiter.clock() - started, Seen(server.count(), server.count(status=429)))
