"""Crawl the Hub and store the walks.

    run_crawl    read earlier snapshots and reports, walk all kinds, store the walks (store.py)

The spool keeps what was fetched until it is stored, so an interrupted crawl is resumed.
"""

import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb

from crawler.crawl import CrawlOrder, ResumedWalk, crawl
from crawler.durations import format_duration
from crawler.http.client import HubClient, RetryPolicy, hub_client
from crawler.http.clock import CLOCK_SLACK
from crawler.http.rate_limiter import RateLimiter
from crawler.kinds import Kind, Scope
from crawler.plan import ListingSettings, Watchlist
from crawler.spool.spool import Spool, discard
from db.commit.disk_space import disk_room
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import Files
from db.connect import open_readonly
from db.errors import DatabaseBusyError, DatabaseMissingError, ObservedInThePastError
from db.ingest.ingest import StoredSnapshot, is_stored
from db.queries import WalkSize, complete_snapshots, latest_observations, walk_sizes, with_hub_ids
from db.schema.migrate import check_version
from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext, RunRecord, record_run, watch_list
from hubtrends.jobs.journal import Outcome
from hubtrends.jobs.store import Finish, WalkStore, no_finish
from hubtrends.progress.estimate import disk_warning, expected_pages, expected_rows
from hubtrends.progress.eta import Start
from hubtrends.version import VERSION

logger = logging.getLogger(__name__)

NAMED_FOR = timedelta(weeks=4)
"""Time for which entities named in a report are looked up, even if they leave the top lists."""


@dataclass(frozen=True, slots=True)
class CrawlRequest:
    """Which kinds to crawl, how, and for which scheduled job."""

    kinds: Sequence[Kind]
    scope: Scope
    observed_at: datetime | None = None
    """The time to store with every snapshot; None means the start of each walk."""
    accept_removals: bool = False
    job: str = "crawl"
    period: datetime | None = None


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The snapshots that a crawl stored."""

    run_id: str
    taken: tuple[StoredSnapshot, ...]
    finished: bool = False
    """Whether the changes of `finish` are stored with the snapshots."""

    @property
    def complete(self) -> bool:
        return all(snapshot.complete for snapshot in self.taken)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the run for the journal."""
        if not self.complete:
            return Outcome.INCOMPLETE
        return Outcome.STALE if any(snapshot.stale for snapshot in self.taken) else Outcome.DONE


def run_crawl(context: RunContext, request: CrawlRequest, finish: Finish = no_finish) -> CrawlResult:
    """Take snapshots and commit them together, or in parts if one kind takes minutes longer.

    `finish` is called with the working copy of the last commit and the Hub. Raises the errors of the crawler and the
    store; the spool keeps the fetched pages for the next run.
    """
    settings, scope, observed_at = context.settings, request.scope, request.observed_at
    settings.database.resolve().parent.mkdir(parents=True, exist_ok=True)
    alone = LockWait(WaitPolicy(limit=0), time, context.reporter.log)  # a second crawl would share the spool
    with writer_lock(Files(context.spool), alone), record_run(context, request.job, request.period) as run:
        earlier = _earlier_state(context, request.kinds, scope, observed_at or context.now())
        kinds = [kind for kind in request.kinds if observed_at is None or (kind, observed_at) not in earlier.stored]
        logger.debug("kinds left out, because that moment is stored: %s", sorted(set(request.kinds) - set(kinds)))
        if not kinds:
            context.reporter.log("complete snapshots of that moment are stored already")
            return CrawlResult(run.run_id, ())
        if observed_at is not None and observed_at - context.now() > CLOCK_SLACK:
            ahead = format_duration((observed_at - context.now()).total_seconds())
            context.reporter.log(
                f"--observed-at {observed_at:%Y-%m-%d %H:%M} UTC lies {ahead} in the future:"
                " until then crawls without it will be refused"
            )
        logger.info("crawling %s, %s", ", ".join(kind.plural for kind in kinds), scope)
        order = CrawlOrder(
            run.run_id, tuple(kinds), scope, _walk_settings(settings), earlier.following, observed_at,
            timedelta(hours=settings.crawl.walk_max_age_hours), earlier.newest,
        )  # fmt: skip
        with _client(context, order) as client:
            store = WalkStore(context, run, client, request.accept_removals, finish)
            crawled = CrawlResult(
                run.run_id, _walk_and_store(context, run, order, earlier.sizes, store), store.finished
            )
        if not crawled.taken:
            context.reporter.log("an earlier run had stored these walks already; crawl again for a new snapshot")
        run.ends(crawled.outcome, run.detail)
        return crawled


