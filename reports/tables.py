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
from reports.text.format import UNKNOWN, count, counted, day, lift, listed, percent, signed, weekday
from reports.weekly import Weekly

LEAD = 5
"""Rows of a list that a page shows; it folds the others."""

YOUNG = (ListName.ENTRANTS, ListName.RETURNED)
"""Lists of entities without an earlier week, which show the level next to the name."""

PLACE = Column("#", ColumnType.PLACE)
WEEK_BEFORE = Column("Week before", ColumnType.TEXT, Importance.WIDE)

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


def list_table(ranked: RankedList, week: KindWeek) -> Table:
    """Return one list of a metric."""
    families = {row.place: row for row in ranked.rows if row.parts > 1}
    fields: tuple[Field[Pick], ...] = (
        Field(PLACE, lambda pick: Cell(count(pick.place)), core=True),
        Field(WEEK_BEFORE, lambda pick: _list_move(pick, week)),
        Field(_name_column(week), lambda pick: _family_cell(pick, families.get(pick.place)), core=True),
        *(_entrant_counters(ranked.metric) if ranked.name in YOUNG else _counters(ranked.metric, week.pair.basis)),
        *_evidence(),
        _weekly_field(ranked, week),
    )
    return table(labels.LISTS[ranked.name], fields, folded(ranked), labels.covered(ranked))


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


def _family_cell(pick: Pick, family: FoldedRow | None) -> Cell:
    """Return the name of a row; a family also has the number of its parts and their first names."""
    if family is None:
        return name_cell(pick.change.entity)
    named = listed([cut(name, 40) for name in family.largest])
    return Cell(family.root, labels.url(pick.change.entity), f"family of {count(family.parts)} here: {named}")


def trending_table(week: KindWeek) -> Table:
    """Return the Hub's own trending order."""
    weekly = Weekly.of(week, labels.vote_metric(week.kind))
    compared = week.pair.before_snapshot is not None
    fields: tuple[Field[Trending], ...] = (
        Field(PLACE, lambda row: Cell(count(row.rank)), core=True),
        Field(WEEK_BEFORE, lambda row: move(row.rank_before, row.rank, known=compared)),
        Field(_name_column(week), lambda row: name_cell(row.entity), core=True),
        _number("Likes", lambda row: count(row.likes)),
        _number("Gained", lambda row: signed(row.likes_gain), importance=Importance.KEY),
        _number("30-day downloads", lambda row: count(row.downloads)),
        _number("Upvotes", lambda row: count(row.upvotes)),
        _number("Gained", lambda row: signed(row.upvotes_gain), importance=Importance.KEY),
        Field(
            Column("Created", ColumnType.TEXT),
            lambda row: Cell(day(row.entity.created_at) if row.entity.created_at else UNKNOWN),
        ),
        Field(
            Column("Weekly gains", ColumnType.HISTORY),
            lambda row: Cell("", history=weekly.bars([row.entity.hub_id])),
        ),
    )
    note = f"{counted(len(week.trending), 'place')} in the newer snapshot."
    return table("The Hub’s own trending order", fields, week.trending, note)


def watched_table(metric: Metric, watched: Sequence[Change]) -> Table:
    """Return the watched entities by one metric."""
    rows = [Pick(place, change, None, None) for place, change in enumerate(watched, start=1)]
    fields: tuple[Field[Pick], ...] = (
        Field(Column("Kind", ColumnType.TEXT), lambda pick: Cell(pick.change.entity.kind.spec.label), core=True),
        Field(Column("Name", ColumnType.NAME), lambda pick: name_cell(pick.change.entity), core=True),
        *_counters(metric, "exact"),
        _number("Days", lambda pick: UNKNOWN if pick.change.span_days is None else f"{pick.change.span_days:.2f}"),
        Field(Column("Hub’s order", ColumnType.TEXT), lambda pick: Cell(_places(pick.change))),
        Field(Column("Notes", ColumnType.TEXT), lambda pick: Cell("; ".join(_notes(pick)))),
    )
    return table(f"Watched, by {metric}", fields, rows)


def name_cell(entity: Entity) -> Cell:
    """Return the name of an entity, linked to its address, with its attributes."""
    return Cell(labels.name(entity), labels.url(entity), labels.facts(entity))


def move(before: int | None, now: int | None, *, known: bool) -> Cell:
    """Return the move from one place to another (↑3, ↓1, =, new); `known` is False if there was no earlier list."""
    if before is None or now is None:
        return Cell("new", tone=Tone.UP) if known and now is not None else Cell(UNKNOWN, tone=Tone.MUTED)
    if before == now:
        return Cell("=", tone=Tone.MUTED)
    return Cell(f"↑{before - now}", tone=Tone.UP) if before > now else Cell(f"↓{now - before}", tone=Tone.DOWN)


def _list_move(pick: Pick, week: KindWeek) -> Cell:
    """Return the move since last week; `back` if the entity was on the list only before last week."""
    if pick.list_history is None:
        return move(None, pick.place, known=False)
    listed_before = week.pair.now_at is not None and pick.list_history.first < week.pair.now_at.date()
    if pick.list_history.place_before is None and listed_before:
        return Cell("back", tone=Tone.UP)
    return move(pick.list_history.place_before, pick.place, known=True)


def _name_column(week: KindWeek) -> Column:
    return Column(week.kind.spec.label.capitalize(), ColumnType.NAME)


