"""Validates papers and articles one by one.

An item that pydantic takes is a row. Of any other, what does not fit is dropped and the rest is tried again, unless an
id or a counter is the fault: then the item is rejected.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from crawler.schema.misfits import ItemIds, readable_id
from crawler.schema.untrusted_json import json_text
from crawler.schema.wire import ArticleItem, PaperItem

Path = tuple[int | str, ...]
Item = TypeVar("Item")

_DEEPEST = 30
"""Levels of an item that are looked at; the Hub's have six, and pydantic reads 200."""


@dataclass(frozen=True, slots=True)
class Fitted(Generic[Item]):
    """What validation made of an item."""

    item: Item | None
    """None where it is rejected."""
    reason: str | None = None
    """Why it is rejected."""
    faults: tuple[str, ...] = ()
    """What was dropped, each as `field: reason`."""


class ItemParser(Generic[Item]):
    """Validates items of one type; `deciding` are the paths of the fields that must fit."""

    def __init__(self, item: Any, deciding: frozenset[Path]) -> None:
        self._one: TypeAdapter[Item] = TypeAdapter(item)
        self._deciding = deciding

    def fitted(self, raw_item: object) -> Fitted[Item]:
        """The item, without what does not fit. Raises BadBodyError for one that is nested too deeply to be told."""
        try:
            return Fitted(self._one.validate_json(json_text(raw_item)))
        except ValidationError:
            return self._without_faults(_readable(raw_item))

    def _without_faults(self, item: object) -> Fitted[Item]:
        """Drop what does not fit until the rest does; each round drops something."""
        faults: list[str] = []
        while True:
            try:
                return Fitted(self._one.validate_json(json_text(item)), faults=tuple(dict.fromkeys(faults)))
            except ValidationError as error:
                errors = error.errors(include_url=False, include_input=False, include_context=False)
                decided = next((one for one in errors if one["loc"] == () or one["loc"] in self._deciding), None)
                if decided is not None:
                    return Fitted(None, sys.intern(reason_of(decided)))
                faults += [sys.intern(reason_of(one)) for one in errors]
                for path in _outermost([_place_of(one["loc"]) for one in errors]):
                    _drop(item, path)


PAPERS: ItemParser[PaperItem] = ItemParser(
    PaperItem, frozenset({("paper",), ("paper", "id"), ("paper", "upvotes"), ("numComments",)})
)
POSTS: ItemParser[ArticleItem] = ItemParser(ArticleItem, frozenset({("_id",), ("url",), ("upvotes",), ("upvotes7d",)}))


def reason_of(error: ErrorDetails) -> str:
    """The field and what is wrong with it; places in lists are left out, so that like faults read alike."""
    where = ".".join(part for part in error["loc"] if isinstance(part, str))
    return f"{where}: {error['msg']}" if where else error["msg"]


def ids_of_paper(raw_item: object) -> ItemIds:
    """A paper is known by its arXiv id alone."""
    paper = raw_item.get("paper") if isinstance(raw_item, dict) else None
    found = readable_id(paper.get("id")) if isinstance(paper, dict) else None
    return ItemIds(found, found)


def ids_of_post(raw_item: object) -> ItemIds:
    """A post has an id of the Hub's, and the part of its address after /blog/ as its name."""
    if not isinstance(raw_item, dict):
        return ItemIds(None, None)
    url = readable_id(raw_item.get("url"))
    return ItemIds(readable_id(raw_item.get("_id")), url.removeprefix("/blog/") if url else None)


def _readable(value: object, depth: int = 0) -> Any:
    """A copy in which an empty list stands for text that is no Unicode, and for what is nested too deeply.

    The parser refuses the whole item for either; an empty list only fails where a text belongs.
    """
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


def _place_of(loc: Path) -> Path:
    """What to drop for a fault. An author whose `hidden` cannot be read must not be shown: all of them goes."""
    return loc[:-1] if loc[-1] == "hidden" else loc


def _outermost(paths: Sequence[Path]) -> Iterator[Path]:
    """The paths that lie in no other, last first, so that dropping one from a list moves none that follows."""
    every = set(paths)
    for path in reversed(list(dict.fromkeys(paths))):
        if not any(path[:length] in every for length in range(1, len(path))):
            yield path


def _drop(item: Any, path: Path) -> None:
    """Take a value out of the object or the list that holds it."""
    for part in path[:-1]:
        item = item[part]
    del item[path[-1]]
