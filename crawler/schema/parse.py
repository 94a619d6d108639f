"""Parses the body of a response into a page: rows that fit, rejections with a reason, and values that were dropped.

A page is read whole; only when an item does not fit is each looked at alone, so that one bad row spoils nothing.
A body without a list of items is a `BadBodyError`, which is retried. So is a long page of which nothing fits: then the
Hub has changed, and a walk of millions of rejections helps nobody.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

import polars as pl
from pydantic import TypeAdapter, ValidationError

from crawler.errors import BadBodyError, UnreadableItemsError
from crawler.kinds import Kind
from crawler.schema.columns import article_frame, paper_frame
from crawler.schema.items import PAPERS, POSTS, ItemParser, ids_of_paper, ids_of_post
from crawler.schema.misfits import DroppedValue, ItemIds, Rejection, dropped, rejected
from crawler.schema.private import is_public
from crawler.schema.repos import ids_of, is_plain, read, sent, sent_alone
from crawler.schema.untrusted_json import read_json, read_json_list
from crawler.schema.wire import BlogPage

LONG_PAGE = 100
"""From so many items on, a page of which none fits is no accident."""


class Page(Protocol):
    """What a response held, as far as it decides where its list goes on."""

    @property
    def items(self) -> int:
        """How many items came, fitting or not."""

    @property
    def public(self) -> int:
        """How many of them anyone may see."""

    @property
    def total(self) -> int | None:
        """How many items the whole list has, where the Hub says so (blog)."""

    @property
    def entities(self) -> pl.Series:
        """What it shows: the ids of its rows, and what was rejected."""

    @property
    def newest(self) -> datetime | None:
        """When the newest of its entities was created, where that is known already."""


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What one response held."""

    frame: pl.DataFrame
    rejections: tuple[Rejection, ...]
    items: int
    positions: pl.Series
    """Of each row, its item's index among the public ones of the response, from 0."""
    total: int | None = None
    dropped: tuple[DroppedValue, ...] = ()
    """The first values that were left out of rows."""
    values_dropped: int = 0
    """How many there were."""
    private: tuple[str, ...] = ()
    """The ids of private items, which were dropped. They stay in memory, to tell where the list goes on."""
    ends_private: bool = False
    """Whether its last item is private, which the cursor behind the page may name."""

    @property
    def public(self) -> int:
        return self.items - len(self.private)

    @property
    def entities(self) -> pl.Series:
        without_row = [*(rejection.raw for rejection in self.rejections), *self.private]
        return pl.concat([self.frame["hub_id"], pl.Series("hub_id", without_row, pl.String)])

    @property
    def newest(self) -> datetime | None:
        found = self.frame["created_at"].max()
        return found if isinstance(found, datetime) else None


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """A page of public repositories that is known to be readable and waits for its batch."""

    body: bytes
    sent: pl.DataFrame
    total: None = None
    newest: None = None
    private: tuple[()] = ()
    ends_private: bool = False

    @property
    def items(self) -> int:
        return len(self.sent)

    @property
    def public(self) -> int:
        return self.items

    @property
    def entities(self) -> pl.Series:
        ids = self.sent["_id"]
        return ids.fill_null(self.sent["id"]) if ids.has_nulls() else ids


_blog_page: TypeAdapter[BlogPage] = TypeAdapter(BlogPage)
Item = TypeVar("Item")


def _items(
    raw_items: Sequence[object],
    parser: ItemParser[Item],
    frame: Callable[[Sequence[Item]], pl.DataFrame],
    ids_of: Callable[[object], ItemIds],
) -> ParsedPage:
    """A page of papers or articles."""
    fitting: dict[int, Item] = {}
    reasons: dict[int, str] = {}
    faults: dict[int, Sequence[str]] = {}
    for place, raw_item in enumerate(raw_items):
        found = parser.fitted(raw_item)
        if found.item is None:
            reasons[place] = found.reason or ""
            continue
        fitting[place] = found.item
        if found.faults:
            faults[place] = found.faults
    rejections = _some_fit(rejected(raw_items, reasons, ids_of), raw_items)
    page = ParsedPage(frame(list(fitting.values())), rejections, len(raw_items), _positions(list(fitting)))
    return _with_dropped(page, raw_items, faults, ids_of)


def _with_dropped(
    page: ParsedPage,
    raw_items: Sequence[object],
    faults: Mapping[int, Sequence[str]],
    ids_of: Callable[[object], ItemIds],
) -> ParsedPage:
    if not faults:
        return page
    return replace(page, dropped=dropped(raw_items, faults, ids_of), values_dropped=sum(map(len, faults.values())))


def _papers(raw_items: Sequence[object]) -> ParsedPage:
    return _items(raw_items, PAPERS, paper_frame, ids_of_paper)


def _repos(body: bytes) -> ParsedPage:
    try:
        items = sent(body)
    except UnreadableItemsError:
        return _repos_alone(read_json_list(body))
    return _read(body, items)


