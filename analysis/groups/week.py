"""Collects the groups of a report that need the gains of two weeks, from one stored relation per kind.

begin_groups ─► WeekGroups.add, for each kind:
    group_weeks, group_entities, group_votes   the gains of two weeks, and the attributes and votes of facets and tags
    ├── facets, weekly gains, emerging tags    of the kind
    ├── families                               of models
    └── sums of topics and owners, citations   of all kinds, from which topics, organisations and adoption follow
"""

from datetime import datetime

import duckdb

from analysis.comparison import Comparison
from analysis.groups.entity_records import Organisations
from analysis.groups.facets import week_facets, weeks
from analysis.groups.families import week_families
from analysis.groups.organisations import week_organisations
from analysis.groups.records import Families
from analysis.groups.share_records import EmergingTags, Facet, TopicHeat, WeekGains
from analysis.groups.topics import add_topics, week_tags, week_topics
from crawler.kinds import Kind
from db.sql import run_sql


def begin_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables that `WeekGroups.add` fills."""
    run_sql(con, "analysis/groups/group_tables")


class WeekGroups:
    """The groups of a week, filled kind by kind; each kind is joined with the previous week only once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
        self._con, self._as_of = con, as_of
        self.facets: list[Facet] = []
        self.gains: list[WeekGains] = []
        self.emerging: list[EmergingTags] = []
        self.families = Families()
        begin_groups(con)

    def add(self, comparison: Comparison) -> None:
        """Add the shares of a kind, if it has a snapshot."""
        pair = comparison.pair
        if pair.now_at is None:
            return
        parameters = {"kind": pair.kind.value, "now_at": pair.now_at, "before_at": pair.before_at}
        run_sql(self._con, "analysis/groups/group_weeks", parameters, {"change": comparison.changes})
        self.facets.extend(week_facets(comparison))
        self.gains.extend(weeks(self._con, pair.kind, as_of=self._as_of))
        self.emerging.append(week_tags(comparison))
        add_topics(comparison)
        run_sql(self._con, "analysis/groups/owners_of_kind", parameters)
        if pair.kind is Kind.MODEL:
            self.families = week_families(comparison)

    def topics(self) -> tuple[TopicHeat, ...]:
        """Return the topics over all added kinds."""
        return week_topics(self._con)

    def organisations(self) -> Organisations:
        """Return the owners over all added kinds."""
        return week_organisations(self._con)
