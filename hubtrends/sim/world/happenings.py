"""What befalls the repositories of a simulated world on one day, written down as it happens."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from random import Random

from hubtrends.sim.world.events import Riser, What, WorldEvent
from hubtrends.sim.world.population import Nursery
from hubtrends.sim.world.repo import Repo
from hubtrends.sim.world.rng import poisson

KINDS = ("model", "dataset", "space")


@dataclass(frozen=True, slots=True)
class Chances:
    """How often entities happen: a rate is a chance for each repository and day, a day counts from the start."""

    created: float = 0.004
    renamed: float = 0.0006
    removed: float = 0.0006
    recreated: float = 0.0002
    hidden: float = 0.0003
    shown_again: float = 0.15
    """For each hidden one."""
    gate_flipped: float = 0.0006
    relicensed: float = 0.0004
    unliked: float = 0.01
    burst: float = 0.004
    surge: float = 0.0012
    surge_factors: tuple[float, float] = (1.5, 4.0)
    burst_factors: tuple[float, float] = (5.0, 30.0)
    disabled: float = 0.0
    mass_removals: Mapping[int, float] = field(default_factory=dict)
    """Days on which a share of all datasets goes; in June 2026 9 % of them went in twelve days."""
    skipped_refreshes: frozenset[int] = frozenset({10, 24})
    frozen_counters: frozenset[int] = frozenset()
    """Days on which the all-time counters of datasets and of newer models are not refreshed."""
    frozen_since: date = date(2025, 4, 1)
    """Models created from this day on are newer ones."""
    shocks: Mapping[int, float] = field(default_factory=dict)
    """Days on which all traffic is multiplied."""
    rollback: int | None = 17
    """The day on which most all-time counters fall by 2 to 10 %."""
    rollback_undone: int | None = 20


@dataclass(slots=True)
class State:
    """A world between two days."""

    nursery: Nursery
    repos: dict[str, list[Repo]]
    moved: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind, a former id) to `_id`."""
    events: list[WorldEvent] = field(default_factory=list)
    truth: list[Riser] = field(default_factory=list)

    def everyone(self) -> Iterable[Repo]:
        """All repositories, hidden ones included."""
        return (repo for kind in KINDS for repo in self.repos[kind])

    def note(self, day: date, what: What, repo: Repo, before: str | None = None, after: str | None = None) -> None:
        """Write an event down."""
        self.events.append(WorldEvent(day, what, repo.kind, repo.hub_id, before, after))


def befall(state: State, rng: Random, day: date, chances: Chances) -> dict[str, float]:
    """Let the day's events happen; returns the factor of each burst by `_id`."""
    bursts: dict[str, float] = {}
    for kind in KINDS:
        _create(state, rng, day, kind, chances)
        for rate, happen in _CHANGES:
            for repo in _chosen(rng, state.repos[kind], rate(chances)):
                happen(state, rng, day, repo)
        for repo in _chosen(rng, state.repos[kind], chances.surge):
            _surge(state, rng, day, repo, chances)
        for repo in _chosen(rng, state.repos[kind], chances.burst if kind != "space" else 0.0):
            bursts[repo.hub_id] = rng.uniform(*chances.burst_factors)
            state.note(day, What.BURST, repo, after=f"x{bursts[repo.hub_id]:.1f}")
        _show_again(state, rng, day, kind, chances)
    return bursts


def shock(state: State, day: date, number: int, chances: Chances) -> float:
    """The factor on all traffic of day `number`."""
    factor = chances.shocks.get(number, 1.0)
    if factor != 1.0:
        state.events.append(WorldEvent(day, What.SHOCK, after=f"x{factor:.2f}"))
    return factor


def count(state: State, rng: Random, day: date, number: int, chances: Chances) -> None:
    """Bring the shown download counters up to date at the end of day `number`, as well as the Hub does."""
    if number == chances.rollback:
        for repo in state.everyone():
            repo.revision = rng.uniform(0.02, 0.1) if rng.random() < 0.8 else 0.0
        state.events.append(WorldEvent(day, What.ROLLBACK))
    if number == chances.rollback_undone:
        for repo in state.everyone():
            repo.revision = 0.0
        state.events.append(WorldEvent(day, What.ROLLBACK_UNDONE))
    if number in chances.skipped_refreshes:
        state.events.append(WorldEvent(day, What.REFRESH_SKIPPED))
        return
    if number in chances.frozen_counters:
        state.events.append(WorldEvent(day, What.COUNTERS_FROZEN))
    for repo in state.everyone():
        if number in chances.frozen_counters and _is_frozen(repo, chances):
            repo.lose_oldest_day()
        else:
            repo.refresh()


