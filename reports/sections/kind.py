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
    RichText,
    Section,
    Table,
    WeekChart,
)
from reports.tables import folded, list_table, trending_table
from reports.text import labels
from reports.text.format import capital
from reports.text.language import Language

OPEN = (ListName.GAINS, ListName.RISERS)
"""The lists that a page shows open; the others are folded."""


def kind_section(week: KindWeek, say: Language) -> Section:
    """Return the section of a kind."""
    entities = labels.entities(week.kind, say)
    anchor, title = labels.anchor(week.kind), capital(entities)
    lead = Paragraph(compared(week, say))
    if week.pair.now_snapshot is None:
        return Section(anchor, title, (lead,))
    moved = tuple(_moved(week, say))
    pictures = tuple(charts(week, say))
    opened = tuple(one for one in pictures[:1] if week.kind is Kind.MODEL and isinstance(one, WeekChart))
    more = (*pictures[len(opened) :], *_hub_view(week, say))
    folded = (Folded(say.say("More on {entities}", entities=entities), more),) if more else ()
    return Section(anchor, title, (lead, *opened, *folded), moved)


def compared(week: KindWeek, say: Language) -> RichText:
    """Return the sentence on the comparison: 653 models, compared with a week earlier."""
    pair, size = week.pair, labels.counted(week.kind, week.listed, say)
    if pair.now_at is None:
        return say.rich("There is no usable snapshot of {entities} yet.", entities=labels.entities(week.kind, say))
    day = say.day(pair.now_at)
    if pair.before_at is None and week.first_trend_at:
        return say.rich(
            "{size} on {day}. Trends can start with a second snapshot, from {start} on.",
            size=size,
            day=day,
            start=say.clock(week.first_trend_at),
        )
    if pair.before_at is None:
        return say.rich("{size} on {day}. There is no earlier snapshot to compare with.", size=size, day=day)
    if pair.basis == "exact":
        return say.rich("{size} on {day}, compared with a week earlier.", size=size, day=day)
    span = say.days(round(pair.span_days or 0, 1))
    return say.rich("{size} on {day}, compared with {span} earlier.", size=size, day=day, span=span)


def _moved(week: KindWeek, say: Language) -> Iterator[Section]:
    for metric, group in groupby(week.lists, key=lambda ranked: ranked.metric):
        typical = _typical(week, say) if metric is Metric.UPVOTES else ()
        blocks = (*typical, *_lists(metric, list(group), week, say))
        title = say.say(
            "{counter} of {entities}",
            counter=capital(labels.counter(metric, say)),
            entities=labels.entities(week.kind, say),
        )
        yield Section(f"{labels.anchor(week.kind)}-{metric}", title, blocks)


def _typical(week: KindWeek, say: Language) -> Iterator[Paragraph]:
    """Yield the upvotes of the middle entity at each age."""
    known = [say.say("{votes} at day {age}", votes=votes.median, age=votes.age) for votes in week.typical_votes]
    if known:
        yield Paragraph(
            say.rich(
                "Upvotes of a typical (median) {entity}: {votes}.",
                entity=labels.one(week.kind, say),
                votes=say.listed(known),
            )
        )


def _hub_view(week: KindWeek, say: Language) -> Iterator[Block]:
    if week.trending:
        yield trending_table(week, say)
    if week.created:
        yield from _created(week, say)
    if week.shares:
        yield _share_shifts(week, say)


def _lists(metric: Metric, lists: list[RankedList], week: KindWeek, say: Language) -> Iterator[Block]:
    """Yield the open lists, then the folded lists with the method of all lists."""
    shown = [ranked for ranked in lists if ranked.picks and not ranked.withheld]
    if not any(ranked.name in OPEN for ranked in shown):
        reasons = dict.fromkeys(ranked.withheld.rstrip(".") for ranked in lists if ranked.withheld)
        counter = capital(labels.counter(metric, say))
        yield from (Paragraph(_withheld(counter, reason, say)) for reason in reasons)
    yield from (list_table(ranked, week, say) for ranked in shown if ranked.name in OPEN)
    rest = [ranked for ranked in shown if ranked.name not in OPEN]
    notes = tuple(_method(ranked, week, say) for ranked in lists)
    if rest or notes:
        sizes = [
            say.say("{list} ({count})", list=labels.list_name(ranked.name, say).lower(), count=len(folded(ranked)))
            for ranked in rest
        ]
        tables = (list_table(ranked, week, say) for ranked in rest)
        summary = capital(say.listed([*sizes, say.say("how the lists were made")]))
        yield Folded(summary, (*tables, Bullets(notes)))


def _withheld(name: str, reason: str, say: Language) -> RichText:
    return say.rich("{name}: {reason}.", name=name, reason=say.word(reason))


def _method(ranked: RankedList, week: KindWeek, say: Language) -> RichText:
    """Return the method of a list: its span, its order, and the numbers of qualified and left-out entities."""
    name = labels.list_name(ranked.name, say)
    if ranked.withheld:
        return _withheld(name, ranked.withheld.rstrip("."), say)
    parts = [labels.ordered(ranked, say), *labels.tested(ranked, say)]
    if week.pair.span_days is not None:
        parts.insert(0, labels.span(week.pair.span_days, week.pair.basis, say))
    return say.rich("{name}: {reason}.", name=name, reason=say.say("; ").join(parts))


def _created(week: KindWeek, say: Language) -> Iterator[Block]:
    size = labels.counted(week.kind, week.created_in_week, say)
    if week.kind.spec.is_repo:
        yield Paragraph(say.rich("Created in the last 7 days: {size}.", size=size))
    else:
        yield Paragraph(say.rich("Published in the last 7 days: {size}; the Hub may have more.", size=size))
    if week.newest:
        rows = tuple(
            (Cell(part.label), Cell(say.count(part.count)), Cell(_part(part.count, week.created_in_week, say)))
            for part in week.newest
        )
        columns = (
            Column(labels.attribute(week.kind, say), ColumnType.NAME),
            Column(say.say("Created")),
            Column(say.say("Share")),
        )
        yield Table(say.say("What was created this week"), columns, rows)


def _part(part: int, whole: int, say: Language) -> str:
    return say.percent(part / whole if whole else None)


def _share_shifts(week: KindWeek, say: Language) -> Table:
    """Return the labels whose share moved, each with the entity that contributed most."""
    counter = labels.counter(week.shares[0].metric, say)
    columns = (
        Column(labels.attribute(week.kind, say), ColumnType.NAME),
        Column(say.say("Usual share")),
        Column(say.say("This week")),
        Column(say.say("Change")),
        Column(say.say("Mainly"), ColumnType.TEXT),
        Column(say.say("Contribution")),
    )
    rows = tuple(
        (
            Cell(shift.label),
            Cell(say.percent(shift.before)),
            Cell(say.percent(shift.now)),
            Cell(say.signed(shift.changed)),
            Cell(labels.name(shift.contributor), labels.url(shift.contributor)),
            Cell(say.signed(shift.contributed)),
        )
        for shift in week.shares
    )
    note = say.say(
        "Share of the week’s {counter}, against a usual week. A single {entity} can move a whole row.",
        counter=counter,
        entity=labels.one(week.kind, say),
    )
    return Table(say.say("Shares of {counter} that moved", counter=counter), columns, rows, note)
