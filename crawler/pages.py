"""Parses the body of a response into a page: rows that fit, and rejections with a reason.

A page is read whole; only when an item does not fit is each looked at alone, so that one bad row spoils nothing.
A body that holds no list of items at all is a `BadBody`, which the client asks for again; so is a long page of which
nothing fits, for then it is the Hub that has changed, and a walk of millions of rejections helps nobody.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import polars as pl
from pydantic import TypeAdapter, ValidationError

from crawler.kinds import Kind
from crawler.private import is_public, public_part
from crawler.repos import Unreadable, is_plain, read, sent, sent_alone
from crawler.response import BadBody
from crawler.rows import paper_frame, post_frame
from crawler.untrusted_json import json_text, read_json, read_json_list
from crawler.wire import BlogPage, PaperItem, PostItem

RAW_LIMIT = 2000
"""Characters of a rejected item that are kept: enough to see what it was."""

RAW_A_PAGE = 50
"""Rejected items of a page that are kept with their JSON; a walk's rejections wait in memory until it is stored."""

LONG_PAGE = 100
"""From so many items on, a page of which none fits is no accident."""

FIELD_NAME_LIMIT = 100
"""Characters; the Hub's own fields have short, printable names, and only such are reported on."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item that did not fit, and why."""

    place: int
    """Index in its page, from 0."""
    reason: str
    raw: str
    """Its JSON, cut to RAW_LIMIT characters; empty for those beyond RAW_A_PAGE."""


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
    def things(self) -> pl.Series:
        """What it shows: the ids of its rows, and what was rejected."""

    @property
    def newest(self) -> datetime | None:
        """When the newest of its things was created, where that is known already."""


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What one response held."""

    frame: pl.DataFrame
    rejections: tuple[Rejection, ...]
    items: int
    positions: pl.Series
    """Of each row, its item's index among the public ones of the response, from 0."""
    total: int | None = None
    private: tuple[str, ...] = ()
    """The ids of private items, which were dropped. They stay in memory, to tell where the list goes on."""

    @property
    def public(self) -> int:
        return self.items - len(self.private)

    @property
    def things(self) -> pl.Series:
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

    @property
    def items(self) -> int:
        return len(self.sent)

    @property
    def public(self) -> int:
        return self.items

    @property
    def things(self) -> pl.Series:
        ids = self.sent["_id"]
        return ids.fill_null(self.sent["id"]) if ids.has_nulls() else ids


Item = TypeVar("Item")


class _ItemParser(Generic[Item]):
    """Validates items of one type, each on its own."""

    def __init__(self, item: Any, frame: Callable[[Sequence[Item]], pl.DataFrame]) -> None:
        self.frame = frame
        self._one: TypeAdapter[Item] = TypeAdapter(item)

    def page(self, raw_items: Sequence[object]) -> ParsedPage:
        """The rows of those that fit, and a rejection for each that does not."""
        fitting: dict[int, Item] = {}
        reasons: dict[int, str] = {}
        for place, raw_item in enumerate(raw_items):
            try:
                fitting[place] = self._one.validate_json(json_text(raw_item))
            except ValidationError as error:
                reasons[place] = sys.intern(_reason(error))
        rejections = _rejections(raw_items, reasons)
        return ParsedPage(self.frame(list(fitting.values())), rejections, len(raw_items), _positions(list(fitting)))


_papers: _ItemParser[PaperItem] = _ItemParser(PaperItem, paper_frame)
_posts: _ItemParser[PostItem] = _ItemParser(PostItem, post_frame)
_blog_page: TypeAdapter[BlogPage] = TypeAdapter(BlogPage)


def _repos(body: bytes) -> ParsedPage:
    try:
        items = sent(body)
    except Unreadable:
        return _repos_alone(read_json_list(body))
    return _read(body, items)


def _read(body: bytes, items: pl.DataFrame) -> ParsedPage:
    hidden = items.filter("private")
    rows, reasons = read(items.filter(~pl.col("private").fill_null(False)), plain=is_plain(body))
    if reasons:
        page = _fitting(rows, range(len(rows)), _public(read_json_list(body)), reasons)
    else:
        page = ParsedPage(rows, (), len(rows), _positions(range(len(rows))))
    return _with_private(page, hidden.select(pl.coalesce("_id", "id", pl.lit(""))).to_series().to_list())


def _public(raw_items: Sequence[object]) -> list[object]:
    return [raw_item for raw_item in raw_items if is_public(raw_item)]


def _with_private(page: ParsedPage, ids: Sequence[str]) -> ParsedPage:
    return replace(page, items=page.items + len(ids), private=tuple(ids)) if ids else page


