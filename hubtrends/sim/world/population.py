"""Creates repositories: popularity, attributes and ids."""

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hubtrends.sim.world.families import FAMILIES
from hubtrends.sim.world.models import RELATIONS, Draft, Published, derived, original
from hubtrends.sim.world.names import NameMaker
from hubtrends.sim.world.papers import paper_id
from hubtrends.sim.world.repo import Attributes, Repo
from hubtrends.sim.world.rng import stream
from hubtrends.sim.world.timestamps import OPENED, object_id

_DATASET_LICENSES = ("apache-2.0", "mit", "cc-by-4.0", "cc-by-4.0", "odc-by", "other", None)
_LANGUAGES = ("en", "en", "en", "zh", "de", "fr", "ja", "es", "ar", "sw")
_SDKS = ("gradio", "gradio", "docker", "static", "streamlit")

_POPULARITY = {"model": (3.2, 2.4), "dataset": (2.2, 2.2)}
"""Mean and standard deviation of the log of daily downloads: a few repositories have most of the traffic."""

_LIKES = (-2.6, 1.7)
"""Mean and standard deviation of the log of daily likes, for a repository without downloads."""

_DERIVED = 0.65
"""The share of models that are made from another model."""

_WITH_PAPER = {"model": 0.35, "dataset": 0.15, "space": 0.1}
"""The share of repositories that name a paper at their creation; derived models name that of their base."""

_PAPER_LAG = 4.0
"""Mean days from a paper to a repository that names it."""


@dataclass(slots=True)
class RepoFactory:
    """Creates repositories, each with a unique name and `_id`; models in the order of their creation."""

    seed: int
    names: NameMaker = field(init=False)
    made: int = 0
    models: list[Published] = field(default_factory=list)
    """The models that a later model may be derived from, oldest first."""
    datasets: list[Repo] = field(default_factory=list)
    """The datasets that a later model may be trained on."""

    def __post_init__(self) -> None:
        self.names = NameMaker(stream(self.seed, "names"))

    def population(self, rng: Random, kind: str, count: int, start: date) -> list[Repo]:
        """Create the repositories from before `start`, oldest first."""
        span = (start - OPENED.date()).days
        ages = sorted((min(int(rng.expovariate(1 / 350)) + 1, span) for _ in range(count)), reverse=True)
        moments = (_moment(rng, start - timedelta(days=age)) if age < span else OPENED for age in ages)
        return [self._older(rng, kind, created, start) for created in sorted(moments)]

    def new(self, rng: Random, kind: str, day: date) -> Repo:
        """Create a repository on `day`."""
        return self._make(rng, kind, _moment(rng, day))

    def again(self, rng: Random, repo: Repo, day: date) -> Repo:
        """Create a repository that has the name and the attributes of a removed one."""
        created = _moment(rng, day)
        return Repo(
            repo.kind,
            self._hub_id(rng, created),
            repo.name,
            created,
            repo.attributes,
            repo.level,
            repo.like_level,
            repo.noise,
        )

    def publish(self, rng: Random, draft: Draft, created: datetime) -> Repo:
        """Create the model of a draft."""
        repo = Repo("model", self._hub_id(rng, created), draft.name, created, draft.attributes, draft.level,
                    draft.like_level, rng.uniform(0.1, 0.5))  # fmt: skip
        self.models.append(Published(repo, draft))
        return repo

    def space_of(self, rng: Random, day: date, shown: Published, like_level: float) -> Repo:
        """Create a space on `day` that shows a model."""
        created = _moment(rng, day)
        name, attributes = self._space(rng, shown)
        return Repo("space", self._hub_id(rng, created), name, created, attributes, 0.0, like_level, 0.0)

    def _older(self, rng: Random, kind: str, created: datetime, start: date) -> Repo:
        """Create a repository with a history that fits its level."""
        repo = self._make(rng, kind, created)
        age = (start - created.date()).days
        for back in range(min(30, age), 0, -1):
            repo.pass_day(rng, start - timedelta(days=back))
        earlier = max(0, age - 30)
        repo.all_time += int(repo.level * earlier * rng.uniform(0.3, 1.0))
        repo.likes += int(repo.like_level * earlier * rng.uniform(0.3, 1.0))
        repo.refresh()
        return repo

    def _make(self, rng: Random, kind: str, created: datetime) -> Repo:
        if kind == "model":
            return self._model(rng, created)
        level, like_level = _popularity(rng, kind)
        name, attributes = self._dataset(rng) if kind == "dataset" else self._space(rng, self._liked(rng))
        attributes = replace(attributes, tags=(*attributes.tags, *_papers(rng, kind, created)))
        noise = rng.uniform(0.1, 0.5)
        repo = Repo(kind, self._hub_id(rng, created), name, created, attributes, level, like_level, noise)
        if kind == "dataset":
            self.datasets.append(repo)
        return repo

    def _model(self, rng: Random, created: datetime) -> Repo:
        draft = None
        if rng.random() < _DERIVED:
            (relation,) = rng.choices(tuple(RELATIONS), tuple(RELATIONS.values()))
            earlier = [model for model in self.models if model.repo.created < created]
            draft = derived(self.names, rng, earlier, relation)
        if draft is None:
            draft = original(self.names, rng, created)
            level, like_level = _popularity(rng, "model")
            draft = replace(draft, level=level * draft.level, like_level=like_level * draft.like_level)
            draft = _tagged(draft, _papers(rng, "model", created))
        relation = draft.attributes.base[0] if draft.attributes.base else "base"
        if relation not in ("quantized", "merge") and rng.random() < 0.5:
            draft = _tagged(draft, self.training_data(rng, draft, created))
        return self.publish(rng, draft, created)

    def training_data(self, rng: Random, draft: Draft, created: datetime) -> tuple[str, ...]:
        """Return the tags of one or two older datasets that fit the task."""
        known = [data for data in self.datasets if data.created < created and _fits(draft.family.task, data)]
        chosen = rng.sample(known, min(len(known), rng.randrange(1, 3)))
        return tuple(f"dataset:{data.name}" for data in chosen)

    def _dataset(self, rng: Random) -> tuple[str, Attributes]:
        named = self.names.dataset()
        tags = (f"task_categories:{named.task}", f"language:{rng.choice(_LANGUAGES)}",
            f"size_categories:{named.size}", "format:parquet", f"modality:{named.modality}")  # fmt: skip
        return named.name, Attributes(rng.choice(_DATASET_LICENSES), tags)

    def _liked(self, rng: Random) -> Published | None:
        """Draw one of the more liked models; None if there are no models."""
        sample = rng.sample(self.models, min(5, len(self.models)))
        return max(sample, key=lambda model: model.repo.like_level, default=None)

    def _space(self, rng: Random, shown: Published | None) -> tuple[str, Attributes]:
        """Draw a space that shows a model, or a family of which no model exists."""
        sdk, license_id = rng.choice(_SDKS), rng.choice(("apache-2.0", "mit", None))
        family = shown.draft.family if shown else rng.choice(FAMILIES)
        models = (shown.repo.name,) if shown else ()
        return self.names.space(family), Attributes(license_id, (sdk,), sdk=sdk, models=models)

    def _hub_id(self, rng: Random, created: datetime) -> str:
        self.made += 1
        return object_id(int(created.timestamp()), rng.getrandbits(40) << 24 | self.made)


