"""Verifies removals: looks up suspects, the entities that a full walk has not shown.

    for every ten suspects:
        canary     an entity that certainly exists: is it found?           no -> stop the look-ups
        confirm    each of the ten: 200, or gone (401, 404, or private by now)
    canary         once more                                              no -> discard the last ten answers

An expired token, a login page in front of a mirror or a failing Hub makes every entity look gone. The canaries before
and after a batch detect that. The spool holds the answers like any other page; `verified_removals` reads them.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.errors import ENDS_THE_RUN, CrawlError
from crawler.http.client import HubClient
from crawler.plan import ListingKind, WatchedEntity, lookup_listing
from crawler.spool.spool import Spool, SpooledPage
from crawler.walk import Observer, crawl_listing

logger = logging.getLogger(__name__)

BATCH = 10
"""Suspects per canary: the canary is at most this many requests older than an answer that it confirms."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The trusted answer to a look-up of a suspect: the canaries before and after it were found."""

    hub_id: str
    status: int
    private: bool
    """Whether only the token's owner can see the entity; for anyone else it is gone."""


def verify_removals(
    spool: Spool, client: HubClient, suspects: Sequence[WatchedEntity], canary: WatchedEntity, observer: Observer
) -> None:
    """Look up the suspects that this walk has not looked up yet; stop if the canary is missing.

    A failure of the Hub ends only the look-ups: the remaining suspects stay suspects. Raises the errors in
    ENDS_THE_RUN.
    """
    asked = {page.listing for page in spool.pages}
    wanted = [suspect for suspect in suspects if _listing_of(suspect) not in asked]
    try:
        for start in range(0, len(wanted), BATCH):
            if not _shows(canary, spool, client, observer):
                logger.debug("%s: canary %r is missing, no more suspects are looked up", canary.kind, canary.id)
                return
            for suspect in wanted[start : start + BATCH]:
                crawl_listing(lookup_listing(_listing_of(suspect), suspect), spool, client, observer)
        if wanted:
            _shows(canary, spool, client, observer)
    except ENDS_THE_RUN:
        raise
    except CrawlError as error:
        logger.debug("%s: the look-ups of suspects end: %s", canary.kind, error)


def _shows(canary: WatchedEntity, spool: Spool, client: HubClient, observer: Observer) -> bool:
    name = ListingKind.CANARY.name_of(len(spool.pages) + 1)
    crawl_listing(lookup_listing(name, canary), spool, client, observer)
    return _is_there(spool.pages[-1])


def verified_removals(pages: Iterable[SpooledPage]) -> Iterator[Confirmation]:
    """Yield the trusted look-ups of suspects: those between two canaries that were found."""
    between: list[Confirmation] | None = None
    for page in pages:
        if ListingKind.of(page.listing) is ListingKind.CANARY:
            if _is_there(page):
                yield from between or ()
                between = []
            else:
                between = None
        elif ListingKind.of(page.listing) is ListingKind.CONFIRM and between is not None:
            if page.status == 200 and not (page.records or page.private):
                continue  # neither a valid nor a private item, nor its absence
            hub_id = page.listing.partition(":")[2]
            between.append(Confirmation(hub_id, page.status, private=bool(page.private)))


def _listing_of(suspect: WatchedEntity) -> str:
    return ListingKind.CONFIRM.name_of(suspect.hub_id or "")


def _is_there(page: SpooledPage) -> bool:
    return page.status == 200 and page.records == 1
