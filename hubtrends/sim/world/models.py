"""Draws simulated models: base models of laboratories, and copies and derivatives of these.

    original  a laboratory's model: its name states family, generation, size and flavour
    derived   what others make of it: a quantised copy, a finetune, an adapter or a merge of two finetunes

The attributes of a model follow from its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from hubtrends.sim.world.families import FAMILIES, IMAGE, TEXT, VISION, Family, parameters_of
from hubtrends.sim.world.names import QUANTISERS, NameMaker, handle, organisation
from hubtrends.sim.world.repo import Attributes, Repo

RELATIONS = {"quantized": 0.35, "finetune": 0.38, "adapter": 0.17, "merge": 0.10}
"""The share of each relation among derived models."""

_FORMATS = {
    "GGUF": ("gguf", ("gguf",)),
    "AWQ": ("transformers", ("safetensors", "awq", "4-bit")),
    "FP8": ("transformers", ("safetensors", "fp8")),
    "NVFP4": ("transformers", ("safetensors", "nvfp4")),
    "MLX-4bit": ("mlx", ("safetensors", "mlx", "4-bit")),
    "ONNX": ("transformers.js", ("onnx",)),
}
"""The library and the tags of each format of a copy."""

_FORMATS_OF = {TEXT: ("GGUF", "GGUF", "GGUF", "AWQ", "FP8", "NVFP4", "MLX-4bit"),
    VISION: ("GGUF", "GGUF", "AWQ", "FP8", "MLX-4bit"), IMAGE: ("GGUF", "FP8", "NVFP4")}  # fmt: skip
"""The formats that copies of a task have; other tasks have ONNX and GGUF."""

_PURPOSES = {
    TEXT: "Chess Recipes Storyteller Tutor Minutes German Swahili Japanese Arabic Haiku Planner Tables",
    VISION: "Receipts Charts Handwriting Maps Museum",
    IMAGE: "Watercolour Woodcut Blueprint Pixel Claymation Postcard",
    "text-to-video": "Timelapse Claymation Storyboard",
    "feature-extraction": "Legal Recipes German Patents",
    "automatic-speech-recognition": "Swahili German Radio Courtroom",
    "text-to-speech": "Narrator Swahili German",
    "robotics": "Kitchen Sorting",
}
_OTHER_PURPOSES = "Courtroom Harvest Museum Radio"
_LANGUAGES = {"German": "de", "Swahili": "sw", "Japanese": "ja", "Arabic": "ar"}
_LICENSES = ("apache-2.0", "mit", "cc-by-nc-4.0", "openrail", "other", None)
_FOLLOWED = 8
"""Those who copy choose among this many of the newest models."""

_KNOWN = 40
"""Those who finetune choose among this many of the newest base models."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A model before it is published."""

    name: str
    family: Family
    stem: str
    attributes: Attributes
    level: float
    """Downloads per day of a derived model; for a base model a factor on what is usual."""
    like_level: float


@dataclass(frozen=True, slots=True)
class Published:
    """A published model with what its descendants take from it."""

    repo: Repo
    draft: Draft

    @property
    def relation(self) -> str | None:
        """The relation to its own base model; None for a model of a laboratory."""
        return self.draft.attributes.base[0] if self.draft.attributes.base else None


def original(names: NameMaker, rng: Random, created: datetime, family: Family | None = None) -> Draft:
    """Draw a base model."""
    family = family or rng.choice(FAMILIES)
    for _ in range(20):
        size, flavour = rng.choice(family.sizes), rng.choice(family.flavours)
        stem = family.stem(size, created)
        name = f"{family.lab.name}/{'-'.join(filter(None, (stem, flavour)))}"
        if names.free(name):
            break
    draft = laboratory_model(names, rng, family, size, name, stem)
    return replace(draft, attributes=_incomplete(rng, draft.attributes))


def laboratory_model(names: NameMaker, rng: Random, family: Family, size: str, name: str, stem: str) -> Draft:
    """Return a base model of a given name with all attributes."""
    tags = (family.library, "safetensors", family.task, "en", *(("multilingual",) if "Multilingual" in name else ()))
    parameters = round(parameters_of(size) * rng.uniform(0.97, 1.04))
    gated = "manual" if family.lab.license == "other" and rng.random() < 0.4 else None
    attributes = Attributes(family.lab.license, tags, family.task, family.library, parameters=parameters, gated=gated)
    return Draft(names.unused(name), family, stem, attributes, family.use, family.appeal)


def _incomplete(rng: Random, attributes: Attributes) -> Attributes:
    """Leave out one of the attributes of one base model in five, as owners do."""
    drawn, tags = rng.random(), attributes.tags
    if drawn < 0.04:
        return replace(attributes, license=None)
    if drawn < 0.08:
        return replace(attributes, pipeline_tag=None, tags=tuple(tag for tag in tags if tag != attributes.pipeline_tag))
    if drawn < 0.12:
        return replace(attributes, library_name=None, tags=tuple(tag for tag in tags if tag != attributes.library_name))
    return replace(attributes, parameters=None) if drawn < 0.2 else attributes


