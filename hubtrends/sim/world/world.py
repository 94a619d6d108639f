"""A simulated Hub that changes day by day; the same seed gives the same world.

    each day: apply events -> withdraw repositories -> add a day of downloads and likes -> update the shown counters

The Hub at a moment shows the days that have ended, not the day that is under way. Papers and articles do not depend on
the repositories and are computed for the requested day.
"""

from datetime import UTC, date, datetime, timedelta

from hubtrends.sim.errors import BeforeTheWorldError
from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.articles import articles_on
from hubtrends.sim.world.events import (
    KINDS,
    EventRates,
    Riser,
    WorldEvent,
    WorldState,
    apply_events,
    apply_shock,
    refresh_counters,
    withdraw_repos,
)
from hubtrends.sim.world.items import repo_item
from hubtrends.sim.world.papers import papers_on
from hubtrends.sim.world.population import RepoFactory
from hubtrends.sim.world.repo import Repo
from hubtrends.sim.world.rng import stream
from hubtrends.sim.world.story import Story

START = date(2026, 9, 1)


class World:
    """A simulated Hub from `start` on; `models`, `datasets` and `spaces` are initial counts.

    A story adds what it publishes to the events.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        models: int = 600,
        datasets: int = 250,
        spaces: int = 300,
        papers_a_day: int = 12,
        articles_a_week: int = 20,
        start: date = START,
        rates: EventRates | None = None,
        story: Story | None = None,
    ) -> None:
        self.seed = seed
        self.start = start
        self._sizes = {"model": models, "dataset": datasets, "space": spaces}
        self._papers_a_day = papers_a_day
        self._articles_a_week = articles_a_week
        self._rates = rates or EventRates()
        self._story = story
        self._begin()

    @property
    def events(self) -> tuple[WorldEvent, ...]:
        """All events up to the last requested moment."""
        return tuple(self._state.events)

    @property
    def risers(self) -> tuple[Riser, ...]:
        """All risers up to the last requested moment."""
        return tuple(self._state.risers)

    def at(self, moment: datetime) -> SimHub:
        """Return the Hub at an aware moment; an earlier moment than the last restarts the world."""
        today = moment.astimezone(UTC).date()
        if today < self.start:
            raise BeforeTheWorldError(moment, self.start)
        if today < self._today:
            self._begin()
        while self._today < today:
            self._pass_day()
        return self._show()

    def _begin(self) -> None:
        self._today = self.start
        rng, factory = stream(self.seed, "older"), RepoFactory(self.seed)
        repos = {
            kind: factory.population(rng, kind, self._sizes[kind], self.start) for kind in ("dataset", "model", "space")
        }
        self._state = WorldState(factory, repos)

    def _pass_day(self) -> None:
        day, state, rng = self._today, self._state, stream(self.seed, "day", self._today)
        number, rates = (day - self.start).days, self._rates
        bursts = apply_events(state, rng, day, rates)
        if self._story:
            self._story.pass_day(state, stream(self.seed, "story", day), day, number)
        factor = apply_shock(state, day, number, rates)
        withdraw_repos(state, stream(self.seed, "withdrawn", day), day, number, rates)
        for repo in state.all_repos():
            repo.pass_day(rng, day, factor * bursts.get(repo.hub_id, 1.0))
        refresh_counters(state, rng, day, number, rates)
        self._today += timedelta(days=1)

    def _show(self) -> SimHub:
        names = {repo.hub_id: repo.name for kind in KINDS for repo in self._visible(kind)}
        moved = self._state.moved.items()
        articles = articles_on(self.seed, self.start, self._today, self._articles_a_week)
        return SimHub(
            {f"{kind}s": ListSource(self._items(kind, disabled=False)) for kind in KINDS},
            papers=papers_on(
                self.seed,
                self.start,
                self._today,
                self._papers_a_day,
                self._story.papers(self.start) if self._story else {},
            ),
            official_articles=articles.official,
            community_articles=articles.community,
            renamed={(f"{kind}s", old): names[hub_id] for (kind, old), hub_id in moved if hub_id in names},
            unlisted={f"{kind}s": self._items(kind, disabled=True) for kind in KINDS},
            today=self._today,
        )

    def _items(self, kind: str, *, disabled: bool) -> list[Item]:
        names = {repo.hub_id: repo.name for repo in self._visible("model")}
        return [repo_item(repo, names) for repo in self._visible(kind) if repo.disabled is disabled]

    def _visible(self, kind: str) -> list[Repo]:
        return [repo for repo in self._state.repos[kind] if not repo.hidden]
