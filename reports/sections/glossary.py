"""Builds the glossary of a report: the terms of its tables, and the flags that it contains."""

from analysis.records import WeekAnalysis
from reports.document import Bullets, Folded, Section
from reports.text.language import Language, message

TERMS = (
    message(
        "Gain: the difference between two snapshots. Basis: exact when they are 7 days apart, give or take 12 hours;"
        " near for 5 to 9 days; partial for 2 to 14."
    ),
    message(
        "Head: a snapshot of the Hub’s top lists, new repositories and watched entities. Full: a snapshot of the whole"
        " Hub."
    ),
    message("Per 7 days: the gain at its daily rate, shown where the snapshots are not a week apart."),
    message(
        "Downloads in the span: the difference of the all-time counter. 30-day downloads: the number that the Hub"
        " shows; its change is not the downloads of the week."
    ),
    message(
        "Against its past: this week as a multiple of the entity’s own past, with a lower bound (≥), or an upper bound"
        " (≤) for a fall. Small numbers are drawn towards ×1."
    ),
    message(
        "Score: how strongly the numbers speak for a lasting rise rather than chance or a short burst. 0 is even odds,"
        " 5 about 150 to 1."
    ),
    message(
        "Impact: the likes, upvotes or downloads above what the entity’s past explains. Risers and fallers are ordered"
        " by it."
    ),
    message("Against its usual week: this week against the four weeks before."),
    message(
        "Week before: the change of place on the same list since a week earlier. Back: not on the list then, but"
        " before that. New: not on it before."
    ),
    message("A dash means that a number is unknown. It never means zero."),
    message("An entity that is missing from a top list has left the list; it is not necessarily deleted."),
)

FLAGS = {
    "breakout": message("Breakout: stands out among all tested entities, at a false discovery rate of 5\u202f%."),
    "revised": message("Revised: the all-time counter fell because the Hub corrected it."),
    "stood still": message("Stood still: the all-time counter did not move while most others did."),
    "doubtful counters": message("Doubtful counters: the Hub had refreshed only a part, so counters may be old."),
    "depths differ": message("Depths differ: the lists of one snapshot are longer than those of the other."),
    "scopes differ": message("Scopes differ: one snapshot covers the whole Hub and the other only its top lists."),
    "origins differ": message("Origins differ: one snapshot comes from an archive, whose times may be inexact."),
    "imported": message("Imported: the score or the usual week is based in part on snapshots from an archive."),
    "echo": message("Echo: the 30-day number falls because a large week is now older than 30 days."),
    "one day": message("One day: over half of the week’s gain fell on one day, as in bursts of automatic traffic."),
    "downloads per like": message("Downloads per like: many downloads, few likes; the downloads may be automatic."),
    "removed": message("Removed: a direct request found it deleted or hidden on the Hub."),
    "left": message("Left: in the earlier snapshot only."),
    "below before": message("Below before: in the newer snapshot only, below the depth of the earlier one."),
    "below now": message("Below now: in the earlier snapshot only, below the depth of the newer one."),
    "unseen": message(
        "Not public or unknown: watched, but in neither snapshot; the name comes from the watch list alone."
    ),
}
"""The meaning of each flag by its name, which is the part before the colon; numbers follow the colon."""


def glossary_section(results: WeekAnalysis, say: Language) -> Section:
    """Return the terms, and the flags that the report uses."""
    picks = [pick for week in results.kinds for ranked in week.lists for pick in ranked.picks]
    changes = [*(pick.change for pick in picks), *results.watched]
    used = {flag.partition(":")[0].strip() for change in changes for flag in change.flags}
    used |= {change.status for change in changes}
    if any(pick.score and pick.score.breakout for pick in picks):
        used.add("breakout")
    flags = [FLAGS[flag] for flag in sorted(used) if flag in FLAGS]
    lines = Bullets(tuple(say.rich(line) for line in (*TERMS, *flags)))
    return Section("how-to-read-this", say.say("How to read this"), (Folded(say.say("Terms and notes"), (lines,)),))
