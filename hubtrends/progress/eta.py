"""How far a crawl is and when it will end: reckoned from what has come, and from totals that are known.

    rate         rows of this run a second of this run; what lies on disk from an earlier one counts as done
    time to go   of what is left, kinds side by side:
                     the budget is what holds us up   -> what it takes at the budget's pace
                     the Hub is                       -> what it takes at the kind's own pace, if that is longer

Kinds that share a budget get equal turns, so until a kind ends each other one gets as many as it, or as it still needs.
Where the total of a kind is not known, or too little has come to judge by, there is no time to go.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.spool.spool import SpooledPage

ENOUGH_PAGES = 3
"""Of this run; a time to go from fewer would be the time of opening a connection."""

PACED = 0.8
"""A crawl that asks this share of what the budget allows is held up by it; gaps and waits are the rest."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where the walk of a kind stands when a run begins."""

    kind: Kind
    pages: int = 0
    """On disk from an earlier run."""
    records: int = 0
    total: int | None = None
    """Pages that the whole walk is expected to take; None where nothing tells."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What has come of one kind in this run."""

    start: Start
    pages: int = 0
    records: int = 0
    requests: int = 0
    ended: bool = False

    @property
    def left(self) -> int | None:
        """Pages to go; None where the total is not known, or was wrong."""
        total, done = self.start.total, self.start.pages + self.pages
        if self.ended:
            return 0
        return None if total is None or done > total else total - done

    def and_page(self, page: SpooledPage) -> "Tally":
        """The tally with one page more."""
        return replace(
            self,
            pages=self.pages + 1,
            records=self.records + page.records,
            requests=self.requests + page.requests,
        )


@dataclass(frozen=True, slots=True)
class KindProgress:
    """How far one kind is, for telling."""

    kind: Kind
    pages: int
    """Those of earlier runs included, as in `records`."""
    records: int
    total: int | None
    """Pages; None where there is none that can be believed, and at the end."""
    rate: float | None
    """Rows a second; None in the first instant."""
    seconds_to_go: float | None
    seconds: float
    """Since this run began."""


class Pace:
    """The tallies of a crawl, by a clock of its own; kinds are told of from threads of their own."""

    def __init__(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self._clock, self._began_at = clock, clock()
        self._tallies = {start.kind: Tally(start) for start in starts}
        self._lock = threading.Lock()

    def page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> KindProgress:
        """Count a page, and say how far its kind is."""
        with self._lock:
            self._tallies[kind] = self._tallies[kind].and_page(page)
            return standing(self._tallies, kind, self._clock() - self._began_at, left)

    def ends(self, kind: Kind) -> KindProgress:
        """Note that a kind has ended, and say how far it came."""
        with self._lock:
            self._tallies[kind] = replace(self._tallies[kind], ended=True)
            return standing(self._tallies, kind, self._clock() - self._began_at, None)


def standing(tallies: Mapping[Kind, Tally], kind: Kind, seconds: float, left: QuotaStatus | None) -> KindProgress:
    """How far a kind is, so many seconds into the run."""
    tally = tallies[kind]
    return KindProgress(
        kind,
        pages=tally.start.pages + tally.pages,
        records=tally.start.records + tally.records,
        total=None if tally.ended or tally.left is None else tally.start.total,
        rate=tally.records / seconds if seconds > 0 else None,
        seconds_to_go=seconds_to_go(tallies, kind, seconds, left),
        seconds=seconds,
    )


def seconds_to_go(tallies: Mapping[Kind, Tally], kind: Kind, seconds: float, left: QuotaStatus | None) -> float | None:
    """When a kind will have ended; None where that cannot be said."""
    mine = tallies[kind]
    if not mine.left or mine.pages < ENOUGH_PAGES or seconds <= 0:
        return None
    alone = mine.left * seconds / mine.pages
    if left is None:
        return alone
    others = (mine.left if tally.left is None else tally.left for tally in tallies.values() if tally is not mine)
    budgeted = left.seconds_for(mine.left + sum(min(other, mine.left) for other in others))
    asked = sum(tally.requests for tally in tallies.values())
    return budgeted if asked >= PACED * left.pace * seconds else max(alone, budgeted)