def _counters(metric: Metric, basis: str) -> Iterator[Field[Pick]]:
    """Yield the columns of a counter; 30-day downloads have their own name, because the gain is of another counter."""
    gained = Column(labels.GAIN[metric], importance=Importance.KEY)
    yield Field(gained, lambda pick: _gain(pick.change, basis), core=True)
    if metric is Metric.DOWNLOADS:
        yield _number("30-day downloads", lambda pick: count(pick.change.now), importance=Importance.WIDE)
        yield _number("Against its usual week", lambda pick: percent(pick.change.percent))
    else:
        yield _number("Level", lambda pick: _levels(pick.change))


def _levels(change: Change) -> str:
    return UNKNOWN if change.now is None else f"{count(change.before)} → {count(change.now)}"


def _entrant_counters(metric: Metric) -> Iterator[Field[Pick]]:
    """Yield the columns of an entity without an earlier week."""
    level = labels.level(metric)
    yield _number(level[0].upper() + level[1:], lambda pick: count(pick.change.now), importance=Importance.KEY)
    yield _number("Gain per day", lambda pick: count(per_day(pick.change)))
    yield _number(labels.GAIN[metric], lambda pick: signed(pick.change.gain), importance=Importance.WIDE)
    yield _number("Age", lambda pick: _age(pick.change))


def _age(change: Change) -> str:
    return UNKNOWN if change.age_days is None else counted(max(1, round(change.age_days)), "day")


def gain_per_week(change: Change) -> int | None:
    """Return the gain at its daily rate times seven."""
    return round(change.gain * 7 / change.span_days) if change.gain is not None and change.span_days else None


def per_day(change: Change) -> int | None:
    """Return the gain per day of the span, or the counter per day of age; the first day counts as a whole day."""
    if change.gain is not None and change.span_days:
        return round(change.gain / max(min(change.span_days, change.age_days or change.span_days), 1))
    return None if change.now is None or change.age_days is None else round(change.now / max(change.age_days, 1))


def _weekly_field(ranked: RankedList, week: KindWeek) -> Field[Pick]:
    """Return the column with the last weeks of each row; a family has the sum of its listed parts."""
    weekly = Weekly.of(week, ranked.metric)
    hub_ids = {pick.flat_place: pick.change.entity.hub_id for pick in ranked.picks}
    parts = {row.place: row.picks for row in ranked.rows}
    return Field(
        Column("Weekly gains", ColumnType.HISTORY),
        lambda pick: Cell("", history=weekly.bars(hub_ids[part] for part in parts.get(pick.place, (pick.flat_place,)))),
    )


def _evidence() -> Iterator[Field[Pick]]:
    """Yield the columns on which a reader can judge a row: score, notes, and history."""
    wide = Importance.WIDE
    yield _number("Impact", lambda pick: signed(None if pick.impact is None else round(pick.impact)), importance=wide)
    yield _number("Score", lambda pick: f"{pick.score.value:.1f}" if pick.score else UNKNOWN, importance=wide)
    yield Field(Column("Against its past"), _score)
    yield Field(Column("Notes", ColumnType.TEXT), lambda pick: Cell("; ".join(_notes(pick))))
    yield _number(f"Upvotes at day {listed(list(map(str, AGES)))}", _votes)
    yield _number("GitHub stars gained", lambda pick: signed(pick.stars_gain))
    yield Field(Column("Weeks listed", importance=wide), _weeks)


def _gain(change: Change, basis: str) -> Cell:
    """Return the gain, with the weekly rate below it if the span is far from a week."""
    weekly = gain_per_week(change) if basis == "partial" else None
    tone = Tone.PLAIN if not change.gain else Tone.UP if change.gain > 0 else Tone.DOWN
    return Cell(signed(change.gain), detail="" if weekly is None else f"{signed(weekly)} per 7 days", tone=tone)


def _weeks(pick: Pick) -> Cell:
    if pick.list_history is None:
        return Cell(UNKNOWN)
    first = day(pick.list_history.first, year=False)
    return Cell(count(pick.list_history.weeks), detail=f"best: {count(pick.list_history.best)}, first: {first}")


def _score(pick: Pick) -> Cell:
    if pick.score is None:
        return Cell(UNKNOWN)
    since = f"since {weekday(pick.score.since)}" if pick.score.since else ""
    rose = pick.score.lift >= 1
    if (pick.score.lower_bound >= 1) is not rose:
        return Cell(lift(pick.score.lift), detail=since)  # a bound on the other side of 1 bounds nothing
    return Cell(f"{lift(pick.score.lift)}, {'≥' if rose else '≤'} {lift(pick.score.lower_bound)}", detail=since)


def _votes(pick: Pick) -> str:
    at = dict(pick.votes_at)
    known = any(votes is not None for votes in at.values())
    return " · ".join(count(at.get(age)) for age in AGES) if known else UNKNOWN


def _notes(pick: Pick) -> Iterator[str]:
    if pick.score and pick.score.breakout:
        yield "breakout"
    if pick.change.status in ("left", "below before", "below now", "unseen"):
        yield "not public or unknown" if pick.change.status == "unseen" else pick.change.status
    yield from pick.change.flags


def _places(change: Change) -> str:
    if change.rank_now is None:
        return UNKNOWN
    return count(change.rank_now) + (f" (before: {count(change.rank_before)})" if change.rank_before else "")


def _number(
    title: str, text: Callable[[Row], str], *, core: bool = False, importance: Importance = Importance.SHOWN
) -> Field[Row]:
    return Field(Column(title, importance=importance), lambda row: Cell(text(row)), core)
