"""Writes the reasons why an entity counts. Each sentence pattern has a threshold and is used only above it."""

from collections.abc import Iterator

from analysis.records import ListName, Metric, WeekAnalysis
from reports.document import RichText
from reports.front.leads import Lead
from reports.text import labels
from reports.text.language import Language

MIN_SHARE = 0.05
"""Minimum share of one entity in all gain of its kind."""

MIN_SCORE, MIN_LIFT = 5.0, 1.5
"""Minimum score and lift of an unusual week. Score 5 is odds of about 150 to 1 for a lasting change."""

MIN_WEEKS = 4
"""Minimum number of consecutive weeks on a list."""

SMALL_PARAMETERS = 4_000_000_000
"""Number of parameters below which a model runs on a laptop."""

HUGE_PARAMETERS = 1_000_000_000_000

TOP = 10
"""Number of largest gains among which the size of a model is compared."""

MOST = 3
"""Maximum number of reasons on one card."""


def reasons(lead: Lead, results: WeekAnalysis, language: Language) -> tuple[RichText, ...]:
    """Return the reasons that hold for an entity, strongest first."""
    return tuple(_reasons(lead, results, language))[:MOST]


def _reasons(lead: Lead, results: WeekAnalysis, say: Language) -> Iterator[RichText]:
    change, score, kind = lead.change, lead.pick.score, lead.week.kind
    share = _share_of_gain(lead)
    if share >= MIN_SHARE:
        yield say.rich(
            "That is {share} of all {counter} that {entities} gained.",
            share=say.percent(share),
            counter=labels.counter(change.metric, say),
            entities=labels.entities(kind, say),
        )
    if score and score.value >= MIN_SCORE and score.lift >= MIN_LIFT:
        lift = say.number(score.lower_bound)
        if score.since:
            day = say.weekday(score.since)
            yield say.rich("At least {lift} times its usual level since {day}.", lift=lift, day=day)
        else:
            yield say.rich("At least {lift} times its usual level this week.", lift=lift)
    if others := _elsewhere(lead, results):
        yield say.rich("Its owner also leads with {name}.", name=others)
    if lead.pick.list_history and lead.pick.list_history.weeks >= MIN_WEEKS:
        yield say.rich("On this list for {weeks} weeks.", weeks=lead.pick.list_history.weeks)
    yield from _size_reasons(lead, say)


def _share_of_gain(lead: Lead) -> float:
    """Return the share of an entity in all known gain of its kind and metric."""
    totals = [
        ranked.coverage.total_gain
        for ranked in lead.week.lists
        if ranked.name is ListName.GAINS and ranked.metric is lead.change.metric
    ]
    return (lead.change.gain or 0) / totals[0] if totals and totals[0] else 0.0


def _size_reasons(lead: Lead, say: Language) -> Iterator[RichText]:
    parameters = lead.change.entity.parameters
    if not parameters or lead.pick.flat_place > TOP:
        return
    if parameters >= HUGE_PARAMETERS:
        yield say.rich("It has more than a trillion parameters.")
    elif parameters < SMALL_PARAMETERS and lead.change.metric is not Metric.UPVOTES:
        yield say.rich("It is small enough for a laptop.")


def _elsewhere(lead: Lead, results: WeekAnalysis) -> str:
    """Return an entity of the same owner and another kind that is among the largest gains."""
    owner = lead.change.entity.id.partition("/")[0]
    names = (
        pick.change.entity.id
        for week in results.kinds
        if week.kind.spec.is_repo and week.kind is not lead.week.kind
        for ranked in week.lists
        if ranked.name is ListName.GAINS and not ranked.withheld
        for pick in ranked.picks[:TOP]
        if pick.change.entity.id.partition("/")[0] == owner
    )
    return next(names, "")
