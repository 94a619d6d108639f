"""Formats the table of all benchmarks: each figure with a yardstick from the same run."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    section: str
    what: str
    measured: str
    yardstick: str
    """The comparison and its value."""
    ratio: float | None
    """Measured value divided by the yardstick; None if there is no ratio."""
    aim: str


HEADINGS = ("section", "what", "measured", "yardstick", "ratio", "aim")


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """Yield the lines of the table in Markdown with aligned columns."""
    cells = [_cells(figure) for figure in figures]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
    for row in (HEADINGS, tuple("-" * width for width in widths), *cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return tuple(ratio if value is figure.ratio else value for value in astuple(figure))
