"""The main job and its two halves, each step journalled.

weekly(now):
    crawl(kinds, scope)           pages of validated records and counted rejections, spooled to disk as they come
    | commit                      all kinds of the run in one commit; each snapshot whole or not at all
    | week_over_week(kind, now)   what rose, appeared, returned, cooled, vanished; each row with its basis
    | rank                        scores with an interval and their reasons
    | build report -> render      one model, many formats
    | publish                     beside, fsync, rename; the old report stays until the new one is whole
    | remember                    what its lists say, for SQL; the report stands also where that cannot be stored
    a failed step leaves the previous good state in place
"""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb

from crawler.budget import Budget
from crawler.client import HubClient, RetryPolicy, hub_client
from crawler.clock import CLOCK_SLACK
from crawler.confirm import confirm
from crawler.crawl import CrawlOrder, Opened, crawl
from crawler.durations import spoken
from crawler.kinds import Kind, Scope
from crawler.legs import Following, WalkSettings
from crawler.spool import Spool, discard
from crawler.walk import Walk
from db.commit import commit
from db.errors import DatabaseBusy, DatabaseMissing, ObservedInThePast
from db.files import Files
from db.lifecycle import control, suspects
from db.lock import writer_lock
from db.read import WalkSize, complete_snapshots, mirror_runs, newest_observations, walk_sizes, with_hub_ids
from db.readonly import open_readonly
from db.room import disk_room
from db.schema import check_version
from db.take_in import is_taken, take_in_all
from db.taken_in import TakenIn
from db.upgrade import migrate_with_backup
from db.wait import Patience, WaitPolicy
from hubtrends.foresight import expected_pages, expected_rows, want_of_room
from hubtrends.journal import Outcome
from hubtrends.pace import Start
from hubtrends.program import Journalled, Program, journalled, watched
from hubtrends.settings import Settings
from hubtrends.version import VERSION

NAMED_FOR = timedelta(weeks=4)
"""So long a thing that a report has named is looked up, that its next weeks be known even off the lists."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl brought."""

    run_id: str
    taken: tuple[TakenIn, ...]

    @property
    def complete(self) -> bool:
        return all(snapshot.complete for snapshot in self.taken)

    @property
    def outcome(self) -> Outcome:
        """How the run is journalled."""
        if not self.complete:
            return Outcome.INCOMPLETE
        return Outcome.STALE if any(snapshot.stale for snapshot in self.taken) else Outcome.DONE


def run_crawl(
    program: Program,
    kinds: Sequence[Kind],
    scope: Scope,
    *,
    observed_at: datetime | None = None,
    accept_removals: bool = False,
    job: str = "crawl",
    period: datetime | None = None,
) -> Crawled:
    """Take snapshots of the kinds and commit them together.

    Raises what the crawler and the store raise; the spool keeps what was fetched, for the next run.
    """
    settings = program.settings
    settings.database.resolve().parent.mkdir(parents=True, exist_ok=True)
    with _only_crawl(program), journalled(program, job, period) as run:
        past = _past(program, kinds, scope, observed_at or program.now())
        kinds = [kind for kind in kinds if observed_at is None or (kind, observed_at) not in past.stored]
        if not kinds:
            program.voice.says("complete snapshots of that moment are stored already")
            return Crawled(run.run_id, ())
        if observed_at is not None and observed_at - program.now() > CLOCK_SLACK:
            program.voice.says(_from_the_future(observed_at, program.now()))
        order = CrawlOrder(
            run.run_id, tuple(kinds), scope, _walk_settings(settings), past.following, observed_at,
            timedelta(hours=settings.crawl.walk_max_age_hours), past.newest,
        )  # fmt: skip
        walks = _walk(program, run, order, past.sizes, accept_removals=accept_removals)
        taken = _commit(program, walks, accept_removals=accept_removals)
        for walk in walks:
            discard(walk.spool.folder)
        if not taken:
            program.voice.says("an earlier run had stored these walks already; crawl again for a new snapshot")
        crawled = Crawled(run.run_id, tuple(taken))
        run.ends(crawled.outcome, "; ".join(snapshot.told() for snapshot in taken))
        return crawled


def _from_the_future(observed_at: datetime, now: datetime) -> str:
    ahead = spoken((observed_at - now).total_seconds())
    return (
        f"--observed-at {observed_at:%Y-%m-%d %H:%M} UTC lies {ahead} in the future:"
        " until then a crawl without it is refused, as lying in the past"
    )


def _walk(
    program: Program, run: Journalled, order: CrawlOrder, sizes: Mapping[Kind, WalkSize], *, accept_removals: bool
) -> list[Walk]:
    begins = partial(_begins, program, run, order, sizes)
    with _client(program, order) as client:
        walks = crawl(
            order, client, program.spool, program.voice, program.now, begins=begins, ends=program.voice.ends
        )  # fmt: skip
        _raise_if_nothing_came(walks)
        _confirm(program, client, walks, accept_removals=accept_removals)
    return walks


def _begins(
    program: Program, run: Journalled, order: CrawlOrder, sizes: Mapping[Kind, WalkSize], opened: Sequence[Opened]
) -> None:
    """Tell what is begun, what goes on and what is given up, and whether the disk can hold it."""
    database, voice = program.settings.database, program.voice
    starts = [_start(walk, order, sizes) for walk in opened]
    voice.begins(starts, time.monotonic)
    run.notes.extend(f"{walk.spool.header.kind.plural}: {walk.note}" for walk in opened if walk.note)
    for note in run.notes:
        voice.says(note)
    if short := want_of_room(database, expected_rows(starts, order.scope, sizes), disk_room(database)):
        voice.says(short)


