"""Tells a person how a crawl goes on, on stderr: bars on a terminal, plain lines elsewhere, with the same facts.

Kind, pages, rows, rate, and the time to go where there is a total to reckon it from; what is left of the budget is one
for all kinds. A walk that goes on from an earlier run begins at what lies on disk.
"""

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
from hubtrends.progress.eta import KindProgress, Pace, Start

LINE_EVERY_SECONDS = 60.0
"""A plain log gets a line a list that has ended, and one a minute of a long one."""

WORTH_TELLING_SECONDS = 1.0
"""Shorter waits are not worth a line."""

"""How the names of lists of one entity begin: their end is not worth a line."""


class ProgressReporter(Protocol):
    """What a crawl tells; a context manager, since bars need an end."""

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None: ...
    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None: ...
    def on_end(self, walk: Walk) -> None: ...
    def on_wait(self, path: str, cause: str, seconds: float) -> None: ...
    def log(self, line: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


def shown_pages(standing: KindProgress) -> str:
    """The pages that have come, of how many where that is known."""
    if standing.total is None:
        return _pages(standing.pages)
    return f"{standing.pages:,} of {_pages(standing.total)}"


def _pages(number: int) -> str:
    return "1 page" if number == 1 else f"{number:,} pages"


def shown_rate(standing: KindProgress) -> str:
    """Rows a second."""
    if standing.rate is None:
        return ""
    return f"{standing.rate:,.0f} rows/s" if standing.rate >= 10 else f"{standing.rate:.1f} rows/s"


def shown_to_go(standing: KindProgress) -> str:
    """The time to go, or nothing where nothing can be promised."""
    return "" if standing.seconds_to_go is None else f"{format_duration_approx(standing.seconds_to_go)} to go"


def shown_budget(left: QuotaStatus | None) -> str:
    """What is left of the Hub's quota."""
    if left is None:
        return "no limit told"
    return f"{left.remaining:,} of {left.quota:,} requests left for {format_duration(left.seconds)}"


class LogReporter:
    """One line at a time, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told_at: dict[Kind, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self._pace = Pace(starts, clock)
        self._told_at.clear()
        self.log(f"crawling {', '.join(start.kind.plural for start in starts)}")
        for line in resumed(starts):
            self.log(line)

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        standing = self._pace.page(kind, page, left)
        silent = standing.seconds - self._told_at.get(kind, 0.0)
        if silent >= LINE_EVERY_SECONDS or (page.next_path is None and ListingKind.of(page.listing) not in LOOKUPS):
            self._told_at[kind] = standing.seconds
            facts = (shown_pages(standing), f"{standing.records:,} rows", shown_rate(standing), shown_to_go(standing))
            self.log(f"{kind.plural}: {page.listing}, {', '.join(filter(None, facts))}; {shown_budget(left)}")

    def on_end(self, walk: Walk) -> None:
        standing = self._pace.ends(walk.spool.header.kind)
        if line := ended(walk, standing):
            self.log(line)

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        if seconds >= WORTH_TELLING_SECONDS:
            self.log(f"waiting {format_duration(seconds)}: {cause} ({path.split('?')[0]})")

    def log(self, line: str) -> None:
        self._console.print(escape(line), highlight=False, soft_wrap=True)


class _Bars(Progress):
    """A bar a kind, and below them what is left of the budget."""

    budget = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        yield self.budget


class LiveReporter:
    """A bar a kind, on a terminal."""

    def __init__(self, console: Console) -> None:
        self._plain = LogReporter(console)
        self._bars: dict[Kind, TaskID] = {}
        self._progress = _Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1)),
            *(TextColumn(f"{{task.fields[{name}]}}", justify="right") for name in ("pages", "rows", "rate", "state")),
            expand=True,
            console=console,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self._pace = Pace(starts, clock)
        for bar in self._bars.values():
            self._progress.remove_task(bar)
        for start in starts:
            self._bars[start.kind] = self._progress.add_task(
                start.kind.plural, total=start.total, completed=start.pages, pages="", rows="", rate="", state=""
            )
        for line in resumed(starts):
            self.log(line)

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        standing = self._pace.page(kind, page, left)
        self._progress.budget = escape(shown_budget(left))
        self._show(standing, shown_to_go(standing) or escape(page.listing[:24]))

    def on_end(self, walk: Walk) -> None:
        standing = self._pace.ends(walk.spool.header.kind)
        self._progress.update(self._bars[standing.kind], total=standing.pages if walk.complete else None)
        self._show(standing, "whole" if walk.complete else "cut short")
        if not walk.complete and (line := ended(walk, standing)):
            self.log(line)

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self._plain.on_wait(path, cause, seconds)

    def log(self, line: str) -> None:
        self._plain.log(line)

    def _show(self, standing: KindProgress, state: str) -> None:
        self._progress.update(
            self._bars[standing.kind],
            completed=standing.pages,
            pages=shown_pages(standing),
            rows=f"{standing.records:,} rows",
            rate=shown_rate(standing),
            state=state,
        )


def resumed(starts: Sequence[Start]) -> list[str]:
    """A line for each walk that goes on from an earlier run."""
    return [
        f"{start.kind.plural}: going on after {_pages(start.pages)}, {start.records:,} rows"
        for start in starts
        if start.pages
    ]


def ended(walk: Walk, standing: KindProgress) -> str | None:
    """A line for a walk that has ended; None where nothing has come, for then its failure is the crawl's."""
    if not standing.pages:
        return None
    end = f"{'whole' if walk.complete else 'cut short'} after {format_duration(standing.seconds)}"
    came = f"{standing.kind.plural}: {end}, {shown_pages(standing)}, {standing.records:,} rows"
    return came if walk.complete else f"{came}: {walk.failure}"


def open_reporter(console: Console) -> ProgressReporter:
    """Bars where there is a terminal to draw them on, lines elsewhere."""
    return LiveReporter(console) if console.is_terminal else LogReporter(console)
