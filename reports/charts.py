"""Chooses the charts of a kind; a chart has data, texts and a table with the same numbers.

weeks_chart    gains of the leading entities week by week; gains_chart where only one week is known
size_chart     gains against counters, of models, datasets and Spaces
ranks_chart    the Hub's own order over the weeks
ages_chart     upvotes at equal age, of papers and articles
created_chart  new entities per day
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, timedelta

from analysis.records import Change, Entity, KindWeek, ListName, Pick, Trending
from reports.document import (
    AgeChart,
    AgeLine,
    Bar,
    BarChart,
    Cell,
    Chart,
    Column,
    ColumnType,
    DayChart,
    Importance,
    RankChart,
    RankLine,
    SizeChart,
    SizePoint,
    Table,
    WeekBar,
    WeekChart,
    WeekPanel,
)
from reports.text import labels
from reports.text.escaping import cut
from reports.text.format import capital
from reports.text.language import Language, message
from reports.weekly import MIN_WEEKS, Weekly

PANELS, BARS, POINTS, PLACES, LINES = 5, 10, 60, 10, 5
"""What an eye can distinguish in each chart."""

PANEL_NAME, BAR_NAME, SIDE_NAME, POINT_NAME = 30, 46, 23, 24
"""The width to which a name is cut."""

MIN_POINTS = 5
"""Entities whose gains and counters make a pattern."""

WEEK_DAYS = 7


def charts(week: KindWeek, say: Language) -> Iterator[Chart]:
    """Yield the charts for which a kind has data, the leading one first."""
    gainers = [pick for pick in _leading(week) if (pick.change.gain or 0) > 0]
    chosen = (
        weeks_chart(week, gainers[:PANELS], say) or gains_chart(week, gainers[:BARS], say),
        size_chart(week, say) if week.kind.spec.is_repo else ages_chart(week, say),
        ranks_chart(week, say),
        created_chart(week, say),
    )
    yield from filter(None, chosen)


def weeks_chart(week: KindWeek, gainers: Sequence[Pick], say: Language) -> WeekChart | None:
    """Return the weekly gains of the leading entities; None if only one week is known."""
    if not gainers:
        return None
    metric = gainers[0].change.metric
    weekly = Weekly.of(week, metric)
    panels = tuple(
        WeekPanel(
            _short_name(pick.change.entity, PANEL_NAME),
            _week_text(pick, say),
            weekly.bars([pick.change.entity.hub_id]),
            pick.score.term("baseline week") if pick.score else None,
        )
        for pick in gainers
    )
    ends = tuple(past.end.astimezone(UTC).date() for past in weekly.weeks)
    if not any(sum(bar.gain is not None for bar in panel.bars) >= MIN_WEEKS for panel in panels):
        return None
    unsure = any(not bar.sure and bar.gain is not None for panel in panels for bar in panel.bars)
    remarks = (
        say.say("{counter} gained by week, on one scale", counter=capital(labels.counter(metric, say))),
        say.say("dashed: the usual week") if any(panel.usual for panel in panels) else "",
        say.say("hollow: a shorter or longer week, or one from an archive") if unsure else "",
    )
    rows = [
        (labels.name(pick.change.entity), *(say.signed(bar.gain) for bar in panel.bars or (WeekBar(None),) * len(ends)))
        for pick, panel in zip(gainers, panels, strict=True)
    ]
    separator = say.say("; ")
    return WeekChart(
        f"{week.kind}-weeks",
        separator.join(filter(None, remarks)),
        separator.join(f"{panel.label} {panel.text}" for panel in panels),
        _numbers(week, [say.say("to {day}", day=say.short_day(end, year=False)) for end in ends], rows, say),
        panels,
        ends,
    )


def _week_text(pick: Pick, say: Language) -> str:
    usual, gain = pick.score.term("baseline week") if pick.score else None, say.signed(pick.change.gain)
    return gain if usual is None else say.say("{gain}, usual {usual}", gain=gain, usual=say.compact(round(usual)))


def gains_chart(week: KindWeek, gainers: Sequence[Pick], say: Language) -> BarChart | None:
    """Return the gains of the leading entities in the compared week."""
    if not gainers:
        return None
    bars = tuple(
        Bar(cut(labels.name(pick.change.entity), BAR_NAME), pick.change.gain or 0, say.signed(pick.change.gain))
        for pick in gainers
    )
    gained = labels.gained(gainers[0].change.metric, say)
    title = say.say("{gained}: the first {entities}", gained=gained, entities=labels.entities(week.kind, say))
    description = say.say("; ").join(f"{bar.label} {bar.text}" for bar in bars)
    rows = [(labels.name(pick.change.entity), say.signed(pick.change.gain)) for pick in gainers]
    numbers = _numbers(week, [say.say("Gain")], rows, say)
    return BarChart(f"{week.kind}-gains", title, description, numbers, bars)


def size_chart(week: KindWeek, say: Language) -> SizeChart | None:
    """Return the gains of the listed entities against their counters, newcomers marked."""
    metric = labels.vote_metric(week.kind)
    listed = (pick.change for ranked in reversed(week.lists) if ranked.metric is metric for pick in ranked.picks)
    known = {change.entity.hub_id: (change.entity, point) for change in listed if (point := _size_point(change))}
    largest = sorted(known.values(), key=lambda one: (-one[1].gain, -one[1].level, one[0].id))[:POINTS]
    points = tuple(point for _, point in largest)
    if len(points) < MIN_POINTS:
        return None
    counter = capital(labels.counter(metric, say))
    newcomers = sum(point.new for point in points)
    rows = [
        (labels.name(entity), say.count(point.level), say.signed(point.gain), say.say("new") if point.new else "")
        for entity, point in largest
    ]
    return SizeChart(
        f"{week.kind}-size",
        say.say(
            "{counter} gained against the total, of the listed {entities}",
            counter=counter,
            entities=labels.entities(week.kind, say),
        ),
        say.say(
            "{size}, {newcomers} of them new; {name} gained most, {gain} to {level}",
            size=labels.counted(week.kind, len(points), say),
            newcomers=newcomers,
            name=points[0].label,
            gain=say.signed(points[0].gain),
            level=points[0].level,
        ),
        _numbers(week, [say.say("{counter} now", counter=counter), say.say("Gained"), say.say("Newcomer")], rows, say),
        points,
        say.say("{counter} now", counter=counter),
        say.say("{counter} gained", counter=counter),
        say.say("new this week"),
    )


def _size_point(change: Change) -> SizePoint | None:
    """Return a point; all that an entity younger than the week has, it gained in the week."""
    new = change.age_days is not None and change.age_days <= WEEK_DAYS
    gain = change.now if change.gain is None and new else change.gain
    if not change.now or not gain or change.now < 1 or gain < 1:
        return None
    return SizePoint(_short_name(change.entity, POINT_NAME), change.now, gain, new)


def ranks_chart(week: KindWeek, say: Language) -> RankChart | None:
    """Return the earlier places of the first ten in the Hub's own order; None without an earlier order."""
    first = week.trending[:PLACES]
    ranks = {one.hub_id: one.ranks for one in week.past_ranks}
    seen = [place for place in range(len(week.past_weeks)) if any(own[place] for own in ranks.values())]
    if not first or week.pair.now_at is None or [one.rank for one in first] != list(range(1, len(first) + 1)):
        return None
    if len(seen) > 1:
        days = [past.end for past in week.past_weeks[seen[0] :]]
        lines = [(one, ranks.get(one.entity.hub_id, ())[seen[0] :]) for one in first]
    elif week.pair.before_at and any(one.rank_before for one in first):
        days = [week.pair.before_at, week.pair.now_at]
        lines = [(one, (one.rank_before, one.rank)) for one in first]
    else:
        return None
    return _ranks_chart(week, lines, [at.astimezone(UTC).date() for at in days], say)


