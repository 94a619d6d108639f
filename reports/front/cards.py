"""Describes the entities to know: attributes, numbers before and now, and why each counts."""

from collections.abc import Iterator

from analysis.records import Change, Metric, WeekAnalysis
from reports.document import Card, RichText, TextRun
from reports.front.facts import facts
from reports.front.families import LeadingFamily
from reports.front.leads import Lead, Leads, climb
from reports.front.reasons import reasons
from reports.text import labels
from reports.text.escaping import cut
from reports.text.language import Language

CARDS = 5
NAME_COLUMNS = 60


def cards(
    results: WeekAnalysis, leads: Leads, family: LeadingFamily | None, more: tuple[Lead, ...], say: Language
) -> tuple[Card, ...]:
    """Return at most five cards: the leading family, the leads, and the next largest gains.

    The root of the family has no second card.
    """
    entities = {lead.change.entity.hub_id: lead for lead in (*leads.entities, *more)}.values()
    described = [family.card(say)] if family else []
    described += [
        _card(lead, results, say) for lead in entities if family is None or lead.change.entity.id != family.family.root
    ]
    return tuple(described[:CARDS])


def _card(lead: Lead, results: WeekAnalysis, say: Language) -> Card:
    change = lead.change
    name = TextRun(cut(labels.name(change.entity), NAME_COLUMNS), labels.url(change.entity))
    happened = tuple(_happened(change, say))
    why = reasons(lead, results, say)
    gain = change.gain or 0 if change.metric is Metric.LIKES else 0
    return Card(name, _figure(change, say), facts(change.entity, change.age_days, say), (*happened, *why), gain)


def _figure(change: Change, say: Language) -> str:
    if change.gain is None:
        return say.say("{count} {counter}", count=say.count(change.now), counter=labels.counter(change.metric, say))
    return say.say("{gain} {counter}", gain=say.signed(change.gain), counter=labels.counter(change.metric, say))


def _happened(change: Change, say: Language) -> Iterator[RichText]:
    """Yield sentences on the level before and now, and on the place in the Hub's trending order."""
    if change.metric is not Metric.DOWNLOADS and change.before is not None and change.now is not None:
        yield say.rich("{before} → {now} {counter}.", before=say.count(change.before), now=say.count(change.now),
                       counter=labels.counter(change.metric, say))  # fmt: skip
    if climb(change):
        yield say.rich(
            "Up {climbed} places to number {place} on the Hub.", climbed=climb(change), place=change.rank_now or 0
        )
    elif change.rank_now and change.rank_before and change.rank_now != change.rank_before:
        yield say.rich("Number {now} on the Hub, was {before}.", now=change.rank_now, before=change.rank_before)
    elif change.rank_now:
        yield say.rich("Number {now} on the Hub.", now=change.rank_now)
