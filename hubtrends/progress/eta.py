"""Counts the pages of a crawl and estimates when each kind ends.

    rate         rows per second of this run; pages on disk from an earlier run count as done
    time to go   for the pages that are left, with all kinds in parallel:
                     the quota is the limit   -> the time that they take at the pace of the quota
                     the Hub is the limit     -> the time that they take at the kind's own pace, if that is longer

Kinds that share a quota take turns: until a kind ends, each other kind sends the same number of requests, or fewer if
it ends earlier. Without a known total, or with few pages so far, there is no estimate. The estimate of rich's progress
bar ignores the quota, so it would extrapolate the fast start of a rate-limit window.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.spool.spool import SpooledPage

MIN_PAGES = 3
"""Minimum pages of this run for an estimate; with fewer, the opening of connections dominates."""

PACED = 0.8
"""Share of the allowed requests from which a crawl counts as limited by the quota."""


@dataclass(frozen=True, slots=True)
class Start:
    """The state of a walk at the start of a run."""

    kind: Kind
    pages: int = 0
    """Pages on disk from an earlier run."""
    records: int = 0
    total: int | None = None
    """Expected pages of the whole walk; None if unknown."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one kind in this run."""

    start: Start
    pages: int = 0
    records: int = 0
    requests: int = 0
    ended: bool = False

    @property
    def left(self) -> int | None:
        """Pages to go; None if the total is unknown or turned out too low."""
        total, done = self.start.total, self.start.pages + self.pages
        if self.ended:
            return 0
        return None if total is None or done > total else total - done

    def add(self, page: SpooledPage) -> "Tally":
        """Return the tally with one more page."""
        return replace(
            self,
            pages=self.pages + 1,
            records=self.records + page.records,
            requests=self.requests + page.requests,
        )


@dataclass(frozen=True, slots=True)
class KindProgress:
    """The progress of one kind, as it is shown."""

    kind: Kind
    pages: int
    """Number of pages, including those of earlier runs, like `records`."""
    records: int
    total: int | None
    """Expected pages; None if unknown, too low, or at the end."""
    rate: float | None
    """Rows per second; None at the start."""
    seconds_to_go: float | None
    seconds: float
    """Seconds since the start of this run."""


class CrawlProgress:
    """The tallies of a crawl; the threads of all kinds may use it."""

    def __init__(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self._clock, self._started_at = clock, clock()
        self._tallies = {start.kind: Tally(start) for start in starts}
        self._lock = threading.Lock()

    def add_page(self, kind: Kind, page: SpooledPage, quota: QuotaStatus | None) -> KindProgress:
        """Count a page and return the progress of its kind."""
        with self._lock:
            self._tallies[kind] = self._tallies[kind].add(page)
            return kind_progress(self._tallies, kind, self._clock() - self._started_at, quota)

    def end(self, kind: Kind) -> KindProgress:
        """Record that a kind has ended and return its progress."""
        with self._lock:
            self._tallies[kind] = replace(self._tallies[kind], ended=True)
            return kind_progress(self._tallies, kind, self._clock() - self._started_at, None)


def kind_progress(tallies: Mapping[Kind, Tally], kind: Kind, seconds: float, quota: QuotaStatus | None) -> KindProgress:
    """Return the progress of a kind after some seconds of this run."""
    tally = tallies[kind]
    return KindProgress(
        kind,
        pages=tally.start.pages + tally.pages,
        records=tally.start.records + tally.records,
        total=None if tally.ended or tally.left is None else tally.start.total,
        rate=tally.records / seconds if seconds > 0 else None,
        seconds_to_go=seconds_to_go(tallies, kind, seconds, quota),
        seconds=seconds,
    )


def seconds_to_go(tallies: Mapping[Kind, Tally], kind: Kind, seconds: float, quota: QuotaStatus | None) -> float | None:
    """Estimate the time until a kind ends; None with too few pages or an unknown total."""
    mine = tallies[kind]
    if not mine.left or mine.pages < MIN_PAGES or seconds <= 0:
        return None
    alone = mine.left * seconds / mine.pages
    if quota is None:
        return alone
    others = (mine.left if tally.left is None else tally.left for tally in tallies.values() if tally is not mine)
    by_quota = quota.seconds_for(mine.left + sum(min(other, mine.left) for other in others))
    sent = sum(tally.requests for tally in tallies.values())
    return by_quota if sent >= PACED * quota.pace * seconds else max(alone, by_quota)
