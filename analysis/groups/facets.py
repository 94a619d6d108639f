"""Reads the shares of tasks, licences, formats and other attributes in a kind, and the weekly gains of a kind.

facets       the shares of one attribute of a kind, from the macro `facets`
week_facets  the facets of a report, which all read the temporary table group_entities
weeks        the weekly gains of a kind as a series, from the macro `weeks`
"""

from collections.abc import Iterator
from datetime import datetime

import duckdb

from analysis.comparison import Comparison
from analysis.groups.share_records import Facet, FacetShare, WeekGains
from crawler.kinds import Kind
from db.sql import quote_text, run_sql

ROWS = 12
"""Values of a facet in a report."""

WEEKS = 9
"""Weeks of a series in a report."""

OF_OWNERS = ("organisation", "owner_kind", "owner_country")

FACETS: dict[Kind, tuple[str, ...]] = {
    Kind.MODEL: ("task", "library", "license", "language", "parameters", "format", "gated", "region", *OF_OWNERS),
    Kind.DATASET: ("task", "library", "license", "language", "format", "gated", "region", *OF_OWNERS),
    Kind.SPACE: ("sdk", "license", "region", *OF_OWNERS),
    Kind.PAPER: OF_OWNERS,
    Kind.ARTICLE: OF_OWNERS,
}
"""The attributes of each kind that the Hub states."""

OVERLAPPING = {
    Kind.MODEL: frozenset({"language", "format", "region"}),
    Kind.DATASET: frozenset({"task", "library", "language", "format", "region"}),
}
"""Facets of which an entity may have several values, so that the shares do not sum to 1."""


def facets(
    con: duckdb.DuckDBPyConnection, kind: Kind, by: str, *, as_of: datetime, days: float = 7, rows: int | None = None
) -> Facet:
    """Return a kind divided by a facet; raises duckdb.InvalidInputException for an unknown facet."""
    # a literal lets DuckDB read the columns of this facet alone
    found = con.execute(
        f"FROM facets('{kind}', {quote_text(by)}, as_of := $as_of, days := $days)", {"as_of": as_of, "days": days}
    ).fetchall()
    return _facet(kind, by, [FacetShare(*row) for row in found], rows)


def week_facets(comparison: Comparison) -> Iterator[Facet]:
    """Yield the facets of a report's kind from the relation group_entities."""
    kind = comparison.pair.kind
    for by in FACETS[kind]:
        found = run_sql(comparison.con, "analysis/groups/facets", {"kind": kind.value}, {"facet": by})
        yield _facet(kind, by, [FacetShare(*row) for row in found], ROWS)


def _facet(kind: Kind, by: str, rows: list[FacetShare], limit: int | None) -> Facet:
    return Facet(
        kind,
        by,
        tuple(rows[:limit]),
        values=sum(row.value is not None for row in rows),
        without_value=sum(row.entities for row in rows if row.value is None),
        overlapping=by in OVERLAPPING.get(kind, ()),
    )


def weeks(
    con: duckdb.DuckDBPyConnection, kind: Kind, *, as_of: datetime, n: int = WEEKS, days: float = 7
) -> tuple[WeekGains, ...]:
    """Return the gains of a kind in its n newest weeks, the oldest first."""
    rows = con.execute(
        """
        SELECT w.week_end, w.entities, w.compared, w.likes_gain, w.downloads_gain, w.upvotes_gain, w.basis, w.span_days
        FROM weeks($kind, $n, as_of := $as_of, days := $days) AS w
        """,
        {"kind": kind.value, "n": n, "as_of": as_of, "days": days},
    ).fetchall()
    return tuple(WeekGains(kind, *row) for row in rows)
