"""Builds the section that checks last week's picks against this week."""

from analysis.records import BacktestRow, WeekAnalysis
from reports.document import Cell, Column, ColumnType, Section, Table
from reports.text import labels
from reports.text.format import UNKNOWN, count, lift


def backtest_section(results: WeekAnalysis) -> Section | None:
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


def _scored(row: BacktestRow) -> tuple[Cell, ...]:
    return (
        Cell(labels.plural(row.kind).capitalize()),
        Cell(row.metric),
        Cell(row.picked_by),
        Cell(count(row.picks)),
        Cell(count(row.still_up)),
        Cell(UNKNOWN if row.median_factor is None else lift(row.median_factor)),
    )
