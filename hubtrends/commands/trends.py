"""trends: the week's movers of a kind."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from analysis.lists import Order
from analysis.movers import Movers, find_movers
from analysis.quality import cautions
from analysis.records import METRICS, Metric
from crawler.kinds import Kind
from hubtrends.commands.options import (
    AsOfOption,
    ConfigOption,
    DbOption,
    FormatOption,
    open_for_query,
    say,
    settings_for,
    shell_of,
    show,
)
from hubtrends.errors import NoDataYetError
from hubtrends.jobs.report import ranking_limits
from hubtrends.output.movers import COLUMNS, SHORT, heading, mover
from hubtrends.output.rows import Format, Rows
from reports.text import labels


def trends(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="Which kind.")],
    metric: Annotated[Metric | None, typer.Option(help="The counter to rank; default by kind.")] = None,
    by: Annotated[Order, typer.Option(help="The order of the list.")] = Order.SCORE,
    as_of: AsOfOption = None,
    limit: Annotated[int | None, typer.Option(min=1, max=10**9, help="Maximum number of rows.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show the week's movers of a kind."""
    if metric is not None and metric not in METRICS[kind]:
        raise typer.BadParameter(f"{kind.plural} have {' and '.join(METRICS[kind])}, not {metric}")
    settings, now = settings_for(config, db), shell_of(ctx).clock()
    with open_for_query(settings, now) as con:
        found = find_movers(
            con, kind, as_of=as_of or now, limits=ranking_limits(settings, limit), metric=metric, order=by
        )
    _say_basis(found, as_of or now, settings.database)
    show(_rows(found, style), style)


def _say_basis(found: Movers, as_of: datetime, database: Path) -> None:
    """Print on stderr which snapshots the rows compare and how they were tested."""
    pair, ranked = found.pair, found.ranked
    if pair.now_at is None:
        raise NoDataYetError(database, as_of)
    if ranked.withheld:
        say(ranked.withheld)
    if pair.before_at is not None:
        span = f"{pair.before_at:%Y-%m-%d %H:%M} to {pair.now_at:%Y-%m-%d %H:%M} UTC, {pair.span_days:.2f} days"
        tested = () if ranked.withheld else (labels.ordered(ranked), *labels.tested(ranked))
        say("; ".join((f"{pair.kind.plural} by {ranked.metric}", f"{span}, basis {pair.basis}", *tested)))
    for caution in cautions(pair):
        say(caution)


def _rows(found: Movers, style: Format) -> Rows:
    """Return every column for programs, the most important ones for people."""
    movers = [mover(pick, found.pair) for pick in found.ranked.picks]
    columns = SHORT if style in (Format.TABLE, Format.MD) else COLUMNS
    names = [heading(column, found.ranked.metric) for column in columns]
    return Rows(names, [[row[column] for column in columns] for row in movers])
