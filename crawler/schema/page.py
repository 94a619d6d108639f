"""The parsed body of a response: valid rows, rejections with a reason, and dropped values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from crawler.errors import BadBodyError
from crawler.schema.rejections import DroppedValue, ItemIds, Rejection, dropped, rejected

LONG_PAGE = 100
"""Length from which a page without a valid item means that the Hub has changed."""


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """The items of one response."""

    frame: pl.DataFrame
    rejections: tuple[Rejection, ...]
    items: int
    """Number of items, valid or not."""
    positions: pl.Series
    """Index of each row's item among the public items of the response, from 0."""
    total: int | None = None
    """How many items the whole list has, where the Hub states it (blog)."""
    dropped: tuple[DroppedValue, ...] = ()
    """The first values that were dropped from rows."""
    values_dropped: int = 0
    """How many values were dropped."""
    private: tuple[str, ...] = ()
    """Ids of the dropped private items. They are never stored; they only help to detect a list that loops."""
    ends_private: bool = False
    """Whether the last item is private, so that the cursor of the next page may name it."""

    @property
    def public(self) -> int:
        """The number of public items."""
        return self.items - len(self.private)

    @property
    def entities(self) -> pl.Series:
        """The identity of each item: the id of a row, the JSON of a rejected item, the id of a private item."""
        without_row = [*(rejection.raw for rejection in self.rejections), *self.private]
        return pl.concat([self.frame["hub_id"], pl.Series("hub_id", without_row, pl.String)])

    @property
    def newest(self) -> datetime | None:
        """The creation time of the newest entity of the page."""
        found = self.frame["created_at"].max()
        return found if isinstance(found, datetime) else None


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """A readable page of public repositories that will be parsed with its batch."""

    body: bytes
    raw: pl.DataFrame
    total: None = None
    newest: None = None
    private: tuple[()] = ()
    ends_private: bool = False

    @property
    def items(self) -> int:
        return len(self.raw)

    @property
    def public(self) -> int:
        return self.items

    @property
    def entities(self) -> pl.Series:
        ids = self.raw["_id"]
        return ids.fill_null(self.raw["id"]) if ids.has_nulls() else ids


Page = ParsedPage | ReceivedPage

NO_PAGE = ParsedPage(pl.DataFrame(schema={"hub_id": pl.String}), (), 0, pl.Series(dtype=pl.Int64))
"""The page of a look-up that found nothing."""


def parsed_page(
    rows: pl.DataFrame,
    positions: Sequence[int],
    raw_items: Sequence[object],
    reasons: Mapping[int, str],
    faults: Mapping[int, Sequence[str]],
    ids_of: Callable[[object], ItemIds],
) -> ParsedPage:
    """Return the page of valid rows; reasons and faults are given by the position of their item.

    Raises BadBodyError if a long page has no valid item; millions of rejections would be useless.
    """
    rejections = rejected(raw_items, reasons, ids_of)
    if len(rejections) == len(raw_items) >= LONG_PAGE:
        raise BadBodyError(f"none of its {len(raw_items)} items fits: {rejections[0].reason}")
    kept = {position: found for position, found in faults.items() if found and position not in reasons}
    return ParsedPage(
        rows,
        rejections,
        len(raw_items),
        pl.Series(positions, dtype=pl.Int64),
        dropped=dropped(raw_items, kept, ids_of),
        values_dropped=sum(map(len, kept.values())),
    )


def joined(first: ParsedPage, second: ParsedPage) -> ParsedPage:
    """Return two pages that follow each other as one."""
    rejections = (replace(one, place=one.place + first.public) for one in second.rejections)
    dropped_values = (replace(one, place=one.place + first.public) for one in second.dropped)
    return replace(
        second,
        frame=pl.concat([first.frame, second.frame]),
        rejections=(*first.rejections, *rejections),
        dropped=(*first.dropped, *dropped_values),
        values_dropped=first.values_dropped + second.values_dropped,
        items=first.items + second.items,
        positions=pl.concat([first.positions, second.positions + first.public]),
        private=(*first.private, *second.private),
    )
