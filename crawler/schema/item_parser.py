"""Validates papers and articles one by one and builds their rows.

An item that pydantic accepts becomes a row. An invalid id or counter rejects the item. Any other invalid value is
dropped, and the rest of the item is validated again.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NotRequired, TypeVar

import polars as pl
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from crawler.schema.page import ParsedPage, parsed_page
from crawler.schema.rejections import ItemIds
from crawler.schema.untrusted_json import json_text
from crawler.schema.value_types import BETWEEN, TEXTS, TIME, Word, strict_item

Path = tuple[int | str, ...]
Item = TypeVar("Item")

_DEEPEST = 30
"""Maximum depth of an item. The Hub's items have six levels; pydantic reads 200."""


@strict_item
class Author(TypedDict):
    name: NotRequired[Word | None]
    fullname: NotRequired[Word | None]
    hidden: NotRequired[bool | None]


@dataclass(frozen=True, slots=True)
class ValidItem(Generic[Item]):
    """The outcome of validating an item."""

    item: Item | None
    """The valid item; None if the item is rejected."""
    reason: str = ""
    """Why the item is rejected; empty if it is not."""
    faults: tuple[str, ...] = ()
    """Dropped values, each as `field: reason`."""


class ItemParser(Generic[Item]):
    """Validates items of one type; `deciding` are the paths of the fields that must be valid."""

    def __init__(
        self,
        item: Any,
        deciding: frozenset[Path],
        frame: Callable[[Sequence[Item]], pl.DataFrame],
        ids_of: Callable[[object], ItemIds],
    ) -> None:
        self._item: TypeAdapter[Item] = TypeAdapter(item)
        self._deciding, self._frame, self._ids_of = deciding, frame, ids_of

    def page(self, raw_items: Sequence[object]) -> ParsedPage:
        """Return the page of these items. Raises BadBodyError."""
        valid: dict[int, Item] = {}
        reasons: dict[int, str] = {}
        faults: dict[int, Sequence[str]] = {}
        for position, raw_item in enumerate(raw_items):
            found = self.validate(raw_item)
            if found.item is None:
                reasons[position] = found.reason
            else:
                valid[position], faults[position] = found.item, found.faults
        return parsed_page(self._frame(list(valid.values())), list(valid), raw_items, reasons, faults, self._ids_of)

    def validate(self, raw_item: object) -> ValidItem[Item]:
        """Return the item without its invalid values. Raises BadBodyError for one that is nested too deeply."""
        try:
            return ValidItem(self._item.validate_json(json_text(raw_item)))
        except ValidationError:
            item, faults = _readable(raw_item), list[str]()
        while True:  # each round drops at least one value
            try:
                return ValidItem(self._item.validate_json(json_text(item)), faults=tuple(dict.fromkeys(faults)))
            except ValidationError as error:
                errors = error.errors(include_url=False, include_input=False, include_context=False)
                decided = next((one for one in errors if one["loc"] == () or one["loc"] in self._deciding), None)
                if decided is not None:
                    return ValidItem(None, sys.intern(_reason(decided)))
                faults += [sys.intern(_reason(one)) for one in errors]
                # an author whose `hidden` is unreadable must not be shown at all
                paths = [one["loc"][:-1] if one["loc"][-1] == "hidden" else one["loc"] for one in errors]
                for path in _outermost(paths):
                    outer = item
                    for part in path[:-1]:
                        outer = outer[part]
                    del outer[path[-1]]


def _reason(error: ErrorDetails) -> str:
    """Return the field and its fault; indexes in lists are left out, so that equal faults read alike."""
    where = ".".join(part for part in error["loc"] if isinstance(part, str))
    return f"{where}: {error['msg']}" if where else error["msg"]


def _readable(value: object, depth: int = 0) -> Any:
    """Return a copy in which an empty list replaces invalid Unicode and values that are nested too deeply."""
    if isinstance(value, str):
        return value if _is_unicode(value) else []
    if isinstance(value, dict | list) and depth >= _DEEPEST:
        return []
    if isinstance(value, dict):
        return {key: _readable(one, depth + 1) for key, one in value.items() if _is_unicode(key)}
    return [_readable(one, depth + 1) for one in value] if isinstance(value, list) else value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _outermost(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the outermost paths, last first, so that dropping an entry does not move the remaining ones."""
    every = set(paths)
    for path in reversed(list(dict.fromkeys(paths))):
        if not any(path[:length] in every for length in range(1, len(path))):
            yield path


def item_frame(values: Mapping[str, Sequence[object]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return a frame from polars' fastest inputs: lists joined to texts, times in seconds."""
    given = {TEXTS: pl.String(), TIME: pl.Float64()}
    times = [(pl.col(name) * 1e6).round().cast(pl.Int64).cast(TIME) for name, dtype in columns.items() if dtype == TIME]
    schema = {name: given.get(dtype, dtype) for name, dtype in columns.items()}
    return pl.DataFrame(values, schema=schema).with_columns(*times)


def joined_words(lists: Iterable[Sequence[str] | None]) -> list[str | None]:
    """Return each list as one text, null for an empty one."""
    return [BETWEEN.join(texts) if texts else None for texts in lists]


def seconds(times: Iterable[datetime | None]) -> list[float | None]:
    """Return times as seconds since 1970."""
    return [None if time is None else time.timestamp() for time in times]


def author_names(authors: Sequence[Author] | None) -> list[str]:
    """Return the names that may be shown: the Hub hides some authors on request."""
    visible = (author for author in authors or () if not author.get("hidden"))
    return [name for author in visible if (name := author.get("name") or author.get("fullname"))]
