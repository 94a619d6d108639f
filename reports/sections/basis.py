"""Builds the data quality of a report: one row per kind above the lists, everything below them."""

from collections.abc import Iterator

from analysis.provenance import OWN, SnapshotUse
from analysis.records import KindWeek, WeekAnalysis
from reports.document import Block, Bullets, Cell, Column, ColumnType, Paragraph, Section, Table, TextRun, text
from reports.text import labels
from reports.text.format import UNKNOWN, clock, count, counted

FULL = "data-quality"

NO_SNAPSHOT = "There was no snapshot to use."


def basis_section(results: WeekAnalysis) -> Section:
    """Return the data quality in short: one row a kind, and how much more there is to know."""
    columns = (
        Column("Kind", ColumnType.NAME),
        Column("Before", ColumnType.TEXT),
        Column("Now", ColumnType.TEXT),
        Column("Span"),
        Column("Basis", ColumnType.TEXT),
        Column("Entities"),
        Column("Rejected"),
    )
    seen = any(week.pair.now_snapshot is not None for week in results.kinds)
    rows = tuple(_basis_row(week, results) for week in results.kinds) if seen else ()
    blocks: list[Block] = [Table("What the numbers rest on", columns, rows)] if rows else []
    imported = (Paragraph(text(line)) for line in results.quality.imported)
    return Section("basis", "What this rests on", (*blocks, *imported, Paragraph(_more(results))))


def quality_section(results: WeekAnalysis) -> Section:
    """Return the data quality in full."""
    return Section(FULL, "Data quality", tuple(_quality(results)))


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


def _more(results: WeekAnalysis) -> tuple[TextRun, ...]:
    if not results.quality.used:
        return text(NO_SNAPSHOT)
    link = TextRun("data quality", f"#{FULL}")
    missing = len(results.quality.missing)
    if not missing:
        return text("Nothing that you would expect is missing; see ", link, ".")
    return text(f"{counted(missing, 'entity')} to know about what is missing or late: see ", link, ".")


def _quality(results: WeekAnalysis) -> Iterator[Block]:
    quality = results.quality
    if quality.missing:
        yield Bullets(tuple(text(sentence) for sentence in quality.missing))
    else:
        yield Paragraph(text("Nothing that a reader would expect is missing." if quality.used else NO_SNAPSHOT))
    if quality.used:
        yield _used(quality.used)
    if quality.rejects:
        columns = (Column("Kind", ColumnType.TEXT), Column("Reason", ColumnType.NAME), Column("Items"))
        rows = tuple((Cell(labels.singular(r.kind)), Cell(r.reason), Cell(count(r.count))) for r in quality.rejects)
        note = "A rejected item is counted nowhere; a dropped value leaves a field of its item empty."
        yield Table("Rejected items and dropped values", columns, rows, note)
    if quality.history:
        yield Paragraph(text("What scores and usual weeks are read from, where a list shows any:"))
        yield Bullets(tuple(text(line) for line in quality.history))
    if quality.drift:
        yield Paragraph(text("The Hub’s own fields changed:"))
        yield Bullets(tuple(text(line) for line in quality.drift))


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
    note = "Private repositories were shown to the owner of the crawler’s token. They are counted, not stored."
    return Table("Snapshots used", columns, tuple(map(_use, used)), note if any(use.private for use in used) else "")


def _use(use: SnapshotUse) -> tuple[Cell, ...]:
    state = ["complete" if use.complete else "incomplete", *(["stale"] if use.stale else [])]
    state += ["doubtful"] if use.doubtful else []
    state += [f"imported from {use.origin}"] if use.origin != OWN else []
    numbers = (use.records, use.rejected, use.private, use.duplicates, use.requests)
    kind, at = Cell(labels.singular(use.kind)), Cell(clock(use.observed_at), detail=f"snapshot {use.snapshot_id}")
    return (kind, at, Cell(use.scope), Cell(", ".join(state)), *(Cell(count(number)) for number in numbers))
