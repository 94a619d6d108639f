"""Builds the sections of organisations, and of papers with their citers."""

from collections.abc import Iterator

from analysis.groups.entity_records import Adoption, Organisation
from analysis.records import WeekAnalysis
from crawler.kinds import Kind
from reports.document import Cell, Column, ColumnType, Importance, Section, Table
from reports.sections.groups import NAMED
from reports.tables import Field, table
from reports.text import labels
from reports.text.escaping import hub_url
from reports.text.format import UNKNOWN
from reports.text.language import Language

GAIN = Importance.KEY
ROWS = 10


def owner_sections(results: WeekAnalysis, say: Language) -> Iterator[Section]:
    """Yield the sections of organisations and papers that have rows."""
    if results.organisations.rows:
        yield Section("organisations", say.say("Organisations"), (organisations_table(results, say),))
    if any(row.citers for row in results.adoption.rows):
        yield Section(
            "papers-and-what-cites-them", say.say("Papers and what cites them"), (adoption_table(results, say),)
        )


def organisations_table(results: WeekAnalysis, say: Language) -> Table:
    """Return the owners that gained most likes over models, datasets and Spaces."""
    fields: tuple[Field[Organisation], ...] = (
        Field(Column(say.say("Owner"), ColumnType.NAME), lambda owner: _owner_cell(owner, say), core=True),
        Field(
            Column(say.say("Likes gained"), importance=GAIN),
            lambda owner: Cell(say.signed(owner.likes_gain)),
            core=True,
        ),
        Field(Column(say.say("Share")), lambda owner: Cell(say.percent(owner.share))),
        Field(Column(say.say("Change in points")), lambda owner: Cell(say.points(owner.change_points))),
        Field(
            Column(say.say("New")),
            lambda owner: Cell(say.count(owner.new_entities) if owner.new_entities else UNKNOWN),
        ),
        Field(
            Column(say.say("Upvotes"), importance=Importance.WIDE), lambda owner: Cell(say.signed(owner.upvotes_gain))
        ),
    )
    return table(say.say("Owners by likes gained"), fields, results.organisations.rows[:ROWS])


def _owner_cell(owner: Organisation, say: Language) -> Cell:
    largest = say.enumerated([one.id.rpartition("/")[2] for one in owner.largest[:NAMED]])
    return Cell(owner.organisation, hub_url(Kind.MODEL, owner.organisation), largest)


def adoption_table(results: WeekAnalysis, say: Language) -> Table:
    """Return the papers with the most new citers."""
    fields: tuple[Field[Adoption], ...] = (
        Field(
            Column(say.say("Paper"), ColumnType.NAME),
            lambda paper: Cell(paper.title or paper.id, hub_url(Kind.PAPER, paper.id), paper.organization or ""),
            core=True,
        ),
        Field(
            Column(say.say("New citers"), importance=GAIN), lambda paper: Cell(say.count(paper.new_citers)), core=True
        ),
        Field(Column(say.say("Cited by")), lambda paper: Cell(_citers(paper, say))),
        Field(Column(say.say("Likes of citers gained")), lambda paper: Cell(say.signed(paper.likes_gain))),
        Field(Column(say.say("Upvotes gained")), lambda paper: Cell(say.signed(paper.upvotes_gain))),
    )
    rows = [row for row in results.adoption.rows if row.citers][:ROWS]
    return table(say.say("Papers by new models, datasets and Spaces that cite them"), fields, rows)


def _citers(paper: Adoption, say: Language) -> str:
    known = ((paper.models, Kind.MODEL), (paper.datasets, Kind.DATASET), (paper.spaces, Kind.SPACE))
    return say.enumerated([labels.counted(kind, number, say) for number, kind in known if number])
