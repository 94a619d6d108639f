"""history and compare: the counters of entities over time."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from analysis.records import METRICS, Metric
from crawler.kinds import Kind
from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    FormatOption,
    open_for_query,
    settings_for,
    shell_of,
    show,
)
from hubtrends.errors import UnknownEntityError
from hubtrends.output.rows import Format, Rows
from hubtrends.output.streams import drawn, emit
from reports.text.escaping import clean
from reports.text.sparkline import sparkline

HISTORY = """
SELECT kind, id, hub_id, observed_at, downloads, downloads_all_time, likes, upvotes, upvotes_7d, comments, github_stars,
       trending_score, rank, scope, complete, stale, origin
FROM history(?)
"""

MEASURES = ("downloads", "downloads_all_time", "likes", "upvotes", "github_stars")
"""The counters that get a sparkline."""

LINE_WIDTH = 52
"""Characters of a sparkline: one a week."""

USUAL = {"complete": (True,), "stale": (False, None), "origin": ("crawl",)}
"""Columns that a table omits where every row has one of these values."""


def history(
    ctx: typer.Context,
    entity: Annotated[str, typer.Argument(metavar="ID", help="A current or former name, or a Hub id.")],
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show all stored numbers of an entity."""
    settings = settings_for(config, db)
    with open_for_query(settings, shell_of(ctx).clock()) as con:
        rows = _rows(con.execute(HISTORY, [entity]))
    if not rows.rows:
        raise UnknownEntityError(settings.database, entity)
    if style is not Format.TABLE:
        show(rows.without_empty_columns(), style)
        return
    for number, (who, of_one) in enumerate(groupby(rows.rows, key=itemgetter(0, 1, 2))):
        emit(("\n" if number else "") + " ".join(clean(word) for word in who) + "\n")
        _draw(Rows(rows.columns[3:], [row[3:] for row in of_one]))


def _draw(rows: Rows) -> None:
    """Print one sparkline per counter, then the numbers."""
    columns = {name: [row[place] for row in rows.rows] for place, name in enumerate(rows.columns)}
    for measure in MEASURES:
        numbers = [value if isinstance(value, int | float) else None for value in columns[measure]]
        if line := sparkline(numbers, LINE_WIDTH):
            emit(drawn(f"{measure:<19} {line}\n"))
    emit("\n")
    shown = [name for name in columns if not all(value in USUAL.get(name, ()) for value in columns[name])]
    show(Rows(shown, list(zip(*(columns[name] for name in shown), strict=True))), Format.TABLE)


SHORT_LINE_WIDTH = 26
"""Characters of a sparkline next to a name and two numbers in a terminal of 80 columns."""

COMPARED = "SELECT kind, id, observed_at, downloads, likes, upvotes FROM history(?)"


def compare(
    ctx: typer.Context,
    entities: Annotated[list[str], typer.Argument(metavar="ID ID…", help="Current or former names, or Hub ids.")],
    metric: Annotated[Metric | None, typer.Option(help="The counter to compare; default by kind.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Compare entities over time; downloads are the 30-day figures."""
    settings = settings_for(config, db)
    with open_for_query(settings, shell_of(ctx).clock()) as con:
        found = [series for entity in dict.fromkeys(entities) for series in _series(con, settings.database, entity)]
    if len(found) < 2:
        raise typer.BadParameter("name at least two entities; `hubtrends history` shows one")
    chosen = _common_metric(found, metric)
    rows = _aligned(found, chosen)
    if style in (Format.TABLE, Format.MD):
        show(_summary(rows), style)
        emit("\n")
    show(rows, style)


@dataclass(frozen=True, slots=True)
class _Series:
    """The counters of one entity by time of observation."""

    kind: Kind
    id: str
    numbers: dict[Metric, dict[datetime, int | None]]


def _series(con: duckdb.DuckDBPyConnection, path: Path, entity: str) -> list[_Series]:
    """Return one series per kind that has an entity of that name."""
    found: dict[tuple[Kind, str], dict[Metric, dict[datetime, int | None]]] = {}
    for kind, name, at, *numbers in con.execute(COMPARED, [entity]).fetchall():
        of_entity = found.setdefault((Kind(kind), name), {metric: {} for metric in Metric})
        for metric, number in zip(Metric, numbers, strict=True):
            of_entity[metric][at] = number
    if not found:
        raise UnknownEntityError(path, entity)
    return [_Series(kind, name, numbers) for (kind, name), numbers in found.items()]


def _common_metric(found: list[_Series], wanted: Metric | None) -> Metric:
    """Return the counter that all series have; raises BadParameter if there is none."""
    common = [metric for metric in METRICS[found[0].kind] if all(metric in METRICS[one.kind] for one in found)]
    kinds = " and ".join(dict.fromkeys(one.kind.plural for one in found))
    if not common:
        raise typer.BadParameter(f"{kinds} have no counter in common")
    if wanted is not None and wanted not in common:
        raise typer.BadParameter(f"{kinds} have {' and '.join(common)} in common, not {wanted}")
    return wanted or common[0]


def _aligned(found: list[_Series], metric: Metric) -> Rows:
    """Return one row per time of observation and one column per series."""
    times = sorted({at for one in found for at in one.numbers[metric]})
    names = [one.id for one in found]
    columns = [one.id if names.count(one.id) == 1 else f"{one.kind} {one.id}" for one in found]
    return Rows(("observed_at", *columns), [(at, *(one.numbers[metric].get(at) for one in found)) for at in times])


def _summary(rows: Rows) -> Rows:
    """Return one row per entity: first number, sparkline, last number, change."""
    summary: list[tuple[object, ...]] = []
    for place, name in enumerate(rows.columns[1:], 1):
        numbers = [n if isinstance(n := row[place], int) else None for row in rows.rows]
        known = [number for number in numbers if number is not None]
        ends = (
            (known[0], sparkline(numbers, SHORT_LINE_WIDTH), known[-1], known[-1] - known[0])
            if known
            else (None, "", None, None)
        )
        summary.append((name, *ends))
    return Rows(("id", "first", "line", "last", "change"), summary)


def _rows(result: duckdb.DuckDBPyConnection) -> Rows:
    return Rows([column[0] for column in result.description or ()], result.fetchall())
