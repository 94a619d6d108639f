"""The groups that `hubtrends trends WHAT` shows, such as families: one entry of `GROUPS` each.

To add a group: a function that returns its `GroupRows`, and its line in `GROUPS`. The command supplies the request,
checks the options, and prints the rows in every format; `Rows` are sanitized when they are printed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import Kind
from hubtrends.config.settings import Settings
from hubtrends.output.rows import Rows


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """What a person asks of a group."""

    as_of: datetime
    days: float
    """Wanted distance of the two compared snapshots."""
    limit: int
    """Maximum number of rows."""
    kind: Kind | None
    """None where the option is absent."""
    facet: str | None
    """None where the option is absent."""
    settings: Settings


@dataclass(frozen=True, slots=True)
class GroupRows:
    """The rows of a group with every column, and sentences about them for stderr."""

    rows: Rows
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """How to query and show a group."""

    query: Callable[[duckdb.DuckDBPyConnection, GroupRequest], GroupRows]
    """`con` is as for `analyse_week`."""
    short: tuple[str, ...]
    """The columns that fit a terminal; JSON and CSV have all."""
    options: frozenset[str] = frozenset()
    """The options that it takes beyond the shared ones: kind, facet."""


def _families(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the families of models by gain of downloads, or of likes where no gain of downloads is known."""
    asked = {"as_of": request.as_of, "days": request.days}
    con.execute("CREATE OR REPLACE TEMP TABLE family AS FROM families(as_of := $as_of, days := $days)", asked)
    found = con.execute(
        "SELECT f.root, f.members, f.compared, f.new_members, f.likes_gain, f.downloads_gain,"
        " CASE WHEN f.downloads_gain IS NULL THEN f.likes_largest ELSE f.downloads_largest END[1].id AS gained_most,"
        " f.relations, f.likes_largest, f.downloads_largest FROM family AS f"
        " ORDER BY f.downloads_gain DESC NULLS LAST, f.likes_gain DESC NULLS LAST, f.members DESC, f.root LIMIT $limit",
        {"limit": request.limit},
    )
    columns = [name for name, *_ in found.description or ()]
    rows = found.fetchall()
    ((count, members, compared),) = con.execute(
        "SELECT count(*), coalesce(sum(f.members), 0), coalesce(sum(f.compared), 0) FROM family AS f"
    ).fetchall()
    note = f"{len(rows):,} of {count:,} families; {compared:,} of their {members:,} models could be compared"
    return GroupRows(Rows(columns, rows), (note,))


GROUPS: Mapping[str, Group] = {
    "families": Group(
        _families,
        short=("root", "members", "compared", "new_members", "likes_gain", "downloads_gain", "gained_most"),
    )
}
"""The groups by the word for WHAT."""
