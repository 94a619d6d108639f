"""Pages of all repositories of one kind, in any order.

A `RepoSource` supplies one repository at a time, in ascending order of `_id`, so a Hub of millions needs no objects.
The catalogue sorts each order once into an array of positions and caches it; bisection finds a cursor.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from hubtrends.sim.server.cursor import CREATION, Cursor, SortValue
from hubtrends.sim.server.exchange import Item

MAX_CACHED_ORDERS = 64
"""Maximum number of cached orders. An order of 1.6 M repositories takes 6 MB, and a watch list uses many orders only
once."""


class RepoSource(Protocol):
    """Repositories by position, in ascending order of `_id`."""

    def __len__(self) -> int:
        """Return the number of repositories."""

    def item(self, position: int) -> Item:
        """Return all fields of the repository."""

    def hub_id(self, position: int) -> str:
        """Return its `_id`."""

    def value(self, position: int, sort: str) -> SortValue:
        """Return the value of a sort key; None sorts last."""

    def find(self, name: str) -> int | None:
        """Return the position of the repository with this name."""


class ListSource:
    """A source of items in memory; items whose `private` is not false need a token."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = sorted(items, key=lambda item: str(item["_id"]))
        self._positions = {str(item["id"]): place for place, item in enumerate(self._items)}

    def __len__(self) -> int:
        return len(self._items)

    def item(self, position: int) -> Item:
        return self._items[position]

    def hub_id(self, position: int) -> str:
        return str(self._items[position]["_id"])

    def value(self, position: int, sort: str) -> SortValue:
        value: SortValue = self._items[position].get(sort)
        return value

    def find(self, name: str) -> int | None:
        return self._positions.get(name)

    def public(self) -> "ListSource":
        """Return the public part of the source."""
        return ListSource(item for item in self._items if not item.get("private"))


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a list; a repository must match all of them."""

    search: tuple[str, ...] = ()
    author: str | None = None
    tags: tuple[str, ...] = ()

    def match(self, item: Item) -> bool:
        """Return whether the item is in the list."""
        name = str(item["id"])
        if self.author is not None and name.partition("/")[0] != self.author:
            return False
        if not all(text.lower() in name.lower() for text in self.search):
            return False
        tags = {*item.get("tags", ()), item.get("pipeline_tag"), item.get("library_name")}
        return tags.issuperset(self.tags)


@dataclass(frozen=True, slots=True)
class Order:
    """The sort key, direction and filters of a list."""

    sort: str = "trendingScore"
    ascending: bool = False
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive items of a list."""

    items: tuple[Item, ...]
    following: Cursor | None
    """The cursor of the next page; None on the last page."""
    depth: int
    """Items in the list before this page."""


class Catalogue:
    """The repositories of one kind in one state of the Hub."""

    def __init__(self, source: RepoSource) -> None:
        self._source = source
        self._orders: dict[Order, Sequence[int]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._source)

    def __iter__(self) -> Iterator[Item]:
        return (self._source.item(place) for place in range(len(self._source)))

    def get(self, name: str) -> Item | None:
        """Return the repository with this name."""
        position = self._source.find(name)
        return None if position is None else self._source.item(position)

    def page(self, order: Order, limit: int, after: Cursor | None = None) -> Page:
        """Return at most `limit` items after the cursor."""
        source, positions, start, following = self._source, self._ordered(order), 0, None
        if after is not None:
            start = bisect_left(
                positions,
                True,
                key=lambda place: after.precedes(source.value(place, after.sort), source.hub_id(place)),
            )
        chosen = positions[start : start + limit]
        if start + limit < len(positions):
            value = None if order.sort == CREATION else source.value(chosen[-1], order.sort)
            following = Cursor(order.sort, order.ascending, value, source.hub_id(chosen[-1]))
        return Page(tuple(source.item(place) for place in chosen), following, start)

    def _ordered(self, order: Order) -> Sequence[int]:
        with self._lock:  # two clients must not sort millions at the same time
            if order not in self._orders:
                if len(self._orders) >= MAX_CACHED_ORDERS:
                    self._orders.pop(next(iter(self._orders)))
                self._orders[order] = self._sort(order)
            return self._orders[order]

    def _sort(self, order: Order) -> Sequence[int]:
        source, sort, everything = self._source, order.sort, range(len(self._source))
        matching: Sequence[int] = everything
        if order.filters != Filters():
            matching = array("L", (p for p in everything if order.filters.match(source.item(p))))
        if sort == CREATION:
            return matching if order.ascending else matching[::-1]
        values = [source.value(place, sort) for place in matching]
        known = [index for index, value in enumerate(values) if value is not None]
        known.sort(key=values.__getitem__, reverse=not order.ascending)  # type: ignore[arg-type]
        known.extend(index for index, value in enumerate(values) if value is None)
        return array("L", map(matching.__getitem__, known))
