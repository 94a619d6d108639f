"""Collects the status of a store: snapshots, unfinished walks, runs, the daemon and the disk.

It takes no lock, so that `status` works during a crawl. The runs come from the journal, the unfinished walks from the
spool, the snapshots from the database. The warnings depend only on these three.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from crawler.kinds import Kind
from crawler.spool.spool import Spool
from db.commit.disk_space import DiskRoom, disk_room
from db.commit.lock import writer
from db.commit.paths import Files
from db.connect import open_readonly
from db.errors import DatabaseBusyError, DatabaseMissingError
from db.schema.migrate import check_version, migrations
from db.status import SnapshotState, StoreStatus, store_status
from hubtrends.config.settings import Settings
from hubtrends.daemon.schedule import jobs, next_fire
from hubtrends.health.finding import Finding
from hubtrends.health.machine import check_daemon, check_disk_space, format_age
from hubtrends.health.store import check_log, check_times
from hubtrends.jobs.journal import KILLED_DETAIL, Heartbeat, Journal, Outcome, Run

logger = logging.getLogger(__name__)

OLD_AFTER = timedelta(hours=36)
"""Age from which the newest snapshot of a kind gets a warning: a daily crawl was missed."""

MAX_RUNS = 8


@dataclass(frozen=True, slots=True)
class UnfinishedWalk:
    """A walk that is running or was interrupted."""

    kind: Kind
    scope: str
    started_at: datetime
    pages: int
    records: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that `hubtrends status` shows."""

    database: Path
    size: int | None
    """Size of the database in bytes; None without a file."""
    store: StoreStatus | None
    """Contents of the database; None if it cannot be read now."""
    busy: str | None
    """Why the file cannot be read now."""
    walks: tuple[UnfinishedWalk, ...]
    runs: tuple[Run, ...]
    heartbeat: Heartbeat | None
    crawler: int | None
    """The PID of the process that crawls now; None if none does."""
    due: tuple[tuple[str, datetime | None], ...]
    """Scheduled jobs and their next fire times."""
    room: DiskRoom
    log: Finding
    """Whether DuckDB reads the whole log of the database."""

    def warnings(self, now: datetime) -> list[str]:
        """Return a line for each problem that needs attention."""
        lines = [] if self.busy is None else [f"{self.busy}, so its snapshots cannot be shown now"]
        if self.store is not None:
            lines += _store_warnings(self.store, now)
        checks = (self.log, check_disk_space(self.room), check_daemon(self.heartbeat, self.crawler, now))
        return lines + [str(finding) for finding in checks if finding.is_problem]


def collect_status(settings: Settings, now: datetime) -> Status:
    """Read the database, its journal and its spool."""
    path, journal = settings.database, Journal(settings.database)
    spool = Files.of(path).spool
    store, busy = _read_store(path, now)
    runs, crawler = journal.runs(last=MAX_RUNS), writer(Files(spool))
    logger.debug("%s: readable %s, crawler %s", path, busy is None, crawler)
    return Status(
        database=path,
        size=path.stat().st_size if path.exists() else None,
        store=store,
        busy=busy,
        walks=_unfinished_walks(spool),
        runs=tuple(_with_kill_detected(run, crawler) for run in runs),
        heartbeat=journal.heartbeat(),
        crawler=crawler,
        due=tuple((job.name, next_fire(job.cron, now)) for job in jobs(settings.schedule)),
        room=disk_room(path),
        log=check_log(path),
    )


def _read_store(path: Path, now: datetime) -> tuple[StoreStatus | None, str | None]:
    """Return what the file contains, or why it cannot be read now."""
    try:
        with open_readonly(path) as con:
            version = check_version(con)
            if 0 < version < migrations()[-1].version:
                return None, f"{path} has schema version {version} and is migrated at the next crawl or query"
            return StoreStatus() if version == 0 else store_status(con, now), None
    except DatabaseMissingError:
        return StoreStatus(), None
    except DatabaseBusyError as busy:
        return None, busy.reason


def _unfinished_walks(spool: Path) -> tuple[UnfinishedWalk, ...]:
    found = [Spool.seen(folder) for folder in sorted(spool.glob("*")) if folder.is_dir()]
    return tuple(
        UnfinishedWalk(
            s.header.kind, s.header.scope, s.header.started_at, len(s.pages), sum(p.records for p in s.pages)
        )
        for s in found
        if s is not None
    )


def _with_kill_detected(run: Run, crawler: int | None) -> Run:
    """Return a run with the outcome `killed` if it is a crawl marked as running and no process crawls."""
    dead = run.outcome is Outcome.RUNNING and run.job.startswith("crawl") and crawler is None
    if dead:
        logger.debug("run %s is marked as running, and no process crawls: shown as killed", run.run_id)
    return replace(run, outcome=Outcome.KILLED, detail=KILLED_DETAIL) if dead else run


def _store_warnings(store: StoreStatus, now: datetime) -> Iterator[str]:
    crawled = {snapshot.kind for snapshot in store.newest}
    yield from (f"no snapshot of {kind.plural} yet" for kind in Kind if kind not in crawled)
    for snapshot in store.newest:
        yield from _snapshot_warnings(snapshot, now)
    for kind, evidence in store.withheld:
        yield (
            f"{evidence}, so none is marked as missing; if that is true,"
            f" run `hubtrends crawl {kind} --scope full --accept-removals`"
        )
    yield from map(str, check_times(store.ahead))
    for field in store.coverage:
        if field.drift:
            yield f"the Hub's field {field.field} of {field.kind.plural} is {field.drift} ({field.sent or 'gone'})"


def _snapshot_warnings(snapshot: SnapshotState, now: datetime) -> Iterator[str]:
    newest = f"the newest snapshot of {snapshot.kind.plural}"
    if now - snapshot.observed_at > OLD_AFTER:
        yield f"{newest} is {format_age(now - snapshot.observed_at)} old"
    if not snapshot.complete:
        yield f"{newest} is incomplete: {snapshot.reason}"
    if snapshot.stale:
        yield f"{newest} is stale: the Hub did not refresh its counters"
    if snapshot.doubtful:
        yield f"{newest} is doubtful: the datasets of its run are stale, so some of its counters may be old"
