"""Builds tables from records of the analysis: the columns of each list, and how a row fills them.

A column without a value in any row is left out, unless the list needs it to be understood.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from analysis.records import AGES, Change, Entity, FoldedRow, KindWeek, ListName, Metric, Pick, RankedList, Trending
from reports.document import Cell, Column, ColumnType, Importance, Table, Tone
from reports.text import labels
from reports.text.escaping import cut
from reports.text.format import UNKNOWN, capital
from reports.text.language import Language, message
from reports.weekly import Weekly

LEAD = 5
"""Rows of a list that a page shows; it folds the others."""

YOUNG = (ListName.ENTRANTS, ListName.RETURNED)
"""Lists of entities without an earlier week, which show the level next to the name."""

PLACE = Column("#", ColumnType.PLACE)

STATUSES = {
    "left": message("left"),
    "below before": message("below before"),
    "below now": message("below now"),
    "unseen": message("not public or unknown"),
}
"""How an entity is missing from a snapshot, for the notes of a row."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """A column and how a row fills it; a `core` column stays even without a value."""

    column: Column
    cell: Callable[[Row], Cell]
    core: bool = False


def table(caption: str, fields: Iterable[Field[Row]], rows: Sequence[Row], note: str = "") -> Table:
    """Return rows as a table of the fields that have a value in some row."""
    filled = [(field, [field.cell(row) for row in rows]) for field in fields]
    kept = [
        (field, cells)
        for field, cells in filled
        if field.core or any(cell.history or cell.text not in ("", UNKNOWN) for cell in cells)
    ]
    columns = tuple(field.column for field, _ in kept)
    return Table(caption, columns, tuple(zip(*(cells for _, cells in kept), strict=True)), note, lead=LEAD)


def list_table(ranked: RankedList, week: KindWeek, say: Language) -> Table:
    """Return one list of a metric."""
    families = {row.place: row for row in ranked.rows if row.parts > 1}
    counters = _counters(ranked.metric, week.pair.basis, say)
    fields: tuple[Field[Pick], ...] = (
        Field(PLACE, lambda pick: Cell(say.count(pick.place)), core=True),
        Field(_week_before(say), lambda pick: _list_move(pick, week, say)),
        Field(_name_column(week, say), lambda pick: _family_cell(pick, families.get(pick.place), say), core=True),
        *(_entrant_counters(ranked.metric, say) if ranked.name in YOUNG else counters),
        *_evidence(say),
        _weekly_field(ranked, week, say),
    )
    return table(labels.list_name(ranked.name, say), fields, folded(ranked), labels.covered(ranked, say))


def folded(ranked: RankedList) -> list[Pick]:
    """Return one pick per row of a list; the pick of a family has the name of its root and the sums of its parts."""
    picks = {pick.flat_place: pick for pick in ranked.picks}
    return [_of_family(row, picks[row.picks[0]]) for row in ranked.rows] if ranked.rows else list(ranked.picks)


def _of_family(row: FoldedRow, first: Pick) -> Pick:
    if row.parts == 1:
        return first
    change = first.change
    root = Entity(change.entity.kind, row.hub_id, row.root)
    sums = Change(
        root, change.metric, before=None, now=None, gain=row.gain, percent=None, span_days=change.span_days,
        likes_now=None, downloads_now=None, rank_before=None, rank_now=None, status="listed", flags=(), age_days=None,
    )  # fmt: skip
    return Pick(row.place, sums, None, row.list_history, row.impact, first.flat_place, row.root)


def _family_cell(pick: Pick, family: FoldedRow | None, say: Language) -> Cell:
    """Return the name of a row; a family also has the number of its parts and their first names."""
    if family is None:
        return name_cell(pick.change.entity)
    named = say.listed([cut(name, 40) for name in family.largest])
    detail = say.say("family of {count} here: {names}", count=family.parts, names=named)
    return Cell(family.root, labels.url(pick.change.entity), detail)


def trending_table(week: KindWeek, say: Language) -> Table:
    """Return the Hub's own trending order."""
    weekly = Weekly.of(week, labels.vote_metric(week.kind))
    compared = week.pair.before_snapshot is not None
    fields: tuple[Field[Trending], ...] = (
        Field(PLACE, lambda row: Cell(say.count(row.rank)), core=True),
        Field(_week_before(say), lambda row: move(row.rank_before, row.rank, say, known=compared)),
        Field(_name_column(week, say), lambda row: name_cell(row.entity), core=True),
        _number(say.say("Likes"), lambda row: say.count(row.likes)),
        _number(say.say("Gained"), lambda row: say.signed(row.likes_gain), importance=Importance.KEY),
        _number(say.say("30-day downloads"), lambda row: say.count(row.downloads)),
        _number(say.say("Upvotes"), lambda row: say.count(row.upvotes)),
        _number(say.say("Gained"), lambda row: say.signed(row.upvotes_gain), importance=Importance.KEY),
        Field(
            Column(say.say("Created"), ColumnType.TEXT),
            lambda row: Cell(say.short_day(row.entity.created_at) if row.entity.created_at else UNKNOWN),
        ),
        Field(
            Column(say.say("Weekly gains"), ColumnType.HISTORY),
            lambda row: Cell("", history=weekly.bars([row.entity.hub_id])),
        ),
    )
    if week.pair.now_at is None:
        return table(say.say("Trending on the Hub"), fields, week.trending)
    return table(say.say("Trending on the Hub on {day}", day=say.day(week.pair.now_at)), fields, week.trending)


