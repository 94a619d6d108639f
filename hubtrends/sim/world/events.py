"""Draws the events of one simulated day, applies them to the repositories and records them.

The records are the ground truth that analysis is measured against.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from random import Random

from hubtrends.sim.world.population import RepoFactory
from hubtrends.sim.world.repo import Repo
from hubtrends.sim.world.rng import poisson

KINDS = ("model", "dataset", "space")


class EventType(StrEnum):
    """The types of event."""

    CREATED = "created"
    RENAMED = "renamed"
    REMOVED = "removed"
    RECREATED = "recreated"
    """A new repository, with a new `_id`, takes the name of one removed on the same day."""
    HIDDEN = "hidden"
    """The owner makes the repository private: it leaves every list but still exists."""
    SHOWN = "shown"
    DISABLED = "disabled"
    """The Hub disables the repository: it leaves every list, a look-up still shows it."""
    GATED = "gated"
    UNGATED = "ungated"
    RELICENSED = "relicensed"
    UNLIKED = "unliked"
    BURST = "burst"
    """One day has many times the usual traffic."""
    SURGE = "surge"
    """The level rises and stays."""
    REFRESH_SKIPPED = "refresh skipped"
    """Hub-wide: download counters stand still."""
    COUNTERS_FROZEN = "counters frozen"
    """All-time counters of datasets and newer models stand still; their 30-day counters lose the oldest day."""
    SHOCK = "shock"
    """Hub-wide: one day has more or less traffic everywhere."""
    ROLLBACK = "rollback"
    """Hub-wide: all-time counters fall."""
    ROLLBACK_UNDONE = "rollback undone"


@dataclass(frozen=True, slots=True)
class WorldEvent:
    """One event on one day; a Hub-wide event has neither kind nor `hub_id`."""

    day: date
    type: EventType
    kind: str | None = None
    """`model`, `dataset` or `space`."""
    hub_id: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Riser:
    """A repository whose level has risen for good; a ranking should find it."""

    kind: str
    hub_id: str
    start: date
    """The first day on the new level."""
    factor: float
    """New level divided by old level."""


@dataclass(frozen=True, slots=True)
class EventRates:
    """How often events happen: rates are per repository and day; days are counted from the start."""

    created: float = 0.004
    renamed: float = 0.0006
    removed: float = 0.0006
    recreated: float = 0.0002
    hidden: float = 0.0003
    shown_again: float = 0.15
    """Probability per day that a hidden repository becomes public again."""
    gate_flipped: float = 0.0006
    relicensed: float = 0.0004
    unliked: float = 0.01
    burst: float = 0.004
    surge: float = 0.0012
    surge_factors: tuple[float, float] = (1.5, 4.0)
    burst_factors: tuple[float, float] = (5.0, 30.0)
    disabled: float = 0.0
    mass_removals: Mapping[int, float] = field(default_factory=dict)
    """Days on which a share of all datasets is removed; in June 2026 the Hub lost 9 % of them in twelve days."""
    skipped_refreshes: frozenset[int] = frozenset({10, 24})
    frozen_counters: frozenset[int] = frozenset()
    """Days on which the all-time counters of datasets and newer models are not refreshed."""
    frozen_since: date = date(2025, 4, 1)
    """Models created on or after this day are the newer ones."""
    shocks: Mapping[int, float] = field(default_factory=dict)
    """The factor on all traffic of a day, by day number."""
    rollback: int | None = 17
    """The day on which most all-time counters fall by 2 to 10 %."""
    rollback_undone: int | None = 20


@dataclass(slots=True)
class WorldState:
    """The state of a world between two days."""

    factory: RepoFactory
    repos: dict[str, list[Repo]]
    moved: dict[tuple[str, str], str] = field(default_factory=dict)
    """`_id` by kind and former id."""
    events: list[WorldEvent] = field(default_factory=list)
    risers: list[Riser] = field(default_factory=list)

    def all_repos(self) -> Iterable[Repo]:
        """Return all repositories, hidden ones included."""
        return (repo for kind in KINDS for repo in self.repos[kind])

    def record(
        self, day: date, type_: EventType, repo: Repo, before: str | None = None, after: str | None = None
    ) -> None:
        """Append the event of one repository."""
        self.events.append(WorldEvent(day, type_, repo.kind, repo.hub_id, before, after))


def apply_events(state: WorldState, rng: Random, day: date, rates: EventRates) -> dict[str, float]:
    """Apply the day's events; return the factor of each burst by `_id`."""
    bursts: dict[str, float] = {}
    for kind in KINDS:
        for _ in range(poisson(rng, rates.created * len(state.repos[kind]))):
            repo = state.factory.new(rng, kind, day)
            state.repos[kind].append(repo)
            state.record(day, EventType.CREATED, repo, after=repo.name)
        for rate, change in _CHANGES:
            for repo in _sample(rng, state.repos[kind], rate(rates)):
                change(state, rng, day, repo)
        for repo in _sample(rng, state.repos[kind], rates.surge):
            factor = rng.uniform(*rates.surge_factors)
            repo.level *= factor
            repo.like_level *= factor
            state.risers.append(Riser(repo.kind, repo.hub_id, day, factor))
            state.record(day, EventType.SURGE, repo, after=f"x{factor:.2f}")
        for repo in _sample(rng, state.repos[kind], rates.burst if kind != "space" else 0.0):
            bursts[repo.hub_id] = rng.uniform(*rates.burst_factors)
            state.record(day, EventType.BURST, repo, after=f"x{bursts[repo.hub_id]:.1f}")
        for repo in state.repos[kind]:
            if repo.hidden and rng.random() < rates.shown_again:
                repo.hidden = False
                state.record(day, EventType.SHOWN, repo)
    return bursts


