"""Records the invalid values of a page, which reject their item or are dropped from it.

An invalid id or counter rejects the item. Any other invalid value is replaced by null, or removed from its list, and
the item is kept. A rejection has the ids of its item, because the item still exists on the Hub.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crawler.errors import BadBodyError
from crawler.schema.private import public_part
from crawler.schema.untrusted_json import json_text
from crawler.schema.value_types import LONGEST_NAME

RAW_LIMIT = 2000
"""Characters kept of a rejected item, enough to recognise it."""

RAW_A_PAGE = 50
"""Rejected items of a page that keep their JSON. The limit saves memory, which holds rejections until the walk is
stored."""

VALUE_LIMIT = 300
"""Characters kept of a dropped value with the ids of its item."""

DROPPED_A_PAGE = 20
"""Dropped values of a page that are kept one by one; the others are only counted."""


@dataclass(frozen=True, slots=True)
class ItemIds:
    """The ids of a raw item, each None if it is unreadable."""

    hub_id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item with an invalid id or counter."""

    place: int
    """Index in its page, from 0."""
    reason: str
    raw: str
    """Its JSON, cut to RAW_LIMIT characters; empty for those beyond RAW_A_PAGE."""
    hub_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DroppedValue:
    """An invalid value that was dropped from an item, which is kept."""

    place: int
    field: str
    reason: str
    raw: str
    """The ids of its item and the value as JSON in ASCII, cut to VALUE_LIMIT characters."""


def readable_id(value: object) -> str | None:
    """Return an id; None if it is no text, empty, too long or not printable."""
    if not isinstance(value, str) or any(character < " " or "\ud800" <= character <= "\udfff" for character in value):
        return None
    return value if 0 < len(value.encode()) <= LONGEST_NAME else None


def rejected(
    raw_items: Sequence[object], reasons: Mapping[int, str], ids_of: Callable[[object], ItemIds]
) -> tuple[Rejection, ...]:
    """Return the rejections of a page, given the reasons by position."""
    rejections = []
    for kept, place in enumerate(sorted(reasons)):
        ids = ids_of(raw_items[place])
        raw = _json(raw_items[place])[:RAW_LIMIT] if kept < RAW_A_PAGE else ""
        rejections.append(Rejection(place, reasons[place], raw, ids.hub_id, ids.name))
    return tuple(rejections)


def dropped(
    raw_items: Sequence[object], faults: Mapping[int, Sequence[str]], ids_of: Callable[[object], ItemIds]
) -> tuple[DroppedValue, ...]:
    """Return the first DROPPED_A_PAGE dropped values, given by position as `field: reason`."""
    every = ((place, fault) for place in sorted(faults) for fault in faults[place])
    values = []
    for place, fault in itertools.islice(every, DROPPED_A_PAGE):
        ids, field = ids_of(raw_items[place]), fault.partition(":")[0]
        value = raw_items[place]
        for name in field.split("."):  # down to the value, or to the outermost list on the path
            value = value.get(name) if isinstance(value, dict) else value
        sample = {"_id": ids.hub_id, "id": ids.name, field: value}
        values.append(DroppedValue(place, field, fault, _json(sample)[:VALUE_LIMIT]))
    return tuple(values)


def _json(value: object) -> str:
    """Return a value as ASCII JSON without its private parts. Raises BadBodyError."""
    try:
        return json_text(public_part(value))
    except RecursionError as error:
        raise BadBodyError("nested too deeply") from error
