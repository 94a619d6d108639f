"""Builds the glossary of a report: the terms of its tables, and the flags that it uses."""

from collections.abc import Iterator

from analysis.records import WeekAnalysis
from reports.document import Bullets, Section, text
from reports.text import labels

TERMS = (
    "Gains are differences between two whole snapshots. Exact: taken 7 days apart, 12 hours more or less; near: 5 to 9"
    " days; partial: 2 to 14.",
    "Head: a snapshot of the Hub’s top lists, of what was created in the last four weeks and of what is watched; full:"
    " one of the whole Hub.",
    "Per 7 days: the gain at its daily rate, where the snapshots are not a week apart.",
    "Downloads in the span: the difference of the all-time counter. 30-day downloads: the figure that the Hub shows;"
    " its change is not the downloads of the week.",
    "Against its past: how many times its own past level an entity is at, and at least (≥) or, below it, at most (≤)."
    " It is an estimate of the new level, drawn towards ×1 where numbers are small: not the plain ratio of two weeks.",
    "Score: how much better a shift that lasts explains the week than the entity’s own past, or a burst that fades,"
    " does, as the logarithm of the odds: 0 is even, 5 is about 150 to 1. Risers and fallers are ordered by it, or by"
    " gain where it would leave out most of what gained, or where weekly snapshots leave none of it sure.",
    "Against its usual week: the downloads of the span against those of the usual week of the four before.",
    "Week before: the place on the same list a week earlier; back: it had none then but one before that; new: it had"
    " none. Weeks listed are in a row. All of this is of the last eight weekly lists and this one.",
    "A dash means that a number is not known: the Hub did not say, or the entity was not in that snapshot. It is never"
    " zero.",
    "On top lists, absence means that an entity left the list, not that it was deleted; what is known to be gone is"
    " marked as removed.",
)

FLAGS = {
    "breakout": "stands out among everything that was tested, at a false discovery rate of 5 %.",
    "revised": "the all-time counter fell, so the Hub corrected it; the interval is left out of growth.",
    "stood still": "the all-time counter did not move while most others did; that is no day without downloads.",
    "doubtful counters": "the datasets of one run were not refreshed, so the counters of its models may be partly old.",
    "depths differ": "the lists of one snapshot reach deeper than those of the other.",
    "scopes differ": "one snapshot holds the whole Hub and the other only the top lists.",
    "origins differ": "one snapshot is own and the other imported from an archive, whose times may be off.",
    "imported": "snapshots of another’s archive are among those that the score or the usual week is read from.",
    "echo": "a large week has left the window of the 30-day figure, which falls though nothing new happened.",
    "one day": "over half of the week fell on one day, as bursts of automatic traffic do.",
    "downloads per like": "more downloads for each like than almost anything as busy has.",
    "removed": "a look-up of its own has found it gone from the Hub, or hidden there.",
    "left": "the earlier snapshot shows it and the newer one does not.",
    "below before": "it is in the newer snapshot only, below the depth that the earlier one reached.",
    "below now": "it is in the earlier snapshot only, below the depth that the newer one reached.",
    "unseen": "it is watched, and neither snapshot shows it.",
}
"""What a note means, by its first words; what follows a colon in a flag is its evidence."""


def glossary_section(results: WeekAnalysis) -> Section:
    """Return what the words of the report mean; of the flags, those that it uses."""
    return Section("how-to-read-this", "How to read this", (Bullets(tuple(text(line) for line in _lines(results))),))


def _lines(results: WeekAnalysis) -> Iterator[str]:
    yield from TERMS
    yield from (f"{flag.capitalize()}: {FLAGS[flag]}" for flag in sorted(_flags(results)) if flag in FLAGS)


def _flags(results: WeekAnalysis) -> set[str]:
    picks = [pick for week in results.kinds for ranked in week.lists for pick in ranked.picks]
    changes = [*(pick.change for pick in picks), *results.watched]
    breakout = {"breakout"} if any(pick.score and pick.score.breakout for pick in picks) else set()
    statuses = {change.status for change in changes}
    return breakout | statuses | {labels.flag_name(flag) for change in changes for flag in change.flags}
