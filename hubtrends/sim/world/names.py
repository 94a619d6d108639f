"""Invents names of organisations, people, datasets, spaces, papers and articles; none refers to a real one."""

import re
from dataclasses import dataclass, field
from random import Random

from hubtrends.sim.world.families import FAMILIES, LABS, Family

_HEADS = {"quill": "GB", "vorn": "NL", "tessel": "FR", "brack": "DE", "ombra": "IT", "lyrik": "DE", "sorrel": "US",
    "havn": "NO", "loom": "US", "calyx": "CN", "dunmere": "IE", "fjell": "NO", "pado": "CN", "wren": "GB",
    "ostra": "SE"}  # fmt: skip
"""The first part of an organisation's name, with its country."""

_TAILS = {"works": "company", "-labs": "company", "-forge": "company", "-robotics": "company",
    "-research": "university",
    "-institute": "university", "-university": "university", "-collective": "community", "-studio": "company",
    "-minds": "community", "-nlp": "community", "-open": "non-profit"}  # fmt: skip
"""The second part, with the kind of the organisation."""

QUANTISERS = {"gritmill": "AT", "smallbits": "US", "quantyard": "US", "packhouse": "CA", "attic-weights": "JP"}
"""Accounts that publish quantised copies of new models within days, with their countries."""

_SUBJECTS = {
    "tidal-logs": ("tabular", "time-series-forecasting"), "street-signs": ("image", "image-classification"),
    "court-minutes": ("text", "summarization"), "bird-calls": ("audio", "audio-classification"),
    "recipe-steps": ("text", "text-generation"), "proof-sketches": ("text", "text-generation"),
    "shop-receipts": ("image", "image-to-text"), "radio-talk": ("audio", "automatic-speech-recognition"),
    "leaf-scans": ("image", "image-classification"), "code-reviews": ("text", "text-generation"),
    "dialect-maps": ("text", "translation"), "chess-notes": ("text", "question-answering"),
    "weather-diaries": ("text", "text-classification"), "museum-labels": ("image", "image-text-to-text"),
    "exam-answers": ("text", "question-answering"), "table-grips": ("video", "robotics"),
}  # fmt: skip
"""The subject of a dataset, with its modality and task."""

_FORMS = {"corpus": "1M<n<10M", "bench": "1K<n<10K", "pairs": "100K<n<1M", "instruct": "100K<n<1M",
    "preferences": "10K<n<100K", "raw": "10M<n<100M", "clean": "1M<n<10M", "mini": "n<1K", "eval": "1K<n<10K",
    "synthetic": "100K<n<1M"}  # fmt: skip
"""The form of a dataset, with its size category."""

_APPS = {
    "text-generation": "chat playground arena tutor",
    "image-text-to-text": "captioner reader explorer",
    "text-to-image": "studio playground upscaler",
    "text-to-video": "studio storyboard",
    "feature-extraction": "search explorer",
    "text-ranking": "search leaderboard",
    "automatic-speech-recognition": "transcriber subtitles",
    "text-to-speech": "voices reader",
    "image-segmentation": "cutout annotator",
    "text-classification": "checker leaderboard",
    "robotics": "simulator demo",
}
"""What a space does with the models of a task."""

_MARKS = ("hf", "release", "2026", "v1.1")
_PEOPLE = "Ada Ilse Marek Noor Teo Ruth Vidal Yuna Pavel Sena Amadi Lior Freya Osei Juno Rafael".split()
_WORDS = re.compile(r"[^\W_]+")
_SURNAMES = "Quillan Vastergard Omondi Tarrow Belisar Kurosame Drexel Halvorn Peixo Andrasz Moorwell Sato-Lind".split()
_METHODS = "Sparse Latent Recursive Grounded Adaptive Contrastive Streaming Verified Modular Elastic".split()
_OBJECTS = "Decoders Agents World-Models Tokenizers Rewards Retrieval Diffusion Memory Routing Distillation".split()
_AIMS = {
    "text-generation": "Long-Form-Reasoning Code-Repair Careful-Answers",
    "image-text-to-text": "Document-Layout Chart-Reading",
    "text-to-image": "Image-Editing Poster-Design",
    "text-to-video": "Video-Editing Long-Shots",
    "feature-extraction": "Multilingual-Search Short-Queries",
    "text-ranking": "Multilingual-Search Long-Documents",
    "automatic-speech-recognition": "Low-Resource-Speech Noisy-Rooms",
    "text-to-speech": "Expressive-Narration Low-Resource-Speech",
    "image-segmentation": "Fine-Contours Satellite-Images",
    "text-classification": "Polite-Refusals Fair-Moderation",
    "robotics": "Robot-Planning Table-Tasks",
}
"""What the papers of a task aim at."""