def derived(names: NameMaker, rng: Random, models: Sequence[Published], relation: str) -> Draft | None:
    """Draw a model that others make from the published ones, oldest first; None if none is fit for it."""
    if relation == "quantized":
        newest = [model for model in models[-3 * _FOLLOWED :] if model.relation in (None, "finetune", "merge")]
        return quantised(names, rng, _liked(rng, newest[-_FOLLOWED:])) if newest else None
    if relation == "merge":
        tunes = [model for model in models if model.relation == "finetune" and model.draft.family.task == TEXT]
        return _merge(names, rng, _liked(rng, tunes[-_KNOWN:]), tunes) if tunes else None
    roots = [model for model in models if model.relation is None]
    if not roots:
        return None
    base = _liked(rng, roots[-_KNOWN:])
    purpose = rng.choice(_PURPOSES.get(base.draft.family.task, _OTHER_PURPOSES).split())
    return tuned(names, rng, base, purpose) if relation == "finetune" else _adapter(names, rng, base, purpose)


def quantised(names: NameMaker, rng: Random, base: Published) -> Draft:
    """Draw a copy of a model in another format; a copy has fewer likes than its base."""
    formats = _FORMATS_OF.get(base.draft.family.task, ("ONNX", "GGUF"))
    for _ in range(20):
        format_ = rng.choice(formats)
        name = f"{rng.choice(tuple(QUANTISERS))}/{_work(base)}-{format_}"
        if names.free(name):
            break
    library, tags = _FORMATS[format_]
    gguf = format_ == "GGUF"
    parameters = None if format_ == "ONNX" else base.repo.attributes.parameters
    attributes = replace(_inherited(base, "quantized", (base,)), library_name=library, gguf=gguf, parameters=parameters)
    attributes = replace(attributes, tags=(library, *(tag for tag in tags if tag != library), *attributes.tags))
    return _draft(names.unused(name), rng, base, attributes, (0.03, 0.4), (0.03, 0.3))


def tuned(names: NameMaker, rng: Random, base: Published, purpose: str) -> Draft:
    """Draw a finetune for a purpose."""
    attributes = _relicensed(rng, _inherited(base, "finetune", (base,)))
    library = base.repo.attributes.library_name
    attributes = replace(
        attributes, library_name=library, tags=tuple(filter(None, (library, "safetensors", *attributes.tags)))
    )
    name = f"{_owner(rng)}/{base.draft.stem}-{purpose}"
    return _draft(names.unused(name), rng, base, _speaking(attributes, purpose), (0.002, 0.3), (0.01, 0.3))


def _adapter(names: NameMaker, rng: Random, base: Published, purpose: str) -> Draft:
    library = "diffusers" if base.draft.family.library == "diffusers" else "peft"
    attributes = _relicensed(rng, _inherited(base, "adapter", (base,)))
    tags = (library, "safetensors", "lora", *attributes.tags)
    attributes = replace(attributes, library_name=library, parameters=None, tags=tags)
    name = names.unused(f"{_owner(rng)}/{base.draft.stem}-{purpose}-LoRA")
    return _draft(name, rng, base, _speaking(attributes, purpose), (0.001, 0.1), (0.01, 0.2))


def _merge(names: NameMaker, rng: Random, base: Published, models: Sequence[Published]) -> Draft:
    alike = [model for model in models if model.draft.stem == base.draft.stem and model is not base]
    parts = (base, rng.choice(alike)) if alike else (base,)
    attributes = _relicensed(rng, _inherited(base, "merge", parts))
    tags = ("transformers", "safetensors", "merge", "mergekit", *attributes.tags)
    attributes = replace(attributes, library_name="transformers", tags=tags)
    name = names.unused(f"{_owner(rng)}/{base.draft.stem}-{rng.choice(('Lantern', 'Mosaic', 'Braid', 'Delta'))}")
    return _draft(name, rng, base, attributes, (0.01, 0.4), (0.05, 0.6))


def _draft(
    name: str,
    rng: Random,
    base: Published,
    attributes: Attributes,
    use: tuple[float, float],
    appeal: tuple[float, float],
) -> Draft:
    """Complete a draft with its popularity, a part of that of its base."""
    level, like_level = base.repo.level * rng.uniform(*use), base.repo.like_level * rng.uniform(*appeal)
    return Draft(name, base.draft.family, base.draft.stem, attributes, level, like_level)


def _inherited(base: Published, relation: str, bases: tuple[Published, ...]) -> Attributes:
    """Return the attributes that a model takes from its base: task, size, licence, language and papers."""
    origin = base.repo.attributes
    named = dict.fromkeys(model.repo.name for model in bases)
    papers = tuple(tag for tag in origin.tags if tag.startswith("arxiv:"))
    tags = [*filter(None, (origin.pipeline_tag,)), "en", *(f"base_model:{name}" for name in named), *papers]
    tags += [f"base_model:{relation}:{name}" for name in named]
    return Attributes(
        origin.license,
        tuple(tags),
        origin.pipeline_tag,
        parameters=origin.parameters,
        base=(relation, tuple(model.repo.hub_id for model in bases)),
    )


def _relicensed(rng: Random, attributes: Attributes) -> Attributes:
    """Change the licence of three in ten derivatives: not everyone keeps that of the base."""
    return replace(attributes, license=rng.choice(_LICENSES)) if rng.random() < 0.3 else attributes


def _speaking(attributes: Attributes, purpose: str) -> Attributes:
    language = _LANGUAGES.get(purpose, "en")
    return replace(attributes, tags=tuple(language if tag == "en" else tag for tag in attributes.tags))


def _liked(rng: Random, models: Sequence[Published]) -> Published:
    """Choose the model with most likes per day out of four."""
    return max(rng.sample(models, min(4, len(models))), key=lambda model: model.repo.like_level)


def _owner(rng: Random) -> str:
    return handle(rng) if rng.random() < 0.6 else organisation(rng)


def _work(model: Published) -> str:
    return model.repo.name.partition("/")[2]
