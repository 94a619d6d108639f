"""Writes the section of one kind: what is compared, charts, the lists of each metric, the Hub's own order, what is new."""

from collections.abc import Iterator
from itertools import groupby

from analysis.results import KindWeek, Metric, RankedList
from reports import words
from reports.charts import charts
from reports.document import Block, Cell, Column, ColumnType, Paragraph, Section, Table, said
from reports.numbers import clock, count, counted, listed
from reports.tables import list_table, trending_table


def kind_section(week: KindWeek) -> Section:
    """Return the section of a kind."""
    title = words.plural(week.kind).capitalize()
    lead = Paragraph(said(compared(week)))
    if week.pair.now_snapshot is None:
        return Section(words.anchor(week.kind), title, (lead,))
    return Section(words.anchor(week.kind), title, (lead, *charts(week)), tuple(_parts(week)))


def compared(week: KindWeek) -> str:
    """Say which snapshots of a kind are compared, and how far they bear."""
    pair, things = week.pair, words.plural(week.kind)
    if pair.now_at is None:
        return f"There is no usable snapshot of {things} yet, so there is nothing to say of them."
    now = f"the {pair.now_scope or ''} snapshot of {clock(pair.now_at)}".replace("  ", " ")
    size = counted(week.listed, words.singular(week.kind))
    if pair.before_at is None:
        when = f" The first trend can exist from {clock(week.first_trend_at)}." if week.first_trend_at else ""
        return f"From {now}, {size}. There is no earlier one to compare it with.{when}"
    before = f"the {pair.before_scope or ''} one of {clock(pair.before_at)}".replace("  ", " ")
    return f"{now[0].upper()}{now[1:]} ({size}) against {before}: {words.span(pair.span_days, pair.basis)}."


def _parts(week: KindWeek) -> Iterator[Section]:
    for metric, lists in groupby(week.lists, key=lambda ranked: ranked.metric):
        anchor = f"{words.anchor(week.kind)}-{metric}"
        yield Section(anchor, f"{metric.capitalize()} of {words.plural(week.kind)}", tuple(_lists(metric, [*lists], week)))
    if week.trending:
        yield Section(f"{words.anchor(week.kind)}-order", "In the Hub’s own order", (trending_table(week),))
    if week.created:
        yield Section(f"{words.anchor(week.kind)}-new", "Created this week", tuple(_new(week)))


def _lists(metric: Metric, lists: list[RankedList], week: KindWeek) -> Iterator[Block]:
    """Yield the lists that have rows, then one sentence for each reason that others have none."""
    yield from (list_table(ranked, week) for ranked in lists if ranked.picks and not ranked.withheld)
    reasons = [(_why_empty(ranked), words.LISTS[ranked.name].lower()) for ranked in lists]
    for reason in dict.fromkeys(reason for reason, _ in reasons if reason):
        names = listed([name for why, name in reasons if why == reason])
        yield Paragraph(said(f"{names.capitalize()} by {metric}: {reason}"))


def _why_empty(ranked: RankedList) -> str | None:
    if ranked.withheld:
        return ranked.withheld.rstrip(".") + "."
    return None if ranked.picks else "none this week."


def _new(week: KindWeek) -> Iterator[Block]:
    things = counted(week.created_in_week, words.singular(week.kind))
    verb = "was" if week.created_in_week == 1 else "were"
    if week.kind.is_repo:
        yield Paragraph(said(f"{things} in the newer snapshot {verb} created in the 7 days before it."))
    else:
        yield Paragraph(
            said(f"Of those in the newer snapshot, {things} {verb} published in the 7 days before it; others were not seen.")
        )
    if week.newest:
        yield _shares(week)


def _shares(week: KindWeek) -> Table:
    rows = tuple(
        (Cell(share.label), Cell(count(share.count)), Cell(_of(share.count, week.created_in_week)))
        for share in week.newest
    )
    columns = (Column("What they are", ColumnType.NAME), Column("Created"), Column("Share"))
    return Table("What was created this week", columns, rows)


def _of(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u202f%" if whole else "–"
