"""Tells a person how a crawl goes on, on stderr: bars on a terminal, plain lines elsewhere.

The total of a bar is what the newest complete snapshot of the kind took, so that the time to go is one that can be
believed; without such a snapshot there is a count and no promise.
"""

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from crawler.budget import BudgetLeft
from crawler.kinds import Kind
from crawler.spool import SpooledPage

EVERY_PAGES = 25
"""A plain log gets a line a list that has ended, and one every so many pages of a long one."""

WORTH_TELLING_SECONDS = 1.0
"""Shorter waits are not worth a line."""


class Voice(Protocol):
    """What a crawl tells; a context manager, since bars need an end."""

    def begins(self, kinds: Sequence[Kind], usual: dict[Kind, int]) -> None: ...
    def page(self, kind: Kind, page: SpooledPage, left: BudgetLeft | None) -> None: ...
    def waiting(self, path: str, cause: str, seconds: float) -> None: ...
    def says(self, line: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class _Counts:
    """Pages and records of each kind so far; kinds are told of from threads of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Kind, tuple[int, int]] = {}

    def reset(self) -> None:
        with self._lock:
            self._counts.clear()

    def add(self, kind: Kind, page: SpooledPage) -> tuple[int, int]:
        with self._lock:
            pages, records = self._counts.get(kind, (0, 0))
            self._counts[kind] = (pages + 1, records + page.records)
            return self._counts[kind]


def _budget(left: BudgetLeft | None) -> str:
    return f"{left.remaining} of {left.quota} requests left for {left.seconds:.0f} s" if left else "no limit told"


class PlainVoice:
    """One line at a time, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console, self._counts = console, _Counts()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begins(self, kinds: Sequence[Kind], usual: dict[Kind, int]) -> None:
        self._counts.reset()
        self.says(f"crawling {', '.join(kind.plural for kind in kinds)}")

    def page(self, kind: Kind, page: SpooledPage, left: BudgetLeft | None) -> None:
        pages, records = self._counts.add(kind, page)
        ended = page.next_path is None and not page.leg.startswith("look-up:")
        if ended or pages % EVERY_PAGES == 0:
            self.says(f"{kind.plural}: {page.leg}, {pages} pages, {records:,} rows; {_budget(left)}")

    def waiting(self, path: str, cause: str, seconds: float) -> None:
        if seconds >= WORTH_TELLING_SECONDS:
            self.says(f"waiting {seconds:.0f} s: {cause} ({path.split('?')[0]})")

    def says(self, line: str) -> None:
        self._console.print(escape(line), highlight=False, soft_wrap=True)


class LiveVoice:
    """A bar a kind, on a terminal."""

    def __init__(self, console: Console) -> None:
        self._plain, self._counts = PlainVoice(console), _Counts()
        self._bars: dict[Kind, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:<9}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("pages  {task.fields[rows]:>9} rows  {task.fields[state]}"),
            TimeRemainingColumn(compact=True),
            console=console,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begins(self, kinds: Sequence[Kind], usual: dict[Kind, int]) -> None:
        self._counts.reset()
        for kind in kinds:
            self._bars[kind] = self._progress.add_task(kind.plural, total=usual.get(kind), rows="0", state="")

    def page(self, kind: Kind, page: SpooledPage, left: BudgetLeft | None) -> None:
        _, records = self._counts.add(kind, page)
        state = escape(f"{page.leg[:24]}; {_budget(left)}")
        self._progress.update(self._bars[kind], advance=1, rows=f"{records:,}", state=state)

    def waiting(self, path: str, cause: str, seconds: float) -> None:
        self._plain.waiting(path, cause, seconds)

    def says(self, line: str) -> None:
        self._plain.says(line)


def voice(console: Console) -> Voice:
    """Bars where there is a terminal to draw them on, lines elsewhere."""
    return LiveVoice(console) if console.is_terminal else PlainVoice(console)
