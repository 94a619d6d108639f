"""Crawls several kinds side by side, within one budget.

crawl(order):
    for each kind, in a thread of its own:
        go on with the walk that was cut off, if it is the same and not too old; else begin one
        walk                       pages of rows and counted rejections, on disk as they come
    wait for all of them           one kind that fails leaves the others whole
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.client import HubClient
from crawler.kinds import Kind, Scope
from crawler.legs import Following, WalkSettings
from crawler.spool import Spool, WalkHeader
from crawler.walk import Observer, Walk, walk
from crawler.wire import EXPAND

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What to crawl."""

    run_id: str
    kinds: tuple[Kind, ...]
    scope: Scope
    settings: WalkSettings
    following: Following
    observed_at: datetime | None
    """Given by the user for every snapshot of the run; None takes the start of each walk."""
    walk_max_age: timedelta
    """A walk that was cut off is continued only if it began no longer ago than this."""


def crawl(
    order: CrawlOrder,
    client: HubClient,
    spool_root: Path,
    observer: Observer,
    now: Callable[[], datetime],
) -> list[Walk]:
    """Walk every kind of the order and return the walks in its order, whole or cut short.

    Raises CrawlStopped when asked to stop; the spool then keeps every page that was fetched.
    """
    spools = [_spool(order, kind, client.endpoint, spool_root, now()) for kind in order.kinds]

    def one(spool: Spool) -> Walk:
        return walk(spool, client, order.settings, order.following, observer, now)

    with ThreadPoolExecutor(max_workers=len(spools) or 1, thread_name_prefix="walk") as threads:
        return list(threads.map(one, spools))


def _spool(order: CrawlOrder, kind: Kind, endpoint: str, root: Path, now: datetime) -> Spool:
    scope = order.scope if kind.is_repo else Scope.HEAD
    folder = root / (kind.value if scope is Scope.HEAD else f"{kind.value}-{scope}")
    wanted = WalkHeader(
        walk_id=uuid.uuid4().hex,
        run_id=order.run_id,
        kind=kind,
        scope=scope,
        observed_at=order.observed_at or now,
        started_at=now,
        endpoint=endpoint,
        settings=_deciding(kind, scope, order.settings),
    )
    found = Spool.resume(folder)
    if found is None:
        return Spool.begin(folder, wanted)
    reason = why_abandoned(found.header, wanted, order.walk_max_age, given=order.observed_at is not None)
    if reason is None:
        log.info("%s: going on with the walk of %s", kind.plural, found.header.observed_at.isoformat())
        return found
    if found.pages:
        log.warning("%s: a walk of %d pages is given up: %s", kind.plural, len(found.pages), reason)
    return Spool.begin(folder, wanted)


def _deciding(kind: Kind, scope: Scope, settings: WalkSettings) -> dict[str, object]:
    """The settings that decide which lists this walk reads and which fields it asks for; others may change."""
    names = {
        Kind.PAPER: ("paper_days", "trending_pages"),
        Kind.POST: ("post_days", "trending_pages"),
    }.get(kind, ("page_size",) if scope is Scope.FULL else ("top", "created_days", "page_size"))
    every = asdict(settings)
    return {name: every[name] for name in names} | {"fields": list(EXPAND.get(kind, ()))}


def why_abandoned(found: WalkHeader, wanted: WalkHeader, max_age: timedelta, *, given: bool) -> str | None:
    """Why a walk that was cut off is not continued, or None when it is."""
    age = wanted.started_at - found.started_at
    if age > max_age:
        return f"it began {age.total_seconds() / 3600:.0f} h ago, longer than {max_age.total_seconds() / 3600:.0f} h"
    if given and found.observed_at != wanted.observed_at:
        return f"it was observed at {found.observed_at.isoformat()}, not at {wanted.observed_at.isoformat()}"
    changed = _differences(found, wanted)
    return f"it was begun with another {', '.join(changed)}" if changed else None


def _differences(found: WalkHeader, wanted: WalkHeader) -> Sequence[str]:
    def flat(header: WalkHeader) -> Mapping[str, object]:
        return {"scope": header.scope, "endpoint": header.endpoint, **header.settings}

    old, new = flat(found), flat(wanted)
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
