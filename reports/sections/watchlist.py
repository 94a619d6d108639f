"""Builds the section of the watch list."""

from analysis.records import METRICS, WeekAnalysis
from reports.document import Section
from reports.tables import watched_table


def watchlist_section(results: WeekAnalysis) -> Section | None:
    """Return the watch list, or None where nothing is watched."""
    metrics = dict.fromkeys(metric for kind in METRICS for metric in METRICS[kind])
    by_metric = [(metric, [one for one in results.watched if one.metric is metric]) for metric in metrics]
    tables = tuple(watched_table(metric, changes) for metric, changes in by_metric if changes)
    return Section("watch-list", "Watch list", tables) if tables else None
