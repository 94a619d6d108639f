"""trends, history and compare: questions to the store, answered on stdout."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated

import duckdb
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
    asking,
    narration,
    settings_for,
    show,
    utc_now,
)
from hubtrends.errors import NoDataYet, UnknownEntity
from hubtrends.jobs.report import ranking_limits
from hubtrends.output.movers import COLUMNS, SHORT, heading, mover
from hubtrends.output.rows import Format, Rows, sparkline
from hubtrends.output.streams import drawn, emit
from reports.text import labels as words
from reports.text.escaping import clean


def trends(
    kind: Annotated[Kind, typer.Argument(help="Which kind.")],
    metric: Annotated[Metric | None, typer.Option(help="What is counted; default by kind.")] = None,
    by: Annotated[Order, typer.Option(help="What the list is ordered by.")] = Order.SCORE,
    as_of: AsOfOption = None,
    limit: Annotated[int | None, typer.Option(min=1, max=10**9, help="At most so many rows.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show the week's movers of a kind."""
    if metric is not None and metric not in METRICS[kind]:
        raise typer.BadParameter(f"{kind.plural} have {' and '.join(METRICS[kind])}, not {metric}")
    settings = settings_for(config, db)
    with asking(settings) as con:
        found = find_movers(
            con, kind, as_of=as_of or utc_now(), limits=ranking_limits(settings, limit), metric=metric, order=by
        )
    _tell_basis(found, as_of, settings.database)
    show(_trend_rows(found, style), style)


def _tell_basis(found: Movers, as_of: datetime | None, database: Path) -> None:
    """What the rows rest on, on stderr."""
    pair, ranked = found.pair, found.ranked
    if pair.now_at is None:
        raise NoDataYet(database, as_of or utc_now())
    console = narration()
    if ranked.withheld:
        console.print(ranked.withheld, highlight=False, markup=False, soft_wrap=True)
    if pair.before_at is not None:
        span = f"{pair.before_at:%Y-%m-%d %H:%M} to {pair.now_at:%Y-%m-%d %H:%M} UTC, {pair.span_days:.2f} days"
        judged = () if ranked.withheld else (words.ordered(ranked), *words.judged(ranked))
        told = "; ".join((f"{pair.kind.plural} by {ranked.metric}", f"{span}, basis {pair.basis}", *judged))
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    for caution in cautions(pair):
        console.print(caution, highlight=False, markup=False, soft_wrap=True)


def _trend_rows(found: Movers, style: Format) -> Rows:
    """Everything for programs, what fits for people."""
    movers = [mover(pick, found.pair) for pick in found.ranked.picks]
    columns = SHORT if style in (Format.TABLE, Format.MD) else COLUMNS
    names = [heading(column, found.ranked.metric) for column in columns]
    return Rows(names, [[row[column] for column in columns] for row in movers])


HISTORY = """
SELECT kind, id, hub_id, observed_at, downloads, downloads_all_time, likes, upvotes, upvotes_7d, comments, github_stars,
       trending_score, rank, scope, complete, stale, origin
FROM history(?)
"""

MEASURES = ("downloads", "downloads_all_time", "likes", "upvotes", "github_stars")
"""What a history draws a line of."""

YEAR = 52
"""Characters of its line: a week each."""

USUAL = {"complete": (True,), "stale": (False, None), "origin": ("crawl",)}
"""What a table for people leaves out where every row has it."""


