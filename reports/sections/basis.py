"""Builds the section on data quality: the compared snapshots, then gaps and irregularities of the data."""

from collections.abc import Iterator

from analysis.records import KindWeek, SnapshotUse, WeekAnalysis
from crawler.kinds import OWN_ORIGIN
from reports.document import Block, Bullets, Cell, Column, ColumnType, Folded, Paragraph, Section, Table, text
from reports.text import labels
from reports.text.format import UNKNOWN, clock, count, counted

QUALITY = "data-quality"
"""The anchor of the section."""

NO_SNAPSHOT = "There is no usable snapshot."
COMPLETE = "No data is missing."


def basis_section(results: WeekAnalysis) -> Section:
    """Return the section on data quality: one row per kind, then one sentence per gap or irregularity."""
    notes = len(results.quality.missing)
    summary = (
        f"Snapshots, and {counted(notes, 'note')} on missing or late data" if notes else "Snapshots; no data is missing"
    )
    return Section(QUALITY, "Data quality", (Folded(summary, (*_compared(results), *_quality(results))),))


def _compared(results: WeekAnalysis) -> Iterator[Block]:
    """Yield the compared snapshots of each kind."""
    columns = (
        Column("Kind", ColumnType.NAME),
        Column("Before", ColumnType.TEXT),
        Column("Now", ColumnType.TEXT),
        Column("Span"),
        Column("Basis", ColumnType.TEXT),
        Column("Entities"),
        Column("Rejected"),
    )
    if any(week.pair.now_snapshot is not None for week in results.kinds):
        yield Table(
            "What the numbers are based on", columns, tuple(_basis_row(week, results) for week in results.kinds)
        )
    yield from (Paragraph(text(line)) for line in results.quality.imported)


def _basis_row(week: KindWeek, results: WeekAnalysis) -> tuple[Cell, ...]:
    pair = week.pair
    compared = (pair.now_snapshot, pair.before_snapshot)
    rejected = [use.rejected for use in results.quality.used if use.snapshot_id in compared]
    return (
        Cell(labels.plural(week.kind).capitalize(), f"#{labels.anchor(week.kind)}"),
        Cell(clock(pair.before_at) if pair.before_at else UNKNOWN),
        Cell(clock(pair.now_at) if pair.now_at else UNKNOWN),
        Cell(UNKNOWN if pair.span_days is None else f"{pair.span_days:.2f} days"),
        Cell(labels.BASES.get(pair.basis, pair.basis)),
        Cell(count(week.listed) if pair.now_at else UNKNOWN),
        Cell(count(sum(rejected)) if rejected else UNKNOWN),
    )


def _quality(results: WeekAnalysis) -> Iterator[Block]:
    quality = results.quality
    if quality.missing:
        yield _bullets(quality.missing)
    else:
        yield Paragraph(text(COMPLETE if quality.used else NO_SNAPSHOT))
    if quality.used:
        yield _used(quality.used)
    if quality.rejects:
        columns = (Column("Kind", ColumnType.TEXT), Column("Reason", ColumnType.NAME), Column("Items"))
        rows = tuple((Cell(r.kind.spec.label), Cell(r.reason), Cell(count(r.count))) for r in quality.rejects)
        note = "A rejected item is left out of all counts; a dropped value leaves its field empty."
        yield Table("Rejected items and dropped values", columns, rows, note)
    if quality.history:
        yield Paragraph(text("Snapshots behind the scores and usual weeks:"))
        yield _bullets(quality.history)
    if quality.drift:
        yield Paragraph(text("Changed fields of the Hub:"))
        yield _bullets(quality.drift)


def _bullets(lines: tuple[str, ...]) -> Bullets:
    return Bullets(tuple(text(line) for line in lines))


def _used(used: tuple[SnapshotUse, ...]) -> Table:
    columns = (
        Column("Kind", ColumnType.TEXT),
        Column("Observed", ColumnType.NAME),
        Column("Scope", ColumnType.TEXT),
        Column("State", ColumnType.TEXT),
        Column("Records"),
        Column("Rejected"),
        Column("Private"),
        Column("Duplicates"),
        Column("Requests"),
    )
    note = "Private repositories are visible to the owner of the crawler’s token. They are counted, not stored."
    return Table("Snapshots used", columns, tuple(map(_use, used)), note if any(use.private for use in used) else "")


def _use(use: SnapshotUse) -> tuple[Cell, ...]:
    state = ["complete" if use.complete else "incomplete", *(["stale"] if use.stale else [])]
    state += ["doubtful"] if use.doubtful else []
    state += [f"imported from {use.origin}"] if use.origin != OWN_ORIGIN else []
    numbers = (use.records, use.rejected, use.private, use.duplicates, use.requests)
    kind, at = Cell(use.kind.spec.label), Cell(clock(use.observed_at), detail=f"snapshot {use.snapshot_id}")
    return (kind, at, Cell(use.scope), Cell(", ".join(state)), *(Cell(count(number)) for number in numbers))
