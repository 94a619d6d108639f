"""Builds the section on data quality: the compared snapshots, then gaps and irregularities of the data."""

from collections.abc import Iterator

from analysis.records import KindWeek, SnapshotUse, WeekAnalysis
from crawler.kinds import OWN_ORIGIN
from reports.document import Block, Bullets, Cell, Column, ColumnType, Folded, Paragraph, Section, Table, text
from reports.text import labels
from reports.text.format import UNKNOWN, capital
from reports.text.language import Language, message

QUALITY = "data-quality"
"""The anchor of the section."""

STATES = {
    "complete": message("complete"),
    "incomplete": message("incomplete"),
    "stale": message("stale"),
    "doubtful": message("doubtful"),
}
SCOPES = {"head": message("head"), "full": message("full")}


def basis_section(results: WeekAnalysis, say: Language) -> Section:
    """Return the section on data quality: one row per kind, then one sentence per gap or irregularity."""
    notes = len(results.quality.missing)
    summary = say.say("Snapshots; no data is missing")
    if notes:
        summary = say.plural(
            "Snapshots, and {count} note on missing or late data",
            "Snapshots, and {count} notes on missing or late data",
            notes,
            count=notes,
        )
    blocks = (*_compared(results, say), *_quality(results, say))
    return Section(QUALITY, say.say("Data quality"), (Folded(summary, blocks),))


def _compared(results: WeekAnalysis, say: Language) -> Iterator[Block]:
    """Yield the compared snapshots of each kind."""
    columns = (
        Column(say.say("Kind"), ColumnType.NAME),
        Column(say.say("Before"), ColumnType.TEXT),
        Column(say.say("Now"), ColumnType.TEXT),
        Column(say.say("Span")),
        Column(say.say("Basis"), ColumnType.TEXT),
        Column(say.say("Entities")),
        Column(say.say("Rejected")),
    )
    if any(week.pair.now_snapshot is not None for week in results.kinds):
        rows = tuple(_basis_row(week, results, say) for week in results.kinds)
        yield Table(say.say("What the numbers are based on"), columns, rows)
    yield from (Paragraph(text(line)) for line in results.quality.imported)


def _basis_row(week: KindWeek, results: WeekAnalysis, say: Language) -> tuple[Cell, ...]:
    pair = week.pair
    compared = (pair.now_snapshot, pair.before_snapshot)
    rejected = [use.rejected for use in results.quality.used if use.snapshot_id in compared]
    return (
        Cell(capital(labels.entities(week.kind, say)), f"#{labels.anchor(week.kind)}"),
        Cell(say.clock(pair.before_at) if pair.before_at else UNKNOWN),
        Cell(say.clock(pair.now_at) if pair.now_at else UNKNOWN),
        Cell(say.days(pair.span_days)),
        Cell(say.word(labels.BASES.get(pair.basis, pair.basis))),
        Cell(say.count(week.listed) if pair.now_at else UNKNOWN),
        Cell(say.count(sum(rejected)) if rejected else UNKNOWN),
    )


def _quality(results: WeekAnalysis, say: Language) -> Iterator[Block]:
    quality = results.quality
    if quality.missing:
        yield _bullets(quality.missing)
    else:
        yield Paragraph(say.rich("No data is missing.") if quality.used else say.rich("There is no usable snapshot."))
    if quality.used:
        yield _used(quality.used, say)
    if quality.rejects:
        columns = (
            Column(say.say("Kind"), ColumnType.TEXT),
            Column(say.say("Reason"), ColumnType.NAME),
            Column(say.say("Items")),
        )
        rows = tuple((Cell(labels.one(r.kind, say)), Cell(r.reason), Cell(say.count(r.count))) for r in quality.rejects)
        note = say.say("A rejected item is left out of all counts; a dropped value leaves its field empty.")
        yield Table(say.say("Rejected items and dropped values"), columns, rows, note)
    if quality.history:
        yield Paragraph(say.rich("Snapshots behind the scores and usual weeks:"))
        yield _bullets(quality.history)
    if quality.drift:
        yield Paragraph(say.rich("Changed fields of the Hub:"))
        yield _bullets(quality.drift)


def _bullets(lines: tuple[str, ...]) -> Bullets:
    return Bullets(tuple(text(line) for line in lines))


def _used(used: tuple[SnapshotUse, ...], say: Language) -> Table:
    columns = (
        Column(say.say("Kind"), ColumnType.TEXT),
        Column(say.say("Observed"), ColumnType.NAME),
        Column(say.say("Scope"), ColumnType.TEXT),
        Column(say.say("State"), ColumnType.TEXT),
        Column(say.say("Records")),
        Column(say.say("Rejected")),
        Column(say.say("Private")),
        Column(say.say("Duplicates")),
        Column(say.say("Requests")),
    )
    private = say.say(
        "Private repositories are visible to the owner of the crawler’s token. They are counted, not stored."
    )
    note = private if any(use.private for use in used) else ""
    return Table(say.say("Snapshots used"), columns, tuple(_use(use, say) for use in used), note)


def _use(use: SnapshotUse, say: Language) -> tuple[Cell, ...]:
    state = ["complete" if use.complete else "incomplete", *(["stale"] if use.stale else [])]
    state += ["doubtful"] if use.doubtful else []
    shown = [say.word(STATES[one]) for one in state]
    shown += [say.say("imported from {archive}", archive=use.origin)] if use.origin != OWN_ORIGIN else []
    numbers = (use.records, use.rejected, use.private, use.duplicates, use.requests)
    kind = Cell(labels.one(use.kind, say))
    at = Cell(say.clock(use.observed_at), detail=say.say("snapshot {number}", number=str(use.snapshot_id)))
    scope = Cell(say.word(SCOPES.get(use.scope, use.scope)))
    return (kind, at, scope, Cell(say.enumerated(shown)), *(Cell(say.count(number)) for number in numbers))
