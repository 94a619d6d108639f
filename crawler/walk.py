"""Walks one kind of the Hub: legs in, spooled pages out.

    walk(spool, client, ...):
        for each leg of the plan, then for each look-up that is still wanted
            from where the spool says the leg stands
            fetch a page | parse | place | spool      until the leg ends

There is one path for every page, the first like the last. A failure ends the walk, not the program: what came before
it stays, and the walk says that it is incomplete and why. A single look-up that fails is not the Hub failing: one
broken repository on a watch list must not spoil every snapshot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

import polars as pl

from crawler.budget import BudgetLeft
from crawler.client import HubClient
from crawler.errors import CrawlError, CrawlStopped, HubFailed, SpoolFull
from crawler.kinds import Kind
from crawler.legs import LOOK_UP, Following, Leg, WalkSettings, legs, look_ups, next_numbered
from crawler.pages import ParsedPage, Rejection, blog_listing, json_types, listing, look_up
from crawler.spool import Spool, SpooledPage

PLACES_A_PAGE = 1_000_000
"""A row's place in its walk is this times the page's number, plus its position; a page holds 1000."""


class Observer(Protocol):
    """Whoever shows how the crawl goes on."""

    def page(self, kind: Kind, page: SpooledPage, left: BudgetLeft | None) -> None: ...


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
    settings: WalkSettings,
    following: Following,
    observer: Observer,
    now: Callable[[], datetime],
) -> Walk:
    """Walk the kind that the spool's header names, from where it stands.

    Raises CrawlStopped and SpoolFull, and nothing else of CrawlError: every other failure is in the Walk.
    """
    header = spool.header
    try:
        for leg in legs(header.kind, header.scope, settings, following, header.observed_at):
            walk_leg(leg, spool, client, observer)
        wanted = look_ups(header.kind, following, *_listed(spool, following), settings.lookups)
        _look_up_all(wanted, spool, client, observer)
    except (CrawlStopped, SpoolFull):
        raise
    except CrawlError as failure:
        return Walk(spool, now(), failure)
    return Walk(spool, now(), None)


def _look_up_all(wanted: Sequence[Leg], spool: Spool, client: HubClient, observer: Observer) -> None:
    """Make the look-ups; a first that fails is noted as a rejection, a second is raised: it is the Hub that fails."""
    failed = any(page.leg.startswith(LOOK_UP) and page.rejections and not page.items for page in spool.pages)
    for leg in wanted:
        try:
            walk_leg(leg, spool, client, observer)
        except HubFailed as failure:
            if failed:
                raise
            failed, note = True, Rejection(0, failure.cause, leg.path)
            page = SpooledPage(len(spool.pages) + 1, leg.name, 0, 0, (note,), failure.attempts, None)
            spool.add(page, _NOTHING.page.frame)
            observer.page(spool.header.kind, page, client.budget.left())


def _listed(spool: Spool, following: Following) -> tuple[set[str], set[str]]:
    """Of what is followed, the names and the ids that the lists have shown."""
    things = [thing for thing in following.things if thing.kind is spool.header.kind]
    return spool.listed({thing.id for thing in things}, {thing.hub_id for thing in things if thing.hub_id})


def walk_leg(leg: Leg, spool: Spool, client: HubClient, observer: Observer) -> None:
    """Follow one list from where the spool says it stands to its end."""
    kind = spool.header.kind
    before = [page for page in spool.pages if page.leg == leg.name]
    visited = {leg.path, *(page.next_path for page in before)}
    shown = spool.things(leg.name) if leg.numbered else None
    pages, items = len(before), sum(page.items for page in before)
    path = before[-1].next_path if before else leg.path
    while path is not None:
        answer = client.get(path, _parser(kind, leg, first=not pages), absent_is_none=leg.look_up)
        fetched, number = answer.value or _NOTHING, len(spool.pages) + 1
        frame = _placed(fetched.page, leg, number, items)
        next_path = following_path(leg, path, fetched.page, answer.next_path, pages + 1, items)
        if next_path is not None and next_path in visited:
            raise HubFailed(client.endpoint + path, "its next link leads back to an earlier page", answer.requests)
        if shown is not None and stands_still(leg, fetched.page, shown, goes_on=next_path is not None):
            raise HubFailed(client.endpoint + path, "it repeats what earlier pages have shown", answer.requests)
        page = SpooledPage(
            number=number,
            leg=leg.name,
            records=len(frame),
            items=fetched.page.items,
            rejections=fetched.page.rejections,
            requests=answer.requests,
            next_path=next_path,
            fields=fetched.fields,
            status=answer.status,
        )
        spool.add(page, frame)
        observer.page(kind, page, client.budget.left())
        visited.add(next_path)
        if next_path is not None:
            shown = fetched.page.things | (shown or set() if leg.numbered else set())
        pages, items, path = pages + 1, items + page.items, next_path


@dataclass(frozen=True, slots=True)
class _Fetched:
    page: ParsedPage
    fields: dict[str, str]
    """The types of the Hub's own fields, on the first page of a list."""


_NOTHING = _Fetched(ParsedPage(pl.DataFrame(), (), 0, pl.Series(dtype=pl.Int64)), {})
"""What a look-up of something that is not there brings."""


def _parser(kind: Kind, leg: Leg, *, first: bool) -> Callable[[bytes], _Fetched]:
    if leg.look_up:
        return lambda body: _Fetched(look_up(kind, body), {})
    parse = blog_listing if kind is Kind.POST else partial(listing, kind)
    return lambda body: _Fetched(parse(body), json_types(body) if first else {})


def _placed(page: ParsedPage, leg: Leg, number: int, items_before: int) -> pl.DataFrame:
    """The rows that the leg wants, with their place in the walk and, in a trending list, their rank."""
    if page.frame.is_empty():
        return page.frame
    position = page.positions + 1 + items_before
    rank = position.alias("rank") if leg.ranked else pl.Series("rank", [None] * len(position), pl.Int64)
    frame = page.frame.hstack([(page.positions + number * PLACES_A_PAGE).alias("place"), rank])
    return frame if leg.most_records is None else frame.filter(position <= leg.most_records)


def following_path(
    leg: Leg, path: str, page: ParsedPage, link: str | None, pages: int, items_before: int
) -> str | None:
    """Where a leg goes on after its n-th page, or None when it has ended or has said enough.

    A short page is not the last one; a missing `next` link is.
    """
    items = items_before + page.items
    enough = (
        leg.look_up
        or (leg.most_pages is not None and pages >= leg.most_pages)
        or (leg.most_records is not None and items >= leg.most_records)
        or (leg.back_to is not None and _all_older(page.frame, leg.back_to))
    )
    if enough:
        return None
    if not leg.numbered:
        return link
    ended = page.items == 0 or (page.total is not None and items >= page.total)
    return None if ended else next_numbered(path)


def stands_still(leg: Leg, page: ParsedPage, shown: set[str], *, goes_on: bool) -> bool:
    """Whether a list may never end, for a page brings nothing but what was shown: on any page before it where pages are
    numbered, else on the one before it. One empty page alone may stand between others.
    """
    if not page.things <= shown:
        return False
    return page.items > 0 if leg.numbered else goes_on and (page.items > 0 or not shown)


def _all_older(frame: pl.DataFrame, moment: datetime) -> bool:
    newest = frame["created_at"].max()
    return isinstance(newest, datetime) and newest < moment
