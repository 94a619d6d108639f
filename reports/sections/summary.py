"""Writes what stands above everything else: the week in three sentences, and what must be known before reading on."""

import math
from collections.abc import Iterator

from analysis.records import Entity, HubShift, KindWeek, ListName, Metric, Pick, WeekAnalysis
from reports.document import RichText, TextRun, text
from reports.text import labels
from reports.text.escaping import cut
from reports.text.format import clock, count, counted, days, lift, listed, percent, signed, weekday

NAME = 60
"""Columns of a title inside a sentence."""


def summary(results: WeekAnalysis) -> tuple[RichText, ...]:
    """Return the week in at most three sentences: who rose, who is new, what to doubt."""
    seen = [week for week in results.kinds if week.pair.now_snapshot is not None]
    if not seen:
        nothing = f"There is nothing to report yet: up to {clock(results.as_of)} no usable snapshot was taken."
        return text(nothing), text("The command “hubtrends crawl” takes the first one.")
    if all(week.pair.before_snapshot is None for week in seen):
        return tuple(_first_report(seen))
    return tuple(_trend_report(results, seen))


def banners(results: WeekAnalysis) -> Iterator[RichText]:
    """Yield what changes the meaning of the numbers below it."""
    yield from (text(_shock(shock)) for shock in results.shocks)
    for week in results.kinds:
        entities = labels.plural(week.kind)
        if week.pair.basis == "partial":
            span = days(week.pair.span_days)
            yield text(f"Partial basis: {entities} are compared over {span}. Their gains are not those of a week.")
        if week.pair.before_scope and week.pair.now_scope != week.pair.before_scope:
            scopes = f"a {week.pair.before_scope} snapshot with a {week.pair.now_scope} one"
            yield text(f"Scopes differ: for {entities} {scopes} is compared. Being on one side only says little.")
        if week.pair.depths:
            reach = f"the lists of {entities} do not reach equally deep ({week.pair.depths})"
            yield text(f"Depths differ: {reach}. What lies below the shorter list has neither appeared nor left.")
        if week.pair.doubtful:
            yield text(
                f"Doubtful counters: datasets of the same run were stale; downloads of {entities} may be partly old."
            )


def _first_report(seen: list[KindWeek]) -> Iterator[RichText]:
    sizes = [counted(week.listed, labels.singular(week.kind)) for week in seen]
    yield text(f"This is a first report, from one snapshot of each kind: {listed(sizes)}.")
    leading = next(((week, week.trending[0]) for week in seen if week.trending), None)
    if leading:
        week, first = leading
        yield text("The Hub itself puts ", _name(first.entity), f" first among {labels.plural(week.kind)}.")
    moments = [week.first_trend_at for week in seen if week.first_trend_at]
    when = f", from {clock(min(moments))} on" if moments else ""
    yield text(f"Nothing can have risen or fallen yet; the first trend will exist with a second snapshot{when}.")


def _trend_report(results: WeekAnalysis, seen: list[KindWeek]) -> Iterator[RichText]:
    risers = [(week, pick) for week in seen if (pick := _first(week, ListName.RISERS))]
    if risers:
        yield _rise(*risers[0], [pick for _, pick in risers[1:]])
    entrants = [(week, pick) for week in seen if (pick := _first(week, ListName.ENTRANTS))]
    if entrants:
        yield _entry(*entrants[0])
    if not risers and not entrants:
        yield text("Nothing can be ranked this week; the reasons stand with each list.")
    yield _doubts(results, seen)


def _rise(week: KindWeek, pick: Pick, others: list[Pick]) -> RichText:
    gained = _gained(pick, week)
    if pick.score:
        since = f" since {weekday(pick.score.since)}" if pick.score.since else ""
        least = f", at least {lift(pick.score.lower_bound)}" if pick.score.lower_bound >= 1 else ""
        told = f" is most clearly above its own past: {lift(pick.score.lift)}{since}{least}, with {gained}"
    else:
        told = f" gained the most: {gained}"
    return text(f"Among {labels.plural(week.kind)}, ", _name(pick.change.entity), told, *_leading(others), ".")


def _leading(others: list[Pick]) -> Iterator[str | TextRun]:
    """Yield the first of the other kinds: ; first of the datasets is x (+9 likes), of the spaces y and the papers z."""
    for place, pick in enumerate(others):
        yield "; first" if place == 0 else " and" if place == len(others) - 1 else ","
        yield f" of the {labels.plural(pick.change.entity.kind)}{' is' if place == 0 else ''} "
        yield _name(pick.change.entity)
        yield f" ({_by_what(pick)})"


def _by_what(pick: Pick) -> str:
    """Return what put an entity first: its score where it has one, else its gain."""
    if pick.score:
        return f"{lift(pick.score.lift)} its past in {pick.change.metric}"
    return f"{signed(pick.change.gain)} {pick.change.metric}"


def _entry(week: KindWeek, pick: Pick) -> RichText:
    age = f", {counted(max(1, round(pick.change.age_days)), 'day')} old" if pick.change.age_days is not None else ""
    downloads = pick.change.metric is Metric.DOWNLOADS
    number = count(pick.change.now)
    level = f"30-day downloads of {number}" if downloads else f"{number} {pick.change.metric}"
    told = f"{age}, with {level}." if pick.change.now is not None else f"{age}."
    return text(f"The biggest newcomer among {labels.plural(week.kind)} is ", _name(pick.change.entity), told)


def _gained(pick: Pick, week: KindWeek) -> str:
    metric = pick.change.metric
    return f"{count(pick.change.gain)} {metric} in {days(pick.change.span_days or week.pair.span_days)}"


def _doubts(results: WeekAnalysis, seen: list[KindWeek]) -> RichText:
    """Say what is not to be believed, or that nothing stands out."""
    picks = [pick for week in seen for ranked in week.lists for pick in ranked.picks]
    flagged = sum(1 for pick in picks if pick.change.flags)
    loose = [labels.plural(week.kind) for week in seen if week.pair.basis in ("partial", "none")]
    withheld = [
        f"risers of {labels.plural(week.kind)} by {ranked.metric}"
        for week in seen
        for ranked in week.lists
        if ranked.withheld and ranked.name is ListName.RISERS and week.pair.before_snapshot is not None
    ]
    moved = listed(
        list(dict.fromkeys(f"the {shock.metric} of {labels.plural(shock.kind)}" for shock in results.shocks))
    )
    doubts = {
        f"the whole Hub moved in {moved}": moved,
        f"the {listed(withheld)} are not ranked": withheld,
        f"{listed(loose)} are not compared over a week": loose,
        f"{count(flagged)} of {counted(len(picks), 'row')} {'carries' if flagged == 1 else 'carry'} a flag": flagged,
    }
    told = [doubt for doubt, is_so in doubts.items() if is_so]
    if not told:
        return text(f"None of the {counted(len(picks), 'row')} below carries a flag.")
    return text(f"Read with care: {'; '.join(told)}.")


def _shock(shock: HubShift) -> str:
    moved = percent(100 * math.expm1(shock.median_log_ratio))
    counters = f"{shock.metric} of {labels.plural(shock.kind)}"
    then = "Their ranking is withheld." if shock.withheld else "Scores are measured against that move."
    return f"The whole Hub moved: the median change in {counters} is {moved}. {then}"


def _first(week: KindWeek, name: ListName) -> Pick | None:
    shown = [ranked.picks for ranked in week.lists if ranked.name is name and ranked.picks and not ranked.withheld]
    return shown[0][0] if shown else None


def _name(entity: Entity) -> TextRun:
    return TextRun(cut(labels.name(entity), NAME), labels.url(entity))