def watched_table(metric: Metric, watched: Sequence[Change], say: Language) -> Table:
    """Return the watched entities by one metric."""
    rows = [Pick(place, change, None, None) for place, change in enumerate(watched, start=1)]
    fields: tuple[Field[Pick], ...] = (
        Field(
            Column(say.say("Kind"), ColumnType.TEXT),
            lambda pick: Cell(labels.one(pick.change.entity.kind, say)),
            core=True,
        ),
        Field(Column(say.say("Name"), ColumnType.NAME), lambda pick: name_cell(pick.change.entity), core=True),
        *_counters(metric, "exact", say),
        _number(
            say.say("Days"),
            lambda pick: UNKNOWN if pick.change.span_days is None else say.number(pick.change.span_days, 2),
        ),
        Field(Column(say.say("Hub’s order"), ColumnType.TEXT), lambda pick: Cell(_places(pick.change, say))),
        _notes_field(say),
    )
    return table(say.say("Watched, by {counter}", counter=labels.counter(metric, say)), fields, rows)


def name_cell(entity: Entity) -> Cell:
    """Return the name of an entity, linked to its address, with its attributes."""
    return Cell(labels.name(entity), labels.url(entity), labels.facts(entity))


def move(before: int | None, now: int | None, say: Language, *, known: bool) -> Cell:
    """Return the move from one place to another (↑3, ↓1, =, new); `known` is False if there was no earlier list."""
    if before is None or now is None:
        return Cell(say.say("new"), tone=Tone.UP) if known and now is not None else Cell(UNKNOWN, tone=Tone.MUTED)
    if before == now:
        return Cell("=", tone=Tone.MUTED)
    return Cell(f"↑{before - now}", tone=Tone.UP) if before > now else Cell(f"↓{now - before}", tone=Tone.DOWN)


def _list_move(pick: Pick, week: KindWeek, say: Language) -> Cell:
    """Return the move since last week; `back` if the entity was on the list only before last week."""
    if pick.list_history is None:
        return move(None, pick.place, say, known=False)
    listed_before = week.pair.now_at is not None and pick.list_history.first < week.pair.now_at.date()
    if pick.list_history.place_before is None and listed_before:
        return Cell(say.say("back"), tone=Tone.UP)
    return move(pick.list_history.place_before, pick.place, say, known=True)


def _week_before(say: Language) -> Column:
    return Column(say.say("Week before"), ColumnType.TEXT, Importance.WIDE)


def _name_column(week: KindWeek, say: Language) -> Column:
    return Column(capital(labels.one(week.kind, say)), ColumnType.NAME)


def _counters(metric: Metric, basis: str, say: Language) -> Iterator[Field[Pick]]:
    """Yield the columns of a counter; 30-day downloads have their own name, because the gain is of another counter."""
    gained = Column(labels.gained(metric, say), importance=Importance.KEY)
    yield Field(gained, lambda pick: _gain(pick.change, basis, say), core=True)
    if metric is Metric.DOWNLOADS:
        yield _number(say.say("30-day downloads"), lambda pick: say.count(pick.change.now), importance=Importance.WIDE)
        yield _number(say.say("Against its usual week"), lambda pick: say.percent_change(pick.change.percent))
    else:
        yield _number(say.say("Level"), lambda pick: _levels(pick.change, say))


def _levels(change: Change, say: Language) -> str:
    return UNKNOWN if change.now is None else f"{say.count(change.before)} → {say.count(change.now)}"


def _entrant_counters(metric: Metric, say: Language) -> Iterator[Field[Pick]]:
    """Yield the columns of an entity without an earlier week."""
    level = capital(labels.level(metric, say))
    yield _number(level, lambda pick: say.count(pick.change.now), importance=Importance.KEY)
    yield _number(say.say("Gain per day"), lambda pick: say.count(per_day(pick.change)))
    yield _number(labels.gained(metric, say), lambda pick: say.signed(pick.change.gain), importance=Importance.WIDE)
    yield _number(say.say("Age"), lambda pick: _age(pick.change, say))


def _age(change: Change, say: Language) -> str:
    return UNKNOWN if change.age_days is None else say.days(max(1, round(change.age_days)))


