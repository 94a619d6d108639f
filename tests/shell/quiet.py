"""A voice that keeps what it is told, for looking at it afterwards."""

from collections.abc import Sequence
from typing import Self

from crawler.budget import BudgetLeft
from crawler.kinds import Kind
from crawler.spool import SpooledPage


class Kept:
    """Fits `hubtrends.progress.Voice`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pages: list[tuple[Kind, SpooledPage]] = []
        self.usual: dict[Kind, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begins(self, kinds: Sequence[Kind], usual: dict[Kind, int]) -> None:
        self.usual = usual

    def page(self, kind: Kind, page: SpooledPage, left: BudgetLeft | None) -> None:
        self.pages.append((kind, page))

    def waiting(self, path: str, cause: str, seconds: float) -> None:
        self.lines.append(f"waiting {seconds} s: {cause}")

    def says(self, line: str) -> None:
        self.lines.append(line)
