"""Chooses the leads of the week: one entity for each role of the front page.

    single      the largest known gain of likes
    unusual     the riser with the highest score
    climber     the largest climb in the Hub's own trending order
    newcomer    the first entrant that derives from no other model
    work        the paper or the article that gained most

Every choice is a pure function of the records. Each role has a minimum, so that small numbers never lead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.records import Change, KindWeek, ListName, Metric, Pick, RankedList, WeekAnalysis
from crawler.kinds import Kind
from reports.text import labels

MIN_GAIN = {Metric.DOWNLOADS: 1000, Metric.LIKES: 20, Metric.UPVOTES: 5}
"""Minimum gain of a lead by metric."""

MIN_CLIMB = 20
"""Minimum climb of a lead, in places of the Hub's order."""

CLIMB_TOP = 50
"""Lowest place at which a climb may end."""

NEW_DAYS = 8.0
"""Age up to which an entity is a newcomer of the week."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An entity in one role, with the week of its kind."""

    week: KindWeek
    pick: Pick

    @property
    def change(self) -> Change:
        """The change for which the entity was chosen."""
        return self.pick.change


@dataclass(frozen=True, slots=True)
class Leads:
    """The entities that lead the report; None for a role that no entity fills."""

    single: Lead | None = None
    unusual: Lead | None = None
    climber: Lead | None = None
    newcomer: Lead | None = None
    work: Lead | None = None

    @property
    def entities(self) -> tuple[Lead, ...]:
        """All leads, each entity once."""
        found = (self.single, self.unusual, self.climber, self.newcomer, self.work)
        return tuple({lead.change.entity.hub_id: lead for lead in reversed(found) if lead}.values())[::-1]


def choose_leads(results: WeekAnalysis) -> Leads:
    """Return one entity for each role; an entity fills only the first role that it fits."""
    taken: set[str] = set()

    def first(candidates: Iterable[Lead]) -> Lead | None:
        found = next((lead for lead in candidates if lead.change.entity.hub_id not in taken), None)
        if found:
            taken.add(found.change.entity.hub_id)
        return found

    repos = [week for week in results.kinds if week.kind.spec.is_repo]
    works = [week for week in results.kinds if not week.kind.spec.is_repo]
    return Leads(
        single=first(largest_gains(results)),
        unusual=first(_unusual(repos)),
        climber=first(_climbers(repos)),
        newcomer=first(_newcomers(repos)),
        work=first(_largest(works, ListName.GAINS)),
    )


def largest_gains(results: WeekAnalysis) -> tuple[Lead, ...]:
    """Return the repositories with the largest gains of likes, largest first."""
    return tuple(_largest([week for week in results.kinds if week.kind.spec.is_repo], ListName.GAINS))


def _picks(weeks: Iterable[KindWeek], name: ListName) -> Iterator[tuple[RankedList, Lead]]:
    for week in weeks:
        for ranked in week.lists:
            if ranked.name is name and not ranked.withheld:
                yield from ((ranked, Lead(week, pick)) for pick in ranked.picks)


def _largest(weeks: list[KindWeek], name: ListName) -> list[Lead]:
    """Return the entities of a list by gain of likes or upvotes, largest first."""
    leads = [lead for ranked, lead in _picks(weeks, name) if ranked.metric is labels.vote_metric(lead.week.kind)]
    return sorted((lead for lead in leads if _is_large(lead.change)), key=lambda lead: -(lead.change.gain or 0))


def _unusual(weeks: list[KindWeek]) -> list[Lead]:
    leads = [lead for _, lead in _picks(weeks, ListName.RISERS) if _is_large(lead.change) and lead.pick.score]
    return sorted(leads, key=lambda lead: -(lead.pick.score.value if lead.pick.score else 0))


def _climbers(weeks: list[KindWeek]) -> list[Lead]:
    leads = {lead.change.entity.hub_id: lead for _, lead in _picks(weeks, ListName.GAINS) if climb(lead.change)}
    return sorted(leads.values(), key=lambda lead: (-climb(lead.change), lead.change.entity.id))


def climb(change: Change) -> int:
    """Return the places climbed in the Hub's order; 0 below the minimum climb."""
    before, now = change.rank_before, change.rank_now
    climbed = before - now if before and now and now <= CLIMB_TOP else 0
    return climbed if climbed >= MIN_CLIMB and _is_large(change) else 0


def _newcomers(weeks: list[KindWeek]) -> list[Lead]:
    """Return entrants that derive from no other entity, models first."""
    by_votes = [
        lead
        for ranked, lead in _picks(weeks, ListName.ENTRANTS)
        if ranked.metric is labels.vote_metric(lead.week.kind) and lead.pick.root in (None, lead.change.entity.id)
    ]
    young = [
        lead
        for lead in by_votes
        if lead.change.age_days is not None
        and lead.change.age_days <= NEW_DAYS
        and (lead.change.now or 0) >= MIN_GAIN[lead.change.metric]
    ]
    return sorted(young, key=lambda lead: (lead.week.kind is not Kind.MODEL, -(lead.change.now or 0)))


def _is_large(change: Change) -> bool:
    return change.gain is not None and change.gain >= MIN_GAIN[change.metric]
