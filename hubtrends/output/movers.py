"""Converts the movers of a week to rows, for the command line and for notebooks."""

from collections.abc import Iterator

from analysis.list_columns import MOVER, Row, list_row
from analysis.movers import Movers
from analysis.records import FoldedRow, Metric

FAMILY = ("parts", "largest")
"""The columns of a folded row beyond those of an entity."""

COLUMNS = (*MOVER, *FAMILY)

SHORT = (
    *("place", "id", "parts", "now", "gain", "percent"),
    *("impact", "score", "lower_bound", "since", "breakout", "flags"),
)
"""The columns that fit a terminal."""

_OF_THE_FAMILY = frozenset({"metric", "basis", "span_days"})


def rows_of(found: Movers, *, fold: bool) -> Iterator[Row]:
    """Yield the rows of movers: families in their order, or every entity in unfolded order."""
    picks = {pick.flat_place: list_row(found.ranked.name, found.pair, pick) for pick in found.ranked.picks}
    if fold:
        yield from (_folded(row, picks[row.picks[0]]) for row in found.ranked.rows)
    else:
        for flat_place, row in picks.items():
            yield {column: row[column] for column in MOVER} | {"place": flat_place, "parts": 1, "largest": []}


def _folded(family: FoldedRow, first: Row) -> Row:
    """Return the row of a family; a family with one part has all numbers of that entity."""
    largest = {"parts": family.parts, "largest": list(family.largest)}
    if family.parts == 1:
        return {column: first[column] for column in MOVER} | largest
    shared = {column: first[column] if column in _OF_THE_FAMILY else None for column in MOVER}
    own = {"place": family.place, "root": family.root, "id": family.root, "hub_id": family.hub_id or None}
    return shared | {"flags": []} | own | {"gain": family.gain, "impact": family.impact} | largest


def heading(column: str, metric: Metric) -> str:
    """Return the heading of a column; `before` and `now` of 30-day downloads are named as such."""
    return f"downloads_30d_{column}" if metric is Metric.DOWNLOADS and column in ("before", "now") else column
