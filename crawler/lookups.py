"""Looks up the entities of a report for the numbers that no list gives.

    for each entity, while time and quota last:
        look-up     answer: numbers, or absent, or private
        the first failure skips one entity; the second one, or a 429, ends the look-ups

Look-ups must not delay a report, so none is retried and each one waits only briefly for its turn.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from crawler.errors import CrawlError, CrawlStoppedError
from crawler.fetch import fetch
from crawler.http.client import HubClient
from crawler.plan import ListingKind, WatchedEntity, lookup_listing
from crawler.schema.columns import LOOKUP_NUMBERS
from crawler.schema.page import ParsedPage
from crawler.walk import read_lookup

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 120.0
"""Maximum duration of all look-ups of a report; the commit holds the writer lock during this time."""

LONGEST_WAIT_SECONDS = 10.0
"""Maximum wait for the turn of one look-up, and for its answer."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The answer to one look-up."""

    entity: WatchedEntity
    requests: int
    status: int
    private: bool
    """Whether only the token's owner can see the entity now."""
    numbers: Mapping[str, int]
    """The numbers that the answer has, by column; empty if it is about another entity."""


def look_up(client: HubClient, entities: Sequence[WatchedEntity]) -> Iterator[LookUp]:
    """Yield the answers in order, until there are no more entities, time or quota."""
    limiter = client.rate_limiter
    quick = replace(
        client,
        retry=replace(client.retry, attempts=1),
        timeout_seconds=min(client.timeout_seconds, LONGEST_WAIT_SECONDS),
    )
    started, failed = limiter.clock(), False
    for entity in entities:
        quota = limiter.status()
        spent = quota is not None and quota.seconds_for(1) > LONGEST_WAIT_SECONDS
        if spent or limiter.clock() - started > LONGEST_SECONDS:
            logger.info("the look-ups end before %s: %s", entity.id, "the quota is spent" if spent else "out of time")
            return
        try:
            yield _look_up(quick, entity)
        except CrawlStoppedError:
            return
        except CrawlError as error:
            logger.info("the look-up of %s failed: %s", entity.id, error)
            if failed or getattr(error, "cause", "").startswith("429"):
                return
            failed = True


def _look_up(client: HubClient, entity: WatchedEntity) -> LookUp:
    listing = lookup_listing(ListingKind.LOOKUP.name_of(entity.id), entity)
    answer, page = fetch(client, listing.path, partial(read_lookup, entity.kind), is_lookup=True)
    return LookUp(entity, answer.requests, answer.status, bool(page.private), _numbers(page, entity))


def _numbers(page: ParsedPage, entity: WatchedEntity) -> dict[str, int]:
    rows = page.frame.to_dicts()
    if not rows or rows[0]["hub_id"] != entity.hub_id:
        return {}
    return {name: rows[0][name] for name in LOOKUP_NUMBERS if rows[0].get(name) is not None}
