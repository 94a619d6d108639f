"""Defines the groups that `hubtrends trends WHAT` shows, such as families; each is an entry of `GROUPS`.

To add a group, add a function that returns its `GroupRows`, and its line in `GROUPS`. The command supplies the request,
checks the options, and prints the rows in every format. Printing sanitizes `Rows`.
"""

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime

import duckdb

from analysis.groups.facets import FACETS, facets, weeks
from analysis.groups.families import families
from analysis.groups.share_records import EmergingTag, FacetShare, TopicHeat, WeekGains
from analysis.groups.topics import emerging_tags, topics
from crawler.kinds import Kind
from db.reference_tables import use_reference
from hubtrends.config.settings import Settings
from hubtrends.errors import UnknownFacetError
from hubtrends.jobs.reference import reference_of
from hubtrends.output.rows import Number, Rows
from reports.text.escaping import clean
from reports.text.format import MINUS, share_text, signed


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """The options of a request for a group."""

    as_of: datetime
    days: float
    """Requested number of days between the two compared snapshots."""
    limit: int
    """Maximum number of rows."""
    kind: Kind | None
    """The option --kind; None if it is not given."""
    facet: str | None
    """The option --facet; None if it is not given."""
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
    """The options that only some groups take: kind, facet."""


def readable_group(rows: Rows) -> Rows:
    """Return the rows for people: gains with their sign, shares in percent."""

    def shown(column: str, value: object) -> object:
        if column.endswith("_gain") and isinstance(value, int):
            return Number(signed(value))
        if column.endswith("share") and isinstance(value, float):
            return Number(share_text(value))
        if column == "change_points" and isinstance(value, float):
            return Number(f"{value:+.2f}".replace("-", MINUS))
        return value

    return Rows(rows.columns, [[*map(shown, rows.columns, row)] for row in rows.rows], rows.importance)


