"""Builds the section of the watch list."""

from analysis.records import Metric, WeekAnalysis
from reports.document import Section
from reports.tables import watched_table
from reports.text.language import Language


def watchlist_section(results: WeekAnalysis, say: Language) -> Section | None:
    """Return one table per metric of the watched entities, or None if nothing is watched."""
    by_metric = [(metric, [change for change in results.watched if change.metric is metric]) for metric in Metric]
    tables = tuple(watched_table(metric, changes, say) for metric, changes in by_metric if changes)
    return Section("watch-list", say.say("Watch list"), tables) if tables else None
