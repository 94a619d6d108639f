"""Opens a store in notebooks: the methods of a Hub return polars frames.

    import hubtrends

    with hubtrends.open("hub.duckdb") as hub:
        hub.week_over_week("model").sort("downloads_gain", descending=True).head()

A Hub shows the store as it was when it was opened and blocks no other process; `refresh` shows later commits. The table
data_dictionary explains the columns: `hub.table("data_dictionary")`.
"""

import os
import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import duckdb
import polars as pl

from analysis.lists import Order
from analysis.movers import find_movers
from analysis.records import METRICS, Metric
from crawler.kinds import Kind
from db.connect import open_readonly
from db.schema.migrate import check_version
from db.sql import quote_text
from hubtrends.config.load import load
from hubtrends.config.ranking import ranking_limits
from hubtrends.config.settings import Settings
from hubtrends.errors import MemoryLimitError, UnknownEntityError
from hubtrends.files import check_database
from hubtrends.output.frames import frame
from hubtrends.output.movers import COLUMNS, IDENTITY, rows_of
from hubtrends.sizes import MEMORY, parse_size
from hubtrends.times import parse_time

KindName = Literal["model", "dataset", "space", "paper", "article"]
MetricName = Literal[
    "downloads", "downloads_all_time", "likes", "trending_score", "upvotes", "comments", "github_stars"
]
Moment = datetime | date | str
"""A time, in UTC without a zone; a date means its midnight; text is parsed as on the command line."""