def _ranks_chart(
    week: KindWeek, lines: Sequence[tuple[Trending, tuple[int | None, ...]]], days: Sequence[date], say: Language
) -> RankChart:
    shown = tuple(RankLine(_short_name(one.entity, SIDE_NAME), own) for one, own in lines)
    rows = [(labels.name(one.entity), *map(say.count, own)) for one, own in lines]
    return RankChart(
        f"{week.kind}-ranks",
        say.say("The Hub’s first {count} and their places before", count=len(shown)),
        say.say("; ").join(f"{place}. {line.label}" for place, line in enumerate(shown, start=1)),
        _numbers(week, [say.short_day(at, year=False) for at in days], rows, say),
        shown,
        tuple(days),
    )


def ages_chart(week: KindWeek, say: Language) -> AgeChart | None:
    """Return the upvotes of the leading entities by age, against the middle half of all at that age."""
    band = {one.age: (one.lower, one.median, one.upper) for one in week.typical_votes}
    picks = {
        pick.change.entity.hub_id: pick
        for pick in _leading(week)
        if any(votes is not None for _, votes in pick.votes_at)
    }
    leading = list(picks.values())[:LINES]
    if len(band) < 2 or not leading:
        return None
    ages = tuple(sorted(band))
    lines = tuple(
        AgeLine(cut(labels.name(pick.change.entity), SIDE_NAME), tuple(dict(pick.votes_at).get(age) for age in ages))
        for pick in leading
    )
    typical = say.say("a typical {entity}", entity=labels.one(week.kind, say))
    rows = [
        (labels.name(pick.change.entity), *map(say.count, line.values))
        for pick, line in zip(leading, lines, strict=True)
    ]
    quartiles = [(say.word(name), *(say.count(band[age][at]) for age in ages)) for at, name in enumerate(QUARTILES)]
    medians = [say.say("{votes} at day {age}", votes=band[age][1], age=age) for age in ages]
    return AgeChart(
        f"{week.kind}-ages",
        say.say("Upvotes by age, against the middle half of all {entities}", entities=labels.entities(week.kind, say)),
        say.say(
            "Upvotes of a typical (median) {entity}: {votes}.",
            entity=labels.one(week.kind, say),
            votes=say.listed(medians),
        ),
        _numbers(week, [say.say("Day {age}", age=age) for age in ages], [*rows, *quartiles], say),
        ages,
        tuple(band[age] for age in ages),
        lines,
        say.say("days"),
        typical,
    )


