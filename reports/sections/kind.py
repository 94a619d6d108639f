"""Builds the section of one kind: the compared snapshots, charts, lists, the Hub's own order, new entities."""

from collections.abc import Iterator
from itertools import groupby

from analysis.records import KindWeek, ListName, Metric, RankedList
from crawler.kinds import Kind
from reports.charts import charts
from reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    ColumnType,
    Folded,
    Paragraph,
    Section,
    Table,
    WeekChart,
    text,
)
from reports.tables import folded, list_table, trending_table
from reports.text import labels
from reports.text.format import clock, count, counted, day, days, listed, share, signed

OPEN = (ListName.GAINS, ListName.RISERS)
"""The lists that a page shows open; the others are folded."""


def kind_section(week: KindWeek) -> Section:
    """Return the section of a kind."""
    anchor, title = labels.anchor(week.kind), labels.plural(week.kind).capitalize()
    lead = Paragraph(text(compared(week)))
    if week.pair.now_snapshot is None:
        return Section(anchor, title, (lead,))
    moved = tuple(_moved(week))
    pictures = tuple(charts(week))
    opened = tuple(one for one in pictures[:1] if week.kind is Kind.MODEL and isinstance(one, WeekChart))
    more = (*pictures[len(opened) :], *_hub_view(week))
    folded = (Folded(f"More on {labels.plural(week.kind)}", more),) if more else ()
    return Section(anchor, title, (lead, *opened, *folded), moved)


def compared(week: KindWeek) -> str:
    """Return the sentence on the comparison: 653 models, compared with a week earlier."""
    pair, size = week.pair, counted(week.listed, week.kind.spec.label)
    if pair.now_at is None:
        return f"There is no usable snapshot of {labels.plural(week.kind)} yet."
    if pair.before_at is None:
        when = f" Trends can start from {clock(week.first_trend_at)}." if week.first_trend_at else ""
        return f"{size} on {day(pair.now_at)}. There is no earlier snapshot to compare with.{when}"
    earlier = "a week" if pair.basis == "exact" else days(round(pair.span_days or 0, 1))
    return f"{size} on {day(pair.now_at)}, compared with {earlier} earlier."


def _moved(week: KindWeek) -> Iterator[Section]:
    for metric, group in groupby(week.lists, key=lambda ranked: ranked.metric):
        typical = [f"{count(votes.median)} at day {votes.age}" for votes in week.typical_votes]
        blocks = [*_lists(metric, list(group), week)]
        if metric is Metric.UPVOTES and typical:
            blocks.insert(
                0, Paragraph(text(f"Upvotes of a typical (median) {week.kind.spec.label}: {listed(typical)}."))
            )
        title = f"{metric.capitalize()} of {labels.plural(week.kind)}"
        yield Section(f"{labels.anchor(week.kind)}-{metric}", title, tuple(blocks))


def _hub_view(week: KindWeek) -> Iterator[Block]:
    if week.trending:
        yield trending_table(week)
    if week.created:
        yield from _created(week)
    if week.shares:
        yield _share_shifts(week)


def _lists(metric: Metric, lists: list[RankedList], week: KindWeek) -> Iterator[Block]:
    """Yield the open lists, then the folded lists with the method of all lists."""
    shown = [ranked for ranked in lists if ranked.picks and not ranked.withheld]
    if not any(ranked.name in OPEN for ranked in shown):
        reasons = dict.fromkeys(ranked.withheld.rstrip(".") for ranked in lists if ranked.withheld)
        yield from (Paragraph(text(f"{metric.capitalize()}: {reason}.")) for reason in reasons)
    yield from (list_table(ranked, week) for ranked in shown if ranked.name in OPEN)
    rest = [ranked for ranked in shown if ranked.name not in OPEN]
    notes = tuple(text(_method(ranked, week)) for ranked in lists)
    if rest or notes:
        sizes = [f"{labels.LISTS[ranked.name].lower()} ({count(len(folded(ranked)))})" for ranked in rest]
        summary = listed([*sizes, "how the lists were made"])
        tables = (list_table(ranked, week) for ranked in rest)
        yield Folded(summary[0].upper() + summary[1:], (*tables, Bullets(notes)))


def _method(ranked: RankedList, week: KindWeek) -> str:
    """Return the method of a list: its span, its order, and the numbers of qualified and left-out entities."""
    if ranked.withheld:
        return f"{labels.LISTS[ranked.name]}: {ranked.withheld.rstrip('.')}."
    parts = [labels.ordered(ranked), *labels.tested(ranked)]
    if week.pair.span_days is not None:
        parts.insert(0, labels.span(week.pair.span_days, week.pair.basis))
    return f"{labels.LISTS[ranked.name]}: {'; '.join(parts)}."


def _created(week: KindWeek) -> Iterator[Block]:
    entities = counted(week.created_in_week, week.kind.spec.label)
    verb = "was" if week.created_in_week == 1 else "were"
    event, limit = ("created", "") if week.kind.spec.is_repo else ("published", "; the Hub may have more")
    yield Paragraph(text(f"{entities} in the newer snapshot {verb} {event} in the 7 days before it{limit}."))
    if week.newest:
        rows = tuple(
            (Cell(part.label), Cell(count(part.count)), Cell(share(part.count, week.created_in_week)))
            for part in week.newest
        )
        columns = (Column(labels.attribute(week.kind), ColumnType.NAME), Column("Created"), Column("Share"))
        yield Table("What was created this week", columns, rows)


def _share_shifts(week: KindWeek) -> Table:
    """Return the labels whose share moved, each with the entity that contributed most."""
    metric, label = week.shares[0].metric, week.kind.spec.label
    columns = (
        Column(labels.attribute(week.kind), ColumnType.NAME),
        Column("Usual share"),
        Column("This week"),
        Column("Change"),
        Column("Mainly", ColumnType.TEXT),
        Column("Contribution"),
    )
    rows = tuple(
        (
            Cell(shift.label),
            Cell(f"{100 * shift.before:.1f}\u202f%"),
            Cell(f"{100 * shift.now:.1f}\u202f%"),
            Cell(signed(shift.changed)),
            Cell(labels.name(shift.contributor), labels.url(shift.contributor)),
            Cell(signed(shift.contributed)),
        )
        for shift in week.shares
    )
    note = f"Share of the week’s {metric}, against a usual week. A single {label} can move a whole row."
    return Table(f"Shares of {metric} that moved", columns, rows, note)
