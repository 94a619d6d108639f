"""A Hub that lives: the same seed gives the same world, day by day.

    each day: what befalls the repositories | a day of downloads and likes | the counters are refreshed, or not

The Hub at a moment shows every day that was over by then; a day that has begun is not seen yet. Papers and articles
do not depend on what happens to repositories and are computed for the day that is asked for.
"""

from datetime import UTC, date, datetime, timedelta

from hubtrends.sim.server.exchange import Item, SimError
from hubtrends.sim.sources.catalogue import ListSource
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.articles import articles_on
from hubtrends.sim.world.events import Riser, WorldEvent
from hubtrends.sim.world.happenings import KINDS, Chances, State, befall, count, shock, withdraw
from hubtrends.sim.world.items import repo_item
from hubtrends.sim.world.papers import papers_on
from hubtrends.sim.world.population import Nursery
from hubtrends.sim.world.repo import Repo
from hubtrends.sim.world.rng import stream

START = date(2026, 9, 1)


class BeforeTheWorldError(SimError):
    """A moment before the world's first day was asked for."""

    def __init__(self, moment: datetime, start: date) -> None:
        super().__init__(f"{moment.isoformat()} is before the world starts; ask for {start} or later")
        self.moment = moment
        self.start = start


class World:
    """A simulated Hub from `start` on; `models`, `datasets` and `spaces` are the numbers it starts with."""

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
        chances: Chances | None = None,
    ) -> None:
        self.seed = seed
        self.start = start
        self._sizes = {"model": models, "dataset": datasets, "space": spaces}
        self._papers_a_day = papers_a_day
        self._articles_a_week = articles_a_week
        self._chances = chances or Chances()
        self._begin()

    @property
    def events(self) -> tuple[WorldEvent, ...]:
        """Everything that has happened up to the moment last asked for."""
        return tuple(self._state.events)

    @property
    def truth(self) -> tuple[Riser, ...]:
        """The repositories whose level has risen for good up to the moment last asked for."""
        return tuple(self._state.truth)

    def at(self, moment: datetime) -> SimHub:
        """The Hub as it stands at an aware moment; one before the last begins the world anew."""
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
        rng, nursery = stream(self.seed, "older"), Nursery(self.seed)
        repos = {
            kind: [nursery.older(rng, kind, self.start) for _ in range(count)] for kind, count in self._sizes.items()
        }
        self._state = State(nursery, repos)

    def _pass_day(self) -> None:
        day, state, rng = self._today, self._state, stream(self.seed, "day", self._today)
        number, chances = (day - self.start).days, self._chances
        bursts, everywhere = befall(state, rng, day, chances), shock(state, day, number, chances)
        withdraw(state, stream(self.seed, "withdrawn", self._today), day, number, chances)
        for repo in state.everyone():
            repo.live(rng, day, everywhere * bursts.get(repo.hub_id, 1.0))
        count(state, rng, day, number, chances)
        self._today += timedelta(days=1)

    def _show(self) -> SimHub:
        posts = articles_on(self.seed, self.start, self._today, self._articles_a_week)
        return SimHub(
            {f"{kind}s": ListSource(self._items(kind, disabled=False)) for kind in KINDS},
            papers=papers_on(self.seed, self.start, self._today, self._papers_a_day),
            posts=posts.official,
            articles=posts.community,
            renamed=self._renamed(),
            unlisted={f"{kind}s": self._items(kind, disabled=True) for kind in KINDS},
            today=self._today,
        )

    def _items(self, kind: str, *, disabled: bool) -> list[Item]:
        names = {repo.hub_id: repo.name for repo in self._visible("model")}
        return [repo_item(repo, names) for repo in self._visible(kind) if repo.disabled is disabled]

    def _visible(self, kind: str) -> list[Repo]:
        return [repo for repo in self._state.repos[kind] if not repo.hidden]

    def _renamed(self) -> dict[tuple[str, str], str]:
        names = {repo.hub_id: repo.name for kind in KINDS for repo in self._visible(kind)}
        moved = self._state.moved
        return {(f"{kind}s", old): names[hub_id] for (kind, old), hub_id in moved.items() if hub_id in names}
