"""Builds the glossary of a report: the terms of its tables, and the flags that it contains."""

from analysis.records import WeekAnalysis
from reports.document import Bullets, Folded, Section, text

TERMS = (
    "Gain: the difference between two whole snapshots. Basis: exact when they are 7 days apart, give or take 12 hours;"
    " near for 5 to 9 days; partial for 2 to 14.",
    "Head: a snapshot of the Hub’s top lists, of repositories created in the last four weeks, and of watched entities."
    " Full: a snapshot of the whole Hub.",
    "Per 7 days: the gain at its daily rate, shown where the snapshots are not a week apart.",
    "Downloads in the span: the difference of the all-time counter. 30-day downloads: the number that the Hub shows;"
    " its change is not the downloads of the week.",
    "Against its past: this week’s level as a multiple of the entity’s own past level, with a lower bound (≥), or an"
    " upper bound (≤) for a fall. The estimate is drawn towards ×1 where numbers are small, so it is not the plain"
    " ratio of two weeks.",
    "Score: how strongly the numbers speak for a lasting change rather than chance or a short burst, as log odds:"
    " 0 is even odds, 5 is about 150 to 1. Risers and fallers are ordered by score. They are ordered by gain where a"
    " score would leave out most of what gained, or where weekly snapshots give no certain score.",
    "Against its usual week: the downloads of the span compared with the usual week of the four weeks before.",
    "Week before: the change of place on the same list since a week earlier. Back: not on the list then, but before"
    " that. New: not on it before. Weeks listed are consecutive. All of this covers the last eight weekly lists and"
    " this one.",
    "A dash means that a number is unknown: the Hub did not give it, or the entity is not in that snapshot. It never"
    " means zero.",
    "An entity that is missing from a top list has left the list; it is not necessarily deleted. Deleted entities are"
    " marked as removed.",
)

FLAGS = {
    "breakout": "stands out among all tested entities, at a false discovery rate of 5 %.",
    "revised": "the all-time counter fell because the Hub corrected it; growth leaves that interval out.",
    "stood still": "the all-time counter did not move while most others did; the entity may well have had downloads.",
    "doubtful counters": "the Hub had not refreshed the datasets of the same run, so counters may be partly old.",
    "depths differ": "the lists of one snapshot are longer than those of the other.",
    "scopes differ": "one snapshot covers the whole Hub and the other only its top lists.",
    "origins differ": "one snapshot was imported from an archive, whose times may be inexact.",
    "imported": "the score or the usual week is based in part on snapshots from an archive.",
    "echo": "the 30-day number falls because a large week is now older than 30 days.",
    "one day": "over half of the week’s gain fell on one day, as in bursts of automatic traffic.",
    "downloads per like": "many downloads for few likes; the downloads may be automatic.",
    "removed": "a direct request found it deleted or hidden on the Hub.",
    "left": "in the earlier snapshot only.",
    "below before": "in the newer snapshot only, below the depth of the earlier one.",
    "below now": "in the earlier snapshot only, below the depth of the newer one.",
    "not public or unknown": "watched, but in neither snapshot; the name comes from the watch list alone.",
}
"""The meaning of each flag by its name, which is the part before the colon; numbers follow the colon."""


def glossary_section(results: WeekAnalysis) -> Section:
    """Return the terms, and the flags that the report uses."""
    picks = [pick for week in results.kinds for ranked in week.lists for pick in ranked.picks]
    changes = [*(pick.change for pick in picks), *results.watched]
    used = {flag.partition(":")[0].strip() for change in changes for flag in change.flags}
    used |= {"not public or unknown" if change.status == "unseen" else change.status for change in changes}
    if any(pick.score and pick.score.breakout for pick in picks):
        used.add("breakout")
    flags = (f"{flag.capitalize()}: {FLAGS[flag]}" for flag in sorted(used) if flag in FLAGS)
    lines = tuple(text(line) for line in (*TERMS, *flags))
    return Section("how-to-read-this", "How to read this", (Folded("Terms and notes", (Bullets(lines),)),))