def gain_per_week(change: Change) -> int | None:
    """Return the gain at its daily rate times seven."""
    return round(change.gain * 7 / change.span_days) if change.gain is not None and change.span_days else None


def per_day(change: Change) -> int | None:
    """Return the gain per day of the span, or the counter per day of age; the first day counts as a whole day."""
    if change.gain is not None and change.span_days:
        return round(change.gain / max(min(change.span_days, change.age_days or change.span_days), 1))
    return None if change.now is None or change.age_days is None else round(change.now / max(change.age_days, 1))


def _weekly_field(ranked: RankedList, week: KindWeek, say: Language) -> Field[Pick]:
    """Return the column with the last weeks of each row; a family has the sum of its listed parts."""
    weekly = Weekly.of(week, ranked.metric)
    hub_ids = {pick.flat_place: pick.change.entity.hub_id for pick in ranked.picks}
    parts = {row.place: row.picks for row in ranked.rows}
    return Field(
        Column(say.say("Weekly gains"), ColumnType.HISTORY),
        lambda pick: Cell("", history=weekly.bars(hub_ids[part] for part in parts.get(pick.place, (pick.flat_place,)))),
    )


def _evidence(say: Language) -> Iterator[Field[Pick]]:
    """Yield the columns on which a reader can judge a row: score, notes, and history."""
    wide = Importance.WIDE
    yield _number(
        say.say("Impact"),
        lambda pick: say.signed(None if pick.impact is None else round(pick.impact)),
        importance=wide,
    )
    yield _number(
        say.say("Score"), lambda pick: say.number(pick.score.value) if pick.score else UNKNOWN, importance=wide
    )
    yield Field(Column(say.say("Against its past")), lambda pick: _score(pick, say))
    yield _notes_field(say)
    ages = say.listed(list(map(str, AGES)))
    yield _number(say.say("Upvotes at day {ages}", ages=ages), lambda pick: _votes(pick, say))
    yield _number(say.say("GitHub stars gained"), lambda pick: say.signed(pick.stars_gain))
    yield Field(Column(say.say("Weeks listed"), importance=wide), lambda pick: _weeks(pick, say))


def _notes_field(say: Language) -> Field[Pick]:
    return Field(Column(say.say("Notes"), ColumnType.TEXT), lambda pick: Cell("; ".join(_notes(pick, say))))


def _gain(change: Change, basis: str, say: Language) -> Cell:
    """Return the gain, with the weekly rate below it if the span is far from a week."""
    weekly = gain_per_week(change) if basis == "partial" else None
    tone = Tone.PLAIN if not change.gain else Tone.UP if change.gain > 0 else Tone.DOWN
    detail = "" if weekly is None else say.say("{gain} per 7 days", gain=say.signed(weekly))
    return Cell(say.signed(change.gain), detail=detail, tone=tone)


def _weeks(pick: Pick, say: Language) -> Cell:
    if pick.list_history is None:
        return Cell(UNKNOWN)
    first = say.short_day(pick.list_history.first, year=False)
    detail = say.say("best: {best}, first: {first}", best=pick.list_history.best, first=first)
    return Cell(say.count(pick.list_history.weeks), detail=detail)


def _score(pick: Pick, say: Language) -> Cell:
    if pick.score is None:
        return Cell(UNKNOWN)
    since = say.say("since {day}", day=say.weekday_and_day(pick.score.since)) if pick.score.since else ""
    rose = pick.score.lift >= 1
    if (pick.score.lower_bound >= 1) is not rose:
        return Cell(say.multiple(pick.score.lift), detail=since)  # a bound on the other side of 1 bounds nothing
    bound = f"{'≥' if rose else '≤'} {say.multiple(pick.score.lower_bound)}"
    return Cell(f"{say.multiple(pick.score.lift)}, {bound}", detail=since)


def _votes(pick: Pick, say: Language) -> str:
    at = dict(pick.votes_at)
    known = any(votes is not None for votes in at.values())
    return " · ".join(say.count(at.get(age)) for age in AGES) if known else UNKNOWN


def _notes(pick: Pick, say: Language) -> Iterator[str]:
    if pick.score and pick.score.breakout:
        yield say.say("breakout")
    if pick.change.status in STATUSES:
        yield say.word(STATUSES[pick.change.status])
    yield from (labels.flag(flag, say) for flag in pick.change.flags)


def _places(change: Change, say: Language) -> str:
    if change.rank_now is None:
        return UNKNOWN
    if change.rank_before is None:
        return say.count(change.rank_now)
    return say.say("{now} (before: {before})", now=change.rank_now, before=change.rank_before)


def _number(
    title: str, text: Callable[[Row], str], *, core: bool = False, importance: Importance = Importance.SHOWN
) -> Field[Row]:
    return Field(Column(title, importance=importance), lambda row: Cell(text(row)), core)