def _start(walk: Opened, order: CrawlOrder, sizes: Mapping[Kind, WalkSize]) -> Start:
    pages, kind = walk.spool.pages, walk.spool.header.kind
    total = expected_pages(kind, order.scope, sizes.get(kind), order.settings.page_size)
    return Start(kind, len(pages), sum(page.records for page in pages), total)


def _raise_if_nothing_came(walks: Sequence[Walk]) -> None:
    """A crawl that brought no row at all is a failure, not a set of empty snapshots."""
    failure = next((walk.failure for walk in walks if walk.failure is not None), None)
    if failure is not None and not any(page.records for walk in walks for page in walk.spool.pages):
        raise failure


def _confirm(program: Program, client: HubClient, walks: Sequence[Walk], *, accept_removals: bool) -> None:
    """Look up what the walks give reason to think gone, within the budget of look-ups."""
    for walk in (walk for walk in walks if walk.complete):
        try:
            with open_readonly(program.settings.database) as con:
                if check_version(con) == 0:
                    return
                found = suspects(con, walk, program.settings.crawl.lookups)
                known = control(con, walk) if found.things else None
        except (DatabaseMissing, DatabaseBusy):
            return
        if known is not None and (accept_removals or not found.too_many):
            confirm(walk.spool, client, found.things, known, program.voice)


def _commit(program: Program, walks: Sequence[Walk], *, accept_removals: bool) -> list[TakenIn]:
    taken: list[TakenIn] = []

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate_with_backup(con, program.settings.database, program.now(), VERSION)
        taken.extend(take_in_all(con, walks, VERSION, accept_removals=accept_removals))
        mirror_runs(con, [astuple(run) for run in program.journal.runs()])

    commit(
        program.settings.database,
        change,
        on_wait=program.voice.says,
        wait=WaitPolicy(limit=program.settings.wait_seconds),
        clock=time,
    )
    return taken


@dataclass(frozen=True, slots=True)
class _Past:
    """What earlier snapshots and reports say to this crawl."""

    following: Following
    sizes: Mapping[Kind, WalkSize]
    stored: frozenset[tuple[Kind, datetime]] = frozenset()
    """Complete snapshots of the wanted scope, by kind and moment: the same moment is observed once."""
    newest: Mapping[Kind, datetime] = field(default_factory=dict)
    """When each kind was last observed."""


def _past(program: Program, kinds: Sequence[Kind], scope: Scope, observed_at: datetime) -> _Past:
    """Ask the store before the Hub is asked; raises ObservedInThePast for a crawl that could not be stored."""
    database = program.settings.database
    entries = watched(program.settings)
    authors = entries.authors
    things = [*entries.things, *program.journal.named_since(observed_at - NAMED_FOR)]
    try:
        with open_readonly(database) as con:
            if check_version(con) == 0:
                return _Past(Following(tuple(things), authors), {})
            _forget_taken(con, program.spool)
            newest = newest_observations(con)
            for kind in kinds:
                if kind in newest and observed_at < newest[kind]:
                    raise ObservedInThePast(database, kind, observed_at, newest[kind])
            following = Following(tuple(with_hub_ids(con, things)), authors)
            return _Past(following, walk_sizes(con, scope), complete_snapshots(con, scope), newest)
    except DatabaseBusy as busy:
        # the commit will wait for whoever writes; meanwhile there is a Hub to crawl
        program.voice.says(f"{busy.reason}: crawling without a look at earlier snapshots")
        return _Past(Following(tuple(things), authors), {})
    except DatabaseMissing:
        return _Past(Following(tuple(things), authors), {})


def _forget_taken(con: duckdb.DuckDBPyConnection, spool: Path) -> None:
    """Discard walks that were stored by a run that was killed before it could tidy up."""
    for folder in spool.glob("*"):
        found = Spool.seen(folder)
        if found is not None and is_taken(con, found.header.walk_id):
            discard(folder)


def _walk_settings(settings: Settings) -> WalkSettings:
    crawl = settings.crawl
    return WalkSettings(
        crawl.top, crawl.created_days, crawl.paper_days, crawl.post_days, crawl.trending_pages, crawl.lookups,
        crawl.page_size,
    )  # fmt: skip


def _client(program: Program, order: CrawlOrder) -> contextlib.AbstractContextManager[HubClient]:
    """The Hub; where the user states the time of the snapshots, the clock is not compared with the Hub's."""
    budget = program.settings.budget
    return hub_client(
        Budget(budget.reserve, time.monotonic, program.pause),
        RetryPolicy(budget.attempts, budget.max_wait_seconds),
        program.voice,
        timeout_seconds=program.settings.crawl.timeout_seconds,
        version=VERSION,
        endpoint=program.endpoint,
        now=program.now if order.observed_at is None else None,
    )


@contextlib.contextmanager
def _only_crawl(program: Program) -> Iterator[None]:
    """Two crawls would share one spool: the second is told who holds it."""
    with writer_lock(Files(program.spool), Patience(WaitPolicy(limit=0), time, program.voice.says)):
        yield
