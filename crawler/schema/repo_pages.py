"""Parses listings and look-ups of repositories into pages.

The parser reads all items of a page together. If it refuses the page, each item is parsed alone, so that one bad item
does not affect the others.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from crawler.errors import BadBodyError, UnreadableItemsError
from crawler.schema.column_reader import is_plain
from crawler.schema.page import ParsedPage, ReceivedPage, parsed_page
from crawler.schema.private import PRIVATE, is_public
from crawler.schema.rejections import ItemIds, readable_id
from crawler.schema.repos import READER
from crawler.schema.untrusted_json import read_json, read_json_list

_PRIVATE_KEY = re.compile(rb'"private"\s*:')
_ESCAPED_LETTER = re.compile(rb"\\u00[67]")


def parse_repos(body: bytes) -> ParsedPage:
    """Return a page of a listing. Raises BadBodyError."""
    try:
        items = _items(body)
    except UnreadableItemsError:
        return _each_alone(read_json_list(body))
    return _page_of(body, items)


def receive_repos(body: bytes, *, first: bool) -> ParsedPage | ReceivedPage:
    """Return a page for a batch, or the parsed page if a batch cannot take it. Raises BadBodyError.

    A batch cannot take a page that must be parsed item by item. Nor can it take a page with private items, because a
    batch stores the original bodies. The `first` page is parsed to check that its items are repositories.
    """
    try:
        items = _items(body)
    except UnreadableItemsError:
        return _each_alone(read_json_list(body))
    if items[PRIVATE].any():
        return _page_of(body, items)
    if first:
        _page_of(body, items)
    return ReceivedPage(body, items)


def parse_repo(body: bytes) -> ParsedPage:
    """Return the page of a look-up: one entity, or none if it is private. Raises BadBodyError."""
    entity = read_json(body)
    if not isinstance(entity, dict):
        raise BadBodyError("not a JSON object")
    return _each_alone([entity])


def repo_ids(raw_item: object) -> ItemIds:
    """Return the readable ids of an item."""
    if not isinstance(raw_item, dict):
        return ItemIds(None, None)
    return ItemIds(readable_id(raw_item.get("_id")), readable_id(raw_item.get("id")))


def _items(body: bytes) -> pl.DataFrame:
    """Return the items as raw columns; an item with several `private` keys is private if any of them says so.

    Polars reads the first key only. Raises UnreadableItemsError and BadBodyError.
    """
    items = READER.items(body)
    unescaped = is_plain(body) or not _ESCAPED_LETTER.search(body)
    if unescaped and len(_PRIVATE_KEY.findall(body)) == items[PRIVATE].count():
        return items
    return items.with_columns(pl.Series(PRIVATE, [not is_public(item) for item in read_json_list(body)]))


def _page_of(body: bytes, items: pl.DataFrame) -> ParsedPage:
    """Convert a page that the parser could read as a whole."""
    hidden = items.filter(PRIVATE) if items[PRIVATE].any() else items.clear()
    public = items.filter(~pl.col(PRIVATE).fill_null(value=False)) if len(hidden) else items
    found = READER.read(public, plain=is_plain(body))
    if found.reasons or found.faults:
        raw_items = [raw_item for raw_item in read_json_list(body) if is_public(raw_item)]
        fitting = [row for row in range(len(found.rows)) if row not in found.reasons]
        page = parsed_page(found.rows[fitting], fitting, raw_items, found.reasons, found.faults, repo_ids)
    else:
        page = ParsedPage(found.rows, (), len(found.rows), pl.int_range(len(found.rows), eager=True))
    if hidden.is_empty():
        return page
    ids = hidden.select(pl.coalesce("_id", "id", pl.lit(""))).to_series().to_list()
    return _with_private(page, ids, ends_private=bool(items[PRIVATE][-1]))


def _each_alone(raw_items: Sequence[object]) -> ParsedPage:
    """Parse each item of a page that the parser refuses as a whole."""
    public = [raw_item for raw_item in raw_items if is_public(raw_item)]
    readable: dict[int, pl.DataFrame] = {}
    reasons: dict[int, str] = {}
    faults: dict[int, list[str]] = {}
    for position, raw_item in enumerate(public):
        try:
            readable[position], faults[position] = READER.item(raw_item)
        except UnreadableItemsError as error:
            reasons[position] = sys.intern(str(error))
    found = READER.read(pl.concat([READER.items(b"[]"), *readable.values()]), plain=False)
    positions = list(readable)
    reasons |= {positions[row]: reason for row, reason in found.reasons.items()}
    for row, invalid in found.faults.items():
        faults[positions[row]] += invalid
    fitting = [row for row, position in enumerate(positions) if position not in reasons]
    page = parsed_page(found.rows[fitting], [positions[row] for row in fitting], public, reasons, faults, repo_ids)
    private = [item for item in raw_items if isinstance(item, dict) and not is_public(item)]
    ids = [str(item.get("_id") or item.get("id")) for item in private]
    return _with_private(page, ids, ends_private=bool(ids) and not is_public(raw_items[-1]))


def _with_private(page: ParsedPage, ids: Sequence[str], *, ends_private: bool) -> ParsedPage:
    return replace(page, items=page.items + len(ids), private=tuple(ids), ends_private=ends_private) if ids else page
