"""Builds the banners of a report: warnings that change the meaning of its numbers."""

import math
from collections.abc import Iterator

from analysis.records import HubShift, WeekAnalysis
from reports.document import RichText, text
from reports.text import labels
from reports.text.format import days, percent


def banners(results: WeekAnalysis) -> Iterator[RichText]:
    """Yield the warnings of the week."""
    for shock in results.shocks:
        moved = percent(100 * math.expm1(shock.median_log_ratio))
        then = "Their ranking is withheld." if shock.withheld else "Scores are measured against that move."
        yield text(f"The whole Hub moved: the median change in {_counter(shock)} is {moved}. {then}")
    for week in results.kinds:
        pair, entities = week.pair, labels.plural(week.kind)
        if pair.basis == "partial":
            yield text(f"Partial basis: the gains of {entities} cover {days(pair.span_days)}, not a week.")
        if pair.before_scope and pair.now_scope != pair.before_scope:
            yield text(
                f"Scopes differ: for {entities}, a {pair.before_scope} snapshot is compared with a {pair.now_scope}"
                " one. An entity in only one of them need not have appeared or left."
            )
        if pair.depths:
            yield text(
                f"Depths differ: the lists of {entities} are not equally long ({pair.depths})."
                " Entities below the end of the shorter list have neither appeared nor left."
            )
        if pair.doubtful:
            yield text(
                "Doubtful counters: the Hub had not refreshed the datasets of the same run,"
                f" so downloads of {entities} may be partly old."
            )


def _counter(shock: HubShift) -> str:
    return f"{shock.metric} of {labels.plural(shock.kind)}"
