"""Builds the sections of topics and of families of models."""

from collections.abc import Iterator

from analysis.groups.records import Family
from analysis.groups.share_records import TopicHeat
from analysis.records import WeekAnalysis
from crawler.kinds import Kind
from reports.document import Cell, Column, ColumnType, Importance, Paragraph, Section, Table, text
from reports.tables import LEAD, Field, table
from reports.text import labels
from reports.text.escaping import hub_url
from reports.text.format import UNKNOWN, count, counted, share_text, signed

GAIN = Importance.KEY
NAMED = 2
"""Maximum number of names in a row."""


def group_sections(results: WeekAnalysis) -> Iterator[Section]:
    """Yield the sections of topics and families that have rows."""
    topics = [topic for topic in results.topics if topic.entities]
    if topics:
        yield Section("topics", "Topics", (topics_table(topics), *_emerging(results)))
    if results.families.by_likes:
        yield Section("families-of-models", "Families of models", (families_table(results),))


def topics_table(topics: list[TopicHeat]) -> Table:
    """Return the configured topics with their heat."""
    fields: tuple[Field[TopicHeat], ...] = (
        Field(
            Column("Topic", ColumnType.NAME),
            lambda topic: Cell(topic.topic, detail=", ".join(topic.leading_entries[:NAMED])),
            core=True,
        ),
        Field(Column("Share of gains", importance=GAIN), lambda topic: Cell(share_text(topic.gain_share)), core=True),
        Field(Column("Change in points"), lambda topic: Cell(points(topic.change_points))),
        Field(Column("Likes gained"), lambda topic: Cell(signed(topic.likes_gain))),
        Field(Column("Entities", importance=Importance.WIDE), lambda topic: Cell(count(topic.entities))),
        Field(
            Column("Beyond chance", ColumnType.TEXT),
            lambda topic: Cell(" and ".join(topic.evidence) if topic.rising else ""),
        ),
    )
    note = "Share of all likes and upvotes gained. Beyond chance: more owners rose than the week before explains."
    return table("Directions of interest", fields, topics, note)


def _emerging(results: WeekAnalysis) -> Iterator[Paragraph]:
    """Yield a sentence per kind on the tags that rose beyond chance."""
    for found in results.emerging:
        if found.rows:
            names = ", ".join(
                f"{row.tag} ({row.leading_entries[0]})" if row.leading_entries else row.tag for row in found.rows[:LEAD]
            )
            tested = counted(found.tested, "test")
            yield Paragraph(
                text(f"Emerging tags of {labels.plural(found.kind)}: {names}. {tested}, 5 % false discoveries.")
            )


def families_table(results: WeekAnalysis) -> Table:
    """Return the families of models that gained most likes."""
    fields: tuple[Field[Family], ...] = (
        Field(Column("Family", ColumnType.NAME), _family_cell, core=True),
        Field(Column("Likes gained", importance=GAIN), lambda family: Cell(signed(family.likes_gain)), core=True),
        Field(Column("Downloads"), lambda family: Cell(signed(family.downloads_gain))),
        Field(Column("Members"), lambda family: Cell(count(family.members), detail=_new(family.new_members))),
        Field(Column("Compared", importance=Importance.WIDE), lambda family: Cell(count(family.compared))),
    )
    bases = counted(results.families.families, "base model")
    note = f"{bases} with derivatives; gains are sums over the compared members."
    return table("Families by likes gained", fields, results.families.by_likes, note)


def _family_cell(family: Family) -> Cell:
    parts = [f"{count(part.members)} {part.relation}" for part in family.parts if part.relation != "root"]
    return Cell(family.root, hub_url(Kind.MODEL, family.root) if family.seen else None, ", ".join(parts))


def _new(number: int) -> str:
    return f"{count(number)} new" if number else ""


def points(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:+.1f}".replace("-", "\u2212")
