"""Crawls several kinds in parallel, within one rate limiter.

crawl(order):
    for each kind:
        resume an interrupted walk at its first damaged page, if its settings are the same and it is recent enough;
        otherwise start a new one and report the reason
    for each kind, in its own thread:
        walk                       spool each page with its rows and rejections
    wait for all of them           a kind that fails does not affect the others and delays them by minutes only
"""

import contextlib
import gc
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawler.durations import format_duration
from crawler.errors import ClockWrongError
from crawler.http.client import HubClient
from crawler.http.clock import CLOCK_SLACK
from crawler.kinds import Kind, Scope
from crawler.plan import ListingSettings, Watchlist, deciding_settings
from crawler.redaction import redacted
from crawler.schema.registry import SCHEMAS
from crawler.spool.spool import HEADER, Spool, SpoolHeader
from crawler.walk import Observer, Walk, walk

logger = logging.getLogger(__name__)

GRACE_SECONDS = 300.0
"""How long a complete walk waits for the others; the walks of a head crawl end within two minutes of each other."""

LAYOUT = 9
"""Version of the lines and files in a spool; a walk of another version is not resumed."""


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """The request of a crawl: kinds, scope and limits."""

    run_id: str
    kinds: tuple[Kind, ...]
    scope: Scope
    settings: ListingSettings
    watchlist: Watchlist
    observed_at: datetime | None
    """The observation time of all snapshots, as the user gave it; None takes the start of each walk."""
    walk_max_age: timedelta
    """Maximum age of an interrupted walk that is still resumed."""
    latest_observed_at: Mapping[Kind, datetime] = field(default_factory=dict)
    """When each kind was last observed; an interrupted walk that began earlier can no longer be stored."""


@dataclass(frozen=True, slots=True)
class ResumedWalk:
    """A walk before its first request: new, or resumed."""

    spool: Spool
    note: str | None = None
    """A message: why an earlier walk is abandoned, or that some of its pages are fetched again."""


def crawl(
    order: CrawlOrder,
    client: HubClient,
    spool_root: Path,
    observer: Observer,
    now: Callable[[], datetime],
    *,
    on_start: Callable[[Sequence[ResumedWalk]], None] = lambda _: None,
    on_end: Callable[[Walk], None] = lambda _: None,
    early: Callable[[Sequence[Walk]], bool] = lambda _: False,
    grace_seconds: float = GRACE_SECONDS,
) -> list[Walk]:
    """Walk every kind of the order and return the walks in its order, complete or cut short.

    `on_start` receives all walks before the first page, `on_end` each walk as it ends, from its own thread. `early`
    receives the complete walks when no other walk has ended for `grace_seconds`; if it returns true, it has stored them
    and they are not returned.
    Raises CrawlStoppedError, SpoolFullError and ClockWrongError; the spool keeps every written page.
    """
    opened = [_open_walk(order, kind, redacted(client.endpoint), spool_root, now()) for kind in order.kinds]
    on_start(opened)

    def one(found: ResumedWalk) -> Walk:
        ended = walk(found.spool, client, order.settings, order.watchlist, observer, now)
        on_end(ended)
        return ended

    # Exempt all loaded objects from garbage collection, which otherwise takes a third of a page's time. Garbage among
    # them is not collected first: that takes longer than a small crawl, and it is freed after the crawl.
    gc.freeze()
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(len(opened) or 1, thread_name_prefix="walk") as threads:
        stack.callback(gc.unfreeze)
        running = {threads.submit(one, found) for found in opened}
        ended: list[Walk] = []
        while running:
            done, running = wait(running, grace_seconds if ended else None, FIRST_COMPLETED)
            ended += [future.result() for future in done]
            ahead = max((walk.spool.header.started_at - now() for walk in ended), default=timedelta())
            if order.observed_at is None and ahead > CLOCK_SLACK:
                # the walk began in the future: the clock was set back before the Hub answered
                raise ClockWrongError(client.endpoint, now(), ahead)
            whole = [walk for walk in ended if walk.complete]
            if not done and whole and early(whole):
                ended = [walk for walk in ended if not walk.complete]
    return sorted(ended, key=lambda walk: order.kinds.index(walk.spool.header.kind))


def _open_walk(order: CrawlOrder, kind: Kind, endpoint: str, root: Path, now: datetime) -> ResumedWalk:
    scope = order.scope if kind.spec.is_repo else Scope.HEAD
    folder = root / (kind.value if scope is Scope.HEAD else f"{kind.value}-{scope}")
    # the settings that decide which lists and fields a walk reads; others may change before it is resumed
    every, deciding = asdict(order.settings), deciding_settings(kind, scope)
    settings = {name: every[name] for name in deciding} | {
        "fields": list(SCHEMAS[kind].lookup_fields),
        "layout": LAYOUT,
    }
    wanted = SpoolHeader(
        walk_id=uuid.uuid4().hex,
        run_id=order.run_id,
        kind=kind,
        scope=scope,
        observed_at=order.observed_at or now,
        started_at=now,
        endpoint=endpoint,
        settings=settings,
    )
    found = Spool.resume(folder)
    if found is None:
        unreadable = f"a walk is given up: {folder / HEADER} cannot be read" if (folder / HEADER).exists() else None
        return ResumedWalk(Spool.begin(folder, wanted), unreadable)
    reason = why_abandoned(
        found.header,
        wanted,
        order.walk_max_age,
        given=order.observed_at is not None,
        latest=order.latest_observed_at.get(kind),
    )
    pages = "1 page" if len(found.pages) == 1 else f"{len(found.pages)} pages"
    if reason is None:
        return ResumedWalk(
            found, f"{found.damaged} is damaged: going on after {pages} before it" if found.damaged else None
        )
    logger.debug("%s: an earlier walk is given up: %s", kind, reason)
    given_up = f"a walk of {pages} is given up: {reason}" if found.pages else None
    return ResumedWalk(Spool.begin(folder, wanted), given_up)


def why_abandoned(
    found: SpoolHeader, wanted: SpoolHeader, max_age: timedelta, *, given: bool, latest: datetime | None = None
) -> str | None:
    """Return why an interrupted walk is not resumed, or None; its kind was last observed at `latest`."""
    age = wanted.started_at - found.started_at
    if age > max_age:
        limit = format_duration(max_age.total_seconds())
        return f"it began {format_duration(age.total_seconds())} ago, longer than {limit}"
    if not given and -age > CLOCK_SLACK:
        return f"it began at {found.started_at:%Y-%m-%d %H:%M} UTC by a clock that was ahead"
    if given and found.observed_at != wanted.observed_at:
        return f"it was observed at {found.observed_at.isoformat()}, not at {wanted.observed_at.isoformat()}"
    if latest is not None and found.observed_at < latest:
        return f"it was observed at {found.observed_at.isoformat()}, before the newest snapshot of {latest.isoformat()}"
    old, new = _identity(found), _identity(wanted)
    changed = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return f"it was begun with another {', '.join(changed)}" if changed else None


def _identity(header: SpoolHeader) -> Mapping[str, object]:
    return {"scope": header.scope, "endpoint": header.endpoint, **header.settings}
