"""Invents names of organisations, people, repositories, papers and articles; none refers to a real one."""

import re
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
_WORDS = re.compile(r"[^\W_]+")
_SURNAMES = "Quillan Vastergard Omondi Tarrow Belisar Kurosame Drexel Halvorn Peixo Andrasz Moorwell Sato-Lind".split()
_METHODS = "Sparse Latent Recursive Grounded Adaptive Contrastive Streaming Verified Modular Elastic".split()
_OBJECTS = "Decoders Agents World-Models Tokenizers Rewards Retrieval Diffusion Memory Routing Distillation".split()
_AIMS = "Long-Form-Reasoning Low-Resource-Speech Robot-Planning Code-Repair Document-Layout Video-Editing".split()


@dataclass(slots=True)
class NameMaker:
    """Generates unique repository names."""

    rng: Random
    _taken: set[str] = field(default_factory=set)

    def repo(self, kind: str, owner: str | None = None) -> str:
        """Return an unused name for a `model`, `dataset` or `space`."""
        owner = owner or organisation(self.rng)
        return self._unused(f"{owner}/{_work(self.rng, kind)}")

    def derived(self, base: str, suffix: str) -> str:
        """Return an unused name for a model that another organisation derives from `base`."""
        return self._unused(f"{organisation(self.rng)}/{base.partition('/')[2]}-{suffix}")

    def _unused(self, name: str) -> str:
        chosen, version = name, 2
        while chosen in self._taken:
            chosen, version = f"{name}-v{version}", version + 1
        self._taken.add(chosen)
        return chosen


def organisation(rng: Random) -> str:
    """Draw an account name out of about 700."""
    name = rng.choice(_HEADS) + rng.choice(_TAILS)
    shape = rng.randrange(5)
    return name.title().replace("-", "") if shape == 0 else f"{name}{shape}" if shape == 1 else name


def person(rng: Random) -> str:
    """Draw a first and a last name."""
    return f"{rng.choice(_PEOPLE)} {rng.choice(_SURNAMES)}"


def paper_title(rng: Random) -> str:
    """Draw the title of a paper."""
    method, subject, aim = rng.choice(_METHODS), rng.choice(_OBJECTS), rng.choice(_AIMS)
    return f"{rng.choice(_FAMILIES)}: {method} {subject} for {aim}".replace("-", " ")


def article_title(rng: Random) -> str:
    """Draw the title of a blog article."""
    opening = rng.choice(("Introducing", "What we learned from", "A field guide to", "Training", "Measuring"))
    return f"{opening} {rng.choice(_FAMILIES)} {rng.choice(_SIZES)}"


def slug(title: str) -> str:
    """Return the form of a title that stands in a URL."""
    return "-".join(_WORDS.findall(title.lower()))


def _work(rng: Random, kind: str) -> str:
    family = rng.choice(_FAMILIES)
    if kind == "model":
        return f"{family}-{rng.choice(_SIZES)}-{rng.choice(_FLAVOURS)}"
    if kind == "dataset":
        return f"{rng.choice(_SUBJECTS)}-{rng.choice(_FORMS)}"
    return f"{family.lower()}-{rng.choice(_APPS)}"