def _read(body: bytes, items: pl.DataFrame) -> ParsedPage:
    hidden = items.filter("private")
    found = read(items.filter(~pl.col("private").fill_null(False)), plain=is_plain(body))
    if found.reasons or found.faults:
        public = _public(read_json_list(body))
        page = _fitting(found.rows, range(len(found.rows)), public, found.reasons, found.faults)
    else:
        page = ParsedPage(found.rows, (), len(found.rows), _positions(range(len(found.rows))))
    ids = hidden.select(pl.coalesce("_id", "id", pl.lit(""))).to_series().to_list()
    return _with_private(page, ids, ends_private=bool(ids) and bool(items["private"][-1]))


def _public(raw_items: Sequence[object]) -> list[object]:
    return [raw_item for raw_item in raw_items if is_public(raw_item)]


def _with_private(page: ParsedPage, ids: Sequence[str], *, ends_private: bool) -> ParsedPage:
    return replace(page, items=page.items + len(ids), private=tuple(ids), ends_private=ends_private) if ids else page


def _repos_alone(raw_items: Sequence[object]) -> ParsedPage:
    """A page that the parser refuses, each item on its own."""
    public = _public(raw_items)
    readable: dict[int, pl.DataFrame] = {}
    reasons: dict[int, str] = {}
    faults: dict[int, list[str]] = {}
    for place, raw_item in enumerate(public):
        try:
            readable[place], faults[place] = sent_alone(raw_item)
        except UnreadableItemsError as error:
            reasons[place] = sys.intern(str(error))
    found = read(pl.concat([sent(b"[]"), *readable.values()]), plain=False)
    places = list(readable)
    reasons |= {places[row]: reason for row, reason in found.reasons.items()}
    for row, misfits in found.faults.items():
        faults[places[row]] += misfits
    page = _fitting(found.rows, places, public, reasons, faults)
    private = [item for item in raw_items if isinstance(item, dict) and not is_public(item)]
    ids = [str(item.get("_id") or item.get("id")) for item in private]
    return _with_private(page, ids, ends_private=bool(ids) and not is_public(raw_items[-1]))


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


def _fitting(
    rows: pl.DataFrame,
    places: Sequence[int],
    raw_items: Sequence[object],
    reasons: Mapping[int, str],
    faults: Mapping[int, Sequence[str]],
) -> ParsedPage:
    """The page of the rows, told by their places, that are not rejected."""
    fitting = [row for row, place in enumerate(places) if place not in reasons]
    kept = {place: found for place, found in faults.items() if found and place not in reasons}
    rejections = _some_fit(rejected(raw_items, reasons, ids_of), raw_items)
    page = ParsedPage(rows[fitting], rejections, len(raw_items), _positions(places[row] for row in fitting))
    return _with_dropped(page, raw_items, kept, ids_of)


def _some_fit(rejections: tuple[Rejection, ...], raw_items: Sequence[object]) -> tuple[Rejection, ...]:
    """The rejections of a page. Raises BadBodyError where they are the whole of a long page."""
    if len(rejections) == len(raw_items) >= LONG_PAGE:
        raise BadBodyError(f"none of its {len(raw_items)} items fits: {rejections[0].reason}")
    return rejections


def parse_listing(kind: Kind, body: bytes) -> ParsedPage:
    """A page of a listing of repositories or papers."""
    return _repos(body) if kind.spec.is_repo else _papers(read_json_list(body))


def received(body: bytes, *, first: bool) -> ParsedPage | ReceivedPage:
    """A page of repositories for a batch; one that must be looked at item by item is read at once.

    So is one with private items, since the body of a batched page is written as it came. The `first` one is read to be
    sure that its items are what we take them for. Raises BadBodyError.
    """
    try:
        items = sent(body)
    except UnreadableItemsError:
        return _repos_alone(read_json_list(body))
    private = items["private"].any()
    page = _read(body, items) if first or private else None
    return page if page and private else ReceivedPage(body, items)


def parse_articles(body: bytes) -> ParsedPage:
    """A page of the Hub's blog or of the community's."""
    try:
        envelope = _blog_page.validate_python(read_json(body))
    except ValidationError as error:
        raise BadBodyError("not a page of posts") from error
    items = envelope.get("allBlogs", envelope.get("posts"))
    if items is None:
        raise BadBodyError("not a page of posts: neither allBlogs nor posts in it")
    total = envelope.get("numTotalItems")
    page = _items(items, POSTS, article_frame, ids_of_post)
    return replace(page, total=total if type(total) is int and total >= 0 else None)


def look_up(kind: Kind, body: bytes) -> ParsedPage:
    """A single entity, as a page of one, or of none if it is private.

    A paper stands alone there, without the daily list's wrapping.
    """
    entity = read_json(body)
    if not isinstance(entity, dict):
        raise BadBodyError("not a JSON object")
    return _repos_alone([entity]) if kind.spec.is_repo else _papers([{"paper": entity}])


def _positions(places: Iterable[int]) -> pl.Series:
    return pl.Series(places, dtype=pl.Int64)
