"""trends, history and sql: questions to the store, answered on stdout."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from analysis.lists import Order
from analysis.results import METRICS, Metric, Pick
from analysis.trends import Trends
from analysis.trends import trends as find_trends
from crawler.kinds import Kind
from db.readonly import open_readonly
from db.schema import check_version
from hubtrends.commands.common import (
    AsOfOption,
    ConfigOption,
    DbOption,
    FormatOption,
    narration,
    settings_for,
    show,
    utc_now,
)
from hubtrends.errors import NothingYet, NotKnown, SqlRefused
from hubtrends.output import Format, Rows, sparkline
from hubtrends.pipeline import ranking_limits


def trends(
    kind: Annotated[Kind, typer.Argument(help="Which kind.")],
    metric: Annotated[Metric | None, typer.Option(help="What is counted; default by kind.")] = None,
    by: Annotated[Order, typer.Option(help="What the list is ordered by.")] = Order.SCORE,
    as_of: AsOfOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show the week's movers of a kind."""
    if metric is not None and metric not in METRICS[kind]:
        raise typer.BadParameter(f"{kind.plural} have {' and '.join(METRICS[kind])}, not {metric}")
    settings = settings_for(config, db)
    with open_readonly(settings.database) as con:
        check_version(con)
        found = find_trends(
            con, kind, as_of=as_of or utc_now(), limits=ranking_limits(settings, limit), metric=metric, order=by
        )
    _tell_basis(found, as_of, settings.database)
    show(_trend_rows(found), style)


def _tell_basis(found: Trends, as_of: datetime | None, database: Path) -> None:
    """What the rows rest on, on stderr."""
    pair, ranked = found.pair, found.ranked
    if pair.now_at is None:
        raise NothingYet(database, as_of or utc_now())
    console = narration()
    if ranked.withheld:
        console.print(ranked.withheld, highlight=False, markup=False, soft_wrap=True)
    if pair.before_at is not None:
        span = f"{pair.before_at:%Y-%m-%d %H:%M} to {pair.now_at:%Y-%m-%d %H:%M} UTC, {pair.span_days:.2f} days"
        console.print(
            f"{pair.kind.plural} by {ranked.metric}, ordered by {ranked.ordered_by}; {span}, basis {pair.basis}; "
            f"{ranked.considered:,} considered",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip


def _trend_rows(found: Trends) -> Rows:
    columns = ("place", "id", "before", "now", "gain", "percent", "score", "factor", "at_least", "since", "flags")
    before = "downloads_30d_before", "downloads_30d_now"
    if found.ranked.metric is Metric.DOWNLOADS:
        columns = (*columns[:2], *before, *columns[4:])
    return Rows(columns, [_trend_row(pick) for pick in found.ranked.picks])


def _trend_row(pick: Pick) -> tuple[object, ...]:
    change, score = pick.change, pick.score
    scored = (score.value, score.factor, score.at_least, score.since) if score else (None,) * 4
    numbers = (change.before, change.now, change.gain, change.percent)
    return (pick.place, change.thing.id, *numbers, *scored, list(change.flags))


HISTORY = """
SELECT kind, id, observed_at, downloads, downloads_all_time, likes, upvotes, upvotes_7d, comments, github_stars,
       trending_score, rank, scope, complete, stale, origin
FROM history(?)
"""

MEASURES = ("downloads", "downloads_all_time", "likes", "upvotes", "github_stars")
"""What a history draws a line of."""


def history(
    thing: Annotated[str, typer.Argument(metavar="ID", help="A name it has or had, or its Hub id.")],
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Show every number ever seen of a thing."""
    path = settings_for(config, db).database
    with open_readonly(path) as con:
        check_version(con)
        rows = _rows(con.execute(HISTORY, [thing]))
    if not rows.rows:
        raise NotKnown(path, thing)
    rows = rows.without_empty_columns()
    if style is Format.TABLE:
        _draw(rows)
    show(rows, style)


def _draw(rows: Rows) -> None:
    """A line of each measure, oldest to newest, above the table."""
    for measure in MEASURES:
        if measure in rows.columns:
            place = list(rows.columns).index(measure)
            values = [row[place] for row in rows.rows]
            numbers = [value if isinstance(value, int | float) else None for value in values]
            typer.echo(f"{measure:<19} {sparkline(numbers)}")
    typer.echo()


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="SQL, such as \"from week_over_week('model')\".")],
    style: FormatOption = Format.TABLE,
    limit: Annotated[int, typer.Option(min=1, help="Print at most so many rows.")] = 10_000,
    seconds: Annotated[float, typer.Option("--timeout", min=0.001, help="Give up after so many seconds.")] = 300.0,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Let SQL reach files and the network.")] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Ask the database in SQL, read-only."""
    with open_readonly(settings_for(config, db).database, sealed=not unsafe) as con:
        check_version(con)
        with _time_limit(con, seconds):
            try:
                rows = _rows(con.execute(query), limit + 1)
            except duckdb.Error as error:
                raise SqlRefused(str(error)) from error
    if len(rows.rows) > limit:
        rows = Rows(rows.columns, rows.rows[:limit])
        narration().print(f"only the first {limit:,} rows are shown; --limit shows more", highlight=False)
    show(rows, style)


@contextlib.contextmanager
def _time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise SqlRefused(f"it took longer than {seconds:g} s; --timeout gives it more") from None
    finally:
        timer.cancel()


def _rows(result: duckdb.DuckDBPyConnection, most: int | None = None) -> Rows:
    columns = [column[0] for column in result.description or ()]
    return Rows(columns, result.fetchmany(most) if most is not None else result.fetchall())