class Hub:
    """A store in the state that it had when it was opened. `close` or the end of `with` closes it."""

    def __init__(self, settings: Settings, memory: int) -> None:
        self._settings, self._memory = settings, memory
        self._open()

    def _open(self) -> None:
        stack = ExitStack()
        self._con = stack.enter_context(open_readonly(self.path, memory=self._memory))
        self._close = weakref.finalize(self, stack.close)
        check_version(self._con)

    @property
    def path(self) -> Path:
        """The path of the database file."""
        return self._settings.database

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._close()

    def refresh(self) -> Self:
        """Show the newest state of the store."""
        self.close()
        self._open()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Hub({str(self.path)!r}{'' if self._close.alive else ', closed'})"

    def week_over_week(self, kind: KindName, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return every entity of the two compared snapshots with its numbers in both."""
        return self.sql("FROM week_over_week($1, as_of := $2, days := $3)", [kind, _moment(as_of), days])

    def families(self, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return the families of models with their members and gains, one row per root."""
        return self.sql("FROM families(as_of := $1, days := $2)", [_moment(as_of), days])

    def history(self, entity: str) -> pl.DataFrame:
        """Return all stored numbers of an entity, oldest first, by any of its names or its Hub id.

        Raises UnknownEntityError.
        """
        found = self.sql("FROM history($1)", [entity])
        if found.is_empty():
            raise UnknownEntityError(self.path, entity)
        return found

    def as_of(self, kind: KindName, moment: Moment | None = None) -> pl.DataFrame:
        """Return all entities of a kind at a moment, by default now, with their names and attributes of that time."""
        return self.sql("FROM as_of($1, $2)", [kind, _moment(moment)])

    def leaders(self, kind: KindName, metric: MetricName, limit: int = 100) -> pl.DataFrame:
        """Return the `limit` entities of a kind that have the highest values of a metric now."""
        return self.sql("FROM leaders($1, $2) LIMIT $3", [kind, metric, limit])

    def trends(
        self,
        kind: KindName,
        metric: Literal["downloads", "likes", "upvotes"] | None = None,
        by: Literal["impact", "score", "gain", "percent"] = "impact",
        as_of: Moment | None = None,
        limit: int | None = None,
        *,
        fold: bool = True,
    ) -> pl.DataFrame:
        """Return the week's movers, as `hubtrends trends` lists them.

        The default metric is the first of the kind, the default limit `trends.limit` of the settings. For downloads,
        before and now are the 30-day figures. By impact and score the rows are the risers; by gain and percent all
        known gains. Derivatives are folded under the root of their family unless `fold` is false. A column
        `ordered_by` names the order.
        """
        wanted = Metric(metric) if metric else METRICS[Kind(kind)][0]
        found = find_movers(
            self._con, Kind(kind), as_of=_moment(as_of) or datetime.now(UTC),
            limits=ranking_limits(self._settings, limit), metric=wanted, order=Order(by),
        )  # fmt: skip
        rows = list(rows_of(found, fold=fold))
        return pl.DataFrame(rows, schema=_MOVER).with_columns(pl.lit(str(found.ranked.ordered_by)).alias("ordered_by"))

    def facets(self, kind: KindName, by: str, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return the shares of a kind by task, license, format or another facet; the data dictionary lists them."""
        query = f"FROM facets($1, {quote_text(by)}, as_of := $2, days := $3)"
        return self.sql(query, [kind, _moment(as_of), days])

    def weeks(self, kind: KindName, n: int = 9, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return the gains of a kind in its n newest weeks, the oldest first."""
        return self.sql("FROM weeks($1, $2, as_of := $3, days := $4)", [kind, n, _moment(as_of), days])

    def topics(self, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return the stored topics with their share of the week's gain, the hottest first."""
        return self.sql("FROM topics(as_of := $1, days := $2)", [_moment(as_of), days])

    def emerging_tags(self, kind: KindName, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return the tags of a kind whose share rose beyond chance, the most significant first."""
        return self.sql("FROM emerging_tags($1, as_of := $2, days := $3)", [kind, _moment(as_of), days])

    def organisations(self, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return the gains of each owner across all kinds, the largest gain of likes first."""
        return self.sql("FROM organisations(as_of := $1, days := $2) ORDER BY place", [_moment(as_of), days])

    def adoption(self, as_of: Moment | None = None, days: float = 7) -> pl.DataFrame:
        """Return papers with counts of their citers; the paper whose new citers have the most owners comes first."""
        return self.sql("FROM adoption(as_of := $1, days := $2) ORDER BY place", [_moment(as_of), days])

    def at_age(self, kind: KindName, days: float = 7, as_of: Moment | None = None) -> pl.DataFrame:
        """Return the counter of each entity at an age in days, with its place among entities of its size class."""
        return self.sql("FROM at_age($1, $2, as_of := $3)", [kind, days, _moment(as_of)])

    def linked(self, entity: str) -> pl.DataFrame:
        """Return the links of an entity in both directions, by any of its names or its Hub id."""
        return self.sql("FROM linked($1)", [entity])

    def tables(self) -> pl.DataFrame:
        """Return the public tables, views and macros with their meanings."""
        return self.sql("SELECT name, name_is, meaning FROM data_dictionary WHERE column_name IS NULL ORDER BY name")

    def table(self, name: str) -> pl.DataFrame:
        """Return a whole table or view, such as models, model_history or events."""
        quoted = '"' + name.replace('"', '""') + '"'
        return self.sql(f"FROM {quoted}")

    def sql(self, query: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """Return the rows of a query with parameters $1, $2 …; raises SqlRefusedError or MemoryLimitError."""
        try:
            return frame(self._con, query, parameters)
        except duckdb.OutOfMemoryException:
            raise MemoryLimitError(self._memory, "hubtrends.open(memory=...)") from None


_MOVER: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(COLUMNS, pl.Int64),
    **dict.fromkeys((*IDENTITY, "url"), pl.String),
    "parameters": pl.Int64,
    **dict.fromkeys(("id", "hub_id", "root", "granularity", "basis", "status"), pl.String),
    **dict.fromkeys(("percent", "impact", "score", "lift", "lower_bound", "this_week", "baseline_week"), pl.Float64),
    **dict.fromkeys(("daily_noise", "drift", "span_days", "age_days"), pl.Float64),
    "since": pl.Date,
    "breakout": pl.Boolean,
    **dict.fromkeys(("flags", "largest"), pl.List(pl.String)),
}


def _moment(given: Moment | None) -> datetime | None:
    if given is None:
        return None
    return parse_time(given if isinstance(given, str) else given.isoformat())


def open_hub(path: str | os.PathLike[str] | None = None, memory: str = MEMORY) -> Hub:
    """Open the store at `path`, by default the database of the configuration.

    `memory` limits the memory of a query, such as 500MB; larger results spill to disk next to the file.

    Raises SizeError, NotAFileError and the errors of `db.errors`, such as DatabaseMissingError and DatabaseBusyError.
    """
    settings = load(None, os.environ)
    settings = settings if path is None else settings.with_database(Path(path))
    check_database(settings.database)
    return Hub(settings, parse_size(memory))
