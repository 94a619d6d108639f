"""Builds the section on the gains this week of last week's picks."""

from analysis.records import WeekAnalysis
from reports.document import Cell, Column, ColumnType, Section, Table
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
    return Section("backtest", "Backtest", (Table("Last week’s picks", columns, rows, NOTE),))
