"""trends: what moved in the week, by kind or by group."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from analysis.config import RankingConfig
from analysis.lists import Order
from analysis.movers import Movers, find_movers
from analysis.quality import cautions
from analysis.records import METRICS, ListName, Metric, RankedList
from crawler.kinds import Kind
from hubtrends.commands.options import (
    AsOfOption,
    ConfigOption,
    DbOption,
    FormatOption,
    open_for_query,
    say,
    settings_for,
    show,
)
from hubtrends.config.ranking import ranking_limits
from hubtrends.config.settings import Settings
from hubtrends.errors import NoDataYetError
from hubtrends.output.groups import GROUPS, Group, GroupRequest, readable_group
from hubtrends.output.movers import COLUMNS, heading, readable, rows_of
from hubtrends.output.rows import Format, Rows
from hubtrends.output.streams import printable
from hubtrends.shell import shell_of
from hubtrends.usage import suggestion
from reports.text import labels
from reports.text.language import language

_WORDS = (*(kind.value for kind in Kind), *GROUPS)
_WHAT = f"A kind or a group: {', '.join(_WORDS)}."


def trends(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="[WHAT]", help=_WHAT)] = Kind.MODEL.value,
    metric: Annotated[Metric | None, typer.Option(help="The counter to rank; default by kind.")] = None,
    by: Annotated[Order | None, typer.Option(help="The order of a kind's list; default impact.")] = None,
    fold: Annotated[
        bool | None, typer.Option("--fold/--no-fold", help="Fold derivatives under their root; default --fold.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="The kind of a group.")] = None,
    facet: Annotated[str | None, typer.Option(help="The facet of a group, such as task.")] = None,
    as_of: AsOfOption = None,
    days: Annotated[float | None, typer.Option(min=1, max=10**4, help="Days that a group compares; default 7.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=10**9, help="Maximum number of rows.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show what moved in the week: the entities of a kind, or a group of them."""
    settings, now = settings_for(config, db), shell_of(ctx).clock()
    asked = {"metric": metric, "by": by, "fold": fold, "kind": kind, "facet": facet, "days": days}
    given = {name for name, value in asked.items() if value is not None}
    if (group := GROUPS.get(what)) is None:
        listed = _kind(what)
        _check_options(what, given, frozenset({"metric", "by", "fold"}))
        request = MoversRequest(listed, as_of or now, metric, by, limit, fold is not False)
        _show_kind(settings, now, request, style)
    else:
        _check_options(what, given, group.options | {"days"})
        rows = limit or settings.trends.limit
        _show_group(group, GroupRequest(as_of or now, days or 7, rows, kind, facet, settings), now, style)


def _kind(what: str) -> Kind:
    for kind in Kind:
        if what in (kind.value, kind.plural):
            return kind
    near = suggestion(what, _WORDS)
    raise typer.BadParameter(f"'{printable(what)}' is neither a kind nor a group{near or f': {_WHAT}'}")


def _check_options(what: str, given: Set[str], taken: Set[str]) -> None:
    if wrong := sorted(given - taken):
        raise typer.BadParameter(f"'trends {what}' does not take {' and '.join(f'--{name}' for name in wrong)}")


def _show_group(group: Group, request: GroupRequest, now: datetime, style: Format) -> None:
    with open_for_query(request.settings, now) as con:
        ((snapshots,),) = con.execute(
            "SELECT count(*) FROM snapshots AS s WHERE s.complete AND s.observed_at <= ?", [request.as_of]
        ).fetchall()
        if not snapshots:
            raise NoDataYetError(request.settings.database, request.as_of)
        found = group.query(con, request)
    for note in found.notes:
        say(note)
    show(readable_group(found.rows.chosen(group.short)) if style is Format.TABLE else found.rows, style)


@dataclass(frozen=True, slots=True)
class MoversRequest:
    """The options of a request for the movers of a kind."""

    kind: Kind
    as_of: datetime
    metric: Metric | None
    by: Order | None
    limit: int | None
    fold: bool


def _show_kind(settings: Settings, now: datetime, request: MoversRequest, style: Format) -> None:
    kind, metric = request.kind, request.metric
    if metric is not None and metric not in METRICS[kind]:
        raise typer.BadParameter(f"{kind.plural} have {' and '.join(METRICS[kind])}, not {metric}")
    limits = ranking_limits(settings, request.limit)
    with open_for_query(settings, now) as con:
        found = _ranked(con, request, limits)
    _say_basis(found, request.as_of, settings.database)
    show(_rows(found, style, fold=request.fold), style)


def _ranked(con: duckdb.DuckDBPyConnection, request: MoversRequest, limits: RankingConfig) -> Movers:
    """Return the movers as asked; a counter and an order that are not asked for fall back to what can be ranked."""
    metrics = (request.metric,) if request.metric else METRICS[request.kind]
    orders = (request.by,) if request.by else (Order.IMPACT, Order.GAIN)
    first: Movers | None = None
    for metric, order in product(metrics, orders):
        found = find_movers(con, request.kind, as_of=request.as_of, limits=limits, metric=metric, order=order)
        if found.pair.now_at is None or not found.ranked.withheld:
            if first is not None:
                say(f"{first.ranked.metric} by {first.ranked.ordered_by}: {first.ranked.withheld}")
            return found
        first = first or found
    if first is None:
        raise ValueError(f"{request.kind} has no counter")
    return first


def _say_basis(found: Movers, as_of: datetime, database: Path) -> None:
    """Print on stderr which snapshots the rows compare and how they were tested."""
    pair, ranked = found.pair, found.ranked
    if pair.now_at is None:
        raise NoDataYetError(database, as_of)
    if ranked.withheld:
        say(ranked.withheld)
    if ranked.name is ListName.RISERS and ranked.coverage.compared and not ranked.picks:
        say("no risers: --by gain lists the biggest gains")
    if pair.before_at is not None:
        span = f"{pair.before_at:%Y-%m-%d %H:%M} to {pair.now_at:%Y-%m-%d %H:%M} UTC, {pair.span_days:.2f} days"
        tested = () if ranked.withheld else _tested(ranked)
        say("; ".join((f"{pair.kind.plural} by {ranked.metric}", f"{span}, basis {pair.basis}", *tested)))
    for caution in cautions(pair):
        say(caution)


def _tested(ranked: RankedList) -> tuple[str, ...]:
    """Return the order of the rows, what they cover, and how they were tested."""
    english = language()
    return labels.ordered(ranked, english), labels.covered(ranked, english), *labels.tested(ranked, english)


def _rows(found: Movers, style: Format, *, fold: bool) -> Rows:
    """Return every column for programs, the most important ones for people."""
    movers = rows_of(found, fold=fold)
    if style is Format.TABLE:
        return readable(movers, found.pair.kind, found.ranked.metric)
    names = [heading(column, found.ranked.metric) for column in COLUMNS]
    return Rows(names, [[row[column] for column in COLUMNS] for row in movers])
