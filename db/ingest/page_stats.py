"""Counts what the pages of a walk brought beside their rows: what did not fit, and the Hub's own fields."""

import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from crawler.plan import REMOVAL_CHECKS, ListingKind
from crawler.spool.spool import SpooledPage

MOST_DROPPED = 1000
"""Dropped values of a snapshot that are told one by one; the Hub may change a field of millions."""


VALUE_DROPPED = "(value dropped)"
"""How the reason of a value ends in `rejects`; any other row there is a whole item."""


@dataclass(frozen=True, slots=True)
class SentField:
    """A field that the Hub gave its items."""

    name: str
    types: str
    """The JSON types it came in, with | between them; null only where there is no other."""
    lists: int
    """On how many lists' first pages it stood."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row of `rejects`."""

    listing: str
    page: int
    place: int
    reason: str
    raw: str


def misfits(pages: Sequence[SpooledPage]) -> list[Misfit]:
    """Every rejected item, and the first MOST_DROPPED of the values that were dropped from others.

    A value that several lists showed is told once. A last row, of page 0, says how many more there are.
    """
    items = [
        Misfit(page.listing, page.number, one.place, one.reason, one.raw) for page in pages for one in page.rejections
    ]
    noted = [(page, one) for page in pages for one in page.dropped]
    values = {
        (one.reason, one.raw): Misfit(page.listing, page.number, one.place, f"{one.reason} {VALUE_DROPPED}", one.raw)
        for page, one in reversed(noted)
    }
    told = list(values.values())[::-1][:MOST_DROPPED]
    more = sum(page.values_dropped for page in pages) - len(noted) + len(values) - len(told)
    rest = [Misfit("", 0, 0, f"{more:,} more {VALUE_DROPPED}", "")] if more else []
    return items + told + rest


def rejected_items(pages: Iterable[SpooledPage]) -> int:
    """How many items did not fit; one that several lists showed counts once."""
    lists: dict[str, Counter[str]] = {}
    for page in pages:
        lists.setdefault(page.listing, Counter()).update(one.hub_id or one.name or one.raw for one in page.rejections)
    return reduce(operator.or_, lists.values(), Counter[str]()).total()


def private_items(pages: Iterable[SpooledPage]) -> frozenset[str]:
    """The digests of the private items that came; one that several lists showed counts once."""
    return frozenset(digest for page in pages for digest in page.private)


def rejected_ids(pages: Iterable[SpooledPage]) -> tuple[list[str], list[str]]:
    """The entities that rejected items show: by the Hub's own ids, and by name where the id cannot be read."""
    rejections = [one for page in pages for one in page.rejections]
    hub_ids = {one.hub_id for one in rejections if one.hub_id}
    names = {one.name for one in rejections if one.name and not one.hub_id}
    return sorted(hub_ids), sorted(names)


def checks(pages: Iterable[SpooledPage]) -> list[int]:
    """Return the numbers of the pages that are look-ups of what the lists have missed."""
    return [page.number for page in pages if ListingKind.of(page.listing) in REMOVAL_CHECKS]


def sent_fields(pages: Iterable[SpooledPage]) -> tuple[list[SentField], int]:
    """The Hub's own fields, and how many lists they were looked for in."""
    lists = [page.fields for page in pages if page.fields]
    types: dict[str, set[str]] = {}
    for name, sent in ((name, sent) for fields in lists for name, sent in fields.items()):
        types.setdefault(name, set()).update(sent.split("|"))
    carried = Counter(name for fields in lists for name in fields)
    found = [SentField(name, "|".join(sorted(sent - {"null"} or sent)), carried[name]) for name, sent in types.items()]
    return found, len(lists)