def apply_shock(state: WorldState, day: date, number: int, rates: EventRates) -> float:
    """Return the factor on all traffic of day `number`."""
    factor = rates.shocks.get(number, 1.0)
    if factor != 1.0:
        state.events.append(WorldEvent(day, EventType.SHOCK, after=f"x{factor:.2f}"))
    return factor


def refresh_counters(state: WorldState, rng: Random, day: date, number: int, rates: EventRates) -> None:
    """Refresh the shown download counters at the end of day `number`, with the Hub's own faults."""
    if number == rates.rollback:
        for repo in state.all_repos():
            repo.revision = rng.uniform(0.02, 0.1) if rng.random() < 0.8 else 0.0
        state.events.append(WorldEvent(day, EventType.ROLLBACK))
    if number == rates.rollback_undone:
        for repo in state.all_repos():
            repo.revision = 0.0
        state.events.append(WorldEvent(day, EventType.ROLLBACK_UNDONE))
    if number in rates.skipped_refreshes:
        state.events.append(WorldEvent(day, EventType.REFRESH_SKIPPED))
        return
    freezes = number in rates.frozen_counters
    if freezes:
        state.events.append(WorldEvent(day, EventType.COUNTERS_FROZEN))
    for repo in state.all_repos():
        if freezes and (repo.kind == "dataset" or repo.created.date() >= rates.frozen_since):
            repo.lose_oldest_day()
        else:
            repo.refresh()


def withdraw_repos(state: WorldState, rng: Random, day: date, number: int, rates: EventRates) -> None:
    """Disable repositories and remove many datasets at once.

    The random numbers are drawn apart from those of `apply_events`, so these rates do not change the other events.
    """
    for kind in KINDS:
        for repo in _sample(rng, state.repos[kind], rates.disabled):
            repo.disabled = True
            state.record(day, EventType.DISABLED, repo)
    listed = [repo for repo in state.repos["dataset"] if repo.listed]
    for repo in rng.sample(listed, round(rates.mass_removals.get(number, 0.0) * len(listed))):
        _remove(state, rng, day, repo)


def _sample(rng: Random, repos: list[Repo], rate: float) -> list[Repo]:
    listed = [repo for repo in repos if repo.listed]
    count = min(poisson(rng, rate * len(listed)), len(listed))
    return rng.sample(listed, count)


def _rename(state: WorldState, _rng: Random, day: date, repo: Repo) -> None:
    before, repo.name = repo.name, state.factory.names.renamed(repo.name)
    state.moved[repo.kind, before] = repo.hub_id
    state.record(day, EventType.RENAMED, repo, before, repo.name)


def _remove(state: WorldState, _rng: Random, day: date, repo: Repo) -> None:
    state.repos[repo.kind].remove(repo)
    state.record(day, EventType.REMOVED, repo, before=repo.name)


def _recreate(state: WorldState, rng: Random, day: date, repo: Repo) -> None:
    _remove(state, rng, day, repo)
    successor = state.factory.again(rng, repo, day)
    state.repos[repo.kind].append(successor)
    state.record(day, EventType.RECREATED, successor, before=repo.hub_id, after=successor.name)


def _hide(state: WorldState, _rng: Random, day: date, repo: Repo) -> None:
    repo.hidden = True
    state.record(day, EventType.HIDDEN, repo)


def _flip_gate(state: WorldState, rng: Random, day: date, repo: Repo) -> None:
    before = repo.attributes.gated
    after = None if before else rng.choice(("auto", "manual"))
    repo.attributes = replace(repo.attributes, gated=after)
    _modify(rng, day, repo)
    state.record(day, EventType.GATED if after else EventType.UNGATED, repo, before, after)


def _relicense(state: WorldState, rng: Random, day: date, repo: Repo) -> None:
    before = repo.attributes.license
    after = rng.choice([name for name in ("mit", "apache-2.0", "cc-by-nc-4.0") if name != before])
    repo.attributes = replace(repo.attributes, license=after)
    _modify(rng, day, repo)
    state.record(day, EventType.RELICENSED, repo, before, after)


def _modify(rng: Random, day: date, repo: Repo) -> None:
    moment = datetime.combine(day, time(rng.randrange(24), rng.randrange(60)), UTC)
    repo.modified = max(moment, repo.created)


def _unlike(state: WorldState, rng: Random, day: date, repo: Repo) -> None:
    before = repo.likes
    repo.unlike(rng.randrange(1, 3))
    if repo.likes < before:
        state.record(day, EventType.UNLIKED, repo, str(before), str(repo.likes))


_CHANGES: tuple[tuple[Callable[[EventRates], float], Callable[[WorldState, Random, date, Repo], None]], ...] = (
    (lambda rates: rates.renamed, _rename),
    (lambda rates: rates.removed, _remove),
    (lambda rates: rates.recreated, _recreate),
    (lambda rates: rates.hidden, _hide),
    (lambda rates: rates.gate_flipped, _flip_gate),
    (lambda rates: rates.relicensed, _relicense),
    (lambda rates: rates.unliked, _unlike),
)
