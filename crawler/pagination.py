"""Decides the next page of a list and whether the list has ended.

    next_page_path       the page after this one; None at the end
    LoopGuard            reports a list that leads back or repeats itself
    may_have_lost_link   whether the end may be a lost `Link` header: a full page without one
    probe_path           the same page of another length, which distinguishes a lost link from the end
    why_not_last         why a full probe without a link does not prove the end

The Hub ends a list by omitting the next link, so a lost link looks like the end. A proxy may drop a link, and the Hub
has ended lists on a full first page. A page that is shorter than requested is the end. A full page without a link is
requested again, one item shorter. At least one item follows the shorter page, so it must have a link, which leads to
the true end.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

import polars as pl

from crawler.plan import Listing
from crawler.schema.page import Page

MAX_DIGITS = 6
"""Maximum digits of a page number; links are untrusted."""


def next_page_path(
    listing: Listing, path: str, page: Page, link: str | None, pages: int, items_before: int
) -> str | None:
    """Return the path after a listing's n-th page, or None if it has ended or reached its limit.

    A short page with a `next` link is not the last one. A page without a `next` link is the last one, unless it is full
    and its list counts pages.
    """
    if _is_enough(listing, page, pages, items_before):
        return None
    if listing.numbered:
        ended = page.items == 0 or (page.total is not None and items_before + page.items >= page.total)
        return None if ended else next_numbered(path)
    if link is None and listing.links_count and is_full(path, page.items):
        return next_counted(path)
    return link


def _is_enough(listing: Listing, page: Page, pages: int, items_before: int) -> bool:
    return (
        listing.is_lookup
        or (listing.max_pages is not None and pages >= listing.max_pages)
        or (listing.max_records is not None and items_before + page.public >= listing.max_records)
        or (listing.back_to is not None and page.newest is not None and page.newest < listing.back_to)
    )


class LoopGuard:
    """Detects a list that never ends."""

    def __init__(self, listing: Listing, paths: Iterable[str | None], shown: pl.Series | None) -> None:
        self._numbered = listing.numbered
        self._visited = {listing.path, *paths}
        self._shown = shown
        """Entities of all earlier pages if pages are numbered, otherwise of the previous page; None before the first
        page."""

    def loop_after(self, page: Page, next_path: str | None) -> str | None:
        """Record a page and its next path; return how the list loops, or None.

        A list loops if a page shows only entities that were shown before. One empty page between others is no loop.
        """
        if next_path is not None and next_path in self._visited:
            return "its next link leads back to an earlier page"
        entities, shown = page.entities, self._shown
        if shown is not None and not _shows_more(entities, shown):
            goes_on = next_path is not None
            if page.items > 0 if self._numbered else goes_on and (page.items > 0 or shown.is_empty()):
                return "it repeats what earlier pages have shown"
        self._visited.add(next_path)
        if next_path is not None:
            self._shown = pl.concat([shown, entities]) if shown is not None and self._numbered else entities
        return None


def _shows_more(entities: pl.Series, shown: pl.Series) -> bool:
    """Return whether some of the entities are new; the last one is checked first, because it nearly always decides."""
    if entities.is_empty():
        return False
    if entities[-1] is not None and not (shown == entities[-1]).any():
        return True
    return not entities.is_in(shown.implode(), nulls_equal=True).all()


def is_full(path: str, items: int, longest: int = 0) -> bool:
    """Return whether a page holds as many items as its path asks for, or as the `longest` page of its list."""
    lengths = [length for length in (_number(path, "limit"), longest) if length]
    return bool(lengths) and items >= min(lengths)


def may_have_lost_link(listing: Listing, path: str, page: Page, pages: int, items_before: int, longest: int) -> bool:
    """Return whether the n-th page of a listing may have lost its link."""
    led_by_links = not (listing.numbered or listing.links_count)
    return led_by_links and not _is_enough(listing, page, pages, items_before) and is_full(path, page.items, longest)


def probe_path(path: str, items: int) -> str:
    """Return the path of the same page, one item shorter; of a single item, one longer."""
    return _with(path, "limit", items - 1 if items > 1 else 2)


def why_not_last(path: str, page: Page) -> str | None:
    """Return why a probe without a link does not prove the end; None if it does."""
    if not is_full(path, page.items):
        return None
    return f"{page.items:,} items without a next link, though more follow: see whether a proxy drops Link headers"


def next_numbered(path: str) -> str:
    """Return the next page of a list that counts its pages with `p`, the last parameter."""
    stem, _, number = path.rpartition("=")
    return f"{stem}={int(number) + 1}"


def next_counted(path: str) -> str | None:
    """Return the next page of a list whose links count pages with `p`, from 0; None if `p` is no number."""
    number = _number(path, "p", absent="0")
    return None if number is None else _with(path, "p", number + 1)


def _number(path: str, name: str, absent: str = "") -> int | None:
    text = dict(_parameters(path)).get(name, absent)
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


def _with(path: str, name: str, value: int) -> str:
    """Return the path with one parameter set and all others kept."""
    kept = [(key, old) for key, old in _parameters(path) if key != name]
    return f"{path.partition('?')[0]}?{urlencode([*kept, (name, str(value))])}"


def _parameters(path: str) -> list[tuple[str, str]]:
    return parse_qsl(path.partition("?")[2], keep_blank_values=True)
