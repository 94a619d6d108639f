"""The one table of all benchmarks: what was measured, beside its yardstick from the same run."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    section: str
    what: str
    measured: str
    yardstick: str
    """What it is held against, with its own value."""
    ratio: float | None
    """Measured over yardstick; None where the two do not divide."""
    aim: str


HEADINGS = ("section", "what", "measured", "yardstick", "ratio", "aim")


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """The lines of the table in Markdown, its columns lined up."""
    cells = [_cells(figure) for figure in figures]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
    for row in (HEADINGS, tuple("-" * width for width in widths), *cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return tuple(ratio if value is figure.ratio else value for value in astuple(figure))
