"""Computes how many entities of each list a walk has read. Entities further down may still be on the Hub."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.kinds import Scope
from crawler.spool.spool import SpooledPage, SpoolHeader

NEARLY_ALL = 0.99
"""Minimum share of a snapshot that a complete list has; the other entities were created during the walk."""

_DAYS = ("created_days", "paper_days", "article_days")
"""The settings that limit the age of entities in the lists of new ones; each kind has one."""


@dataclass(frozen=True, slots=True)
class Depths:
    """How many entities of each list a walk has read: None if all of them, 0 if the list was not read."""

    trending: int | None = None
    downloads: int | None = None
    likes: int | None = None
    days: int | None = None


def depths_of(header: SpoolHeader, pages: Iterable[SpooledPage], entities: int) -> Depths:
    """Return the depths of a walk that found `entities` entities in all of its lists."""
    if header.scope is Scope.FULL and header.kind.spec.is_repo:
        return Depths()
    lengths: Counter[str] = Counter()
    for page in pages:
        lengths[page.listing] += page.public
    days = next((int(header.settings[name]) for name in _DAYS if name in header.settings), None)

    def depth(name: str) -> int | None:
        read = min(lengths[name], header.settings.get("top", lengths[name]))
        return None if read >= NEARLY_ALL * entities else read

    return Depths(depth("trending"), depth("downloads"), depth("likes"), days)