def _walk_and_store(
    context: RunContext, run: RunRecord, order: CrawlOrder, sizes: Mapping[Kind, WalkSize], store: WalkStore
) -> tuple[StoredSnapshot, ...]:
    last = crawl(
        order,
        store.client,
        context.spool,
        context.reporter,
        context.now,
        on_start=partial(_on_start, context, run, order, sizes),
        on_end=context.reporter.on_end,
        early=store.early,
        grace_seconds=context.grace_seconds,
    )
    run.ends(Outcome.DONE, "; ".join(snapshot.describe() for snapshot in store.rest(last)))
    return tuple(store.taken)


def _on_start(
    context: RunContext,
    run: RunRecord,
    order: CrawlOrder,
    sizes: Mapping[Kind, WalkSize],
    opened: Sequence[ResumedWalk],
) -> None:
    """Report which walks start, which resume, which were discarded, and whether the disk is large enough."""
    database, reporter = context.settings.database, context.reporter
    starts = []
    for walk in opened:
        pages, kind = walk.spool.pages, walk.spool.header.kind
        total = expected_pages(kind, order.scope, sizes.get(kind), order.settings.page_size)
        starts.append(Start(kind, len(pages), sum(page.records for page in pages), total))
    reporter.on_start(starts, time.monotonic)
    run.notes.extend(f"{walk.spool.header.kind.plural}: {walk.note}" for walk in opened if walk.note)
    for note in run.notes:
        reporter.log(note)
    if short := disk_warning(database, expected_rows(starts, order.scope, sizes), disk_room(database)):
        reporter.log(short)


@dataclass(frozen=True, slots=True)
class _EarlierState:
    """The data of earlier snapshots and reports that the crawl needs."""

    following: Watchlist
    sizes: Mapping[Kind, WalkSize]
    stored: frozenset[tuple[Kind, datetime]] = frozenset()
    """Complete snapshots of the requested scope by kind and time, so that no time is observed twice."""
    newest: Mapping[Kind, datetime] = field(default_factory=dict)
    """The time of the latest observation of each kind."""


def _earlier_state(context: RunContext, kinds: Sequence[Kind], scope: Scope, observed_at: datetime) -> _EarlierState:
    """Read the store before the crawl; raises ObservedInThePastError if the crawl could not be stored."""
    database = context.settings.database
    entries = watch_list(context.settings)
    authors = entries.authors
    named = context.journal.named_since(observed_at - NAMED_FOR)
    logger.debug("looking up %d watched and %d named entities", len(entries.entities), len(named))
    entities = [*entries.entities, *named]
    try:
        with open_readonly(database) as con:
            if check_version(con) == 0:
                return _EarlierState(Watchlist(tuple(entities), authors), {})
            _discard_stored_walks(con, context.spool)
            newest = latest_observations(con)
            logger.debug("latest observations: %s", {kind.value: str(at) for kind, at in newest.items()})
            for kind in kinds:
                if kind in newest and observed_at < newest[kind]:
                    raise ObservedInThePastError(database, kind, observed_at, newest[kind])
            following = Watchlist(tuple(with_hub_ids(con, entities)), authors)
            return _EarlierState(following, walk_sizes(con, scope), complete_snapshots(con, scope), newest)
    except DatabaseBusyError as busy:
        # the commit waits for the other writer; the crawl can start now
        context.reporter.log(f"{busy.reason}: crawling without reading earlier snapshots")
        return _EarlierState(Watchlist(tuple(entities), authors), {})
    except DatabaseMissingError:
        return _EarlierState(Watchlist(tuple(entities), authors), {})


def _discard_stored_walks(con: duckdb.DuckDBPyConnection, spool: Path) -> None:
    """Discard the spools of stored walks, which a killed run left."""
    for folder in spool.glob("*"):
        found = Spool.seen(folder)
        if found is not None and is_stored(con, found.header.walk_id):
            logger.debug("discarding the walk in %s: it is stored", folder)
            discard(folder)


def _walk_settings(settings: Settings) -> ListingSettings:
    crawl = settings.crawl
    return ListingSettings(
        crawl.top, crawl.created_days, crawl.paper_days, crawl.article_days, crawl.trending_pages, crawl.lookups,
        crawl.page_size,
    )  # fmt: skip


def _client(context: RunContext, order: CrawlOrder) -> contextlib.AbstractContextManager[HubClient]:
    """Open a client of the Hub; compare the clocks unless the user states the time of the snapshots."""
    rate_limiter = context.settings.rate_limit
    return hub_client(
        RateLimiter(rate_limiter.reserve, time.monotonic, context.pause),
        RetryPolicy(rate_limiter.attempts, rate_limiter.max_wait_seconds),
        context.reporter,
        timeout_seconds=context.settings.crawl.timeout_seconds,
        version=VERSION,
        endpoint=context.endpoint,
        now=context.now if order.observed_at is None else None,
    )
