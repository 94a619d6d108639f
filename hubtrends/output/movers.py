"""Converts the movers of a week to rows, for the command line and for notebooks."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from analysis.list_columns import MOVER, Row, list_row
from analysis.movers import Movers
from analysis.records import FoldedRow, Metric
from crawler.kinds import Kind
from hubtrends.output.rows import Line, Number, Rows
from reports.text.escaping import hub_url
from reports.text.format import count, day, lift, percent, signed, size

FAMILY = ("parts", "largest")
"""The columns of a folded row beyond those of an entity."""

IDENTITY = ("title", "author", "task", "library", "license", "parameters")
"""What an entity is."""

COLUMNS = (*MOVER[:5], *IDENTITY, "url", *MOVER[5:], *FAMILY)

_OF_THE_FAMILY = frozenset({"metric", "basis", "span_days"})


def rows_of(found: Movers, *, fold: bool) -> Iterator[Row]:
    """Yield the rows of movers: families in their order, or every entity in unfolded order."""
    picks = {pick.flat_place: list_row(found.ranked.name, found.pair, pick) for pick in found.ranked.picks}
    if fold:
        yield from (_folded(row, picks[row.picks[0]]) for row in found.ranked.rows)
    else:
        for flat_place, row in picks.items():
            yield _of_entity(row) | {"place": flat_place, "parts": 1, "largest": []}


def _folded(family: FoldedRow, first: Row) -> Row:
    """Return the row of a family; a family with one part has all numbers of that entity."""
    largest = {"parts": family.parts, "largest": list(family.largest)}
    if family.parts == 1:
        return _of_entity(first) | largest
    shared = {column: first[column] if column in _OF_THE_FAMILY else None for column in COLUMNS}
    own = {"place": family.place, "root": family.root, "id": family.root, "hub_id": family.hub_id or None}
    own["url"] = hub_url(Kind(first["kind"]), family.root)
    return shared | {"flags": []} | own | {"gain": family.gain, "impact": family.impact} | largest


def _of_entity(row: Row) -> Row:
    """Return the columns of an entity, with its address."""
    own = {column: row[column] for column in (*MOVER, *IDENTITY)}
    return own | {"url": hub_url(Kind(row["kind"]), row["id"])}


def readable(movers: Iterable[Row], kind: Kind, metric: Metric) -> Rows:
    """Return the movers for people: numbers as in the report, titles for papers and articles."""
    now = "30 days" if metric is Metric.DOWNLOADS else str(metric)
    titled = kind in (Kind.PAPER, Kind.ARTICLE)
    named = ("title", "id") if titled else ("id",)
    columns = (*named, "gain", "change", now, "vs usual", "parts", "task", "size", "license", "since", "score", "notes")
    rows = [
        [
            row["place"],
            *([Line(row["title"] or row["id"])] if titled else []),
            Line(row["id"]),
            _number(row["gain"], signed),
            _number(row["percent"], percent),
            _number(row["now"], count),
            _number(row["lift"], lift),
            row["parts"] if row["parts"] > 1 else None,
            row["task"] and Line(row["task"]),
            _number(row["parameters"], size),
            row["license"] and Line(row["license"]),
            _number(row["since"], lambda since: day(since, year=False)),
            _number(row["score"], "{:.1f}".format),
            [*(["breakout"] if row["breakout"] else []), *row["flags"]],
        ]
        for row in movers
    ]
    return Rows(("place", *columns), rows, importance=("place", named[0], "gain", "change", now, "vs usual", *columns))


def _number(value: Any, shown: Callable[[Any], str]) -> Number | None:
    return None if value is None else Number(shown(value))


def heading(column: str, metric: Metric) -> str:
    """Return the heading of a column; `before` and `now` of 30-day downloads are named as such."""
    return f"downloads_30d_{column}" if metric is Metric.DOWNLOADS and column in ("before", "now") else column
