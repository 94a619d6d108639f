"""What stands where: snapshots, unfinished walks, runs, the daemon and the disk, as status shows them.

Read without a crawl's lock, so that status answers at any moment; the journal says what runs, the spool how far a walk
has come, the database what is stored. What to look at is decided from that alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from crawler.kinds import Kind
from crawler.spool.spool import Spool
from db.commit.disk_space import DiskRoom, disk_room
from db.commit.lock import writer
from db.commit.paths import Files
from db.errors import DatabaseBusy, DatabaseMissing
from db.readonly import open_readonly
from db.schema.migrate import check_version, migrations
from db.status import Coverage, SnapshotState, StoreStatus, store_status
from hubtrends.config.settings import Settings
from hubtrends.daemon.schedule import jobs, next_fire
from hubtrends.jobs.journal import WITHOUT_A_WORD, Heartbeat, Journal, Outcome, Run
from hubtrends.progress.estimate import shown_size

OLD_AFTER = timedelta(hours=36)
"""A daily snapshot that is older than this was missed once."""

SILENT_AFTER = timedelta(minutes=10)
"""The daemon gives a sign of life each minute, but not in the middle of a job."""


@dataclass(frozen=True, slots=True)
class OpenWalk:
    """A walk that is under way or was cut off."""

    kind: Kind
    scope: str
    started_at: datetime
    pages: int
    records: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything that status shows."""

    database: Path
    size: int | None
    """Bytes; None where there is no file."""
    held: StoreStatus | None
    """None where the file cannot be read now."""
    busy: str | None
    """Why it cannot be read."""
    walks: tuple[OpenWalk, ...]
    runs: tuple[Run, ...]
    heartbeat: Heartbeat | None
    crawler: int | None
    """The process that crawls now."""
    due: tuple[tuple[str, datetime | None], ...]
    """Scheduled jobs and their next fire times."""
    room: DiskRoom

    def warnings(self, now: datetime) -> list[str]:
        """What the keeper should look at."""
        found = [] if self.busy is None else [f"{self.busy}, so its snapshots cannot be shown now"]
        if self.held is not None:
            found += _of_snapshots(self.held, now)
        if self.room.short:
            need, free = shown_size(self.room.need), shown_size(self.room.free)
            found.append(f"the disk is short: the next commit needs {need} beside the file, {free} are free: make room")
        if self.heartbeat is not None and is_silent(self.heartbeat, self.crawler, now):
            age = shown_age(now - self.heartbeat.beat_at)
            found.append(f"the daemon (PID {self.heartbeat.pid}) has been silent for {age}")
        return found


def state(settings: Settings, now: datetime) -> State:
    """Look at the database, its journal and its spool."""
    path, journal = settings.database, Journal(settings.database)
    spool = Files.of(path).beside(".spool")
    held, busy = _stored(path, now)
    runs, crawler = journal.runs(last=8), writer(Files(spool))
    return State(
        path, path.stat().st_size if path.exists() else None, held, busy, _open_walks(spool),
        tuple(as_found(run, crawler) for run in runs), journal.heartbeat(), crawler,
        tuple((job.name, next_fire(job.cron, now)) for job in jobs(settings.schedule)), disk_room(path),
    )  # fmt: skip


def as_found(run: Run, crawler: int | None) -> Run:
    """The run as it stands: a crawl that is record_run as running while nobody crawls was killed."""
    dead = run.outcome is Outcome.RUNNING and run.job.startswith("crawl") and crawler is None
    return replace(run, outcome=Outcome.KILLED, detail=WITHOUT_A_WORD) if dead else run


def is_silent(heartbeat: Heartbeat, crawler: int | None, now: datetime) -> bool:
    """Whether the daemon should have given a sign of life by now; one that crawls gives none until it is done."""
    return now - heartbeat.beat_at > SILENT_AFTER and heartbeat.pid != crawler


def _of_snapshots(held: StoreStatus, now: datetime) -> Iterator[str]:
    own = {snapshot.kind for snapshot in held.newest}
    yield from (f"no snapshot of {kind.plural} yet" for kind in Kind if kind not in own)
    for snapshot in held.newest:
        yield from _of_newest(snapshot, now)
    for kind, evidence in held.withheld:
        yield (
            f"{evidence}, so none is called missing; if that is true,"
            f" run `hubtrends crawl {kind} --scope full --accept-removals`"
        )
    yield from (snapshot.told() for snapshot in held.ahead)
    yield from (_drift(one) for one in held.coverage if one.drift)


def _of_newest(snapshot: SnapshotState, now: datetime) -> Iterator[str]:
    newest = f"the newest snapshot of {snapshot.kind.plural}"
    if now - snapshot.observed_at > OLD_AFTER:
        yield f"{newest} is {shown_age(now - snapshot.observed_at)} old"
    if not snapshot.complete:
        yield f"{newest} is incomplete: {snapshot.reason}"
    if snapshot.stale:
        yield f"{newest} is stale: counters were not refreshed"
    if snapshot.doubtful:
        yield f"{newest} is doubtful: the datasets of its run are stale, so its counters may be partly old"


def _drift(field: Coverage) -> str:
    return f"the Hub's field {field.field} of {field.kind.plural} is {field.drift} ({field.sent or 'gone'})"


def _stored(path: Path, now: datetime) -> tuple[StoreStatus | None, str | None]:
    try:
        with open_readonly(path) as con:
            version = check_version(con)
            if 0 < version < migrations()[-1].version:
                return None, f"{path} has schema version {version} and is migrated at the next crawl or question"
            return StoreStatus() if version == 0 else store_status(con, now), None
    except DatabaseMissing:
        return StoreStatus(), None
    except DatabaseBusy as busy:
        return None, busy.reason


def _open_walks(spool: Path) -> tuple[OpenWalk, ...]:
    found = [Spool.seen(folder) for folder in sorted(spool.glob("*")) if folder.is_dir()]
    return tuple(
        OpenWalk(s.header.kind, s.header.scope, s.header.started_at, len(s.pages), sum(p.records for p in s.pages))
        for s in found
        if s is not None
    )


def shown_age(span: timedelta) -> str:
    """A span of time for a person, in hours up to three days."""
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
