"""Counts what the pages of a walk brought beside their rows: items that did not fit, and the Hub's own fields."""

import operator
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from crawler.confirm import CONFIRM, CONTROL
from crawler.spool import SpooledPage

_NAMED = re.compile(r'"(?:_id|id)": "[^"]*"')


@dataclass(frozen=True, slots=True)
class SentField:
    """A field that the Hub gave its items."""

    name: str
    types: str
    """The JSON types it came in, with | between them; null only where there is no other."""
    lists: int
    """On how many lists' first pages it stood."""


def rejected_items(pages: Iterable[SpooledPage]) -> int:
    """How many items did not fit; one that several lists showed counts once."""
    lists: dict[str, Counter[str]] = {}
    for page in pages:
        lists.setdefault(page.leg, Counter()).update(_name_of(rejection.raw) for rejection in page.rejections)
    return reduce(operator.or_, lists.values(), Counter[str]()).total()


def private_items(pages: Iterable[SpooledPage]) -> frozenset[str]:
    """The digests of the private items that came; one that several lists showed counts once."""
    return frozenset(digest for page in pages for digest in page.private)


def _name_of(raw: str) -> str:
    found = _NAMED.search(raw)
    return found[0] if found else raw


def checks(pages: Iterable[SpooledPage]) -> list[int]:
    """The numbers of the pages that are no list, but look-ups of what the lists have missed."""
    return [page.number for page in pages if page.leg.startswith((CONTROL, CONFIRM))]


def sent_fields(pages: Iterable[SpooledPage]) -> tuple[list[SentField], int]:
    """The Hub's own fields, and how many lists they were looked for in."""
    lists = [page.fields for page in pages if page.fields]
    types: dict[str, set[str]] = {}
    for name, sent in ((name, sent) for fields in lists for name, sent in fields.items()):
        types.setdefault(name, set()).update(sent.split("|"))
    carried = Counter(name for fields in lists for name in fields)
    found = [SentField(name, "|".join(sorted(sent - {"null"} or sent)), carried[name]) for name, sent in types.items()]
    return found, len(lists)
