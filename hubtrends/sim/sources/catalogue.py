"""All repositories of one kind, and pages of them in any order.

A `RepoSource` supplies them one at a time in ascending order of `_id`, so a Hub of millions need not exist as
objects. Each order is worked out once, as an array of positions, and kept; a cursor is found by bisection.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from hubtrends.sim.server.cursor import CREATION, Cursor, SortValue
from hubtrends.sim.server.exchange import Item

ORDERS_KEPT = 64
"""A watch list asks for many searches once each; an order of 1.6 M repositories takes 6 MB."""


class RepoSource(Protocol):
    """Repositories by position, in ascending order of `_id`."""

    def __len__(self) -> int:
        """How many there are."""

    def item(self, position: int) -> Item:
        """The whole repository."""

    def hub_id(self, position: int) -> str:
        """Its `_id`."""

    def value(self, position: int, sort: str) -> SortValue:
        """What it is sorted by; None sorts last."""

    def find(self, name: str) -> int | None:
        """The position of the repository with this id."""


class ListSource:
    """A source over items in memory; those whose `private` is true or odd are for token holders."""

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
        """The source as anyone sees it."""
        return ListSource(item for item in self._items if not item.get("private"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listed repository must match: every search text, the author and every tag."""

    search: tuple[str, ...] = ()
    author: str | None = None
    tags: tuple[str, ...] = ()

    def match(self, item: Item) -> bool:
        """Whether the item is in the list."""
        name = str(item["id"])
        if self.author is not None and name.partition("/")[0] != self.author:
            return False
        if not all(text.lower() in name.lower() for text in self.search):
            return False
        carried = {*item.get("tags", ()), item.get("pipeline_tag"), item.get("library_name")}
        return carried.issuperset(self.tags)


@dataclass(frozen=True, slots=True)
class Order:
    """A list: how it is sorted and what it is filtered by."""

    sort: str = "trendingScore"
    ascending: bool = False
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive items of a list."""

    items: tuple[Item, ...]
    following: Cursor | None
    """Where the next page begins; None on the last one."""
    depth: int
    """Items of the list before this page."""


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
        """The repository with this id."""
        position = self._source.find(name)
        return None if position is None else self._source.item(position)

    def page(self, order: Order, limit: int, after: Cursor | None = None) -> Page:
        """The items of the list that follow the cursor, at most `limit`."""
        positions = self._ordered(order)
        start = 0 if after is None else bisect_left(positions, True, key=self._behind(after))
        chosen = positions[start : start + limit]
        more = start + limit < len(positions)
        following = self._cursor(order, chosen[-1]) if more else None
        return Page(tuple(self._source.item(place) for place in chosen), following, start)

    def _behind(self, cursor: Cursor) -> Callable[[int], bool]:
        source, sort = self._source, cursor.sort
        return lambda place: cursor.precedes(source.value(place, sort), source.hub_id(place))

    def _cursor(self, order: Order, place: int) -> Cursor:
        value = None if order.sort == CREATION else self._source.value(place, order.sort)
        return Cursor(order.sort, order.ascending, value, self._source.hub_id(place))

    def _ordered(self, order: Order) -> Sequence[int]:
        with self._lock:  # two clients that ask at once must not both sort millions
            if order not in self._orders:
                if len(self._orders) >= ORDERS_KEPT:
                    self._orders.pop(next(iter(self._orders)))
                self._orders[order] = self._work_out(order)
            return self._orders[order]

    def _work_out(self, order: Order) -> Sequence[int]:
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
