"""What of a page does not fit: whole items, which are rejected, and single values, which are dropped.

Only the ids and the counters decide over an item. Any other value that does not fit becomes null, of a list its odd
entries alone, and the item is kept. A rejected item was shown all the same, so it carries the id by which it is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crawler.errors import BadBodyError
from crawler.schema.private import public_part
from crawler.schema.untrusted_json import json_text
from crawler.schema.value_types import LONGEST_NAME

RAW_LIMIT = 2000
"""Characters of a rejected item that are kept: enough to see what it was."""

RAW_A_PAGE = 50
"""Rejected items of a page that are kept with their JSON; a walk's rejections wait in memory until it is stored."""

VALUE_LIMIT = 300
"""Characters of a dropped value, with the ids of its item, that are kept."""

DROPPED_A_PAGE = 20
"""Dropped values of a page that are noted one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class ItemIds:
    """The ids of an item as it was sent, each None where it cannot be read."""

    hub_id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item that did not fit, and why."""

    place: int
    """Index in its page, from 0."""
    reason: str
    raw: str
    """Its JSON, cut to RAW_LIMIT characters; empty for those beyond RAW_A_PAGE."""
    hub_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DroppedValue:
    """A value that did not fit an item that did."""

    place: int
    field: str
    reason: str
    raw: str
    """The ids of its item and the value as JSON in ASCII, cut to VALUE_LIMIT characters."""


def readable_id(value: object) -> str | None:
    """An id as it was sent; None where it is no text, empty, too long or not printable."""
    if not isinstance(value, str) or any(character < " " or "\ud800" <= character <= "\udfff" for character in value):
        return None
    return value if 0 < len(value.encode()) <= LONGEST_NAME else None


def rejected(
    raw_items: Sequence[object], reasons: Mapping[int, str], ids_of: Callable[[object], ItemIds]
) -> tuple[Rejection, ...]:
    """The items of a page that do not fit, given why by their place."""
    return tuple(
        _rejection(place, reasons[place], raw_items[place], ids_of(raw_items[place]), keep=kept < RAW_A_PAGE)
        for kept, place in enumerate(sorted(reasons))
    )


def _rejection(place: int, reason: str, raw_item: object, ids: ItemIds, *, keep: bool) -> Rejection:
    raw = _json(raw_item)[:RAW_LIMIT] if keep else ""
    return Rejection(place, reason, raw, ids.hub_id, ids.name)


def dropped(
    raw_items: Sequence[object], faults: Mapping[int, Sequence[str]], ids_of: Callable[[object], ItemIds]
) -> tuple[DroppedValue, ...]:
    """The first DROPPED_A_PAGE values that were dropped, given by place as `field: reason`."""
    every = ((place, fault) for place in sorted(faults) for fault in faults[place])
    return tuple(
        _dropped(place, fault, raw_items[place], ids_of(raw_items[place]))
        for (place, fault), _ in zip(every, range(DROPPED_A_PAGE), strict=False)
    )


def _dropped(place: int, fault: str, raw_item: object, ids: ItemIds) -> DroppedValue:
    field = fault.partition(":")[0]
    sample = {"_id": ids.hub_id, "id": ids.name, field: _value(raw_item, field)}
    return DroppedValue(place, field, fault, _json(sample)[:VALUE_LIMIT])


def _json(value: object) -> str:
    """A value as JSON in ASCII, without what is private in it. Raises BadBodyError."""
    try:
        return json_text(public_part(value))
    except RecursionError as error:
        raise BadBodyError("nested too deeply") from error


def _value(raw_item: object, field: str) -> object:
    """What stands in a field, or in the outermost list on the way to it."""
    value = raw_item
    for name in field.split("."):
        if not isinstance(value, dict):
            break
        value = value.get(name)
    return value
