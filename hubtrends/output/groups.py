"""The groups that `hubtrends trends WHAT` shows, such as families: one entry of `GROUPS` each.

To add a group: a function that returns its `GroupRows`, and its line in `GROUPS`. The command supplies the request,
checks the options, and prints the rows in every format; `Rows` are sanitized when they are printed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from analysis.groups.families import families
from crawler.kinds import Kind
from hubtrends.config.settings import Settings
from hubtrends.output.rows import Rows
from reports.text.escaping import clean


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
    found = families(con, as_of=request.as_of, days=request.days, rows=request.limit)
    listed = con.execute(
        "SELECT f.root, f.members, f.compared, f.new_members, f.likes_gain, f.downloads_gain,"
        " CASE WHEN f.downloads_gain IS NULL THEN f.likes_largest ELSE f.downloads_largest END[1].id AS gained_most,"
        " f.relations, f.likes_largest, f.downloads_largest FROM family AS f"
        " ORDER BY f.downloads_gain DESC NULLS LAST, f.likes_gain DESC NULLS LAST, f.members DESC, f.root LIMIT $limit",
        {"limit": request.limit},
    )
    columns = [name for name, *_ in listed.description or ()]
    rows = listed.fetchall()
    shown = (
        f"{len(rows):,} of {found.families:,} families; {found.compared:,} of their {found.members:,} models compared"
    )
    rising = ", ".join(clean(family.root) for family in found.rising) or "none"
    return GroupRows(Rows(columns, rows), (shown, f"rising beyond chance: {rising}"))


GROUPS: Mapping[str, Group] = {
    "families": Group(
        _families,
        short=("root", "members", "compared", "new_members", "likes_gain", "downloads_gain", "gained_most"),
    )
}
"""The groups by the word for WHAT."""
