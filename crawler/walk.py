"""Walks one kind of the Hub: listings in, spooled pages out.

    walk(spool, client, ...):
        for each listing of the plan, then for each look-up that is still wanted
            from where the spool says the listing stands
            fetch a page | parse | place | spool      until the listing ends, and its end is no lost link
            (a page that ends with a private item is spooled with the next one: its cursor may name that item)

There is one path for every page, the first like the last. A failure ends the walk, not the program: what came before
it stays, and the walk says that it is incomplete and why. A single look-up that fails is not the Hub failing: one
broken repository on a watch list must not spoil every snapshot.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Protocol

import polars as pl

from crawler.errors import ENDS_THE_RUN, CrawlError, HubFailedError
from crawler.http.client import Answer, HubClient
from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.pagination import is_looping, may_have_lost_link, next_page_path, probe, why_not_last
from crawler.plan import LOOK_UP, Listing, ListingSettings, Watchlist, lookup_listings, plan_listings
from crawler.schema.columns import PLACES_A_PAGE
from crawler.schema.field_types import json_types
from crawler.schema.misfits import Rejection
from crawler.schema.page import NO_PAGE, Page, ParsedPage, ReceivedPage, joined
from crawler.schema.private import digests
from crawler.schema.registry import SCHEMAS
from crawler.schema.repo_pages import receive_repos
from crawler.spool.batches import Batch
from crawler.spool.spool import Spool, SpooledPage

PRIVATE_LOOK_UP = f"{LOOK_UP}private"
"""The listing of every look-up that finds a private repository: the spool does not say which one."""


class Observer(Protocol):
    """Whoever shows how the crawl goes on."""

    def on_page(self, kind: Kind, page: SpooledPage, left: QuotaStatus | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk that has ended, whole or not; its pages lie in the spool."""

    spool: Spool
    finished_at: datetime
    failure: CrawlError | None
    """What cut it short; None for a whole walk."""

    @property
    def complete(self) -> bool:
        return self.failure is None


def walk(
    spool: Spool,
    client: HubClient,
    settings: ListingSettings,
    following: Watchlist,
    observer: Observer,
    now: Callable[[], datetime],
) -> Walk:
    """Walk the kind that the spool's header names, from where it stands.

    Raises CrawlStoppedError, SpoolFullError and ClockWrongError; every other CrawlError is in the Walk.
    """
    header = spool.header
    try:
        for listing in plan_listings(header.kind, header.scope, settings, following, header.observed_at):
            crawl_listing(listing, spool, client, observer)
        wanted = lookup_listings(header.kind, following, *_listed(spool, following), settings.lookups)
        _look_up_all(wanted, spool, client, observer)
    except ENDS_THE_RUN:
        raise
    except CrawlError as failure:
        with contextlib.suppress(HubFailedError):
            Batch(spool).read_in()
        return Walk(spool, now(), failure)
    return Walk(spool, now(), None)


def _look_up_all(wanted: Sequence[Listing], spool: Spool, client: HubClient, observer: Observer) -> None:
    """Make the look-ups; a first that fails is noted as a rejection, a second is raised: it is the Hub that fails."""
    failed = any(page.listing.startswith(LOOK_UP) and page.rejections and not page.items for page in spool.pages)
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


def _listed(spool: Spool, following: Watchlist) -> tuple[set[str], set[str]]:
    """Of what is followed, the names and the ids that the lists have shown."""
    entities = [entity for entity in following.entities if entity.kind is spool.header.kind]
    return spool.listed({entity.id for entity in entities}, {entity.hub_id for entity in entities if entity.hub_id})


