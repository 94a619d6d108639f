"""Invented laboratories and the model families that they publish; none refers to a real one.

A family has one task and one library. The name of a model states its family, generation, size and flavour, and its
attributes follow from these.
"""

import re
from dataclasses import dataclass
from datetime import datetime

TEXT = "text-generation"
VISION = "image-text-to-text"
IMAGE = "text-to-image"

_SIZE = re.compile(r"(?:(?P<experts>\d+)x)?(?P<number>[\d.]+)(?P<unit>[MB])")
_EXPERTS_ALONE = 0.83
"""The factor on the product of a size such as 8x7B: the experts share their other layers."""

_GENERATIONS = ((2026, 4, "4"), (2025, 9, "3.5"), (2025, 2, "3"), (2024, 6, "2"))
"""First year and month of each generation of names; older models have no number."""


@dataclass(frozen=True, slots=True)
class Lab:
    """An organisation that trains base models."""

    name: str
    kind: str
    country: str
    license: str


@dataclass(frozen=True, slots=True)
class Family:
    """A series of base models of one laboratory."""

    name: str
    lab: Lab
    task: str
    library: str
    sizes: tuple[str, ...]
    flavours: tuple[str, ...] = ("",)
    use: float = 1.0
    """Factor on downloads: a small embedding model runs in many pipelines."""
    appeal: float = 1.0
    """Factor on likes per download: people like what they talk to."""

    def stem(self, size: str, created: datetime) -> str:
        """Return the part of a name that states family, generation and size."""
        month = (created.year, created.month)
        number = next((text for year, first, text in _GENERATIONS if month >= (year, first)), "")
        return "-".join(filter(None, (self.name, number, size)))


def parameters_of(size: str) -> int:
    """Return the number of parameters that a size states: 600M, 9B, 120B-A12B or 8x7B."""
    found = _SIZE.match(size)
    if found is None:
        raise ValueError(f"{size!r} is not a size; write one such as 9B, 600M or 8x7B")
    experts = int(found["experts"]) * _EXPERTS_ALONE if found["experts"] else 1.0
    return round(float(found["number"]) * experts * {"M": 1e6, "B": 1e9}[found["unit"]])


QUILLWORKS = Lab("quillworks", "company", "GB", "apache-2.0")
HAVN = Lab("havn-labs", "company", "NO", "mit")
TESSEL = Lab("tessel-ai", "company", "FR", "apache-2.0")
BRACK = Lab("brack-research", "non-profit", "DE", "apache-2.0")
CALYX = Lab("calyx-systems", "company", "CN", "mit")
DUNMERE = Lab("dunmere", "company", "US", "other")
OSTRA = Lab("ostra-institute", "university", "SE", "apache-2.0")
SORREL = Lab("sorrel-speech", "company", "JP", "mit")
FJELL = Lab("fjell-vision", "company", "KR", "apache-2.0")
WREN = Lab("wren-collective", "community", "IN", "cc-by-4.0")
PADO = Lab("pado-robotics", "company", "CN", "cc-by-nc-4.0")
LABS = (QUILLWORKS, HAVN, TESSEL, BRACK, CALYX, DUNMERE, OSTRA, SORREL, FJELL, WREN, PADO)

_CHAT = ("Base", "Instruct", "Instruct", "Thinking")
_SMALL_TO_LARGE = ("0.6B", "1.7B", "4B", "9B", "14B", "32B", "70B")

FAMILIES = (
    Family("Orvane", QUILLWORKS, TEXT, "transformers", _SMALL_TO_LARGE, _CHAT),
    Family("Corvid-Coder", QUILLWORKS, TEXT, "transformers", ("1.7B", "9B", "32B"), ("Base", "Instruct")),
    Family("Ketto", HAVN, TEXT, "transformers", ("8x7B", "32B", "120B-A12B", "240B-A22B"), _CHAT),
    Family("Mirelle", TESSEL, TEXT, "transformers", _SMALL_TO_LARGE, _CHAT),
    Family("Noctua-VL", TESSEL, VISION, "transformers", ("2B", "7B", "34B"), ("Instruct", "Thinking"), use=0.8),
    Family("Brisant", BRACK, TEXT, "transformers", ("1B", "7B", "13B"), ("Base", "Instruct", "SFT"), use=0.6),
    Family("Solvane", CALYX, TEXT, "transformers", ("4B", "14B", "32B", "90B-A9B"), _CHAT),
    Family("Ilmara-Image", CALYX, IMAGE, "diffusers", ("3B", "6B", "12B"), ("", "Turbo"), use=0.7, appeal=2.5),
    Family("Saffra", DUNMERE, TEXT, "transformers", ("1B", "8B", "70B"), _CHAT, use=1.5),
    Family("Zephra-Video", DUNMERE, "text-to-video", "diffusers", ("1.3B", "14B"), use=0.4, appeal=3.0),
    Family("Vellum-Embed", OSTRA, "feature-extraction", "sentence-transformers", ("33M", "110M", "335M", "600M"),
           ("", "Multilingual"), use=4.0, appeal=0.3),
    Family("Vellum-Rerank", OSTRA, "text-ranking", "sentence-transformers", ("110M", "600M"), use=1.2, appeal=0.2),
    Family("Pavane-ASR", SORREL, "automatic-speech-recognition", "transformers", ("75M", "250M", "800M", "1.6B"),
           ("", "Streaming"), use=3.0, appeal=0.3),
    Family("Lumet-TTS", SORREL, "text-to-speech", "transformers", ("80M", "500M", "1.2B"), appeal=2.0),
    Family("Thistle-OCR", FJELL, VISION, "transformers", ("0.9B", "3B"), appeal=1.5),
    Family("Marrow-Segment", FJELL, "image-segmentation", "transformers", ("40M", "220M"), use=1.0, appeal=0.3),
    Family("Caddis-Guard", WREN, "text-classification", "transformers", ("66M", "180M", "1B"), use=1.5, appeal=0.2),
    Family("Arkady-VLA", PADO, "robotics", "lerobot", ("450M", "3B"), ("Base", "Tabletop"), use=0.2, appeal=2.0),
)  # fmt: skip
