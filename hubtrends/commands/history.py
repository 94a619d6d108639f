"""history and compare: the counters of entities over time."""

from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import typer

from analysis.records import Metric
from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, say, settings_for, show
from hubtrends.jobs.history import align, common_metrics, read_history, read_series
from hubtrends.output.rows import Format, Line, Number, Rows
from hubtrends.output.streams import drawn, emit
from hubtrends.shell import shell_of
from reports.text.escaping import clean
from reports.text.format import signed
from reports.text.sparkline import timeline

MEASURES = ("downloads", "downloads_all_time", "likes", "upvotes", "github_stars")
"""The counters that get a sparkline."""

LINE_WIDTH = 52
"""Maximum number of characters of a sparkline."""

USUAL = {"complete": (True,), "stale": (False, None), "origin": ("crawl",)}
"""Columns that a table omits if every row has one of these values."""


def history(
    ctx: typer.Context,
    entity: Annotated[str, typer.Argument(metavar="ID", help="A current or former name, or a Hub id.")],
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show all stored numbers of an entity."""
    rows = read_history(settings_for(config, db), entity, shell_of(ctx).clock(), say)
    if style is not Format.TABLE:
        show(rows.without_empty_columns(), style)
        return
    for number, (who, of_one) in enumerate(groupby(rows.rows, key=itemgetter(0, 1, 2, 3))):
        kind, id_, hub_id, title = who
        words = (kind, id_, *((hub_id,) if hub_id != id_ else ()))
        emit(("\n" if number else "") + " ".join(clean(word) for word in words) + "\n")
        emit(f"{clean(title)}\n" if title else "")
        _draw(Rows(rows.columns[4:], [row[4:] for row in of_one]))


def _draw(rows: Rows) -> None:
    """Print one sparkline per counter, then the numbers."""
    columns: dict[str, list[Any]] = {name: [row[place] for row in rows.rows] for place, name in enumerate(rows.columns)}
    for measure in MEASURES:
        numbers = [value if isinstance(value, int | float) else None for value in columns[measure]]
        if line := timeline(numbers, columns["observed_at"], LINE_WIDTH):
            emit(drawn(f"{measure:<19} {line}\n"))
    emit("\n")
    shown = [name for name in columns if not all(value in USUAL.get(name, ()) for value in columns[name])]
    show(Rows(shown, list(zip(*(columns[name] for name in shown), strict=True))), Format.TABLE)


SHORT_LINE_WIDTH = 26
"""Characters of a sparkline next to a name and two numbers in a terminal of 80 columns."""


def compare(
    ctx: typer.Context,
    entities: Annotated[list[str], typer.Argument(metavar="ID ID…", help="Current or former names, or Hub ids.")],
    metric: Annotated[Metric | None, typer.Option(help="The counter to compare; default by kind.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Compare entities over time; downloads are the 30-day figures."""
    series = read_series(settings_for(config, db), entities, shell_of(ctx).clock(), say)
    if len(series) < 2:
        raise typer.BadParameter("name at least two entities; `hubtrends history` shows one")
    common = common_metrics(series)
    kinds = " and ".join(dict.fromkeys(one.kind.plural for one in series))
    if not common:
        raise typer.BadParameter(f"{kinds} have no counter in common")
    if metric is not None and metric not in common:
        raise typer.BadParameter(f"{kinds} have {' and '.join(common)} in common, not {metric}")
    rows = align(series, metric or common[0])
    if style in (Format.TABLE, Format.MD):
        show(_summary(rows), style)
        emit("\n")
        say("the lines share one scale of numbers and one of time")
    show(rows, style)


def _summary(rows: Rows) -> Rows:
    """Return one row per entity: first number, line, last number, change. All lines have one scale of numbers."""
    times: list[Any] = [row[0] for row in rows.rows]
    series = [[n if isinstance(n := row[at], int) else None for row in rows.rows] for at in range(1, len(rows.columns))]
    scale = [number for numbers in series for number in numbers]
    summary: list[tuple[object, ...]] = []
    for name, numbers in zip(rows.columns[1:], series, strict=True):
        known = [number for number in numbers if number is not None]
        first, last, change = (known[0], known[-1], known[-1] - known[0]) if known else (None, None, None)
        line = timeline(numbers, times, SHORT_LINE_WIDTH, scale=scale)
        summary.append((Line(name), first, line, last, None if change is None else Number(signed(change))))
    return Rows(("id", "first", "line", "last", "change"), summary, ("id", "change", "line", "last", "first"))
