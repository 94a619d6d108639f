"""Shows the progress of a crawl on stderr: bars on a terminal, otherwise lines with the same facts.

The facts are kind, pages, rows, rate, time to go if the total is known, and the rest of the quota that all kinds share.
A resumed walk starts at the pages on disk.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Column

from crawler.durations import format_duration, format_duration_approx
from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.plan import LOOKUPS, ListingKind
from crawler.spool.spool import SpooledPage
from crawler.walk import Walk
from hubtrends.logs import NARRATION
from hubtrends.progress.eta import CrawlProgress, KindProgress, Start

LINE_EVERY_SECONDS = 60.0
"""Seconds between two lines about a long list. A log also gets a line at the end of each list, and none for
look-ups."""

MIN_WAIT_SECONDS = 1.0
"""Shorter waits are not logged."""


class ProgressReporter(Protocol):
    """Receives the events of a crawl; a context manager, because bars need an end."""

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None: ...
    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None: ...
    def on_end(self, walk: Walk) -> None: ...
    def on_wait(self, path: str, cause: str, seconds: float) -> None: ...
    def log(self, line: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


def open_reporter(console: Console) -> ProgressReporter:
    """Return a reporter with bars for a terminal, otherwise one with lines."""
    return LiveReporter(console) if console.is_terminal else LogReporter(console)


class LogReporter:
    """Logs one line at a time, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._logged_at: dict[Kind, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self._progress = CrawlProgress(starts, clock)
        self._logged_at.clear()
        self.log(f"crawling {', '.join(start.kind.plural for start in starts)}")
        for line in resumed(starts):
            self.log(line)

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        now = self._progress.add_page(kind, page, left)
        silent = now.seconds - self._logged_at.get(kind, 0.0)
        if silent >= LINE_EVERY_SECONDS or (page.next_path is None and ListingKind.of(page.listing) not in LOOKUPS):
            self._logged_at[kind] = now.seconds
            facts = (format_pages(now), f"{now.records:,} rows", format_rate(now), format_time_to_go(now))
            self.log(f"{kind.plural}: {page.listing}, {', '.join(filter(None, facts))}; {format_quota(left)}")

    def on_end(self, walk: Walk) -> None:
        if line := ended(walk, self._progress.end(walk.spool.header.kind)):
            self.log(line)

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        if seconds >= MIN_WAIT_SECONDS:
            self.log(f"waiting {format_duration(seconds)}: {cause} ({path.split('?')[0]})")

    def log(self, line: str) -> None:
        self._console.print(escape(line), highlight=False, soft_wrap=True)


class LoggingReporter(LogReporter):
    """Reports progress through the logging module: each line has a time and a level."""

    def __init__(self) -> None:
        super().__init__(Console(stderr=True))
        self._logger = logging.getLogger(NARRATION)

    def log(self, line: str) -> None:
        """Log the line at INFO."""
        self._logger.info("%s", line)


class _Bars(Progress):
    """One bar per kind, and the rest of the quota below them."""

    quota = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        yield self.quota


class LiveReporter:
    """Draws one bar per kind on a terminal."""

    def __init__(self, console: Console) -> None:
        self._lines = LogReporter(console)
        self._tasks: dict[Kind, TaskID] = {}
        self._bars = _Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1)),
            *(TextColumn(f"{{task.fields[{name}]}}", justify="right") for name in ("pages", "rows", "rate", "state")),
            expand=True,
            console=console,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self._progress = CrawlProgress(starts, clock)
        for task in self._tasks.values():
            self._bars.remove_task(task)
        for start in starts:
            self._tasks[start.kind] = self._bars.add_task(
                start.kind.plural, total=start.total, completed=start.pages, pages="", rows="", rate="", state=""
            )
        for line in resumed(starts):
            self.log(line)

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        now = self._progress.add_page(kind, page, left)
        self._bars.quota = escape(format_quota(left))
        self._show(now, format_time_to_go(now) or escape(page.listing[:24]))

    def on_end(self, walk: Walk) -> None:
        now = self._progress.end(walk.spool.header.kind)
        self._bars.update(self._tasks[now.kind], total=now.pages if walk.complete else None)
        self._show(now, "complete" if walk.complete else "incomplete")
        if not walk.complete and (line := ended(walk, now)):
            self.log(line)

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self._lines.on_wait(path, cause, seconds)

    def log(self, line: str) -> None:
        self._lines.log(line)

    def _show(self, now: KindProgress, state: str) -> None:
        self._bars.update(
            self._tasks[now.kind],
            completed=now.pages,
            pages=format_pages(now),
            rows=f"{now.records:,} rows",
            rate=format_rate(now),
            state=state,
        )


def resumed(starts: Sequence[Start]) -> list[str]:
    """Return a line for each walk that continues an earlier run."""
    return [
        f"{start.kind.plural}: continuing after {_pages(start.pages)}, {start.records:,} rows"
        for start in starts
        if start.pages
    ]


def ended(walk: Walk, progress: KindProgress) -> str | None:
    """Return a line for a walk that has ended; None without a page, because the crawl reports that failure."""
    if not progress.pages:
        return None
    end = f"{'complete' if walk.complete else 'incomplete'} after {format_duration(progress.seconds)}"
    line = f"{progress.kind.plural}: {end}, {format_pages(progress)}, {progress.records:,} rows"
    return line if walk.complete else f"{line}: {walk.failure}"


def format_pages(progress: KindProgress) -> str:
    """Return the pages so far, and the total if it is known."""
    if progress.total is None:
        return _pages(progress.pages)
    return f"{progress.pages:,} of {_pages(progress.total)}"


def _pages(number: int) -> str:
    return "1 page" if number == 1 else f"{number:,} pages"


def format_rate(progress: KindProgress) -> str:
    """Return the rows per second."""
    if progress.rate is None:
        return ""
    return f"{progress.rate:,.0f} rows/s" if progress.rate >= 10 else f"{progress.rate:.1f} rows/s"


def format_time_to_go(progress: KindProgress) -> str:
    """Return the time to go, or nothing without an estimate."""
    return "" if progress.seconds_to_go is None else f"{format_duration_approx(progress.seconds_to_go)} to go"


def format_quota(quota: QuotaStatus | None) -> str:
    """Return the rest of the Hub's quota."""
    if quota is None:
        return "the Hub states no rate limit"
    return f"{quota.remaining:,} of {quota.quota:,} requests left for {format_duration(quota.seconds)}"
