"""Walks one kind of the Hub: listings in, spooled pages out.

    walk(spool, client, ...):
        for each listing of the plan, then for each look-up that is still needed
            continue from the listing's position in the spool
            fetch and parse a page | decide on the next path | spool            until the listing ends
            (a page that ends with a private item is spooled with the next one: its cursor may name that item)

A failure ends the walk, not the program: earlier pages stay, and the incomplete walk records the cause. One failed
look-up does not end the walk, so that a broken repository on a watch list does not make every snapshot incomplete.
"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

import polars as pl

from crawler.errors import ENDS_THE_RUN, BadBodyError, CrawlError, HubFailedError
from crawler.fetch import fetch
from crawler.http.client import Answer, HubClient
from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.pagination import LoopGuard, may_have_lost_link, next_page_path, probe_path, why_not_last
from crawler.plan import Listing, ListingKind, ListingSettings, Watchlist, lookup_listings, plan_listings
from crawler.schema.columns import PLACES_A_PAGE
from crawler.schema.field_types import json_types
from crawler.schema.page import NO_PAGE, Page, ParsedPage, ReceivedPage, joined
from crawler.schema.private import digests
from crawler.schema.registry import SCHEMAS
from crawler.schema.rejections import Rejection
from crawler.schema.repo_pages import receive_repos
from crawler.spool.batches import Batch
from crawler.spool.spool import Spool, SpooledPage

logger = logging.getLogger(__name__)

PRIVATE_LOOKUP = ListingKind.LOOKUP.name_of("private")
"""The common listing name of look-ups that find a private repository, so that the spool names none."""


class Observer(Protocol):
    """Shows the progress of a crawl."""

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk that has ended, complete or not; its pages are in the spool."""

    spool: Spool
    finished_at: datetime
    failure: CrawlError | None
    """The error that ended it early; None for a complete walk."""

    @property
    def complete(self) -> bool:
        return self.failure is None


def walk(
    spool: Spool,
    client: HubClient,
    settings: ListingSettings,
    watchlist: Watchlist,
    observer: Observer,
    now: Callable[[], datetime],
) -> Walk:
    """Walk the kind of the spool's header from the last spooled page on.

    Raises CrawlStoppedError, SpoolFullError and ClockWrongError; every other CrawlError is in the Walk.
    """
    header = spool.header
    try:
        for listing in plan_listings(header.kind, header.scope, settings, watchlist, header.observed_at):
            crawl_listing(listing, spool, client, observer)
        watched = [entity for entity in watchlist.entities if entity.kind is header.kind]
        listed = spool.listed({one.id for one in watched}, {one.hub_id for one in watched if one.hub_id})
        wanted = lookup_listings(header.kind, watchlist, *listed, settings.lookups)
        _look_up_all(wanted, spool, client, observer)
    except ENDS_THE_RUN:
        raise
    except CrawlError as failure:
        logger.debug("%s: the walk ends early: %s", header.kind, failure)
        with contextlib.suppress(HubFailedError):
            Batch(spool).parse()
        return Walk(spool, now(), failure)
    return Walk(spool, now(), None)


def _look_up_all(wanted: Sequence[Listing], spool: Spool, client: HubClient, observer: Observer) -> None:
    """Make the look-ups; the first failure becomes a rejection, the second is raised, because the Hub itself fails."""
    failed = any(
        ListingKind.of(page.listing) is ListingKind.LOOKUP and page.rejections and not page.items
        for page in spool.pages
    )
    for listing in wanted:
        try:
            crawl_listing(listing, spool, client, observer)
        except HubFailedError as failure:
            if failed:
                raise
            failed, note = True, Rejection(0, failure.cause, listing.path)
            page = SpooledPage(len(spool.pages) + 1, listing.name, 0, 0, (note,), failure.attempts, None)
            spool.add(page, pl.DataFrame())
            observer.on_page(spool.header.kind, page, client.rate_limiter.status())


@dataclass(frozen=True, slots=True)
class _Position:
    """The position of a listing before a page."""

    pages: int = 0
    items: int = 0
    """Number of public items; private items take no place in a list."""
    longest: int = 0
    """Items of its longest page so far. Private items are included, because they count towards the page limit."""

    def after(self, page: Page) -> "_Position":
        return _Position(self.pages + 1, self.items + page.public, max(self.longest, page.items))


@dataclass(frozen=True, slots=True)
class _Fetched:
    """One page, or several joined pages, not spooled yet; the last item is public."""

    page: Page
    requests: int
    status: int
    link: str | None
    """The next link of the last page."""
    position: _Position
    """The position of the listing before the first of these pages."""
    fields: dict[str, str]
    """The types of the Hub's own fields; only on the first page of a list."""

    def after(self, held: "_Fetched | None") -> "_Fetched":
        """Return this page joined to the pages before it that were not spooled; all of them are parsed."""
        if held is None or not (isinstance(held.page, ParsedPage) and isinstance(self.page, ParsedPage)):
            return self
        page = joined(held.page, self.page)
        requests = held.requests + self.requests
        return replace(self, page=page, requests=requests, position=held.position, fields=held.fields)


