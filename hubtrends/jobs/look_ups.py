"""Look up the listed entities of a report before it is written.

look_up_listed    listed entities without look-up values ─► at most `budget` look-ups ─► snapshots of the same commit

The look-ups follow the places on the lists, with the kinds in turn.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import zip_longest

import duckdb

from analysis.records import KindWeek, WeekAnalysis
from crawler.http.client import HubClient
from crawler.kinds import Kind
from crawler.lookups import look_up
from crawler.plan import WatchedEntity
from db.ingest.look_ups import StoredLookUps, store_look_ups, without_look_up

logger = logging.getLogger(__name__)

LOOKED_UP_KINDS = (Kind.MODEL, Kind.DATASET, Kind.PAPER)
"""The kinds whose look-ups give values that lists do not give."""

FRESH = timedelta(weeks=4)
"""Age up to which the values of a look-up are used."""


def look_up_listed(
    con: duckdb.DuckDBPyConnection,
    client: HubClient,
    results: WeekAnalysis,
    budget: int,
    now: Callable[[], datetime],
) -> StoredLookUps:
    """Look up at most `budget` listed entities and store the answers; return the changes in the store."""
    snapshots = {
        week.kind: week.pair.now_snapshot
        for week in results.kinds
        if week.kind in LOOKED_UP_KINDS and week.pair.now_snapshot is not None
    }
    wanted = [
        without_look_up(con, week.kind, snapshots[week.kind], _by_place(week), results.as_of - FRESH)
        for week in results.kinds
        if budget and week.kind in snapshots
    ]
    found = list(look_up(client, list(_in_turn(wanted))[:budget]))
    logger.info("looked up %d of %d listed entities without numbers", len(found), sum(map(len, wanted)))
    stored = [
        store_look_ups(con, kind, snapshot, answers, now())
        for kind, snapshot in snapshots.items()
        if (answers := [one for one in found if one.entity.kind is kind])
    ]
    return StoredLookUps(
        sum(one.requests for one in stored), sum(one.numbers for one in stored), sum(one.hidden for one in stored)
    )


def _by_place(week: KindWeek) -> list[str]:
    """Return the Hub ids of the lists of a kind, first places first."""
    picks = sorted((pick for ranked in week.lists for pick in ranked.picks), key=lambda pick: pick.place)
    return list(dict.fromkeys(pick.change.entity.hub_id for pick in picks))


def _in_turn(wanted: list[list[WatchedEntity]]) -> Iterator[WatchedEntity]:
    """Yield the first entity of every kind, then the second of every kind, and so on."""
    for turn in zip_longest(*wanted):
        yield from (entity for entity in turn if entity is not None)
