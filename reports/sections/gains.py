"""Builds the section on where the gains of the week went: by task, family and organisation."""

from collections.abc import Iterator

from analysis.groups.share_records import Facet, FacetShare
from analysis.records import ListName, Metric, WeekAnalysis
from crawler.kinds import Kind
from reports.document import Block, Folded, Section, ShareRow, Shares
from reports.text import labels
from reports.text.escaping import cut, hub_url
from reports.text.format import capital
from reports.text.language import Language

ROWS = 5
NAME_COLUMNS = 44

MAINLY = 0.5
NEARLY_ALL = 0.8
"""Share of a value's gain from which one entity is named as its mover."""

MIN_SHARE = 0.005
"""Minimum share that is drawn; a smaller bar would be invisible."""


def gains_section(results: WeekAnalysis, say: Language) -> Section | None:
    """Return where the gains of models went; None if no gain is known."""
    blocks = tuple(_blocks(results, say))
    return Section("where-the-gains-went", say.say("Where the gains went"), blocks) if blocks else None


def _blocks(results: WeekAnalysis, say: Language) -> Iterator[Block]:
    """Yield the shares of tasks, then the folded shares of families and owners."""
    tasks = next((one for one in results.facets if one.kind is Kind.MODEL and one.by == "task"), None)
    if tasks and (rows := tuple(_tasks(tasks, say))):
        metric = Metric(next((row.gain_metric for row in tasks.rows if row.gain_metric), Metric.LIKES))
        yield Shares(
            say.say("{counter} that models gained, by task", counter=capital(labels.counter(metric, say))), rows
        )
    others = (
        Shares(say.say("Likes that models gained, by family"), tuple(_families(results, say))),
        Shares(say.say("Likes gained, by owner of models, datasets and Spaces"), tuple(_organisations(results, say))),
    )
    if shown := tuple(shares for shares in others if shares.rows):
        yield Folded(say.say("By family and by owner"), shown)


def _tasks(tasks: Facet, say: Language) -> Iterator[ShareRow]:
    known = [row for row in tasks.rows if (row.gain_share or 0) >= MIN_SHARE]
    for row in sorted(known, key=lambda row: (-(row.gain_share or 0), row.value or ""))[:ROWS]:
        label = labels.task(row.value, say) or say.say("no task stated")
        yield ShareRow(capital(label), row.gain_share or 0, say.percent(row.gain_share), _mover(row, say))


def _mover(row: FacetShare, say: Language) -> str:
    """Return the entity behind most of a value's gain, or nothing."""
    part = row.largest_share or 0
    if row.largest_contributor is None or part < MAINLY:
        return ""
    name = cut(row.largest_contributor, NAME_COLUMNS)
    return say.say("nearly all {name}", name=name) if part >= NEARLY_ALL else say.say("mainly {name}", name=name)


def _families(results: WeekAnalysis, say: Language) -> Iterator[ShareRow]:
    total = _total_likes(results)
    for family in results.families.by_likes[:ROWS]:
        share = (family.likes_gain or 0) / total if total else 0
        if share >= MIN_SHARE:
            url = hub_url(Kind.MODEL, family.root) if family.seen else None
            yield ShareRow(cut(family.root, NAME_COLUMNS), share, say.percent(share), url=url)


def _total_likes(results: WeekAnalysis) -> int:
    totals = (
        ranked.coverage.total_gain
        for week in results.kinds
        if week.kind is Kind.MODEL
        for ranked in week.lists
        if ranked.metric is Metric.LIKES and ranked.name is ListName.GAINS
    )
    return next(totals, 0)


def _organisations(results: WeekAnalysis, say: Language) -> Iterator[ShareRow]:
    for owner in results.organisations.rows[:ROWS]:
        if (owner.share or 0) >= MIN_SHARE:
            name = cut(owner.organisation, NAME_COLUMNS)
            yield ShareRow(
                name, owner.share or 0, say.percent(owner.share), url=hub_url(Kind.MODEL, owner.organisation)
            )