def history(
    entity: Annotated[str, typer.Argument(metavar="ID", help="A name it has or had, or its Hub id.")],
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show every number ever seen of an entity."""
    settings = settings_for(config, db)
    with asking(settings) as con:
        rows = _rows(con.execute(HISTORY, [entity]))
    if not rows.rows:
        raise UnknownEntity(settings.database, entity)
    if style is not Format.TABLE:
        show(rows.without_empty_columns(), style)
        return
    for number, (who, of_one) in enumerate(groupby(rows.rows, key=itemgetter(0, 1, 2))):
        emit(("\n" if number else "") + " ".join(clean(word) for word in who) + "\n")
        _draw(Rows(rows.columns[3:], [row[3:] for row in of_one]))


def _draw(rows: Rows) -> None:
    """A line of each measure of one entity, oldest to newest, then the numbers."""
    columns = {name: [row[place] for row in rows.rows] for place, name in enumerate(rows.columns)}
    for measure in MEASURES:
        numbers = [value if isinstance(value, int | float) else None for value in columns[measure]]
        if line := sparkline(numbers, YEAR):
            emit(drawn(f"{measure:<19} {line}\n"))
    emit("\n")
    told = [name for name in columns if not all(value in USUAL.get(name, ()) for value in columns[name])]
    show(Rows(told, list(zip(*(columns[name] for name in told), strict=True))), Format.TABLE)


HALF_A_YEAR = 26
"""Characters of a comparison's lines: with two numbers and a name they fit a terminal."""

COMPARED = "SELECT kind, id, observed_at, downloads, likes, upvotes FROM history(?)"


def compare(
    entities: Annotated[list[str], typer.Argument(metavar="ID ID…", help="Names they have or had, or Hub ids.")],
    metric: Annotated[Metric | None, typer.Option(help="What is compared; default by kind.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show two or more entities side by side over time; downloads are those of the trailing 30 days."""
    settings = settings_for(config, db)
    with asking(settings) as con:
        found = [series for entity in dict.fromkeys(entities) for series in _series(con, settings.database, entity)]
    if len(found) < 2:
        raise typer.BadParameter("name two entities or more; `hubtrends history` shows one")
    chosen = _common_metric(found, metric)
    rows = _aligned(found, chosen)
    if style in (Format.TABLE, Format.MD):
        show(_summary(rows), style)
        emit("\n")
    show(rows, style)


@dataclass(frozen=True, slots=True)
class _Series:
    """The numbers of one entity by the time they were seen."""

    kind: Kind
    id: str
    numbers: dict[Metric, dict[datetime, int | None]]


def _series(con: duckdb.DuckDBPyConnection, path: Path, entity: str) -> list[_Series]:
    """One for each kind of entity that bears the name."""
    found: dict[tuple[Kind, str], dict[Metric, dict[datetime, int | None]]] = {}
    for kind, name, at, *numbers in con.execute(COMPARED, [entity]).fetchall():
        of_thing = found.setdefault((Kind(kind), name), {metric: {} for metric in Metric})
        for metric, number in zip(Metric, numbers, strict=True):
            of_thing[metric][at] = number
    if not found:
        raise UnknownEntity(path, entity)
    return [_Series(kind, name, numbers) for (kind, name), numbers in found.items()]


def _common_metric(found: list[_Series], wanted: Metric | None) -> Metric:
    """The number that all of them have; raises BadParameter where there is none, or not that one."""
    common = [metric for metric in METRICS[found[0].kind] if all(metric in METRICS[one.kind] for one in found)]
    kinds = " and ".join(dict.fromkeys(one.kind.plural for one in found))
    if not common:
        raise typer.BadParameter(f"{kinds} have no number in common")
    if wanted is not None and wanted not in common:
        raise typer.BadParameter(f"{kinds} have {' and '.join(common)} in common, not {wanted}")
    return wanted or common[0]


def _aligned(found: list[_Series], metric: Metric) -> Rows:
    """A row for each time at which any of them was seen, a column for each."""
    times = sorted({at for one in found for at in one.numbers[metric]})
    names = [one.id for one in found]
    columns = [one.id if names.count(one.id) == 1 else f"{one.kind} {one.id}" for one in found]
    return Rows(("observed_at", *columns), [(at, *(one.numbers[metric].get(at) for one in found)) for at in times])


def _summary(rows: Rows) -> Rows:
    """A line for each entity over the same times, between its first and its last number."""
    summary: list[tuple[object, ...]] = []
    for place, name in enumerate(rows.columns[1:], 1):
        numbers = [n if isinstance(n := row[place], int) else None for row in rows.rows]
        known = [number for number in numbers if number is not None]
        ends = (
            (known[0], sparkline(numbers, HALF_A_YEAR), known[-1], known[-1] - known[0])
            if known
            else (None, "", None, None)
        )
        summary.append((name, *ends))
    return Rows(("id", "first", "line", "last", "change"), summary)


def _rows(result: duckdb.DuckDBPyConnection) -> Rows:
    return Rows([column[0] for column in result.description or ()], result.fetchall())
