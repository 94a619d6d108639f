"""Builds the sections of organisations, and of papers with their citers."""

from collections.abc import Iterator

from analysis.groups.entity_records import Adoption, Organisation
from analysis.records import WeekAnalysis
from crawler.kinds import Kind
from reports.document import Cell, Column, ColumnType, Importance, Section, Table
from reports.sections.groups import NAMED, points
from reports.tables import Field, table
from reports.text.escaping import hub_url
from reports.text.format import UNKNOWN, count, counted, share_text, signed

GAIN = Importance.KEY
ROWS = 10


def owner_sections(results: WeekAnalysis) -> Iterator[Section]:
    """Yield the sections of organisations and papers that have rows."""
    if results.organisations.rows:
        yield Section("organisations", "Organisations", (organisations_table(results),))
    if any(row.citers for row in results.adoption.rows):
        yield Section("papers-and-what-cites-them", "Papers and what cites them", (adoption_table(results),))


def organisations_table(results: WeekAnalysis) -> Table:
    """Return the owners that gained most likes over models, datasets and Spaces."""
    fields: tuple[Field[Organisation], ...] = (
        Field(Column("Owner", ColumnType.NAME), _owner_cell, core=True),
        Field(Column("Likes gained", importance=GAIN), lambda owner: Cell(signed(owner.likes_gain)), core=True),
        Field(Column("Share"), lambda owner: Cell(share_text(owner.share))),
        Field(Column("Change in points"), lambda owner: Cell(points(owner.change_points))),
        Field(Column("New"), lambda owner: Cell(count(owner.new_entities) if owner.new_entities else UNKNOWN)),
        Field(Column("Upvotes", importance=Importance.WIDE), lambda owner: Cell(signed(owner.upvotes_gain))),
    )
    return table("Owners by likes gained", fields, results.organisations.rows[:10])


def _owner_cell(owner: Organisation) -> Cell:
    largest = ", ".join(one.id.rpartition("/")[2] for one in owner.largest[:NAMED])
    return Cell(owner.organisation, hub_url(Kind.MODEL, owner.organisation), largest)


def adoption_table(results: WeekAnalysis) -> Table:
    """Return the papers with the most new citers."""
    fields: tuple[Field[Adoption], ...] = (
        Field(
            Column("Paper", ColumnType.NAME),
            lambda paper: Cell(paper.title or paper.id, hub_url(Kind.PAPER, paper.id), paper.organization or ""),
            core=True,
        ),
        Field(Column("New citers", importance=GAIN), lambda paper: Cell(count(paper.new_citers)), core=True),
        Field(Column("Cited by"), lambda paper: Cell(_citers(paper))),
        Field(Column("Likes of citers gained"), lambda paper: Cell(signed(paper.likes_gain))),
        Field(Column("Upvotes gained"), lambda paper: Cell(signed(paper.upvotes_gain))),
    )
    rows = [row for row in results.adoption.rows if row.citers][:10]
    return table("Papers by new models, datasets and Spaces that cite them", fields, rows)


def _citers(paper: Adoption) -> str:
    known = ((paper.models, "model"), (paper.datasets, "dataset"), (paper.spaces, "Space"))
    return ", ".join(counted(number, noun) for number, noun in known if number)
