"""Creates repositories: popularity, attributes and ids."""

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hubtrends.sim.world.names import NameMaker
from hubtrends.sim.world.papers import paper_id
from hubtrends.sim.world.repo import Attributes, Repo
from hubtrends.sim.world.rng import stream
from hubtrends.sim.world.timestamps import OPENED, object_id

_LICENSES = ("apache-2.0", "apache-2.0", "mit", "mit", "cc-by-4.0", "openrail", "other", None)
_LANGUAGES = ("en", "en", "en", "zh", "de", "fr", "ja", "es", "ar", "sw")
_TASKS = ("text-generation", "text-generation", "image-text-to-text", "text-to-image", "feature-extraction",
    "automatic-speech-recognition", "text-classification", "text-to-speech")  # fmt: skip
_RELATIONS = {"finetune": "Tuned", "quantized": "GGUF", "adapter": "LoRA", "merge": "Merge"}
_DATASET_TASKS = ("text-generation", "question-answering", "image-classification", "translation")
_SDKS = ("gradio", "gradio", "docker", "static", "streamlit")

_POPULARITY = {"model": (3.2, 2.4), "dataset": (2.2, 2.2), "space": (0.0, 0.0)}
"""Mean and standard deviation of the log of daily downloads: a few repositories have most of the traffic."""

_LIKES = (-2.6, 1.7)
"""Mean and standard deviation of the log of daily likes, for a repository without downloads."""

_WITH_PAPER = 0.15
"""The share of repositories that name a paper from the day of their creation."""


@dataclass(slots=True)
class RepoFactory:
    """Creates repositories, each with a unique name and `_id`."""

    seed: int
    names: NameMaker = field(init=False)
    made: int = 0
    models: list[str] = field(default_factory=list)
    """Names of models that a later model may be derived from."""
    hub_ids: dict[str, str] = field(default_factory=dict)
    """`_id` by name; a rename does not change it."""

    def __post_init__(self) -> None:
        self.names = NameMaker(stream(self.seed, "names"))

    def older(self, rng: Random, kind: str, start: date) -> Repo:
        """Create a repository from before `start` with a history that fits its level."""
        span = (start - OPENED.date()).days
        age = min(int(rng.expovariate(1 / 350)) + 1, span)
        created = _moment(rng, start - timedelta(days=age)) if age < span else OPENED
        repo = self._make(rng, kind, max(created, OPENED))
        for back in range(min(30, age), 0, -1):
            repo.pass_day(rng, start - timedelta(days=back))
        earlier = max(0, age - 30)
        repo.all_time += int(repo.level * earlier * rng.uniform(0.3, 1.0))
        repo.likes += int(repo.like_level * earlier * rng.uniform(0.3, 1.0))
        repo.refresh()
        return repo

    def new(self, rng: Random, kind: str, day: date, name: str | None = None) -> Repo:
        """Create a repository on `day`."""
        return self._make(rng, kind, _moment(rng, day), name)

    def _make(self, rng: Random, kind: str, created: datetime, name: str | None = None) -> Repo:
        mean, deviation = _POPULARITY[kind]
        level = rng.lognormvariate(mean, deviation) if kind != "space" else 0.0
        liked = math.log(level / 2000 + 0.01) + rng.gauss(0.0, 0.8) if level else rng.gauss(*_LIKES)
        base = rng.choice(self.models) if kind == "model" and self.models and rng.random() < 0.4 else None
        relation = rng.choice(tuple(_RELATIONS)) if base else ""
        name = name or (self.names.derived(base, _RELATIONS[relation]) if base else self.names.repo(kind))
        if kind == "model":
            self.models.append(name)
        self.made += 1
        hub_id = object_id(int(created.timestamp()), rng.getrandbits(40) << 24 | self.made)
        attributes = _attributes(rng, kind, base, relation)
        if base:
            attributes = replace(attributes, base=(relation, self.hub_ids[base]))
        if kind == "model":
            self.hub_ids[name] = hub_id
        if rng.random() < _WITH_PAPER:
            paper = paper_id(created.date(), rng.randrange(3))
            attributes = replace(attributes, tags=(*attributes.tags, f"arxiv:{paper}"))
        return Repo(kind, hub_id, name, created, attributes, level, math.exp(liked), rng.uniform(0.1, 0.5))


def _moment(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(seconds=rng.randrange(86_400))


def _attributes(rng: Random, kind: str, base: str | None, relation: str) -> Attributes:
    license_id = rng.choice(_LICENSES)
    if kind == "model":
        return _model_attributes(rng, license_id, base, relation)
    if kind == "dataset":
        tags = (f"task_categories:{rng.choice(_DATASET_TASKS)}", f"language:{rng.choice(_LANGUAGES)}",
            "size_categories:10K<n<100K", "format:parquet", "modality:text")  # fmt: skip
        return Attributes(license_id, tags)
    sdk = rng.choice(_SDKS)
    return Attributes(license_id, (sdk,), sdk=sdk)


def _model_attributes(rng: Random, license_id: str | None, base: str | None, relation: str) -> Attributes:
    task = rng.choice(_TASKS) if rng.random() < 0.85 else None
    gguf = relation == "quantized"
    library = ("gguf" if gguf else "transformers") if rng.random() < 0.9 else None
    parameters = int(rng.lognormvariate(22.0, 1.5)) if gguf or rng.random() < 0.8 else None
    tags = [library, "gguf" if gguf else "safetensors", task, rng.choice(_LANGUAGES)]
    if base:
        tags += [f"base_model:{base}", f"base_model:{relation}:{base}"]
    if rng.random() < 0.2:
        tags.append(f"dataset:{rng.choice(('quillworks', 'havnlabs'))}/{rng.choice(('pairs', 'corpus'))}")
    gated = rng.choice(("auto", "manual")) if rng.random() < 0.05 else None
    unique = tuple(filter(None, dict.fromkeys(tags)))
    return Attributes(license_id, unique, task, library, None, parameters, gguf, gated)
