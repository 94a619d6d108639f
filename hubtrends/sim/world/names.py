"""Invented organisations, people and works; none is meant to be a real one."""

from dataclasses import dataclass, field
from random import Random

_HEADS = "quill vorn tessel brack ombra lyrik sorrel havn ezra-loom calyx dunmere fjell pado wren ostra".split()
_TAILS = "works labs forge -ai research -collective institute studio minds -nlp systems".split()
_FAMILIES = (
    "Orvane Tessil Marrow Quorra Lumet Pavane Zephra Corvid Saffra Ketto Noctua Ilmara Brisant Vellum "
    "Ondrel Thistle Arkady Mirelle Solvane Caddis"
).split()
_SIZES = "0.4B 1.7B 3B 7B 9B 14B 32B 70B 8x7B 120B-A12B".split()
_FLAVOURS = "Instruct Base Thinking Coder Vision Embed Audio Distill Preview".split()
_SUBJECTS = (
    "tidal-logs street-signs court-minutes bird-calls recipe-steps proof-sketches shop-receipts radio-talk "
    "leaf-scans code-reviews dialect-maps chess-notes weather-diaries museum-labels exam-answers"
).split()
_FORMS = "corpus bench pairs instruct preferences raw clean mini eval synthetic".split()
_APPS = "studio playground leaderboard demo chat arena explorer captioner upscaler tutor".split()
_PEOPLE = "Ada Ilse Marek Noor Teo Ruth Vidal Yuna Pavel Sena Amadi Lior Freya Osei Juno Rafael".split()
_SURNAMES = "Quillan Vastergard Omondi Tarrow Belisar Kurosame Drexel Halvorn Peixo Andrasz Moorwell Sato-Lind".split()
_METHODS = "Sparse Latent Recursive Grounded Adaptive Contrastive Streaming Verified Modular Elastic".split()
_OBJECTS = "Decoders Agents World-Models Tokenizers Rewards Retrieval Diffusion Memory Routing Distillation".split()
_AIMS = "Long-Form-Reasoning Low-Resource-Speech Robot-Planning Code-Repair Document-Layout Video-Editing".split()


@dataclass(slots=True)
class NameMaker:
    """Hands out repository ids, each once."""

    rng: Random
    _taken: set[str] = field(default_factory=set)

    def repo(self, kind: str, owner: str | None = None) -> str:
        """An unused id of `model`, `dataset` or `space`."""
        owner = owner or organisation(self.rng)
        return self._unused(f"{owner}/{_work(self.rng, kind)}")

    def derived(self, base: str, suffix: str) -> str:
        """An unused id for something made from `base` by somebody else."""
        return self._unused(f"{organisation(self.rng)}/{base.partition('/')[2]}-{suffix}")

    def _unused(self, name: str) -> str:
        chosen, version = name, 2
        while chosen in self._taken:
            chosen, version = f"{name}-v{version}", version + 1
        self._taken.add(chosen)
        return chosen


def organisation(rng: Random) -> str:
    """An account name; some 700 exist."""
    name = rng.choice(_HEADS) + rng.choice(_TAILS)
    shape = rng.randrange(5)
    return name.title().replace("-", "") if shape == 0 else f"{name}{shape}" if shape == 1 else name


def person(rng: Random) -> str:
    """A first and a last name."""
    return f"{rng.choice(_PEOPLE)} {rng.choice(_SURNAMES)}"


def paper_title(rng: Random) -> str:
    """A title in the manner of the field."""
    method, entity, aim = rng.choice(_METHODS), rng.choice(_OBJECTS), rng.choice(_AIMS)
    return f"{rng.choice(_FAMILIES)}: {method} {entity} for {aim}".replace("-", " ")


def article_title(rng: Random) -> str:
    """A title in the manner of a blog."""
    opening = rng.choice(("Introducing", "What we learned from", "A field guide to", "Training", "Measuring"))
    return f"{opening} {rng.choice(_FAMILIES)} {rng.choice(_SIZES)}"


def slug(title: str) -> str:
    """A title as part of an address."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in title.lower()).split())


def _work(rng: Random, kind: str) -> str:
    family = rng.choice(_FAMILIES)
    if kind == "model":
        return f"{family}-{rng.choice(_SIZES)}-{rng.choice(_FLAVOURS)}"
    if kind == "dataset":
        return f"{rng.choice(_SUBJECTS)}-{rng.choice(_FORMS)}"
    return f"{family.lower()}-{rng.choice(_APPS)}"
