"""What is worth a headline in the demo's last week, by days: a family that leads, and a tag that emerges.

24          the paper on Aurelith is in Daily Papers
26 to 30    dunmere publishes Aurelith in three sizes, the largest last
27 to 34    others publish quantised copies, finetunes and spaces of them
29 to 34    many people publish small models with the tag looped-decoding, which nobody used before
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hubtrends.sim.world.events import EventType, WorldState
from hubtrends.sim.world.families import DUNMERE, TEXT, VISION, Family
from hubtrends.sim.world.models import Draft, Published, laboratory_model, quantised, tuned
from hubtrends.sim.world.papers import paper_id
from hubtrends.sim.world.repo import Repo

FAMILY = Family("Aurelith", DUNMERE, TEXT, "transformers", ("120B-A12B", "32B", "8B"))
TAG = "looped-decoding"
PAPER_TITLE = "Aurelith: Sparse Experts That Share One Memory"

_LEVELS = {"120B-A12B": (9_000.0, 90.0), "32B": (60_000.0, 40.0), "8B": (150_000.0, 30.0)}
"""Downloads and likes per day of each size."""

_RELEASES = {0: "8B", 1: "32B", 4: "120B-A12B"}
"""The size that comes out on a day, counted from the release."""

_COPIES = (0, 5, 4, 3, 4, 3, 2, 2, 1)
"""Quantised copies on each day."""

_FINETUNES = (0, 0, 2, 3, 3, 3, 2, 2, 2)
_SPACES = (0, 0, 1, 2, 1, 1, 0, 1, 0)
_SPACE_LIKES = 6.0
"""Likes per day of a space that shows the family."""

_DECODING = (TEXT, VISION, "automatic-speech-recognition", "text-to-speech")
_PURPOSES = ("Chess", "Tutor", "Recipes", "German", "Swahili", "Minutes", "Storyteller", "Planner")


@dataclass(frozen=True, slots=True)
class Story:
    """The days of the story, counted from the start of the world."""

    release: int = 26
    looping: range = range(29, 35)
    """The days on which four models with the tag appear each."""

    def papers(self, start: date) -> Mapping[str, str]:
        """Return the title of the release's paper by its id."""
        return {self._paper(start): PAPER_TITLE}

    def pass_day(self, state: WorldState, rng: Random, day: date, number: int) -> None:
        """Publish what belongs to day `number`."""
        names, since = state.factory.names, number - self.release
        family = [model for model in state.factory.models if model.draft.family is FAMILY and model.relation is None]
        if since in _RELEASES:
            _release(state, rng, day, self._paper(day - timedelta(days=number)), _RELEASES[since])
        if 0 <= since < len(_COPIES):
            for place in range(_COPIES[since]):
                _publish(state, rng, day, quantised(names, rng, family[-1 - place % len(family)]), 12)
            for _ in range(_FINETUNES[since]):
                _publish(state, rng, day, tuned(names, rng, rng.choice(family[:2]), rng.choice(_PURPOSES)), 12)
            for _ in range(_SPACES[since]):
                _add(state, day, state.factory.space_of(rng, day, rng.choice(family), _SPACE_LIKES))
        if number in self.looping:
            for _ in range(4):
                _publish(state, rng, day, _looped(state, rng), 0)

    def _paper(self, start: date) -> str:
        return paper_id(start + timedelta(days=self.release - 2), 0)


def _release(state: WorldState, rng: Random, day: date, paper: str, size: str) -> None:
    """Publish the base model of a size before noon; it names the paper of the release."""
    stem = f"{FAMILY.name}-{size}"
    name = f"{DUNMERE.name}/{stem}-Instruct"
    draft = laboratory_model(state.factory.names, rng, FAMILY, size, name, stem)
    level, like_level = _LEVELS[size]
    data = state.factory.training_data(rng, draft, datetime.combine(day, time(), UTC))
    tags = (*draft.attributes.tags, *data, f"arxiv:{paper}")
    attributes = replace(draft.attributes, license="apache-2.0", tags=tags, gated=None)
    draft = replace(draft, attributes=attributes, level=level, like_level=like_level)
    _publish(state, rng, day, draft, 0)


def _looped(state: WorldState, rng: Random) -> Draft:
    small = [model for model in state.factory.models if model.relation is None and _is_small(model)]
    draft = tuned(state.factory.names, rng, rng.choice(small[-12:]), "Loop")
    attributes = replace(draft.attributes, tags=(*draft.attributes.tags, TAG))
    return replace(draft, attributes=attributes, level=rng.uniform(20, 200), like_level=rng.uniform(0.3, 2.0))


def _is_small(model: Published) -> bool:
    size = model.draft.attributes.parameters
    return model.draft.family.task in _DECODING and size is not None and size < 5e9 and model.draft.family is not FAMILY


def _publish(state: WorldState, rng: Random, day: date, draft: Draft, earliest: int) -> None:
    """Publish a model on a day, within twelve hours from `earliest` on."""
    moment = datetime.combine(day, time(earliest), UTC) + timedelta(seconds=rng.randrange(12 * 3600))
    _add(state, day, state.factory.publish(rng, draft, moment))


def _add(state: WorldState, day: date, repo: Repo) -> None:
    state.repos[repo.kind].append(repo)
    state.record(day, EventType.CREATED, repo, after=repo.name)