def crawl_listing(listing: Listing, spool: Spool, client: HubClient, observer: Observer) -> None:
    """Follow one list from its position in the spool to its end."""
    before = [page for page in spool.pages if page.listing == listing.name]
    position = _Position(
        len(before), sum(page.public for page in before), max((page.items for page in before), default=0)
    )
    shown = spool.entities(listing.name) if listing.numbered else None
    guard = LoopGuard(listing, (page.next_path for page in before), shown)
    batch = Batch(spool) if listing.in_batches else None
    path = before[-1].next_path if before else listing.path
    held: _Fetched | None = None
    logger.debug("%s: %s starts at page %d", spool.header.kind, listing.name, position.pages + 1)
    while path is not None:
        fetched = _fetch(client, spool.header.kind, listing, path, position, batched=bool(batch) and held is None)
        following = next_page_path(listing, path, fetched.page, fetched.link, position.pages + 1, position.items)
        if loop := guard.loop_after(fetched.page, following):
            raise HubFailedError(client.endpoint + path, loop, fetched.requests)
        position, path = position.after(fetched.page), following
        fetched = fetched.after(held)
        if fetched.page.ends_private and following is not None:
            held = fetched
            continue
        held = None
        page = _spooled_page(fetched, listing, spool, following)
        if isinstance(fetched.page, ParsedPage):
            if batch is not None:
                batch.parse()
            rows = _placed(fetched.page, listing, page.number, fetched.position.items)
            page = replace(page, records=len(rows))
            spool.add(page, rows)
        elif batch is not None:
            batch.receive(page, fetched.page)
        observer.on_page(spool.header.kind, page, client.rate_limiter.status())
    if batch is not None:
        batch.parse()


def _fetch(
    client: HubClient, kind: Kind, listing: Listing, path: str, position: _Position, *, batched: bool
) -> _Fetched:
    """Return a page, or its probe if the page may have lost its link."""
    first = not position.pages
    if listing.is_lookup:
        answer, found = fetch(client, path, partial(read_lookup, kind), is_lookup=True)
        return _Fetched(found, answer.requests, answer.status, None, position, {})
    parse: Callable[[bytes], Page] = partial(receive_repos, first=first) if batched else SCHEMAS[kind].parse

    def read(answer: Answer) -> tuple[Page, dict[str, str]]:
        return parse(answer.body), json_types(answer.body) if first else {}

    def read_probe(answer: Answer) -> tuple[Page, dict[str, str]]:
        page, fields = read(answer)
        if answer.next_path is None and (doubt := why_not_last(probe, page)):
            raise BadBodyError(doubt)
        return page, fields

    answer, (page, fields) = fetch(client, path, read)
    if answer.next_path is None and may_have_lost_link(
        listing, path, page, position.pages + 1, position.items, position.longest
    ):
        logger.debug("%s: %s has a full page without a next link, probing", kind, listing.name)
        probe = probe_path(path, page.items)
        answer, (page, fields) = fetch(client, probe, read_probe, requests_before=answer.requests)
    return _Fetched(page, answer.requests, answer.status, answer.next_path, position, fields)


def read_lookup(kind: Kind, answer: Answer) -> ParsedPage:
    """Return the page of a look-up, without a row if it found nothing. Raises BadBodyError."""
    parse_lookup = SCHEMAS[kind].parse_lookup
    return NO_PAGE if answer.is_absent or parse_lookup is None else parse_lookup(answer.body)


def _spooled_page(fetched: _Fetched, listing: Listing, spool: Spool, next_path: str | None) -> SpooledPage:
    """Return the line of a page; the batch corrects estimated values."""
    page = fetched.page
    hidden = ListingKind.of(listing.name) is ListingKind.LOOKUP and page.private
    line = SpooledPage(
        number=len(spool.pages) + 1,
        listing=PRIVATE_LOOKUP if hidden else listing.name,
        records=page.items,
        items=page.items,
        rejections=(),
        requests=fetched.requests,
        next_path=next_path,
        fields=fetched.fields,
        status=fetched.status,
        private=digests(spool.header.walk_id, page.private),
    )
    if isinstance(page, ReceivedPage):
        return line
    return replace(
        line,
        records=len(page.frame),
        rejections=page.rejections,
        dropped=page.dropped,
        values_dropped=page.values_dropped,
    )


def _placed(page: ParsedPage, listing: Listing, number: int, items_before: int) -> pl.DataFrame:
    """Return the wanted rows of the listing with their place in the walk and their rank in a trending list."""
    if page.frame.is_empty():
        return page.frame
    position = page.positions + 1 + items_before
    rank = position.alias("rank") if listing.ranked else pl.Series("rank", [None] * len(position), pl.Int64)
    frame = page.frame.hstack([(page.positions + number * PLACES_A_PAGE).alias("place"), rank])
    return frame if listing.max_records is None else frame.filter(position <= listing.max_records)
