"""Writes the headline and the dateline of a report, and the watermark of an unsure basis."""

from collections.abc import Iterator, Sequence

from analysis.records import KindWeek, WeekAnalysis
from reports.document import RichText, TextRun
from reports.front.families import LeadingFamily
from reports.front.leads import Lead, Leads
from reports.front.sentences import short_name
from reports.text import labels
from reports.text.escaping import cut
from reports.text.language import Language

NAME_COLUMNS = 40
"""The width to which a name in a headline is cut."""

QUALITY_ANCHOR = "#data-quality"


def headline(results: WeekAnalysis, leads: Leads, family: LeadingFamily | None, say: Language) -> str:
    """Return the finding of the week in one line."""
    seen = [week for week in results.kinds if week.pair.now_snapshot is not None]
    lead = leads.single or leads.unusual or leads.newcomer or leads.work
    if not seen:
        return say.say("No snapshot of the Hub yet")
    if all(week.pair.before_snapshot is None for week in seen):
        return say.say("The first snapshot of the Hub")
    if family and lead and family.family.root not in (lead.pick.root, lead.change.entity.id):
        return say.say("{family} and {name} led the week", family=_cut(family.name.text), name=_name(lead))
    if family:
        return say.say("The {family} family led the week", family=_cut(family.name.text))
    if lead:
        return say.say("{name} led the week", name=_name(lead))
    return say.say("A quiet week on the Hub")


def dateline(results: WeekAnalysis, say: Language) -> RichText:
    """Return the compared period, its span, how many models were compared, and a link to the method."""
    week = _main(results.kinds)
    link = TextRun(say.say("how sure is this?"), QUALITY_ANCHOR)
    if week is None:
        return say.rich("As of {day} · {link}", day=say.day(results.as_of), link=link)
    now, before = week.pair.now_at, week.pair.before_at
    if now is None or before is None:
        return say.rich("As of {day} · {link}", day=say.day(now or results.as_of), link=link)
    start, end = say.period(before, now)
    return say.rich(
        "{start} – {end} · {span} · {size} compared · {link}",
        start=start,
        end=end,
        span=say.days(round(week.pair.span_days or 0, 1)),
        size=labels.counted(week.kind, _compared(week), say),
        link=link,
    )


def watermark(results: WeekAnalysis, say: Language) -> RichText | None:
    """Return why the basis of the report is unsure; None if it is sure."""
    reasons = tuple(_doubts(results, say))
    return say.rich("Read with care: {reasons}.", reasons=say.say("; ").join(reasons)) if reasons else None


def _doubts(results: WeekAnalysis, say: Language) -> Iterator[str]:
    kinds = {(use.kind, use.complete, bool(use.stale)) for use in results.quality.used}
    incomplete = [labels.entities(kind, say) for kind, complete, _ in sorted(kinds) if not complete]
    stale = [labels.entities(kind, say) for kind, _, is_stale in sorted(kinds) if is_stale]
    partial = [week for week in results.kinds if week.pair.basis == "partial"]
    if incomplete:
        yield say.say("the lists of {entities} are incomplete", entities=say.listed(incomplete))
    if stale:
        yield say.say("the Hub had not refreshed the counters of {entities}", entities=say.listed(stale))
    for week in partial:
        yield say.say(
            "the gains of {entities} cover {span}, not a week",
            entities=labels.entities(week.kind, say),
            span=say.days(round(week.pair.span_days or 0, 1)),
        )


def _main(weeks: Sequence[KindWeek]) -> KindWeek | None:
    """Return the first kind that is compared, else the first that was seen."""
    compared = [week for week in weeks if week.pair.before_at is not None]
    seen = [week for week in weeks if week.pair.now_at is not None]
    return next(iter(compared or seen), None)


def _compared(week: KindWeek) -> int:
    return max((ranked.coverage.compared for ranked in week.lists), default=0)


def _name(lead: Lead) -> str:
    return _cut(short_name(lead.change.entity))


def _cut(name: str) -> str:
    return cut(name, NAME_COLUMNS)