def _families(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the families of models by gain of downloads, or by gain of likes if no gain of downloads is known."""
    found = families(con, as_of=request.as_of, days=request.days, rows=request.limit)
    listed = con.execute(
        "SELECT f.root, f.members, f.compared, f.new_members, f.likes_gain, f.downloads_gain,"
        " CASE WHEN f.downloads_gain IS NULL THEN f.likes_largest ELSE f.downloads_largest END[1].id AS gained_most,"
        " f.relations, f.likes_largest, f.downloads_largest FROM listed_family AS f"
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


def _facets(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the share of each value of a facet in a kind."""
    kind, by = request.kind or Kind.MODEL, request.facet or FACETS[request.kind or Kind.MODEL][0]
    try:
        found = facets(con, kind, by, as_of=request.as_of, days=request.days, rows=request.limit)
    except duckdb.InvalidInputException as error:
        raise UnknownFacetError(str(error).removeprefix("Invalid Input Error: ")) from error
    rows = Rows([field.name for field in fields(FacetShare)], [astuple(row) for row in found.rows])
    shown = f"{kind.plural} by {by}: {len(found.rows):,} of {found.values + bool(found.without_value):,} values"
    overlap = ("an entity counts under each of its values, so the shares do not sum to 1",) * found.overlapping
    return GroupRows(rows, (shown, *overlap))


def _topics(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the configured topics, the hottest first."""
    use_reference(con, reference_of(request.settings))
    found = topics(con, as_of=request.as_of, days=request.days)
    rows = [list(_values(row).values()) for row in found[: request.limit]]
    tested = next((row.tested for row in found if row.tested), 0)
    rising = ", ".join(clean(row.topic) for row in found if row.rising) or "none"
    note = f"{len(rows):,} of {len(found):,} topics; rising beyond chance: {rising} ({tested:,} tests, error rate 5 %)"
    return GroupRows(Rows([field.name for field in fields(TopicHeat)], rows), (note,))


def _tags(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the tags of a kind whose share rose beyond chance."""
    kind = request.kind or Kind.MODEL
    found = emerging_tags(con, kind, as_of=request.as_of, days=request.days)
    rows = [list(_values(row).values()) for row in found[: request.limit]]
    tested = f", {found[0].tested:,} tests" if found else ""
    note = f"{len(rows):,} of {len(found):,} tags of {kind.plural} that rise beyond chance (error rate 5 %{tested})"
    return GroupRows(Rows([field.name for field in fields(EmergingTag)], rows), (note,))


def _weeks(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the gains of a kind, week by week."""
    kind = request.kind or Kind.MODEL
    found = weeks(con, kind, as_of=request.as_of, n=request.limit, days=request.days)
    rows = Rows([field.name for field in fields(WeekGains)], [list(_values(row).values()) for row in found])
    return GroupRows(rows, (f"weeks of {kind.plural} with snapshots: {len(found):,}",))


def _values(record: EmergingTag | TopicHeat | WeekGains) -> dict[str, object]:
    """Return the fields of a record, tuples as lists."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _organisations(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the owners with the largest gain of likes."""
    return _first_of(
        con,
        "SELECT o.*, count(*) OVER () AS of_all FROM organisations(as_of := $as_of, days := $days) AS o"
        " ORDER BY o.place LIMIT $limit",
        {"as_of": request.as_of, "days": request.days, "limit": request.limit},
    )


def _adoption(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the papers whose new citers have the most owners."""
    return _first_of(
        con,
        "SELECT a.* EXCLUDE (entity_key), count(*) OVER () AS of_all"
        " FROM adoption(as_of := $as_of, days := $days) AS a ORDER BY a.place LIMIT $limit",
        {"as_of": request.as_of, "days": request.days, "limit": request.limit},
    )


def _ages(con: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
    """Return the entities of a kind with the highest places in their size class at the age of `days`."""
    kind = (request.kind or Kind.MODEL).value
    return _first_of(
        con,
        "SELECT a.* EXCLUDE (entity_key), count(*) OVER () AS of_all FROM at_age($kind, $days, as_of := $as_of) AS a"
        " ORDER BY a.percentile DESC NULLS LAST, a.value DESC, a.id, a.hub_id LIMIT $limit",
        {"kind": kind, "as_of": request.as_of, "days": request.days, "limit": request.limit},
    )


def _first_of(con: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]) -> GroupRows:
    """Return the rows of a query without their last column, the number of all rows, which becomes a note."""
    rows = con.execute(query, dict(parameters)).fetchall()
    columns = [column for column, *_ in con.description or ()]
    of_all = rows[0][-1] if rows else 0
    notes = (f"the first {len(rows):,} of {of_all:,}",) if of_all > len(rows) else ()
    return GroupRows(Rows(columns[:-1], [row[:-1] for row in rows]), notes)


GROUPS: Mapping[str, Group] = {
    "families": Group(
        _families,
        short=("root", "downloads_gain", "likes_gain", "members", "new_members", "gained_most", "compared"),
    ),
    "facets": Group(
        _facets,
        short=("value", "entities", "share", "change_points", "gain_share", "largest_contributor"),
        options=frozenset({"kind", "facet"}),
    ),
    "topics": Group(
        _topics, short=("topic", "entities", "gain_share", "change_points", "heat", "rising", "leading_entries")
    ),
    "tags": Group(
        _tags,
        short=("tag", "evidence", "owners_up", "owners", "lift", "p_value", "leading_entries"),
        options=frozenset({"kind"}),
    ),
    "weeks": Group(
        _weeks,
        short=("week_end", "compared", "likes_gain", "downloads_gain", "upvotes_gain", "basis"),
        options=frozenset({"kind"}),
    ),
    "organisations": Group(
        _organisations,
        ("place", "organisation", "models", "new_entities", "likes_gain", "downloads_gain", "share", "change_points"),
    ),
    "adoption": Group(
        _adoption, ("place", "id", "title", "citers", "new_citers", "new_owners", "likes_gain", "upvotes_gain")
    ),
    "ages": Group(
        _ages,
        ("id", "age_days", "value", "percentile", "compared_with", "size_class", "first_seen"),
        frozenset({"kind"}),
    ),
}
"""The groups by the word for WHAT."""
