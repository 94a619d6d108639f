"""Writes the week as five sentences with fixed roles; a role without a fact has no sentence."""

from collections.abc import Iterator

from analysis.records import Change, Entity, Metric
from crawler.kinds import Kind
from reports.document import RichText, TextRun
from reports.front.facts import licence
from reports.front.families import LeadingFamily
from reports.front.leads import Lead, Leads
from reports.text import labels
from reports.text.escaping import cut
from reports.text.language import Language, Value

Values = dict[str, Value]

TITLE_COLUMNS = 70
"""The width to which a title in a sentence is cut."""


def sentences(leads: Leads, family: LeadingFamily | None, language: Language) -> tuple[RichText, ...]:
    """Return the sentences of the roles that have a fact."""
    return tuple(_sentences(leads, family, language))


def _sentences(leads: Leads, family: LeadingFamily | None, say: Language) -> Iterator[RichText]:
    if family:
        yield family_sentence(family, say)
    if leads.single:
        yield single_sentence(leads.single, say)
    if leads.unusual:
        yield unusual_sentence(leads.unusual, say)
    elif leads.climber:
        yield climber_sentence(leads.climber, say)
    if leads.newcomer:
        yield newcomer_sentence(leads.newcomer, say)
    if leads.work:
        yield work_sentence(leads.work, say)


def family_sentence(family: LeadingFamily, say: Language) -> RichText:
    """Return the sentence on the gain of the leading family, and how many of its members are copies."""
    values: Values = {
        "name": family.name,
        "gain": say.signed(family.gain),
        "count": family.family.compared,
        "copies": family.quantized,
    }
    if family.quantized:
        return say.rich(
            "{name} gained most as a family: {gain} likes over {count} repositories, {copies} of them quantisations.",
            **values,
        )
    return say.rich("{name} gained most as a family: {gain} likes over {count} repositories.", **values)


def single_sentence(lead: Lead, say: Language) -> RichText:
    """Return the sentence on the largest gain of one entity, with its level and its place on the Hub."""
    change = lead.change
    values: Values = {"name": named(change.entity), "gain": say.signed(change.gain)}
    values |= _levels(change, say)
    if change.rank_now == 1 and change.rank_before == 1:
        return say.rich(
            "{name} gained most on its own: {gain} likes ({before} → {now}), still first on the Hub.", **values
        )
    if change.rank_now == 1:
        return say.rich(
            "{name} gained most on its own: {gain} likes ({before} → {now}), now first on the Hub.", **values
        )
    return say.rich("{name} gained most on its own: {gain} likes ({before} → {now}).", **values)


def unusual_sentence(lead: Lead, say: Language) -> RichText:
    """Return the sentence on the most unusual week, with the entity's usual week."""
    change, score = lead.change, lead.pick.score
    usual = score.term("baseline week") if score else None
    values: Values = {
        "name": named(change.entity),
        "gain": say.count(change.gain),
        "usual": say.count(round(usual or 0)),
    }
    if change.metric is Metric.DOWNLOADS:
        return say.rich(
            "Most unusual: {name} was downloaded {gain} times, against about {usual} times in a usual week.", **values
        )
    return say.rich("Most unusual: {name} gained {gain} likes, against about {usual} in a usual week.", **values)


def climber_sentence(lead: Lead, say: Language) -> RichText:
    """Return the sentence on the largest climb in the Hub's own trending order."""
    change = lead.change
    climbed = (change.rank_before or 0) - (change.rank_now or 0)
    values: Values = {"name": named(change.entity), "climbed": climbed, "place": change.rank_now or 0}
    values |= _levels(change, say)
    return say.rich(
        "Fastest climber: {name}, {before} → {now} likes, up {climbed} places to number {place} on the Hub.", **values
    )


def newcomer_sentence(lead: Lead, say: Language) -> RichText:
    """Return the sentence on the newcomer, which derives from no other entity."""
    change = lead.change
    values: Values = {
        "name": named(change.entity),
        "from": say.enumerated([part for part in (owner(change.entity), licence(change.entity)) if part]),
        "likes": say.count(change.now),
        "days": max(1, round(change.age_days or 1)),
    }
    if change.age_days is None:
        return say.rich("New here: {name} ({from}), {likes} likes.", **values)
    return say.rich_plural(
        "New: {name} ({from}), {likes} likes in its first day.",
        "New: {name} ({from}), {likes} likes in {days} days.",
        max(1, round(change.age_days)),
        **values,
    )


def work_sentence(lead: Lead, say: Language) -> RichText:
    """Return the sentence on the paper or article with the largest gain."""
    change = lead.change
    values: Values = {"name": named(change.entity), "gain": say.signed(change.gain)}
    if change.entity.kind is Kind.PAPER:
        return say.rich("Paper: “{name}”, {gain} upvotes.", **values)
    return say.rich("Article: “{name}”, {gain} upvotes.", **values)


def owner(entity: Entity) -> str | None:
    """Return the owner of a repository, or the author of a paper or an article."""
    return entity.id.rpartition("/")[0] or entity.author if entity.kind.spec.is_repo else entity.author


def named(entity: Entity) -> TextRun:
    """Return the short name of an entity, linked to its address."""
    return TextRun(cut(short_name(entity), TITLE_COLUMNS), labels.url(entity))


def short_name(entity: Entity) -> str:
    """Return the name of a repository without its owner, or the title of a paper or an article."""
    return entity.id.rpartition("/")[2] if entity.kind.spec.is_repo else labels.name(entity)


def _levels(change: Change, say: Language) -> Values:
    return {"before": say.count(change.before), "now": say.count(change.now)}
