"""Builds the sections of topics and of families of models."""

from collections.abc import Iterator

from analysis.groups.records import Family
from analysis.groups.share_records import TopicHeat
from analysis.records import WeekAnalysis
from crawler.kinds import Kind
from reports.document import Cell, Column, ColumnType, Importance, Paragraph, Section, Table
from reports.tables import LEAD, Field, table
from reports.text import labels
from reports.text.escaping import hub_url
from reports.text.language import Language, message

GAIN = Importance.KEY
FALSE_DISCOVERIES = 0.05
RELATIONS = {
    "quantized": message("quantized"),
    "finetune": message("finetune"),
    "adapter": message("adapter"),
    "merge": message("merge"),
}
"""How a member of a family derives from its root, as the Hub calls it."""

EVIDENCE = {
    "new entities": message("new entities"),
    "downloads": message("downloads"),
    "likes": message("likes"),
    "upvotes": message("upvotes"),
}
NAMED = 2
"""Maximum number of names in a row."""


def group_sections(results: WeekAnalysis, say: Language) -> Iterator[Section]:
    """Yield the sections of topics and families that have rows."""
    topics = [topic for topic in results.topics if topic.entities]
    if topics:
        yield Section("topics", say.say("Topics"), (topics_table(topics, say), *_emerging(results, say)))
    if results.families.by_likes:
        yield Section("families-of-models", say.say("Families of models"), (families_table(results, say),))


def topics_table(topics: list[TopicHeat], say: Language) -> Table:
    """Return the configured topics with their heat."""
    fields: tuple[Field[TopicHeat], ...] = (
        Field(
            Column(say.say("Topic"), ColumnType.NAME),
            lambda topic: Cell(topic.topic, detail=say.enumerated(topic.leading_entries[:NAMED])),
            core=True,
        ),
        Field(
            Column(say.say("Share of gains"), importance=GAIN),
            lambda topic: Cell(say.percent(topic.gain_share)),
            core=True,
        ),
        Field(Column(say.say("Change in points")), lambda topic: Cell(say.points(topic.change_points))),
        Field(Column(say.say("Likes gained")), lambda topic: Cell(say.signed(topic.likes_gain))),
        Field(Column(say.say("Entities"), importance=Importance.WIDE), lambda topic: Cell(say.count(topic.entities))),
        Field(Column(say.say("Beyond chance"), ColumnType.TEXT), lambda topic: Cell(_evidence(topic, say))),
    )
    note = say.say(
        "Share of all likes and upvotes gained. Beyond chance: more owners rose than the week before explains."
    )
    return table(say.say("Directions of interest"), fields, topics, note)


def _evidence(topic: TopicHeat, say: Language) -> str:
    """Return by what a topic rose beyond chance."""
    return say.listed([say.word(EVIDENCE.get(one, one)) for one in topic.evidence]) if topic.rising else ""


def _emerging(results: WeekAnalysis, say: Language) -> Iterator[Paragraph]:
    """Yield a sentence per kind on the tags that rose beyond chance."""
    for found in results.emerging:
        if found.rows:
            tags = [
                say.say("{tag} ({name})", tag=row.tag, name=row.leading_entries[0]) if row.leading_entries else row.tag
                for row in found.rows[:LEAD]
            ]
            entities = labels.entities(found.kind, say)
            tested = say.rich_plural(
                "Emerging tags of {entities}: {tags}. {tested} test, {rate} false discoveries.",
                "Emerging tags of {entities}: {tags}. {tested} tests, {rate} false discoveries.",
                found.tested,
                entities=entities,
                tags=say.enumerated(tags),
                tested=found.tested,
                rate=say.percent(FALSE_DISCOVERIES),
            )
            yield Paragraph(tested)


def families_table(results: WeekAnalysis, say: Language) -> Table:
    """Return the families of models that gained most likes."""
    fields: tuple[Field[Family], ...] = (
        Field(Column(say.say("Family"), ColumnType.NAME), lambda family: _family_cell(family, say), core=True),
        Field(
            Column(say.say("Likes gained"), importance=GAIN),
            lambda family: Cell(say.signed(family.likes_gain)),
            core=True,
        ),
        Field(Column(say.say("Downloads")), lambda family: Cell(say.signed(family.downloads_gain))),
        Field(
            Column(say.say("Members")),
            lambda family: Cell(say.count(family.members), detail=_new(family.new_members, say)),
        ),
        Field(Column(say.say("Compared"), importance=Importance.WIDE), lambda family: Cell(say.count(family.compared))),
    )
    note = say.plural(
        "{count} base model with derivatives; gains are sums over the compared members.",
        "{count} base models with derivatives; gains are sums over the compared members.",
        results.families.families,
        count=results.families.families,
    )
    return table(say.say("Families by likes gained"), fields, results.families.by_likes, note)


def _family_cell(family: Family, say: Language) -> Cell:
    parts = [
        say.say(
            "{count} {relation}", count=part.members, relation=say.word(RELATIONS.get(part.relation, part.relation))
        )
        for part in family.parts
        if part.relation != "root"
    ]
    return Cell(family.root, hub_url(Kind.MODEL, family.root) if family.seen else None, say.enumerated(parts))


def _new(number: int, say: Language) -> str:
    return say.say("{count} new", count=number) if number else ""
