"""Builds the section on the gains this week of last week's picks."""

from collections.abc import Iterator

from analysis.records import WeekAnalysis
from reports.document import Block, Cell, Column, ColumnType, Folded, Paragraph, Section, Table
from reports.text import labels
from reports.text.format import UNKNOWN, capital
from reports.text.language import Language, message

NOTE = message("Still as high: gained at least as much again. A pick with an unknown gain counts under Picks only.")


def backtest_section(results: WeekAnalysis, say: Language) -> Section | None:
    """Return the section on last week's picks, or None if there were no picks."""
    if not results.backtest:
        return None
    columns = (
        Column(say.say("Kind"), ColumnType.NAME),
        Column(say.say("Counter"), ColumnType.TEXT),
        Column(say.say("Picked by"), ColumnType.TEXT),
        Column(say.say("Picks")),
        Column(say.say("Still as high")),
        Column(say.say("Median, against that week")),
    )
    rows = tuple(
        (
            Cell(capital(labels.entities(row.kind, say))),
            Cell(labels.counter(row.metric, say)),
            Cell(say.word(labels.ORDERS.get(row.picked_by, row.picked_by))),
            Cell(say.count(row.picks)),
            Cell(say.count(row.still_up)),
            Cell(UNKNOWN if row.median_lift is None else say.multiple(row.median_lift)),
        )
        for row in results.backtest
    )
    table = Table(say.say("Last week’s picks"), columns, rows, say.say(NOTE))
    blocks: tuple[Block, ...] = (*_record(results, say), Folded(say.say("All orders"), (table,)))
    return Section("backtest", say.say("Backtest"), blocks)


def _record(results: WeekAnalysis, say: Language) -> Iterator[Paragraph]:
    """Yield the sentence on last week's biggest gains."""
    gains = [row for row in results.backtest if row.picked_by == "gain"]
    picks, still_up = (sum(row.picks for row in gains), sum(row.still_up for row in gains))
    if picks:
        yield Paragraph(
            say.rich(
                "Of last week’s {picks} biggest gains, {still_up} are still as high.", picks=picks, still_up=still_up
            )
        )
