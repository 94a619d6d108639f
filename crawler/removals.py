"""Asks the Hub directly for entities that a whole walk has not shown, before anybody calls them removed.

    for every ten suspects:
        control    an entity that is surely there: does the Hub show it?   no -> nothing more is asked
        confirm    each of the ten: 200, or gone (401, 404, or private by now)
    control        once more                                              no -> the last ten are not believed

A token that expires, a gate before a mirror or a Hub in trouble makes everything look gone; the controls around a batch
are what tells. The answers lie in the spool like any other page, and `answers` reads them back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.errors import ENDS_THE_RUN, CrawlError
from crawler.http.client import HubClient
from crawler.plan import WatchedEntity, lookup_listing
from crawler.spool.spool import Spool, SpooledPage
from crawler.walk import Observer, crawl_listing

BATCH = 10
"""Suspects asked for after one control; a removal rests on a control at most so many requests before it."""

CONTROL, CONFIRM = "control:", "confirm:"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a direct look-up of a suspect said, under a control that was there."""

    hub_id: str
    status: int
    private: bool
    """Whether it is there for the token's owner alone, so gone for anyone else."""


def confirm(
    spool: Spool, client: HubClient, suspects: Sequence[WatchedEntity], control: WatchedEntity, observer: Observer
) -> None:
    """Look up the suspects that have not been looked up in this walk yet; stops where the control is not shown.

    A failure of the Hub ends the look-ups and nothing else: what was not asked for stays a suspect.
    Raises what ends the run.
    """
    asked = {page.listing for page in spool.pages}
    wanted = [suspect for suspect in suspects if _leg_of(suspect) not in asked]
    try:
        for start in range(0, len(wanted), BATCH):
            if not _shows(control, spool, client, observer):
                return
            for suspect in wanted[start : start + BATCH]:
                crawl_listing(lookup_listing(_leg_of(suspect), suspect), spool, client, observer)
        if wanted:
            _shows(control, spool, client, observer)
    except ENDS_THE_RUN:
        raise
    except CrawlError:
        return


def _shows(control: WatchedEntity, spool: Spool, client: HubClient, observer: Observer) -> bool:
    crawl_listing(lookup_listing(f"{CONTROL}{len(spool.pages) + 1}", control), spool, client, observer)
    return _is_there(spool.pages[-1])


def answers(pages: Iterable[SpooledPage]) -> Iterator[Confirmation]:
    """The look-ups of suspects that can be believed: those between two controls that were there."""
    between: list[Confirmation] | None = None
    for page in pages:
        if page.listing.startswith(CONTROL):
            if _is_there(page):
                yield from between or ()
                between = []
            else:
                between = None
        elif page.listing.startswith(CONFIRM) and between is not None and _is_clear(page):
            between.append(Confirmation(page.listing.removeprefix(CONFIRM), page.status, private=bool(page.private)))


def _leg_of(suspect: WatchedEntity) -> str:
    return f"{CONFIRM}{suspect.hub_id}"


def _is_clear(page: SpooledPage) -> bool:
    """Whether a look-up was answered, and not with something that did not fit."""
    return page.status != 200 or bool(page.records or page.private)


def _is_there(page: SpooledPage) -> bool:
    return page.status == 200 and page.records == 1
