"""Builds the banners of a report: warnings that change the meaning of its numbers."""

import math
from collections.abc import Iterator

from analysis.records import Pair, WeekAnalysis
from crawler.kinds import Scope
from reports.document import RichText
from reports.text import labels
from reports.text.language import Language, message

SCOPES = {Scope.HEAD: message("top-list"), Scope.FULL: message("whole-Hub")}
"""What a snapshot covers, before the word snapshot."""


WITHHELD = message(
    "The whole Hub moved: the median change in {counter} of {entities} is {change}. Their ranking is withheld."
)
MOVED = message(
    "The whole Hub moved: the median change in {counter} of {entities} is {change}. Scores are measured against it."
)


def banners(results: WeekAnalysis, say: Language) -> Iterator[RichText]:
    """Yield the warnings of the week."""
    for shock in results.shocks:
        yield say.rich(
            WITHHELD if shock.withheld else MOVED,
            counter=labels.counter(shock.metric, say),
            entities=labels.entities(shock.kind, say),
            change=say.percent_change(100 * math.expm1(shock.median_log_ratio)),
        )
    for week in results.kinds:
        yield from _of_pair(week.pair, labels.entities(week.kind, say), say)


def _of_pair(pair: Pair, entities: str, say: Language) -> Iterator[RichText]:
    """Yield how the two snapshots of a kind differ in more than time."""
    if pair.basis == "partial":
        yield say.rich(
            "Partial basis: the gains of {entities} cover {days}, not a week.",
            entities=entities,
            days=say.days(pair.span_days),
        )
    if pair.before_scope and pair.now_scope and pair.now_scope != pair.before_scope:
        yield say.rich(
            "Scopes differ: for {entities}, a {before} snapshot is compared with a {now} one. An entity in only one of"
            " them need not have appeared or left.",
            entities=entities,
            before=say.word(SCOPES[Scope(pair.before_scope)]),
            now=say.word(SCOPES[Scope(pair.now_scope)]),
        )
    if pair.depths:
        yield say.rich(
            "Depths differ: the lists of {entities} are not equally long ({depths}). Entities below the end of the"
            " shorter list have neither appeared nor left.",
            entities=entities,
            depths=pair.depths,
        )
    if pair.doubtful:
        yield say.rich(
            "Doubtful counters: downloads of {entities} may be partly old. The Hub had not refreshed the datasets of"
            " the same run.",
            entities=entities,
        )
