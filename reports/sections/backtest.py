"""Builds the section on the gains this week of last week's picks."""

from analysis.records import WeekAnalysis
from reports.document import Cell, Column, ColumnType, Folded, Paragraph, Section, Table, text
from reports.text import labels
from reports.text.format import UNKNOWN, count, lift

NOTE = (
    "Still as high: gained at least as much again. A pick whose gain this week is unknown counts in the column of picks"
    " only."
)


def backtest_section(results: WeekAnalysis) -> Section | None:
    """Return the section on last week's picks, or None if there were no picks."""
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
    rows = tuple(
        (
            Cell(labels.plural(row.kind).capitalize()),
            Cell(row.metric),
            Cell(row.picked_by),
            Cell(count(row.picks)),
            Cell(count(row.still_up)),
            Cell(UNKNOWN if row.median_lift is None else lift(row.median_lift)),
        )
        for row in results.backtest
    )
    gains = [row for row in results.backtest if row.picked_by == "gain"]
    picks, still_up = (sum(row.picks for row in gains), sum(row.still_up for row in gains))
    record = (Paragraph(text(f"Of last week’s {count(picks)} biggest gains, {count(still_up)} are still as high.")),)
    table = Table("Last week’s picks", columns, rows, NOTE)
    return Section("backtest", "Backtest", (*(record if picks else ()), Folded("All orders", (table,))))