def _is_frozen(repo: Repo, chances: Chances) -> bool:
    return repo.kind == "dataset" or repo.created.date() >= chances.frozen_since


def withdraw(state: State, rng: Random, day: date, number: int, chances: Chances) -> None:
    """Let the Hub disable repositories and many datasets go at once.

    The chances are drawn apart from those of `befall`, so that the other events of a world stay what they are.
    """
    for kind in KINDS:
        for repo in _chosen(rng, state.repos[kind], chances.disabled):
            repo.disabled = True
            state.note(day, What.DISABLED, repo)
    present = [repo for repo in state.repos["dataset"] if repo.listed]
    for repo in rng.sample(present, round(chances.mass_removals.get(number, 0.0) * len(present))):
        _remove(state, rng, day, repo)


def _chosen(rng: Random, repos: list[Repo], rate: float) -> list[Repo]:
    open_to_all = [repo for repo in repos if repo.listed]
    count = min(poisson(rng, rate * len(open_to_all)), len(open_to_all))
    return rng.sample(open_to_all, count)


def _create(state: State, rng: Random, day: date, kind: str, chances: Chances) -> None:
    for _ in range(poisson(rng, chances.created * len(state.repos[kind]))):
        repo = state.nursery.new(rng, kind, day)
        state.repos[kind].append(repo)
        state.note(day, What.CREATED, repo, after=repo.name)


def _rename(state: State, _rng: Random, day: date, repo: Repo) -> None:
    before, repo.name = repo.name, state.nursery.names.repo(repo.kind)
    state.moved[repo.kind, before] = repo.hub_id
    state.note(day, What.RENAMED, repo, before, repo.name)


def _remove(state: State, _rng: Random, day: date, repo: Repo) -> None:
    state.repos[repo.kind].remove(repo)
    state.note(day, What.REMOVED, repo, before=repo.name)


def _recreate(state: State, rng: Random, day: date, repo: Repo) -> None:
    _remove(state, rng, day, repo)
    again = state.nursery.new(rng, repo.kind, day, repo.name)
    state.repos[repo.kind].append(again)
    state.note(day, What.RECREATED, again, before=repo.hub_id, after=again.name)


def _hide(state: State, _rng: Random, day: date, repo: Repo) -> None:
    repo.hidden = True
    state.note(day, What.HIDDEN, repo)


def _show_again(state: State, rng: Random, day: date, kind: str, chances: Chances) -> None:
    for repo in state.repos[kind]:
        if repo.hidden and rng.random() < chances.shown_again:
            repo.hidden = False
            state.note(day, What.SHOWN, repo)


def _flip_gate(state: State, rng: Random, day: date, repo: Repo) -> None:
    before, after = repo.facts.gated, None if repo.facts.gated else rng.choice(("auto", "manual"))
    repo.facts = replace(repo.facts, gated=after)
    _commit(rng, day, repo)
    state.note(day, What.GATED if after else What.UNGATED, repo, before, after)


def _relicense(state: State, rng: Random, day: date, repo: Repo) -> None:
    before = repo.facts.license
    after = rng.choice([name for name in ("mit", "apache-2.0", "cc-by-nc-4.0") if name != before])
    repo.facts = replace(repo.facts, license=after)
    _commit(rng, day, repo)
    state.note(day, What.RELICENSED, repo, before, after)


def _commit(rng: Random, day: date, repo: Repo) -> None:
    moment = datetime.combine(day, time(rng.randrange(24), rng.randrange(60)), UTC)
    repo.modified = max(moment, repo.created)


def _unlike(state: State, rng: Random, day: date, repo: Repo) -> None:
    before = repo.likes
    repo.unlike(rng.randrange(1, 3))
    if repo.likes < before:
        state.note(day, What.UNLIKED, repo, str(before), str(repo.likes))


def _surge(state: State, rng: Random, day: date, repo: Repo, chances: Chances) -> None:
    factor = rng.uniform(*chances.surge_factors)
    repo.level *= factor
    repo.like_level *= factor
    state.truth.append(Riser(repo.kind, repo.hub_id, day, factor))
    state.note(day, What.SURGE, repo, after=f"x{factor:.2f}")


_CHANGES: tuple[tuple[Callable[[Chances], float], Callable[[State, Random, date, Repo], None]], ...] = (
    (lambda chances: chances.renamed, _rename),
    (lambda chances: chances.removed, _remove),
    (lambda chances: chances.recreated, _recreate),
    (lambda chances: chances.hidden, _hide),
    (lambda chances: chances.gate_flipped, _flip_gate),
    (lambda chances: chances.relicensed, _relicense),
    (lambda chances: chances.unliked, _unlike),
)