def _popularity(rng: Random, kind: str) -> tuple[float, float]:
    """Draw the downloads and the likes per day."""
    if kind == "space":
        return 0.0, math.exp(rng.gauss(*_LIKES))
    level = rng.lognormvariate(*_POPULARITY[kind])
    return level, math.exp(math.log(level / 2000 + 0.01) + rng.gauss(0.0, 0.8))


def _papers(rng: Random, kind: str, created: datetime) -> tuple[str, ...]:
    """Draw the tag of a paper from shortly before the creation, or none."""
    if rng.random() >= _WITH_PAPER[kind]:
        return ()
    day = created.date() - timedelta(days=int(rng.expovariate(1 / _PAPER_LAG)))
    number = rng.randrange(3) if day.weekday() < 5 else 0
    return (f"arxiv:{paper_id(day, number)}",)


def _tagged(draft: Draft, tags: tuple[str, ...]) -> Draft:
    return replace(draft, attributes=replace(draft.attributes, tags=(*draft.attributes.tags, *tags)))


_MODALITIES = {
    "text-to-image": "image", "image-text-to-text": "image", "image-segmentation": "image", "text-to-video": "video",
    "automatic-speech-recognition": "audio", "text-to-speech": "audio", "robotics": "video",
}  # fmt: skip
"""The modality of the data that a task is trained on; other tasks take text."""


def _fits(task: str, data: Repo) -> bool:
    return f"modality:{_MODALITIES.get(task, 'text')}" in data.attributes.tags


def _moment(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(seconds=rng.randrange(86_400))
