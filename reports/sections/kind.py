"""Writes the section of one kind: what is compared, charts, lists, the Hub's own order, what is new."""

from collections.abc import Iterator
from itertools import groupby

from analysis.records import KindWeek, Metric, RankedList
from reports.charts import charts
from reports.document import Block, Cell, Column, ColumnType, Paragraph, Section, Table, text
from reports.tables import list_table, trending_table
from reports.text import labels
from reports.text.format import clock, count, counted, listed, signed


def kind_section(week: KindWeek) -> Section:
    """Return the section of a kind."""
    title = labels.plural(week.kind).capitalize()
    lead = Paragraph(text(compared(week)))
    if week.pair.now_snapshot is None:
        return Section(labels.anchor(week.kind), title, (lead,))
    return Section(labels.anchor(week.kind), title, (lead, *charts(week)), tuple(_parts(week)))


def compared(week: KindWeek) -> str:
    """Say which snapshots of a kind are compared, and how far they bear."""
    pair, entities = week.pair, labels.plural(week.kind)
    if pair.now_at is None:
        return f"There is no usable snapshot of {entities} yet, so there is nothing to say of them."
    now = f"the {pair.now_scope or ''} snapshot of {clock(pair.now_at)}".replace("  ", " ")
    size = counted(week.listed, labels.singular(week.kind))
    if pair.before_at is None:
        when = f" The first trend can exist from {clock(week.first_trend_at)}." if week.first_trend_at else ""
        return f"From {now}, {size}. There is no earlier one to compare it with.{when}"
    before = f"the {pair.before_scope or ''} one of {clock(pair.before_at)}".replace("  ", " ")
    return f"{now[0].upper()}{now[1:]} ({size}) against {before}: {labels.span(pair.span_days, pair.basis)}."


def _parts(week: KindWeek) -> Iterator[Section]:
    """Yield what moved and then the Hub's own view; the other way round where nothing can have moved."""
    own, moved = _own_view(week), _moved(week)
    yield from (*moved, *own) if week.pair.before_at else (*own, *moved)


def _moved(week: KindWeek) -> Iterator[Section]:
    for metric, lists in groupby(week.lists, key=lambda ranked: ranked.metric):
        usual = tuple(_usual(week)) if metric is Metric.UPVOTES else ()
        title = f"{metric.capitalize()} of {labels.plural(week.kind)}"
        yield Section(f"{labels.anchor(week.kind)}-{metric}", title, (*usual, *_lists(metric, [*lists], week)))
    if week.shares:
        yield Section(f"{labels.anchor(week.kind)}-shares", "Shares that moved", (_moved_shares(week),))


def _usual(week: KindWeek) -> Iterator[Block]:
    """Yield what the middle paper or article had at each age, to hold the picks against."""
    at = [f"{count(votes)} at day {age}" for age, votes in week.typical_votes if votes is not None]
    if at:
        yield Paragraph(text(f"Upvotes of the middle {labels.singular(week.kind)} by age: {listed(at)}."))


def _own_view(week: KindWeek) -> Iterator[Section]:
    if week.trending:
        yield Section(f"{labels.anchor(week.kind)}-order", "In the Hub’s own order", (trending_table(week),))
    if week.created:
        yield Section(f"{labels.anchor(week.kind)}-new", "Created this week", tuple(_new(week)))


def _lists(metric: Metric, lists: list[RankedList], week: KindWeek) -> Iterator[Block]:
    """Yield why lists are withheld, the lists that have rows, and the names of those that have none."""
    for reason in dict.fromkeys(ranked.withheld for ranked in lists if ranked.withheld):
        yield _named([ranked for ranked in lists if ranked.withheld == reason], metric, reason.rstrip("."))
    shown = [ranked for ranked in lists if not ranked.withheld]
    yield from (list_table(ranked, week) for ranked in shown if ranked.picks)
    empty = [ranked for ranked in shown if not ranked.picks]
    for judged in dict.fromkeys(map(labels.judged, empty)):
        what = "; ".join(("none this week", *judged))
        yield _named([ranked for ranked in empty if labels.judged(ranked) == judged], metric, what)


def _named(lists: list[RankedList], metric: Metric, what: str) -> Paragraph:
    names = listed([labels.LISTS[ranked.name].lower() for ranked in lists])
    return Paragraph(text(f"{names.capitalize()} by {metric}: {what}."))


def _new(week: KindWeek) -> Iterator[Block]:
    entities = counted(week.created_in_week, labels.singular(week.kind))
    verb = "was" if week.created_in_week == 1 else "were"
    if week.kind.spec.is_repo:
        yield Paragraph(text(f"{entities} in the newer snapshot {verb} created in the 7 days before it."))
    else:
        yield Paragraph(
            text(f"{entities} in the newer snapshot {verb} published in the 7 days before it; the Hub may hold others.")
        )
    if week.newest:
        yield _shares(week)


def _moved_shares(week: KindWeek) -> Table:
    """Return the labels whose share moved, each with the entity that did most of it."""
    columns = (
        Column("What they are", ColumnType.NAME),
        Column("Usual share"),
        Column("This week"),
        Column("Change"),
        Column("Moved most by", ColumnType.TEXT),
        Column("Its part"),
    )
    rows = tuple(
        (
            Cell(share.label),
            Cell(f"{100 * share.before:.1f}\u202f%"),
            Cell(f"{100 * share.now:.1f}\u202f%"),
            Cell(signed(share.changed)),
            Cell(labels.name(share.contributor), labels.url(share.contributor)),
            Cell(signed(share.contributed)),
        )
        for share in week.shares
    )
    metric = week.shares[0].metric
    note = "Shares of the week against those of a usual one; one entity can move a whole label."
    return Table(f"Shares of {metric} that moved", columns, rows, note)


def _shares(week: KindWeek) -> Table:
    rows = tuple(
        (Cell(share.label), Cell(count(share.count)), Cell(_of(share.count, week.created_in_week)))
        for share in week.newest
    )
    columns = (Column("What they are", ColumnType.NAME), Column("Created"), Column("Share"))
    return Table("What was created this week", columns, rows)


def _of(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u202f%" if whole else "–"