QUARTILES = (message("lower quartile"), message("median"), message("upper quartile"))


def created_chart(week: KindWeek, say: Language) -> DayChart | None:
    """Return new entities per day, with the week before the newer snapshot marked."""
    if not any(number for _, number in week.created):
        return None
    created = dict(week.created)
    last = max(created) if week.pair.now_at is None else max(*created, week.pair.now_at.astimezone(UTC).date())
    span = (last - min(created)).days + 1
    days = tuple((at, created.get(at, 0)) for at in (min(created) + timedelta(days=n) for n in range(span)))
    marked = sum(1 for at, _ in days if last - timedelta(days=7) < at <= last)
    entities = capital(labels.entities(week.kind, say))
    if week.kind.spec.is_repo:
        title = say.say("{entities} by day of creation", entities=entities)
    else:
        title = say.say("{entities} by day of publication", entities=entities)
    description = say.say(
        "{size} from {first} to {last}; {most} on the busiest day",
        size=labels.counted(week.kind, sum(number for _, number in days), say),
        first=say.day(days[0][0]),
        last=say.day(days[-1][0]),
        most=max(number for _, number in days),
    )
    columns = (Column(say.say("Day"), ColumnType.NAME), Column(entities, importance=Importance.KEY))
    rows = tuple((Cell(say.short_day(at)), Cell(say.count(number))) for at, number in days)
    return DayChart(f"{week.kind}-created", title, description, Table("", columns, rows), days, marked)


def _leading(week: KindWeek) -> tuple[Pick, ...]:
    """Return the picks of the first list that has picks."""
    names = (ListName.GAINS, ListName.RISERS)
    shown = [ranked for name in names for ranked in week.lists if ranked.name is name and not ranked.withheld]
    return next((ranked.picks for ranked in shown if ranked.picks), ())


def _short_name(entity: Entity, width: int) -> str:
    """Return the title of a work, or the name of a repository without its owner, cut to a width."""
    name = labels.name(entity)
    return cut(name.rpartition("/")[2] if entity.kind.spec.is_repo else name, width)


def _numbers(week: KindWeek, heads: Sequence[str], rows: Sequence[Sequence[str]], say: Language) -> Table:
    """Return the table behind a chart: a name and numbers in each row."""
    columns = (Column(capital(labels.one(week.kind, say)), ColumnType.NAME), *map(Column, heads))
    return Table("", columns, tuple(tuple(map(Cell, row)) for row in rows))
