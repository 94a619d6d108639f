"""Builds the section of one kind: the snapshots compared, charts, lists, the Hub's own order, what is new."""

from collections.abc import Iterator
from itertools import groupby

from analysis.records import KindWeek, Metric, RankedList
from reports.charts import charts
from reports.document import Block, Cell, Column, ColumnType, Paragraph, Section, Table, text
from reports.tables import list_table, trending_table
from reports.text import labels
from reports.text.format import clock, count, counted, listed, share, signed


def kind_section(week: KindWeek) -> Section:
    """Return the section of a kind."""
    anchor, title = labels.anchor(week.kind), labels.plural(week.kind).capitalize()
    lead = Paragraph(text(compared(week)))
    if week.pair.now_snapshot is None:
        return Section(anchor, title, (lead,))
    own, moved = tuple(_hub_view(week)), tuple(_moved(week))
    parts = (*moved, *own) if week.pair.before_at else (*own, *moved)
    return Section(anchor, title, (lead, *charts(week)), parts)


def compared(week: KindWeek) -> str:
    """Return a sentence on the snapshots of a kind that are compared."""
    pair, entities = week.pair, labels.plural(week.kind)
    if pair.now_at is None:
        return f"There is no usable snapshot of {entities} yet."
    now = f"{(pair.now_scope or '').capitalize()} snapshot of {clock(pair.now_at)}".strip()
    size = counted(week.listed, week.kind.spec.label)
    if pair.before_at is None:
        when = f" Trends can start from {clock(week.first_trend_at)}." if week.first_trend_at else ""
        return f"{now}: {size}. There is no earlier snapshot to compare it with.{when}"
    before = f"{pair.before_scope or ''} snapshot of {clock(pair.before_at)}".strip()
    span = labels.span(pair.span_days, pair.basis)
    return f"{now} ({size}), compared with the {before}: {span}."


def _moved(week: KindWeek) -> Iterator[Section]:
    for metric, group in groupby(week.lists, key=lambda ranked: ranked.metric):
        typical = [f"{count(votes)} at day {age}" for age, votes in week.typical_votes if votes is not None]
        blocks = [*_lists(metric, list(group), week)]
        if metric is Metric.UPVOTES and typical:
            blocks.insert(0, Paragraph(text(f"Upvotes of a median {week.kind.spec.label}: {listed(typical)}.")))
        title = f"{metric.capitalize()} of {labels.plural(week.kind)}"
        yield Section(f"{labels.anchor(week.kind)}-{metric}", title, tuple(blocks))
    if week.shares:
        yield Section(f"{labels.anchor(week.kind)}-shares", "Shares that moved", (_share_shifts(week),))


def _hub_view(week: KindWeek) -> Iterator[Section]:
    if week.trending:
        yield Section(f"{labels.anchor(week.kind)}-order", "In the Hub’s own order", (trending_table(week),))
    if week.created:
        yield Section(f"{labels.anchor(week.kind)}-new", "Created this week", tuple(_created(week)))


def _lists(metric: Metric, lists: list[RankedList], week: KindWeek) -> Iterator[Block]:
    """Yield why lists are withheld, the lists that have rows, and the names of the empty ones."""
    for reason in dict.fromkeys(ranked.withheld for ranked in lists if ranked.withheld):
        yield _without_rows([ranked for ranked in lists if ranked.withheld == reason], metric, (reason.rstrip("."),))
    shown = [ranked for ranked in lists if not ranked.withheld]
    yield from (list_table(ranked, week) for ranked in shown if ranked.picks)
    empty = [ranked for ranked in shown if not ranked.picks]
    for tested in dict.fromkeys(map(labels.tested, empty)):
        same = [ranked for ranked in empty if labels.tested(ranked) == tested]
        yield _without_rows(same, metric, ("none this week", *tested))


def _without_rows(lists: list[RankedList], metric: Metric, notes: tuple[str, ...]) -> Paragraph:
    names = listed([labels.LISTS[ranked.name].lower() for ranked in lists])
    return Paragraph(text(f"{names.capitalize()} by {metric}: {'; '.join(notes)}."))


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
