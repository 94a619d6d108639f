"""Crawls several kinds side by side, within one rate_limiter.

crawl(order):
    for each kind:
        go on with the walk that was cut off, if it is the same and not too old; else begin one, and say why
        (from before the first page whose file is damaged, if one is)
    for each kind, in a thread of its own:
        walk                       pages of rows and counted rejections, on disk as they come
    wait for all of them           one kind that fails leaves the others whole, and keeps them waiting for minutes only
"""

import contextlib
import gc
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawler.durations import format_duration
from crawler.errors import ClockWrongError
from crawler.http.client import HubClient
from crawler.http.clock import CLOCK_SLACK
from crawler.kinds import Kind, Scope
from crawler.plan import ListingSettings, Watchlist
from crawler.redaction import redacted
from crawler.schema.registry import SCHEMAS
from crawler.spool.spool import HEADER, Spool, SpoolHeader
from crawler.walk import Observer, Walk, walk

GRACE_SECONDS = 300.0
"""How long a whole walk waits for the others; those of a head crawl end within two minutes of each other."""

LAYOUT = 7
"""Of the lines and files in a spool, counted up whenever they change: a walk is not mixed."""


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What to crawl."""

    run_id: str
    kinds: tuple[Kind, ...]
    scope: Scope
    settings: ListingSettings
    following: Watchlist
    observed_at: datetime | None
    """Given by the user for every snapshot of the run; None takes the start of each walk."""
    walk_max_age: timedelta
    """A walk that was cut off is continued only if it began no longer ago than this."""
    newest: Mapping[Kind, datetime] = field(default_factory=dict)
    """When a kind was last observed: a walk that was cut off before that can no longer be stored."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A walk as a crawl finds it, before it asks for a page."""

    spool: Spool
    note: str | None = None
    """What to tell of an earlier walk: why it is given up, or that pages of it are fetched again."""


def crawl(
    order: CrawlOrder,
    client: HubClient,
    spool_root: Path,
    observer: Observer,
    now: Callable[[], datetime],
    *,
    begins: Callable[[Sequence[Opened]], None] = lambda _: None,
    ends: Callable[[Walk], None] = lambda _: None,
    early: Callable[[Sequence[Walk]], bool] = lambda _: False,
    grace_seconds: float = GRACE_SECONDS,
) -> list[Walk]:
    """Walk every kind of the order and return the walks in its order, whole or cut short.

    `begins` is told of all walks before the first page, `ends` of each as it ends, from its own thread. `early` is
    offered the whole walks whenever no other has ended for `grace_seconds`; those that it takes are not returned.
    Raises CrawlStoppedError, SpoolFullError and ClockWrongError; the spool keeps every written page.
    """
    opened = [_opened(order, kind, redacted(client.endpoint), spool_root, now()) for kind in order.kinds]
    begins(opened)

    def one(found: Opened) -> Walk:
        ended = walk(found.spool, client, order.settings, order.following, observer, now)
        ends(ended)
        return ended

    with _collector_spared(), ThreadPoolExecutor(len(opened) or 1, thread_name_prefix="walk") as threads:
        running = {threads.submit(one, found) for found in opened}
        ended: list[Walk] = []
        while running:
            done, running = wait(running, grace_seconds if ended else None, FIRST_COMPLETED)
            ended += [future.result() for future in done]
            if order.observed_at is None:
                _check_beginnings(ended, client.endpoint, now())
            whole = [walk for walk in ended if walk.complete]
            if not done and whole and early(whole):
                ended = [walk for walk in ended if not walk.complete]
    return sorted(ended, key=lambda walk: order.kinds.index(walk.spool.header.kind))


def _check_beginnings(walks: Sequence[Walk], endpoint: str, now: datetime) -> None:
    """Raise ClockWrongError for a walk that began in the future: the clock was set back before the Hub answered."""
    for ended in walks:
        if (ahead := ended.spool.header.started_at - now) > CLOCK_SLACK:
            raise ClockWrongError(endpoint, now, ahead)


@contextlib.contextmanager
def _collector_spared() -> Iterator[None]:
    """The garbage collector leaves alone what the program has loaded: looking at it again for each page, whose items
    are garbage at once, takes a third of the time that a page takes.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _opened(order: CrawlOrder, kind: Kind, endpoint: str, root: Path, now: datetime) -> Opened:
    scope = order.scope if kind.spec.is_repo else Scope.HEAD
    folder = root / (kind.value if scope is Scope.HEAD else f"{kind.value}-{scope}")
    wanted = SpoolHeader(
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
        unreadable = f"a walk is given up: {folder / HEADER} cannot be read" if (folder / HEADER).exists() else None
        return Opened(Spool.begin(folder, wanted), unreadable)
    reason = why_abandoned(
        found.header, wanted, order.walk_max_age, given=order.observed_at is not None, newest=order.newest.get(kind)
    )
    pages = "1 page" if len(found.pages) == 1 else f"{len(found.pages)} pages"
    if reason is None:
        return Opened(found, f"{found.damaged} is damaged: going on after {pages} before it" if found.damaged else None)
    given_up = f"a walk of {pages} is given up: {reason}" if found.pages else None
    return Opened(Spool.begin(folder, wanted), given_up)


def _deciding(kind: Kind, scope: Scope, settings: ListingSettings) -> dict[str, object]:
    """The settings that decide which lists this walk reads and which fields it asks for; others may change."""
    names = {
        Kind.PAPER: ("paper_days", "trending_pages"),
        Kind.ARTICLE: ("article_days", "trending_pages"),
    }.get(kind, ("page_size",) if scope is Scope.FULL else ("top", "created_days", "page_size"))
    every = asdict(settings)
    return {name: every[name] for name in names} | {"fields": list(SCHEMAS[kind].lookup_fields), "layout": LAYOUT}


def why_abandoned(
    found: SpoolHeader, wanted: SpoolHeader, max_age: timedelta, *, given: bool, newest: datetime | None = None
) -> str | None:
    """Why a walk that was cut off is not continued, or None when it is; its kind was last observed at `newest`."""
    age = wanted.started_at - found.started_at
    if age > max_age:
        limit = format_duration(max_age.total_seconds())
        return f"it began {format_duration(age.total_seconds())} ago, longer than {limit}"
    if not given and -age > CLOCK_SLACK:
        return f"it began at {found.started_at:%Y-%m-%d %H:%M} UTC by a clock that was ahead"
    if given and found.observed_at != wanted.observed_at:
        return f"it was observed at {found.observed_at.isoformat()}, not at {wanted.observed_at.isoformat()}"
    if newest is not None and found.observed_at < newest:
        return f"it was observed at {found.observed_at.isoformat()}, before the newest snapshot of {newest.isoformat()}"
    changed = _differences(found, wanted)
    return f"it was begun with another {', '.join(changed)}" if changed else None


def _differences(found: SpoolHeader, wanted: SpoolHeader) -> Sequence[str]:
    def flat(header: SpoolHeader) -> Mapping[str, object]:
        return {"scope": header.scope, "endpoint": header.endpoint, **header.settings}

    old, new = flat(found), flat(wanted)
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
