"""Writes what the numbers rest on: in short above the report, in full below it, and how to read its words."""

from collections.abc import Iterator

from analysis.provenance import OWN, SnapshotUse
from analysis.records import METRICS, BacktestRow, KindWeek, WeekAnalysis
from reports.document import Block, Bullets, Cell, Column, ColumnType, Paragraph, Run, Section, Table, said
from reports.tables import watched_table
from reports.text import labels as words
from reports.text.format import UNKNOWN, clock, count, counted, lift

FULL = "data-quality"
READING = "how-to-read-this"

NO_SNAPSHOT = "There was no snapshot to use."

READING_LINES = (
    "Gains are differences between two whole snapshots. Exact: taken 7 days apart, 12 hours more or less; near: 5 to 9"
    " days; partial: 2 to 14.",
    "Head: a snapshot of the Hub’s top lists, of what was created in the last four weeks and of what is watched; full:"
    " one of the whole Hub.",
    "Per 7 days: the gain at its daily rate, where the snapshots are not a week apart.",
    "Downloads in the span: the difference of the all-time counter. 30-day downloads: the figure that the Hub shows;"
    " its change is not the downloads of the week.",
    "Against its past: how many times its own past level an entity is at, and at least (≥) or, below it, at most (≤). It"
    " is an estimate of the new level, drawn towards ×1 where numbers are small: not the plain ratio of two weeks.",
    "Score: how much better a shift that lasts explains the week than the entity’s own past, or a burst that fades,"
    " does, as the logarithm of the odds: 0 is even, 5 is about 150 to 1. Risers and fallers are ordered by it, or by"
    " gain where it would leave out most of what gained, or where weekly snapshots leave none of it sure.",
    "Against its usual week: the downloads of the span against those of the usual week of the four before.",
    "Week before: the place on the same list a week earlier; back: it had none then but one before that; new: it had"
    " none. Weeks listed are in a row. All of this is of the last eight weekly lists and this one.",
    "A dash means that a number is not known: the Hub did not say, or the entity was not in that snapshot. It is never"
    " zero.",
    "On top lists, absence means that an entity left the list, not that it was deleted; what is known to be gone is"
    " marked as removed.",
)


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
    imported = (Paragraph(said(line)) for line in results.quality.imported)
    return Section("basis", "What this rests on", (*blocks, *imported, Paragraph(_more(results))))


def quality_section(results: WeekAnalysis) -> Section:
    """Return the data quality in full."""
    return Section(FULL, "Data quality", tuple(_quality(results)))


def watch_section(results: WeekAnalysis) -> Section | None:
    """Return the watch list, or None where nothing is watched."""
    metrics = dict.fromkeys(metric for kind in METRICS for metric in METRICS[kind])
    by_metric = [(metric, [one for one in results.watched if one.metric is metric]) for metric in metrics]
    tables = tuple(watched_table(metric, changes) for metric, changes in by_metric if changes)
    return Section("watch-list", "Watch list", tables) if tables else None


def scorecard_section(results: WeekAnalysis) -> Section | None:
    """Return how last week's picks did, or None where there were none."""
    if not results.backtest:
        return None
    columns = (
        Column("Kind", ColumnType.NAME),
        Column("Counter", ColumnType.TEXT),
        Column("Picked by", ColumnType.TEXT),
        Column("Picks"),
        Column("Still as high"),
        Column("Median, against that week"),
    )
    note = (
        "Still as high: at least as much gained this week as in the week that they were picked for. A pick whose gain"
        " this week is not known counts as a pick only."
    )
    rows = tuple(map(_scored, results.backtest))
    return Section("backtest", "Backtest", (Table("Last week’s picks", columns, rows, note),))


def reading_section(results: WeekAnalysis) -> Section:
    """Return what the words of the report mean; of the flags, those that it uses."""
    return Section(READING, "How to read this", (Bullets(tuple(said(line) for line in _reading(results))),))


def _basis_row(week: KindWeek, results: WeekAnalysis) -> tuple[Cell, ...]:
    pair = week.pair
    compared = (pair.now_snapshot, pair.before_snapshot)
    rejected = [use.rejected for use in results.quality.used if use.snapshot_id in compared]
    return (
        Cell(words.plural(week.kind).capitalize(), f"#{words.anchor(week.kind)}"),
        Cell(clock(pair.before_at) if pair.before_at else UNKNOWN),
        Cell(clock(pair.now_at) if pair.now_at else UNKNOWN),
        Cell(UNKNOWN if pair.span_days is None else f"{pair.span_days:.2f} days"),
        Cell(words.BASES.get(pair.basis, pair.basis)),
        Cell(count(week.listed) if pair.now_at else UNKNOWN),
        Cell(count(sum(rejected)) if rejected else UNKNOWN),
    )


def _more(results: WeekAnalysis) -> tuple[Run, ...]:
    if not results.quality.used:
        return said(NO_SNAPSHOT)
    link = Run("data quality", f"#{FULL}")
    missing = len(results.quality.missing)
    if not missing:
        return said("Nothing that you would expect is missing; see ", link, ".")
    return said(f"{counted(missing, 'entity')} to know about what is missing or late: see ", link, ".")


def _quality(results: WeekAnalysis) -> Iterator[Block]:
    quality = results.quality
    if quality.missing:
        yield Bullets(tuple(said(sentence) for sentence in quality.missing))
    else:
        yield Paragraph(said("Nothing that a reader would expect is missing." if quality.used else NO_SNAPSHOT))
    if quality.used:
        yield _used(quality.used)
    if quality.rejects:
        columns = (Column("Kind", ColumnType.TEXT), Column("Reason", ColumnType.NAME), Column("Items"))
        rows = tuple((Cell(words.singular(r.kind)), Cell(r.reason), Cell(count(r.count))) for r in quality.rejects)
        note = "A rejected item is counted nowhere; a dropped value leaves a field of its item empty."
        yield Table("Rejected items and dropped values", columns, rows, note)
    if quality.history:
        yield Paragraph(said("What scores and usual weeks are read from, where a list shows any:"))
        yield Bullets(tuple(said(line) for line in quality.history))
    if quality.drift:
        yield Paragraph(said("The Hub’s own fields changed:"))
        yield Bullets(tuple(said(line) for line in quality.drift))


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
    kind, at = Cell(words.singular(use.kind)), Cell(clock(use.observed_at), detail=f"snapshot {use.snapshot_id}")
    return (kind, at, Cell(use.scope), Cell(", ".join(state)), *(Cell(count(number)) for number in numbers))


def _scored(row: BacktestRow) -> tuple[Cell, ...]:
    return (
        Cell(words.plural(row.kind).capitalize()),
        Cell(row.metric),
        Cell(row.picked_by),
        Cell(count(row.picks)),
        Cell(count(row.still_up)),
        Cell(UNKNOWN if row.median_factor is None else lift(row.median_factor)),
    )


def _reading(results: WeekAnalysis) -> Iterator[str]:
    yield from READING_LINES
    yield from (f"{flag.capitalize()}: {words.FLAGS[flag]}" for flag in sorted(_flags(results)) if flag in words.FLAGS)


def _flags(results: WeekAnalysis) -> set[str]:
    picks = [pick for week in results.kinds for ranked in week.lists for pick in ranked.picks]
    changes = [*(pick.change for pick in picks), *results.watched]
    breakout = {"breakout"} if any(pick.score and pick.score.breakout for pick in picks) else set()
    statuses = {change.status for change in changes}
    return breakout | statuses | {words.flag_name(flag) for change in changes for flag in change.flags}
