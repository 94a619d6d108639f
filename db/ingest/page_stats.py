"""Counts rejected items, dropped values and the Hub's own fields in the pages of a walk."""

import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from crawler.plan import REMOVAL_CHECKS, ListingKind
from crawler.spool.spool import SpooledPage

MAX_DROPPED = 1000
"""Dropped values of a snapshot that are stored one by one; a changed field may affect millions of items."""


VALUE_DROPPED = "(value dropped)"
"""Suffix of the reason in `rejects` for a dropped value; all other rows are rejected items."""


@dataclass(frozen=True, slots=True)
class SentField:
    """A field of the Hub's items."""

    name: str
    types: str
    """The field's JSON types, joined by a vertical bar; null only if the field has no other type."""
    lists: int
    """The number of lists whose first page has the field."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of `rejects`."""

    listing: str
    page: int
    place: int
    reason: str
    raw: str


def rejects_of(pages: Sequence[SpooledPage]) -> list[Reject]:
    """Return every rejected item and the first MAX_DROPPED dropped values.

    A value from several lists is returned once. If there are more, a last row with page 0 has their number.
    """
    items = [
        Reject(page.listing, page.number, one.place, one.reason, one.raw) for page in pages for one in page.rejections
    ]
    dropped_values = [(page, one) for page in pages for one in page.dropped]
    values = {
        (one.reason, one.raw): Reject(page.listing, page.number, one.place, f"{one.reason} {VALUE_DROPPED}", one.raw)
        for page, one in reversed(dropped_values)
    }
    values_kept = list(values.values())[::-1][:MAX_DROPPED]
    more = sum(page.values_dropped for page in pages) - len(dropped_values) + len(values) - len(values_kept)
    rest = [Reject("", 0, 0, f"{more:,} more {VALUE_DROPPED}", "")] if more else []
    return items + values_kept + rest


def rejected_items(pages: Iterable[SpooledPage]) -> int:
    """Return the number of rejected items; an item from several lists counts once."""
    lists: dict[str, Counter[str]] = {}
    for page in pages:
        lists.setdefault(page.listing, Counter()).update(one.hub_id or one.name or one.raw for one in page.rejections)
    return reduce(operator.or_, lists.values(), Counter[str]()).total()


def private_items(pages: Iterable[SpooledPage]) -> frozenset[str]:
    """Return the digests of the private items; an item from several lists counts once."""
    return frozenset(digest for page in pages for digest in page.private)


def rejected_ids(pages: Iterable[SpooledPage]) -> tuple[list[str], list[str]]:
    """Return the Hub ids of rejected items, and the names of those whose id is unreadable."""
    rejections = [one for page in pages for one in page.rejections]
    hub_ids = {one.hub_id for one in rejections if one.hub_id}
    names = {one.name for one in rejections if one.name and not one.hub_id}
    return sorted(hub_ids), sorted(names)


def checks(pages: Iterable[SpooledPage]) -> list[int]:
    """Return the numbers of the pages that are look-ups of suspects."""
    return [page.number for page in pages if ListingKind.of(page.listing) in REMOVAL_CHECKS]


def sent_fields(pages: Iterable[SpooledPage]) -> tuple[list[SentField], int]:
    """Return the Hub's own fields and the number of lists that were examined."""
    lists = [page.fields for page in pages if page.fields]
    types: dict[str, set[str]] = {}
    for name, sent in ((name, sent) for fields in lists for name, sent in fields.items()):
        types.setdefault(name, set()).update(sent.split("|"))
    carried = Counter(name for fields in lists for name in fields)
    found = [SentField(name, "|".join(sorted(sent - {"null"} or sent)), carried[name]) for name, sent in types.items()]
    return found, len(lists)