def crawl_listing(listing: Listing, spool: Spool, client: HubClient, observer: Observer) -> None:
    """Follow one list from where the spool says it stands to its end."""
    kind, batch = spool.header.kind, Batch(spool)
    before = [page for page in spool.pages if page.listing == listing.name]
    visited = {listing.path, *(page.next_path for page in before)}
    shown = spool.entities(listing.name) if listing.numbered else None
    place = _Place(len(before), sum(page.public for page in before), max((page.items for page in before), default=0))
    path = before[-1].next_path if before else listing.path
    held: _Held | None = None
    while path is not None:
        answer = _fetch(client, listing, path, _parser(kind, listing, held, first=not place.pages), place)
        fetched = answer.value or _NOTHING
        next_path = next_page_path(listing, path, fetched.page, answer.next_path, place.pages + 1, place.items)
        if next_path is not None and next_path in visited:
            raise HubFailedError(client.endpoint + path, "its next link leads back to an earlier page", answer.requests)
        entities = fetched.page.entities
        if shown is not None and is_looping(
            listing, fetched.page.items, entities, shown, goes_on=next_path is not None
        ):
            raise HubFailedError(client.endpoint + path, "it repeats what earlier pages have shown", answer.requests)
        visited.add(next_path)
        if next_path is not None:
            shown = entities if shown is None or not listing.numbered else pl.concat([shown, entities])
        found = _Held(fetched, answer.requests, place) if held is None else held.and_then(fetched, answer.requests)
        place, path = place.after(fetched.page), next_path
        if fetched.page.ends_private and next_path is not None:
            held = found
            continue
        held, came = None, found.fetched.page
        page = SpooledPage(
            number=len(spool.pages) + 1,
            listing=PRIVATE_LOOK_UP if listing.name.startswith(LOOK_UP) and came.private else listing.name,
            records=came.items,
            items=came.items,
            rejections=(),
            requests=found.requests,
            next_path=next_path,
            fields=found.fetched.fields,
            status=answer.status,
            private=digests(spool.header.walk_id, came.private),
        )
        page = _spooled(page, came, listing, found.place, batch)
        observer.on_page(kind, page, client.rate_limiter.status())
    batch.read_in()


def _spooled(
    page: SpooledPage, held: ParsedPage | ReceivedPage, listing: Listing, place: "_Place", batch: Batch
) -> SpooledPage:
    """The page as it is told, once it is on disk."""
    if isinstance(held, ReceivedPage):
        batch.receive(page, held)
        return page
    batch.read_in()
    frame = _placed(held, listing, page.number, place.items)
    page = replace(
        page,
        records=len(frame),
        rejections=held.rejections,
        dropped=held.dropped,
        values_dropped=held.values_dropped,
    )
    batch.spool.add(page, frame)
    return page


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a listing stands before a page."""

    pages: int
    items: int
    """Public ones: a private item takes no place in a list that anyone can see."""
    longest: int
    """Items of its longest page so far, private ones included: they count towards its limit."""

    def after(self, page: Page) -> "_Place":
        return _Place(self.pages + 1, self.items + page.public, max(self.longest, page.items))


def _fetch(
    client: HubClient, listing: Listing, path: str, parse: Callable[[bytes], "_Fetched"], place: _Place
) -> "Answer[_Fetched]":
    """A page, as its probe brings it where its own next link may have got lost."""
    answer = client.get(path, parse, absent_is_none=listing.look_up)
    page = (answer.value or _NOTHING).page
    if answer.next_path or not may_have_lost_link(listing, path, page, place.pages + 1, place.items, place.longest):
        return answer
    other = probe(path, page.items)
    return client.get(
        other, parse, not_last=lambda fetched: why_not_last(other, fetched.page), sent_before=answer.requests
    )


@dataclass(frozen=True, slots=True)
class _Fetched:
    page: ParsedPage | ReceivedPage
    fields: dict[str, str]
    """The types of the Hub's own fields, on the first page of a list."""


_NOTHING = _Fetched(NO_PAGE, {})
"""What a look-up of something that is not there brings."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What came and is not spooled yet: one page, or pages up to one that ends with a public item."""

    fetched: _Fetched
    requests: int
    place: _Place
    """Where the first of them begins."""

    def and_then(self, following: _Fetched, requests: int) -> "_Held":
        """The page that follows, joined to these; only parsed pages are held and follow held ones."""
        pages = [page for page in (self.fetched.page, following.page) if isinstance(page, ParsedPage)]
        return _Held(_Fetched(reduce(joined, pages), self.fetched.fields), self.requests + requests, self.place)


def _parser(kind: Kind, listing: Listing, held: _Held | None, *, first: bool) -> Callable[[bytes], _Fetched]:
    if listing.look_up:
        parse_lookup = SCHEMAS[kind].parse_lookup or SCHEMAS[kind].parse
        return lambda body: _Fetched(parse_lookup(body), {})
    if listing.in_batches and held is None:
        return lambda body: _Fetched(receive_repos(body, first=first), json_types(body) if first else {})
    parse = SCHEMAS[kind].parse
    return lambda body: _Fetched(parse(body), json_types(body) if first else {})


def _placed(page: ParsedPage, listing: Listing, number: int, items_before: int) -> pl.DataFrame:
    """The rows that the listing wants, with their place in the walk and, in a trending list, their rank."""
    if page.frame.is_empty():
        return page.frame
    position = page.positions + 1 + items_before
    rank = position.alias("rank") if listing.ranked else pl.Series("rank", [None] * len(position), pl.Int64)
    frame = page.frame.hstack([(page.positions + number * PLACES_A_PAGE).alias("place"), rank])
    return frame if listing.most_records is None else frame.filter(position <= listing.most_records)
