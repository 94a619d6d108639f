"""Builds the head of a report: the week in a few sentences, and banners that change how to read the numbers."""

import math
from collections.abc import Iterator

from analysis.records import Entity, HubShift, KindWeek, ListName, Metric, Pick, WeekAnalysis
from reports.document import RichText, TextRun, text
from reports.text import labels
from reports.text.escaping import cut
from reports.text.format import clock, count, counted, days, lift, listed, percent, signed, weekday

NAME_COLUMNS = 60
"""The width to which a title inside a sentence is cut."""


def summary(results: WeekAnalysis) -> tuple[RichText, ...]:
    """Return the week in three parts: what rose, what is new, what to read with care."""
    seen = [week for week in results.kinds if week.pair.now_snapshot is not None]
    if not seen:
        nothing = f"There is nothing to report yet: no usable snapshot exists up to {clock(results.as_of)}."
        return text(nothing), text("Run “hubtrends crawl” to take the first one.")
    if all(week.pair.before_snapshot is None for week in seen):
        return tuple(_first_report(seen))
    return tuple(_trend_report(results, seen))


def banners(results: WeekAnalysis) -> Iterator[RichText]:
    """Yield what changes the meaning of the numbers below it."""
    for shock in results.shocks:
        moved = percent(100 * math.expm1(shock.median_log_ratio))
        then = "Their ranking is withheld." if shock.withheld else "Scores are measured against that move."
        yield text(f"The whole Hub moved: the median change in {_counter(shock)} is {moved}. {then}")
    for week in results.kinds:
        pair, entities = week.pair, labels.plural(week.kind)
        if pair.basis == "partial":
            yield text(f"Partial basis: the gains of {entities} cover {days(pair.span_days)}, not a week.")
        if pair.before_scope and pair.now_scope != pair.before_scope:
            yield text(
                f"Scopes differ: for {entities}, a {pair.before_scope} snapshot is compared with a {pair.now_scope}"
                " one. An entity in only one of them need not have appeared or left."
            )
        if pair.depths:
            yield text(
                f"Depths differ: the lists of {entities} are not equally long ({pair.depths})."
                " Entities below the end of the shorter list have neither appeared nor left."
            )
        if pair.doubtful:
            yield text(
                "Doubtful counters: the Hub had not refreshed the datasets of the same run,"
                f" so downloads of {entities} may be partly old."
            )


def _first_report(seen: list[KindWeek]) -> Iterator[RichText]:
    sizes = [counted(week.listed, week.kind.spec.label) for week in seen]
    yield text(f"This first report shows one snapshot per kind: {listed(sizes)}.")
    leading = next(((week, week.trending[0]) for week in seen if week.trending), None)
    if leading:
        week, first = leading
        yield text(_name(first.entity), f" leads the Hub’s own trending order of {labels.plural(week.kind)}.")
    moments = [week.first_trend_at for week in seen if week.first_trend_at]
    when = f", from {clock(min(moments))}" if moments else ""
    yield text(f"Trends start with the second snapshot{when}.")


def _trend_report(results: WeekAnalysis, seen: list[KindWeek]) -> Iterator[RichText]:
    risers = [(week, pick) for week in seen if (pick := _first(week, ListName.RISERS) or _first(week, ListName.GAINS))]
    if risers:
        yield _leading_riser(*risers[0], [pick for _, pick in risers[1:]])
    entrants = [(week, pick) for week in seen if (pick := _first(week, ListName.ENTRANTS))]
    if entrants:
        yield _leading_entrant(*entrants[0])
    if not risers and not entrants:
        yield text("Nothing can be ranked this week; each list gives the reason.")
    yield text(" ".join(_cautions(results, seen)))


def _first(week: KindWeek, name: ListName) -> Pick | None:
    shown = [ranked.picks for ranked in week.lists if ranked.name is name and ranked.picks and not ranked.withheld]
    return shown[0][0] if shown else None


def _leading_riser(week: KindWeek, pick: Pick, others: list[Pick]) -> RichText:
    """Return the first riser, and the first ones of the other kinds in a second sentence."""
    gained = f"{count(pick.change.gain)} {pick.change.metric}"
    gained += f" in {days(pick.change.span_days or week.pair.span_days)}"
    if pick.score:
        since = f" since {weekday(pick.score.since)}" if pick.score.since else ""
        bound = f" (at least {lift(pick.score.lower_bound)})" if pick.score.lower_bound >= 1 else ""
        verdict = f" is most clearly above its own past: {lift(pick.score.lift)}{bound}{since}, with {gained}."
    else:
        verdict = f" gained the most: {gained}."
    return text(f"Among {labels.plural(week.kind)}, ", _name(pick.change.entity), verdict, *_other_leaders(others))


def _other_leaders(picks: list[Pick]) -> Iterator[str | TextRun]:
    """Yield the first of the other kinds: Also first: the dataset x (+9 likes), the space y (…) and the paper z (…)."""
    for place, pick in enumerate(picks):
        change, score = pick.change, pick.score
        yield " Also first: the " if place == 0 else " and the " if place == len(picks) - 1 else ", the "
        yield f"{change.entity.kind.spec.label} "
        yield _name(change.entity)
        yield f" ({change.metric} {lift(score.lift)})" if score else f" ({signed(change.gain)} {change.metric})"
    if picks:
        yield "."


def _leading_entrant(week: KindWeek, pick: Pick) -> RichText:
    change = pick.change
    span = " in 30 days" if change.metric is Metric.DOWNLOADS else ""
    level = f", with {count(change.now)} {change.metric}{span}" if change.now is not None else ""
    age = f", {counted(max(1, round(change.age_days)), 'day')} old" if change.age_days is not None else ""
    return text(f"The biggest newcomer among {labels.plural(week.kind)} is ", _name(change.entity), f"{age}{level}.")


def _cautions(results: WeekAnalysis, seen: list[KindWeek]) -> Iterator[str]:
    """Yield what to read with care, or that there is nothing of the kind."""
    picks = [pick for week in seen for ranked in week.lists for pick in ranked.picks]
    flagged = sum(1 for pick in picks if pick.change.flags)
    loose = [labels.plural(week.kind) for week in seen if week.pair.basis in ("partial", "none")]
    withheld = [
        f"risers of {labels.plural(week.kind)} by {ranked.metric}"
        for week in seen
        for ranked in week.lists
        if ranked.withheld and ranked.name is ListName.RISERS and week.pair.before_snapshot is not None
    ]
    if results.shocks:
        yield f"A Hub-wide shift affects {listed(list(dict.fromkeys(map(_counter, results.shocks))))}."
    if withheld:
        yield f"Not ranked: {listed(withheld)}."
    if loose:
        yield f"Not compared over a week: {listed(loose)}."
    if flagged:
        yield f"{count(flagged)} of {counted(len(picks), 'row')} {'has' if flagged == 1 else 'have'} a note."
    if not (results.shocks or withheld or loose or flagged):
        yield f"None of the {counted(len(picks), 'row')} has a note."


def _counter(shock: HubShift) -> str:
    return f"{shock.metric} of {labels.plural(shock.kind)}"


def _name(entity: Entity) -> TextRun:
    return TextRun(cut(labels.name(entity), NAME_COLUMNS), labels.url(entity))
