"""A progress reporter that keeps its lines for assertions."""

from collections.abc import Callable, Sequence
from typing import Self

from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.spool.spool import SpooledPage
from crawler.walk import Walk
from hubtrends.progress.eta import Start


class Kept:
    """Fits `hubtrends.progress.reporter.ProgressReporter`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pages: list[tuple[Kind, SpooledPage]] = []
        self.starts: list[Start] = []
        self.walks: list[Walk] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def on_start(self, starts: Sequence[Start], clock: Callable[[], float]) -> None:
        self.starts = list(starts)

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None:
        self.pages.append((kind, page))

    def on_end(self, walk: Walk) -> None:
        self.walks.append(walk)

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        self.lines.append(f"waiting {seconds} s: {cause}")

    def log(self, line: str) -> None:
        self.lines.append(line)
