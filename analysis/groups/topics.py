"""Reads the share of each configured topic in the week, and the tags that rise beyond chance.

topics         the topics of the table topic_rules, from the macro `topics`
emerging_tags  tags whose share rose beyond chance, from the macro of the same name
add_topics for each kind ─► week_topics     the topics of a report
week_tags      the emerging tags of a kind in a report
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from analysis.comparison import Comparison
from analysis.groups.share_records import EmergingTag, EmergingTags, TopicHeat
from crawler.kinds import Kind
from db.sql import run_sql

ROWS = 20
"""Emerging tags of a kind in a report."""


def topics(con: duckdb.DuckDBPyConnection, *, as_of: datetime, days: float = 7) -> tuple[TopicHeat, ...]:
    """Return the configured topics, the hottest first."""
    rows = con.execute("FROM topics(as_of := $as_of, days := $days)", {"as_of": as_of, "days": days}).fetchall()
    return tuple(_topic(*row) for row in rows)


def emerging_tags(
    con: duckdb.DuckDBPyConnection, kind: Kind, *, as_of: datetime, days: float = 7
) -> tuple[EmergingTag, ...]:
    """Return the tags of a kind whose share rose beyond chance, the most significant first."""
    rows = con.execute(
        "FROM emerging_tags($kind, as_of := $as_of, days := $days)",
        {"kind": kind.value, "as_of": as_of, "days": days},
    ).fetchall()
    return tuple(_tag(*row) for row in rows)


def add_topics(comparison: Comparison) -> None:
    """Add one kind's sums and the votes of its owners from the relation group_weeks."""
    pair = comparison.pair
    parameters = {"kind": pair.kind.value, "now_at": pair.now_at, "before_at": pair.before_at}
    run_sql(comparison.con, "analysis/groups/topics_of_kind", parameters)


def week_topics(con: duckdb.DuckDBPyConnection) -> tuple[TopicHeat, ...]:
    """Return the topics over all kinds that were added, the hottest first."""
    return tuple(_topic(*row) for row in run_sql(con, "analysis/groups/topics"))


def week_tags(comparison: Comparison) -> EmergingTags:
    """Return the emerging tags of a report's kind from the relation group_weeks."""
    con, pair = comparison.con, comparison.pair
    rows = run_sql(con, "analysis/groups/emerging_tags", {"now_at": pair.now_at})
    ((tested,),) = con.execute("SELECT coalesce(max(e.tested), 0) FROM tag_evidence AS e").fetchall()
    return EmergingTags(pair.kind, tuple(_tag(*row) for row in rows[:ROWS]), found=len(rows), tested=tested)


def _topic(*row: Any) -> TopicHeat:
    values = dict(zip(TopicHeat.__slots__, row, strict=True))
    return TopicHeat(**{**values, **_tuples(values, "leading_entries", "evidence")})


def _tag(*row: Any) -> EmergingTag:
    values = dict(zip(EmergingTag.__slots__, row, strict=True))
    return EmergingTag(**{**values, **_tuples(values, "same_as", "evidence", "leading_entries")})


def _tuples(values: Mapping[str, Any], *names: str) -> dict[str, tuple[str, ...]]:
    """Return the named lists as tuples; a list that is NULL is empty."""
    return {name: tuple(values[name] or ()) for name in names}