@dataclass(frozen=True, slots=True)
class DatasetName:
    """An unused name of a dataset and what it states."""

    name: str
    task: str
    modality: str
    size: str


@dataclass(slots=True)
class NameMaker:
    """Generates unique repository names."""

    rng: Random
    _taken: set[str] = field(default_factory=set)

    def dataset(self) -> DatasetName:
        """Return an unused name for a dataset."""
        subject, form = self.rng.choice(tuple(_SUBJECTS)), self.rng.choice(tuple(_FORMS))
        modality, task = _SUBJECTS[subject]
        return DatasetName(self.unused(f"{organisation(self.rng)}/{subject}-{form}"), task, modality, _FORMS[form])

    def space(self, family: Family) -> str:
        """Return an unused name for a space that shows a family."""
        owner = handle(self.rng) if self.rng.random() < 0.7 else organisation(self.rng)
        return self.unused(f"{owner}/{family.name.lower()}-{self.rng.choice(_APPS[family.task].split())}")

    def renamed(self, name: str) -> str:
        """Return an unused name for a repository that its owner renames; it states the same as the old name."""
        return self.unused(f"{name}-{self.rng.choice(_MARKS)}")

    def free(self, name: str) -> bool:
        """Return whether no repository has ever had the name."""
        return name not in self._taken

    def unused(self, name: str) -> str:
        """Take the name, or the first of its versions that no repository has ever had."""
        chosen, version = name, 2
        while chosen in self._taken:
            chosen, version = f"{name}-v{version}", version + 1
        self._taken.add(chosen)
        return chosen


@dataclass(frozen=True, slots=True)
class KnownOwner:
    """An organisation of the simulated Hub, for the table of owners."""

    name: str
    kind: str
    country: str


def known_owners() -> list[KnownOwner]:
    """Return all organisations; people are in no table of owners."""
    labs = {lab.name: KnownOwner(lab.name, lab.kind, lab.country) for lab in LABS}
    quantisers = {name: KnownOwner(name, "community", country) for name, country in QUANTISERS.items()}
    drawn = {
        head + tail: KnownOwner(head + tail, kind, country)
        for head, country in _HEADS.items()
        for tail, kind in _TAILS.items()
    }
    return sorted((drawn | quantisers | labs).values(), key=lambda owner: owner.name)


def organisation(rng: Random) -> str:
    """Draw an organisation out of 180."""
    return rng.choice(tuple(_HEADS)) + rng.choice(tuple(_TAILS))


def person(rng: Random) -> str:
    """Draw a first and a last name."""
    return f"{rng.choice(_PEOPLE)} {rng.choice(_SURNAMES)}"


def handle(rng: Random) -> str:
    """Draw the account name of a person."""
    return slug(person(rng)).replace("-", rng.choice(("", "-")))


def paper_title(rng: Random) -> str:
    """Draw the title of a paper."""
    family, method, subject = rng.choice(FAMILIES), rng.choice(_METHODS), rng.choice(_OBJECTS)
    aim = rng.choice(_AIMS[family.task].split())
    return f"{family.name.partition('-')[0]}: {method} {subject} for {aim}".replace("-", " ")


def article_title(rng: Random) -> str:
    """Draw the title of a blog article."""
    opening = rng.choice(("Introducing", "What we learned from", "A field guide to", "Training", "Measuring"))
    family = rng.choice(FAMILIES)
    return f"{opening} {family.name.replace('-', ' ')} {rng.choice(family.sizes)}"


def slug(title: str) -> str:
    """Return the form of a title that stands in a URL."""
    return "-".join(_WORDS.findall(title.lower()))
