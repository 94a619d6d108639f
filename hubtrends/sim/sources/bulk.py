"""A Hub of any size for benchmarks; each item is computed from its position.

Items are not stored, so millions take no memory until they are sorted. A higher `day` gives the same repositories with
counters that have grown by that many days.
"""

from datetime import UTC, datetime

from hubtrends.sim.server.cursor import CREATION, SortValue
from hubtrends.sim.server.exchange import Item
from hubtrends.sim.sources.hub import SimHub
from hubtrends.sim.world.rng import stream
from hubtrends.sim.world.timestamps import object_id, wire_seconds

SECONDS_APART = 45
"""Seconds between two creations; the Hub's 3.1 M models of four and a half years are 47 seconds apart."""

NEWEST = datetime(2026, 9, 1, tzinfo=UTC)

_LEVELS = 4096
_MIX = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
_TASKS = ("text-generation", "feature-extraction", "text-to-image", "image-classification", None)
_NAME = {"models": "net", "datasets": "set", "spaces": "app"}


class BulkHub(SimHub):
    """A simulated Hub with given numbers of repositories; the newest of each kind was created at `newest`."""

    def __init__(
        self,
        *,
        models: int,
        datasets: int = 0,
        spaces: int = 0,
        seed: int = 0,
        day: int = 0,
        newest: datetime = NEWEST,
    ) -> None:
        counts = {"models": models, "datasets": datasets, "spaces": spaces}
        super().__init__({kind: _BulkSource(kind, n, seed, day, newest) for kind, n in counts.items()})


class _BulkSource:
    def __init__(self, kind: str, count: int, seed: int, day: int, newest: datetime) -> None:
        self._kind = kind
        self._count = count
        self._day = day
        self._salt = stream(seed, kind).getrandbits(40)
        self._first = int(newest.timestamp()) - max(count - 1, 0) * SECONDS_APART
        rng = stream(seed, "levels")
        self._rates = [rng.lognormvariate(0.0, 2.5) for _ in range(_LEVELS)]
        """Downloads per day; likes per day are a twentieth of them."""

    def __len__(self) -> int:
        return self._count

    def hub_id(self, position: int) -> str:
        return object_id(self._seconds(position), self._salt << 24 | position)

    def value(self, position: int, sort: str) -> SortValue:
        if sort in (CREATION, "lastModified"):
            return wire_seconds(self._seconds(position))
        return self._numbers(position).get(sort)

    def find(self, name: str) -> int | None:
        digits = name.rpartition("-")[2]
        position = int(digits) if digits.isascii() and digits.isdigit() else self._count
        return position if position < self._count and self._name(position) == name else None

    def item(self, position: int) -> Item:
        name, mixed = self._name(position), self._mixed(position)
        created = wire_seconds(self._seconds(position))
        item = {
            "_id": self.hub_id(position),
            "id": name,
            "author": name.partition("/")[0],
            **self._numbers(position),
            "private": False,
            "gated": False,
            "disabled": False,
            "sha": f"{mixed:040x}",
            "createdAt": created,
            "lastModified": created,
        }
        self._describe(item, mixed)
        return item

    def _describe(self, item: dict[str, object], mixed: int) -> None:
        if self._kind == "spaces":
            item |= {"sdk": "gradio", "tags": ["gradio", "region:us"]}
            return
        item["tags"] = [
            "safetensors",
            "license:apache-2.0",
            "en",
            f"arxiv:26{mixed % 9 + 1:02d}.00001",
            "region:us",
        ]
        if self._kind == "datasets":
            item["key"] = ""
            return
        item |= {"modelId": item["id"], "library_name": "transformers"}
        if task := _TASKS[mixed % len(_TASKS)]:
            item["pipeline_tag"] = task

    def _numbers(self, position: int) -> dict[str, int]:
        mixed = self._mixed(position)
        rate = self._rates[mixed % _LEVELS]
        likes = int(rate * (mixed >> 20 & 15)) + self._day * int(rate / 20)
        numbers = {"likes": likes, "trendingScore": int(rate / 3)}
        if self._kind != "spaces":
            numbers |= {"downloads": int(rate * 30), "downloadsAllTime": int(rate * (400 + self._day))}
        return numbers

    def _seconds(self, position: int) -> int:
        return self._first + position * SECONDS_APART

    def _name(self, position: int) -> str:
        return f"lab{self._mixed(position) % 9973}/{_NAME[self._kind]}-{position}"

    def _mixed(self, position: int) -> int:
        """Return 64 bits that look random and depend on the position only."""
        mixed = (position * _MIX + self._salt) & _WORD
        return (mixed ^ mixed >> 29) * _MIX >> 7 & _WORD
