"""Collects the facets, weekly gains, topics and emerging tags of a report, which need the gains of two weeks."""

from datetime import datetime

import duckdb

from analysis.comparison import Comparison
from analysis.groups.facets import week_facets, weeks
from analysis.groups.share_records import EmergingTags, Facet, TopicHeat, WeekGains
from analysis.groups.topics import add_topics, begin_topics, week_tags, week_topics
from db.sql import run_sql


class WeekShares:
    """The shares of a week, filled kind by kind; each kind is joined with the previous week only once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
        self._con, self._as_of = con, as_of
        self.facets: list[Facet] = []
        self.gains: list[WeekGains] = []
        self.emerging: list[EmergingTags] = []
        begin_topics(con)

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

    def topics(self) -> tuple[TopicHeat, ...]:
        """Return the topics over all added kinds."""
        return week_topics(self._con)
