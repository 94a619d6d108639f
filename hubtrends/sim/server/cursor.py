"""Keyset cursors: a position in a sorted list, written as the database condition for all items after it.

Lists are ordered by key, then by ascending `_id`; items without a key come last. `createdAt` is ordered by `_id` only.
The wire format is base64 of a Mongo condition, for example
`{"$or":[{"likes":3,"_id":{"$gt":"…"}},{"likes":{"$lt":3}},{"likes":null}]}`.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from hubtrends.sim.errors import RefusedError

SortValue = int | float | str | None

CREATION = "createdAt"
"""The sort key that is ordered by `_id`, which never changes."""

_HUB_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last item of a page: its sort value and its `_id`."""

    sort: str
    ascending: bool
    value: SortValue
    hub_id: str

    def precedes(self, value: SortValue, hub_id: str) -> bool:
        """Return whether an item with this value and `_id` comes after the cursor."""
        if self.sort == CREATION:
            return hub_id > self.hub_id if self.ascending else hub_id < self.hub_id
        if value == self.value:
            return hub_id > self.hub_id
        if value is None or self.value is None:
            return value is None
        return bool(value > self.value if self.ascending else value < self.value)  # type: ignore[operator]


def encode(cursor: Cursor, *, searching: bool = False) -> str:
    """Return the cursor as standard base64, without percent-encoding."""
    ahead = "$gt" if cursor.ascending else "$lt"
    here: dict[str, Any] = {cursor.sort: cursor.value, "_id": {"$gt": cursor.hub_id}}
    condition: dict[str, Any]
    if cursor.sort == CREATION:
        condition = {"_id": {ahead: cursor.hub_id}}
    elif cursor.value is None:
        condition = {"$or": [here]}
    else:
        condition = {"$or": [here, {cursor.sort: {ahead: cursor.value}}, {cursor.sort: None}]}
    if searching:  # stands for the token of the Hub's search engine
        condition["searchSequenceToken"] = base64.b64encode(bytes.fromhex(cursor.hub_id)).decode()
    return base64.b64encode(json.dumps(condition, separators=(",", ":")).encode()).decode()


def decode(text: str, sort: str, *, ascending: bool) -> Cursor:
    """Parse a cursor for this order; refuse anything else with 400."""
    try:
        condition = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise RefusedError(400, "Invalid cursor") from error
    found = _position(condition, sort, ascending=ascending)
    if found is None or not _HUB_ID.fullmatch(found[1]):
        raise RefusedError(400, "Invalid cursor")
    return Cursor(sort, ascending, *found)


def _position(condition: Any, sort: str, *, ascending: bool) -> tuple[SortValue, str] | None:
    """Return the sort value and the `_id` from the condition of a cursor, None for another order."""
    match condition:
        case {"_id": {"$gt": str(hub_id)}} if sort == CREATION and ascending:
            return None, hub_id
        case {"_id": {"$lt": str(hub_id)}} if sort == CREATION and not ascending:
            return None, hub_id
        case {"$or": [{"_id": {"$gt": str(hub_id)}, **keys}, *_]} if sort != CREATION and sort in keys:
            value = keys[sort]
            return (value, hub_id) if isinstance(value, int | float | str | None) else None
    return None