def _repos_alone(raw_items: Sequence[object]) -> ParsedPage:
    """A page that the parser refuses, each item on its own."""
    public = _public(raw_items)
    readable: dict[int, pl.DataFrame] = {}
    reasons: dict[int, str] = {}
    for place, raw_item in enumerate(public):
        try:
            readable[place] = sent_alone(raw_item)
        except Unreadable as error:
            reasons[place] = sys.intern(str(error))
    rows, misfits = read(pl.concat([sent(b"[]"), *readable.values()]), plain=False)
    places = list(readable)
    page = _fitting(rows, places, public, reasons | {places[row]: reason for row, reason in misfits.items()})
    private = [item for item in raw_items if isinstance(item, dict) and not is_public(item)]
    return _with_private(page, [str(item.get("_id") or item.get("id")) for item in private])


def _fitting(
    rows: pl.DataFrame, places: Sequence[int], raw_items: Sequence[object], reasons: Mapping[int, str]
) -> ParsedPage:
    """The page of the rows, told by their places, that nothing is said against."""
    fitting = [row for row, place in enumerate(places) if place not in reasons]
    rejections = _rejections(raw_items, reasons)
    return ParsedPage(rows[fitting], rejections, len(raw_items), _positions(places[row] for row in fitting))


def rejections_of(body: bytes, reasons: Mapping[int, str]) -> tuple[Rejection, ...]:
    """The items of a page of a list that do not fit, given why by their place."""
    return _rejected(read_json_list(body), reasons) if reasons else ()


def _rejected(raw_items: Sequence[object], reasons: Mapping[int, str]) -> tuple[Rejection, ...]:
    return tuple(
        Rejection(place, reasons[place], _raw(raw_items[place]) if kept < RAW_A_PAGE else "")
        for kept, place in enumerate(sorted(reasons))
    )


def _raw(raw_item: object) -> str:
    """The JSON of an item that does not fit, cut, and without what is private in it. Raises BadBody."""
    try:
        return json_text(public_part(raw_item))[:RAW_LIMIT]
    except RecursionError as error:
        raise BadBody("nested too deeply") from error


def _rejections(raw_items: Sequence[object], reasons: Mapping[int, str]) -> tuple[Rejection, ...]:
    """Those of a page, in its order. Raises BadBody where they are the whole of a long page."""
    rejections = _rejected(raw_items, reasons)
    if len(rejections) == len(raw_items) >= LONG_PAGE:
        raise BadBody(f"none of its {len(raw_items)} items fits: {rejections[0].reason}")
    return rejections


def listing(kind: Kind, body: bytes) -> ParsedPage:
    """A page of a listing of repositories or papers."""
    return _repos(body) if kind.is_repo else _papers.page(read_json_list(body))


def received(body: bytes, *, first: bool) -> ParsedPage | ReceivedPage:
    """A page of repositories for a batch; one that must be looked at item by item is read at once.

    So is one with private items, since the body of a batched page is written as it came. The `first` one is read to be
    sure that its items are what we take them for. Raises BadBody.
    """
    try:
        items = sent(body)
    except Unreadable:
        return _repos_alone(read_json_list(body))
    private = items["private"].any()
    page = _read(body, items) if first or private else None
    return page if page and private else ReceivedPage(body, items)


def blog_listing(body: bytes) -> ParsedPage:
    """A page of the Hub's blog or of the community's."""
    try:
        envelope = _blog_page.validate_python(read_json(body))
    except ValidationError as error:
        raise BadBody(f"not a page of posts: {_reason(error)}") from error
    items = envelope.get("allBlogs", envelope.get("posts"))
    if items is None:
        raise BadBody("not a page of posts: neither allBlogs nor posts in it")
    return replace(_posts.page(items), total=envelope.get("numTotalItems"))


def look_up(kind: Kind, body: bytes) -> ParsedPage:
    """A single thing, as a page of one, or of none if it is private.

    A paper stands alone there, without the daily list's wrapping.
    """
    thing = read_json(body)
    if not isinstance(thing, dict):
        raise BadBody("not a JSON object")
    return _repos_alone([thing]) if kind.is_repo else _papers.page([{"paper": thing}])


def json_types(body: bytes) -> dict[str, str]:
    """The fields of a response's items and the JSON type of each, for noticing when the Hub changes them.

    A field of several types names them all; null says nothing of a type where another item says one. Private items are
    left out.
    """
    found = read_json(body)
    if isinstance(found, dict):
        found = found.get("allBlogs", found.get("posts"))
    types: dict[str, set[str]] = {}
    for item in found if isinstance(found, list) else ():
        for key, value in _flat(item) if isinstance(item, dict) and is_public(item) else ():
            if key.isprintable() and len(key) <= FIELD_NAME_LIMIT:
                types.setdefault(key, set()).add(_JSON_TYPES.get(type(value), "null"))
    return {key: "|".join(sorted(kinds - {"null"} or kinds)) for key, kinds in sorted(types.items())}


_JSON_TYPES: dict[type, str] = {
    bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object",
}  # fmt: skip


def _flat(item: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The fields of an item; those of a daily list's paper stand in it under `paper.`."""
    for key, value in item.items():
        if key == "paper" and isinstance(value, dict):
            yield from ((f"paper.{inner}", of) for inner, of in value.items())
        else:
            yield key, value


def _positions(places: Iterable[int]) -> pl.Series:
    return pl.Series(places, dtype=pl.Int64)


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
